"""How handlers end: status, value, error, and what to do next."""

from __future__ import annotations

import functools
import gc
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
import socketio

from sio_lab.core import records as r
from sio_lab.core.hints import ASYNC
from tests.server.rig import Gate, InOneCell, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig, Screen


def flask_function(rig: Rig) -> None:
    @rig.socketio.on("add")
    def add(one: int) -> None: ...


def flask_catch_all(rig: Rig) -> None:
    @rig.socketio.on("*")
    def add(event: str, one: int) -> None: ...


def flask_method(rig: Rig) -> None:
    class Sums(flask_socketio.Namespace):
        def on_add(self, one: int) -> None: ...

    rig.socketio.on_namespace(Sums("/"))


def vanish_during(rig: Rig, handler: Callable[[], None]) -> r.Handled:
    """Return how a handler ended whose client was gone before it went on."""
    gate = Gate()
    rig.socketio.on_event("slow", lambda: (gate.pass_through(), handler()))
    peer = rig.peer()
    peer.emit("slow")
    gate.reached()
    peer.drop()
    rig.first(r.Closed)
    gate.open()
    return rig.handled("slow")


def test_handled_names_the_function_its_key_its_cell_and_its_value(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(cells=InOneCell("cell 3"))
    rig.socketio.on("echo", namespace="/chat")(lambda text: text)
    rig.peer("/chat").emit("echo", "ahoy", namespace="/chat")
    done = rig.handled("echo")
    assert (done.status, done.handler, done.key) == ("handled", "<lambda>", ("/chat", "echo"))
    assert (done.cell, done.value, done.error) == ("cell 3", "'ahoy'", None)
    assert done.ms >= 0


def test_a_long_value_is_shown_shortened_and_sent_whole(rig: Rig) -> None:
    rig.socketio.on_event("much", lambda: "x" * 10_000)
    assert rig.peer().ask("much") == "x" * 10_000
    assert 100 < len(rig.handled("much").value or "") < 300


@pytest.mark.parametrize(
    ("event", "namespace", "hint"),
    [
        ("chatt", "/", "no handler for 'chatt' in /; did you mean 'chat'?"),
        ("play", "/", "no handler for 'play' in /; there is one in /game"),
        ("zzz", "/game", "no handler for 'zzz' in /game: define one with @socketio.on('zzz', namespace='/game')"),
    ],
)
def test_an_event_without_a_handler_is_told_of_a_near_one(rig: Rig, event: str, namespace: str, hint: str) -> None:
    rig.socketio.on_event("chat", lambda: None)
    rig.socketio.on_event("play", lambda: None, namespace="/game")
    rig.peer("/", "/game").emit(event, namespace=namespace)
    assert (rig.handled(event).status, rig.handled(event).hint) == ("no-handler", hint)


@differs("Tracebacks begin at the handler")
def test_a_raising_handler_is_shown_from_its_own_frame_on_and_the_server_lives(rig: Rig, screen: Screen) -> None:
    @rig.socketio.on("break")
    def broken() -> None:
        _ = 1 / 0

    rig.socketio.on_event("ok", lambda: "fine")
    peer = rig.peer()
    peer.emit("break")
    done = rig.handled("break")
    assert (done.status, done.handler, done.error) == ("raised", "broken", "ZeroDivisionError: division by zero")
    assert (done.traceback or "").count("  File ") == 1
    assert "in broken\n" in (done.traceback or "")
    assert screen.wait_for("ZeroDivisionError: division by zero\n") == done.traceback
    assert peer.ask("ok") == "fine"
    assert rig.log.state.counts["/"].errors == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # Python itself passes over it
def test_a_handler_that_exits_has_raised(rig: Rig) -> None:
    rig.socketio.on_event("exit", functools.partial(exec, "raise SystemExit(3)"))
    rig.peer().emit("exit")
    assert (rig.handled("exit").status, rig.handled("exit").error) == ("raised", "SystemExit: 3")


@pytest.mark.parametrize(
    ("define", "hint"),
    [
        (flask_function, "add(one: 'int') -> 'None' was called with 2 arguments (dict, int): make them agree"),
        (
            flask_catch_all,
            "add(event: 'str', one: 'int') -> 'None' was called with 3 arguments (str, dict, int): make them agree",
        ),
        (
            flask_method,
            "Sums.on_add(one: 'int') -> 'None' was called with 2 arguments (dict, int): make them agree",
        ),
    ],
)
def test_a_wrong_number_of_arguments_names_handler_and_what_came(
    rig: Rig, screen: Screen, define: Callable[[Rig], None], hint: str
) -> None:
    define(rig)
    rig.peer().emit("add", ({"one": 1}, 2))
    assert (rig.handled("add").status, rig.handled("add").hint) == ("raised", hint)
    screen.wait_for("TypeError")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")  # as on plain python-socketio
@pytest.mark.parametrize(
    ("namespace", "event", "given"), [("/", "add", "str"), ("/", "*", "str, str"), ("*", "add", "str, str")]
)
def test_of_a_bare_server_the_sid_is_an_argument_too(
    make_rig: Callable[..., Rig], namespace: str, event: str, given: str
) -> None:
    server = socketio.Server(async_mode="threading", namespaces="*")
    server.on(event, lambda: None, namespace=namespace)
    rig = make_rig(server)
    rig.peer().emit("add")
    assert f" ({given}): make them agree" in (rig.handled("add").hint or "")


def test_a_failure_that_on_error_took_care_of_is_still_a_failure(rig: Rig) -> None:
    rig.socketio.on_error_default(lambda error: f"sorry: {error}")

    @rig.socketio.on("break")
    def broken() -> None:
        raise ValueError("no luck")

    assert rig.peer().ask("break") == "sorry: no luck"
    assert (rig.handled("break").status, rig.handled("break").error) == ("raised", "ValueError: no luck")
    assert rig.handled("break").is_taken


def test_a_failing_disconnect_handler_is_not_the_failure_of_who_disconnected(rig: Rig) -> None:
    rig.socketio.on_error_default(lambda _error: None)

    @rig.socketio.on("disconnect")
    def gone(*_reason: Any) -> None:
        raise ValueError("in disconnect")

    rig.socketio.on_event("bye", flask_socketio.disconnect)
    rig.peer().emit("bye")
    assert rig.handled("bye").status == "handled"
    assert rig.first(r.Handled, status="raised").of == rig.first(r.Disconnected).seq


def test_a_failure_is_remembered_while_on_error_disconnects(rig: Rig) -> None:
    rig.socketio.on_error_default(lambda _error: flask_socketio.disconnect())
    rig.socketio.on_event("disconnect", lambda *_reason: None)
    rig.socketio.on_event("break", functools.partial(int, "x"))
    rig.peer().emit("break")
    assert (rig.handled("break").error or "").startswith("ValueError: invalid literal")


def test_a_value_that_cannot_be_sent_is_a_failure_of_its_handler(rig: Rig, screen: Screen) -> None:
    rig.socketio.on_event("strange", object)
    peer = rig.peer()
    peer.emit("strange", callback=peer.got)
    screen.wait_for("not JSON serializable")
    row = rig.rows("event")[0]
    assert (row["status"], row["handler"], row["ack"]) == ("raised", "object", None)
    assert row["error"] == (
        "TypeError: Object of type object is not JSON serializable - "
        "what the handler returned can't be sent as an ack: return JSON, bytes or None"
    )
    assert rig.all(r.AckSent) == []


@pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning")
def test_an_async_handler_is_told_to_be_none(rig: Rig, screen: Screen) -> None:
    async def answer() -> None: ...

    rig.socketio.on_event("later", answer)
    peer = rig.peer()
    peer.emit("later")
    assert rig.handled("later").hint == ASYNC
    peer.emit("later", callback=peer.got)
    screen.wait_for("not JSON serializable")
    assert rig.rows("event")[1]["error"] == f"TypeError: Object of type coroutine is not JSON serializable - {ASYNC}"
    gc.collect()  # where Python warns


def test_a_client_that_vanished_explains_the_error_of_a_library(rig: Rig, screen: Screen) -> None:
    witness = rig.peer()
    done = vanish_during(rig, lambda: flask_socketio.join_room("lobby"))
    sid = rig.first(r.EventReceived).sid
    assert (done.status, done.error) == ("raised", f"KeyError: {sid!r}")
    assert done.hint == f"client {sid} left while its handler ran, so there was nobody to act on"
    left = {witness.get_sid()}
    assert membership(rig.server) == folded(rig.log) == {"/": {None: left, witness.get_sid(): left}}
    screen.wait_for("KeyError")


def test_an_error_of_the_handlers_own_is_not_blamed_on_a_client_that_left(rig: Rig, screen: Screen) -> None:
    done = vanish_during(rig, lambda: {}["mine"])
    assert (done.status, done.hint) == ("raised", None)
    screen.wait_for("KeyError")


@pytest.mark.parametrize("key", [("/", "*"), ("*", "chat")])
def test_of_a_catch_all_the_key_is_the_one_it_is_registered_under(rig: Rig, key: tuple[str, str]) -> None:
    rig.socketio.on(key[1], namespace=key[0])(lambda *args: list(args))
    rig.peer().emit("chat", 1)
    assert (rig.handled("chat").status, rig.handled("chat").key) == ("handled", key)


def test_a_missing_method_acknowledges_and_still_is_no_handler(rig: Rig) -> None:
    class Chat(flask_socketio.Namespace):
        def on_join(self) -> None: ...

    rig.socketio.on_namespace(Chat("/"))
    assert rig.peer().ask("jion") is None
    assert (rig.handled("jion").status, rig.handled("jion").hint) == (
        "no-handler",
        "no handler for 'jion' in /; did you mean 'join'?",
    )
    assert rig.first(r.AckSent).wire.text == "31[]"


def test_a_bare_servers_connect_handler_without_auth_is_told_once(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("connect", lambda _sid, _environ: None)
    rig = make_rig(server)
    rig.peer()
    assert [(record.status, record.handler) for record in rig.all(r.Handled)] == [("handled", "<lambda>")]
    assert "/" not in rig.log.state.counts
