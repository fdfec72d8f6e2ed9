"""What plain Flask-SocketIO leaves dangling is ended and said."""

from __future__ import annotations

import functools
import gc
import inspect
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core import records as r
from sio_lab.server.guards import REFUSAL
from tests.server.rig import differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig, Screen

Calls = list[tuple[Any, ...]]


def stumble() -> None:
    len(5)


def raising(error: Exception, calls: Calls | None = None) -> Callable[..., None]:
    """Return a handler that joins a room, counts its call, and raises."""

    def handler(*args: Any) -> None:
        if calls is not None:
            calls.append(args)
        flask_socketio.join_room("lobby")
        raise error

    return handler


@differs("A raising connect handler refuses")
@pytest.mark.parametrize("error", [ZeroDivisionError("no"), TypeError("no"), KeyError("no"), RuntimeError("no")])
def test_a_raising_connect_handler_refuses_and_leaves_no_ghost(rig: Rig, screen: Screen, error: Exception) -> None:
    rig.socketio.on_event("connect", raising(error))
    peer = rig.knock()
    assert peer.got("connect_error") == [({"message": REFUSAL},)]
    refused = rig.first(r.Refused)
    assert (refused.reason, rig.first(r.Handled).status) == (REFUSAL, "raised")
    rig.wait(lambda: not rig.log.state.clients)
    assert membership(rig.server) == folded(rig.log) == {}
    assert getattr(rig.server.manager, "pending_connect", {}) == {}
    assert screen.wait_for("no").count(type(error).__name__) == 1


def test_other_namespaces_of_the_same_connection_live_on(rig: Rig, screen: Screen) -> None:
    rig.socketio.on("connect", namespace="/bad")(raising(ValueError("bad")))
    rig.socketio.on_event("echo", lambda value: value)
    peer = rig.knock("/", "/bad")
    assert peer.ask("echo", 1) == 1
    assert list(rig.log.state.rooms) == ["/"]
    screen.wait_for("ValueError: bad")


def test_with_always_connect_the_client_is_sent_away_and_leaves_no_ghost(
    make_rig: Callable[..., Rig], screen: Screen
) -> None:
    rig = make_rig(always_connect=True)
    rig.socketio.on_event("connect", raising(ValueError("bad")))
    peer = rig.peer()
    peer.wait_for("disconnect")
    rig.wait(lambda: not rig.log.state.clients)
    assert membership(rig.server) == folded(rig.log) == {}
    assert rig.server.manager.pending_disconnect == {}
    assert rig.first(r.Refused).reason == REFUSAL
    screen.wait_for("ValueError: bad")


def test_it_may_try_again(rig: Rig, screen: Screen) -> None:
    errors = [ValueError("once")]
    rig.socketio.on_event("connect", lambda: raising(errors.pop())() if errors else None)
    poller = rig.poller()
    poller.post("40")
    assert poller.get() == [f'44{{"message":"{REFUSAL}"}}']
    sid = poller.enter()
    assert list(rig.log.state.clients) == [sid]
    screen.wait_for("once")


@pytest.mark.parametrize(
    ("error", "data"),
    [
        (flask_socketio.ConnectionRefusedError("no", {"code": 4}), {"message": "no", "data": {"code": 4}}),
        (flask_socketio.ConnectionRefusedError("no"), {"message": "no"}),
        (flask_socketio.ConnectionRefusedError(), {"message": "Connection rejected by server"}),
    ],
)
def test_a_refusal_goes_out_with_its_own_data_and_is_no_failure(rig: Rig, error: Exception, data: Any) -> None:
    rig.socketio.on_event("connect", raising(error))
    assert rig.knock().got("connect_error") == [(data,)]
    assert rig.first(r.Handled).status == "handled"
    assert rig.rows("refused")[0]["args"] == (data,)


def test_pythons_own_refusal_is_one_too(rig: Rig) -> None:
    rig.socketio.on_event("connect", raising(ConnectionRefusedError("no")))
    assert len(rig.knock().got("connect_error")) == 1
    assert rig.first(r.Handled).status == "handled"


# --- connect and disconnect handlers run once ------------------------------------------------------------------------


def with_auth(calls: Calls) -> Callable[..., None]:
    def handler(argument: Any) -> None:
        calls.append((argument,))
        stumble()

    return handler


def without_auth(calls: Calls) -> Callable[..., None]:
    def handler() -> None:
        calls.append(())
        stumble()

    return handler


def with_default(calls: Calls) -> Callable[..., None]:
    def handler(argument: Any = "default") -> None:
        calls.append((argument,))
        stumble()

    return handler


def decorated(inner: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(inner)
    def handler(*args: Any, **kwargs: Any) -> None:
        inner(*args, **kwargs)

    return handler


def hidden(inner: Callable[..., None]) -> Callable[..., None]:
    """Decorate without `functools.wraps`."""

    def handler(*args: Any, **kwargs: Any) -> None:
        inner(*args, **kwargs)

    return handler


def giving_more(inner: Callable[..., None]) -> Callable[..., None]:
    """Decorate as one that finds out who asks, and hands that on."""

    @functools.wraps(inner)
    def handler(*args: Any) -> None:
        inner("Ada", *args)

    return handler


def giving_only(inner: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(inner)
    def handler() -> None:
        inner("Ada")

    return handler


class Callable1:
    def __init__(self, calls: Calls) -> None:
        self.calls = calls

    def __call__(self, argument: Any) -> None:
        self.calls.append((argument,))
        stumble()


SHAPES: dict[str, tuple[Callable[[Calls], Callable[..., None]], str]] = {
    "with its argument": (with_auth, "argument"),
    "without": (without_auth, ""),
    "with a default": (with_default, "argument"),
    "decorated, with": (lambda calls: decorated(with_auth(calls)), "argument"),
    "decorated, without": (lambda calls: decorated(without_auth(calls)), ""),
    "hidden, with": (lambda calls: hidden(with_auth(calls)), "argument"),
    "hidden, without": (lambda calls: hidden(without_auth(calls)), ""),
    "given more by its decorator": (lambda calls: giving_more(with_auth(calls)), "Ada"),
    "given that only": (lambda calls: giving_only(with_auth(calls)), "Ada"),
    "a partial": (lambda calls: functools.partial(with_auth(calls), "set"), "set"),
    "a partial, with": (lambda calls: functools.partial(with_auth(calls)), "argument"),
    "an object": (Callable1, "argument"),
}


@differs("Connect and disconnect handlers run once")
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("auth", [None, {"token": 1}])
def test_a_type_error_in_connect_runs_it_once_and_is_shown(rig: Rig, screen: Screen, shape: str, auth: Any) -> None:
    calls: Calls = []
    make, argument = SHAPES[shape]
    rig.socketio.on_event("connect", make(calls))
    assert rig.knock(auth=auth).got("connect_error") == [({"message": REFUSAL},)]
    assert calls == [((auth,) if argument == "argument" else (argument,)) if argument else ()]
    done = rig.first(r.Handled)
    assert (done.status, done.error) == ("raised", "TypeError: object of type 'int' has no len()")
    assert len(rig.all(r.Handled)) == 1
    assert screen.wait_for("no len()").count("Traceback") == 1


@pytest.mark.parametrize("shape", SHAPES)
def test_a_type_error_in_disconnect_runs_it_once_and_is_told(rig: Rig, shape: str) -> None:
    calls: Calls = []
    make, argument = SHAPES[shape]
    rig.socketio.on_event("disconnect", make(calls))
    rig.peer().close()
    rig.first(r.Closed)
    assert calls == [(("client disconnect",) if argument == "argument" else (argument,)) if argument else ()]
    assert rig.first(r.Handled, status="raised").error == "TypeError: object of type 'int' has no len()"


def methods(calls: Calls, *, with_error: bool) -> flask_socketio.Namespace:
    class Chat(flask_socketio.Namespace):
        def on_connect(self) -> None:
            calls.append(("connect",))
            stumble()

        def on_disconnect(self) -> None:
            calls.append(("disconnect",))
            stumble()

    if with_error:
        Chat.error = lambda _self, error: calls.append((type(error).__name__, type(error.__cause__)))
    return Chat("/")


def test_methods_of_a_class_run_once(rig: Rig, screen: Screen) -> None:
    calls: Calls = []
    rig.socketio.on_namespace(methods(calls, with_error=False))
    rig.knock()
    assert calls == [("connect",)]
    screen.wait_for("no len()")


def test_an_error_method_is_told_once_of_each(rig: Rig) -> None:
    calls: Calls = []
    rig.socketio.on_namespace(methods(calls, with_error=True))
    rig.knock().close()
    rig.first(r.Closed)
    wrapped = ("HandlerRaised", TypeError)
    # Before Flask-SocketIO 5.6 nobody calls an `error` method: the client is refused.
    is_told = "error" in inspect.getsource(flask_socketio.Namespace)
    assert calls == ([("connect",), wrapped, ("disconnect",), wrapped] if is_told else [("connect",)])


@differs("A raising disconnect handler leaves no ghost")
@pytest.mark.parametrize("error", [ZeroDivisionError("no"), TypeError("no"), KeyError("no")])
@pytest.mark.parametrize("leave", ["close", "leave", "drop", "kick"])
def test_a_raising_disconnect_handler_leaves_no_ghost(rig: Rig, screen: Screen, error: Exception, leave: str) -> None:
    rig.socketio.on("disconnect", namespace="/")(raising(error))
    rig.socketio.on("chat", namespace="/chat")(print)
    peer = rig.peer("/", "/chat")
    if leave == "kick":
        rig.server.disconnect(peer.get_sid())
    else:
        getattr(peer, leave)()
    screen.wait_for("no")
    rig.wait(lambda: list(rig.log.state.rooms) == (["/chat"] if leave in {"leave", "kick"} else []))
    assert membership(rig.server) == folded(rig.log)
    assert rig.server.manager.pending_disconnect == {}
    assert rig.first(r.Handled, status="raised").of == rig.first(r.Disconnected).seq
    assert screen.getvalue().count("Traceback") == 1


def test_on_error_takes_care_of_a_type_error_in_connect(rig: Rig) -> None:
    calls: Calls = []
    rig.socketio.on_error_default(lambda error: calls.append((type(error),)))
    rig.socketio.on_event("connect", without_auth(calls))
    rig.peer()
    assert calls == [(), (TypeError,)]


def test_handlers_that_fit_neither_way_say_what_came(rig: Rig, screen: Screen) -> None:
    rig.socketio.on_event("connect", lambda one, two: (one, two))
    rig.knock()
    assert rig.first(r.Handled).hint == "<lambda>(one, two) was called with 1 argument (NoneType): make them agree"
    screen.wait_for("missing 2 required positional arguments")


@pytest.mark.parametrize("shape", SHAPES)
def test_without_an_error_all_of_them_work(rig: Rig, monkeypatch: pytest.MonkeyPatch, shape: str) -> None:
    monkeypatch.setattr(f"{__name__}.stumble", lambda: None)
    calls: Calls = []
    for event in ("connect", "disconnect"):
        rig.socketio.on_event(event, SHAPES[shape][0](calls))
    rig.peer(auth={"token": 1}).close()
    rig.first(r.Closed)
    assert len(calls) == 2


def test_what_a_connect_handler_raised_is_not_kept_alive(rig: Rig, screen: Screen) -> None:
    rig.socketio.on_event("connect", without_auth([]))
    rig.knock()
    screen.wait_for("no len()")
    rig.close()
    gc.collect()
    assert not [found for found in gc.get_objects() if type(found) is TypeError and "no len" in str(found)]


def test_released_plain_behaviour_is_back(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    calls: Calls = []
    rig.socketio.on_event("connect", with_default(calls))
    rig.close()
    tester = rig.socketio.test_client
    with pytest.raises(TypeError):
        tester(rig.app)
    assert len(calls) == 4
