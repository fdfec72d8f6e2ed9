"""Flask-SocketIO's test client on a live server: it and the real clients both get what is theirs."""

from __future__ import annotations

import functools
import gc
import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.core import records as r
from sio_lab.server.testing import StandIn, runs_inline
from tests.server.rig import Gate, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


@pytest.fixture
def echoing(rig: Rig) -> Rig:
    """Return a server that answers `echo`, `join`, and `shout`, which goes to everybody."""
    rig.socketio.on_event("echo", lambda *args: flask_socketio.emit("echoed", args))
    rig.socketio.on_event("ack", lambda *args: args)
    rig.socketio.on_event("join", flask_socketio.join_room)
    rig.socketio.on_event("shout", lambda data: flask_socketio.emit("shouted", data, broadcast=True))
    return rig


def make_tester(rig: Rig, **options: Any) -> Any:
    return rig.socketio.test_client(rig.app, **options)


def got(name: str, *args: Any) -> dict[str, Any]:
    return {"name": name, "args": list(args), "namespace": "/"}


@differs("socketio.test_client() leaves real clients alone")
def test_both_get_what_is_theirs(echoing: Rig) -> None:
    peer = echoing.peer()
    tester = make_tester(echoing)
    tester.emit("echo", 1)
    tester.emit("shout", 2)
    assert tester.get_received() == [got("echoed", 1), got("shouted", 2)]
    peer.emit("echo", 3)
    assert peer.wait_for("echoed") == [(3,)]
    peer.emit("shout", 4)
    assert peer.wait_for("shouted", 2) == [(2,), (4,)]
    echoing.settle(peer)
    assert tester.get_received() == [got("shouted", 4)]
    assert peer.ask("ack", 5) == 5


def test_a_client_that_connects_later_is_served_too(echoing: Rig) -> None:
    make_tester(echoing)
    for transport in ("polling", "websocket"):
        assert echoing.peer(transports=(transport,)).ask("ack", transport) == transport


def test_its_events_are_handled_when_emit_returns_in_its_own_thread(echoing: Rig) -> None:
    threads: list[threading.Thread] = []
    echoing.socketio.on_event("where", lambda: threads.append(threading.current_thread()))
    assert not runs_inline()
    make_tester(echoing).emit("where")
    assert threads == [threading.current_thread()]
    assert not runs_inline()


def test_real_clients_still_run_in_threads_while_a_test_waits(echoing: Rig) -> None:
    gate = Gate()
    echoing.socketio.on_event("slow", gate.pass_through)
    echoing.socketio.on_event("free", gate.open)
    peer = echoing.peer()
    tester = make_tester(echoing)
    peer.emit("slow")
    gate.reached()
    peer.emit("free")  # handled while "slow" still runs
    assert echoing.handled("slow").status == "handled"
    assert echoing.server.async_handlers is True
    assert tester.emit("ack", 1, callback=True) == 1


def test_a_tests_own_background_task_is_a_task(echoing: Rig) -> None:
    threads: list[threading.Thread] = []

    def task() -> None:
        threads.append(threading.current_thread())
        echoing.socketio.emit("from task")

    echoing.socketio.on_event("go", lambda: echoing.socketio.start_background_task(task).join())
    tester = make_tester(echoing)
    tester.emit("go")
    assert threads[0] is not threading.current_thread()
    assert tester.get_received() == [got("from task")]
    assert echoing.first(r.Emitted).origin == "task"


def test_acks_rooms_binary_and_namespaces_work(echoing: Rig) -> None:
    echoing.socketio.on_event("hello", lambda name: f"Hello {name}", namespace="/chat")
    one, two = make_tester(echoing), make_tester(echoing)
    assert one.emit("ack", "a", {"b": b"\x00\xff"}, callback=True) == ["a", {"b": b"\x00\xff"}]
    two.emit("join", "lobby")
    echoing.server.emit("news", [b"\x01", {"x": b"\x02"}], to="lobby")
    assert (one.get_received(), two.get_received()) == ([], [got("news", [b"\x01", {"x": b"\x02"}])])
    echoing.server.emit("all", b"\x03")
    assert one.get_received() == two.get_received() == [got("all", b"\x03")]
    one.connect("/chat")
    assert one.emit("hello", "Ada", namespace="/chat", callback=True) == "Hello Ada"


def test_a_binary_broadcast_reaches_testers_and_clients_whole(echoing: Rig) -> None:
    testers, peers = [make_tester(echoing) for _ in range(3)], [echoing.peer() for _ in range(2)]
    echoing.server.emit("news", {"a": b"\x01", "b": [b"\x02"]})
    assert [tester.get_received() for tester in testers] == [[got("news", {"a": b"\x01", "b": [b"\x02"]})]] * 3
    assert [peer.wait_for("news") for peer in peers] == [[({"a": b"\x01", "b": [b"\x02"]},)]] * 2
    assert len(echoing.first(r.Emitted).recipients) == 5


def test_records_tell_of_it_like_of_a_client(echoing: Rig) -> None:
    tester = make_tester(echoing, headers={"User-Agent": "test"})
    tester.emit("ack", 1, callback=True)
    tester.emit("missing")
    connection = echoing.first(r.Opened).connection
    assert (connection.transport, connection.user_agent) == ("test", "test")
    rows = [(row["kind"], row["event"], row["status"], row["ack"]) for row in echoing.rows() if row["kind"] == "event"]
    assert rows == [("event", "ack", "handled", (1,)), ("event", "missing", "no-handler", None)]
    assert membership(echoing.server) == folded(echoing.log) != {}
    tester.disconnect()
    assert echoing.first(r.Disconnected).reason == "client disconnect"
    assert membership(echoing.server) == folded(echoing.log) == {}


def test_a_refused_test_client_is_not_connected(echoing: Rig) -> None:
    echoing.socketio.on_event("connect", lambda: False)
    assert not make_tester(echoing).is_connected()
    assert echoing.first(r.Refused).reason == "Connection rejected by server"


@pytest.mark.parametrize("event", ["connect", "break", "disconnect"])
@pytest.mark.parametrize("error", [ZeroDivisionError, TypeError, KeyError])
def test_what_a_handler_raises_reaches_the_test(echoing: Rig, event: str, error: type[Exception]) -> None:
    calls: list[int] = []

    def broken(*_args: Any) -> None:
        calls.append(1)
        raise error("on purpose")

    echoing.socketio.on_event(event, broken)
    with pytest.raises(error, match="on purpose"):
        use(make_tester(echoing))
    assert calls == [1]
    assert [record.status for record in echoing.all(r.Handled, key=("/", event))] == ["raised"]
    assert echoing.all(r.Rejected) == []


def use(tester: Any) -> None:
    tester.emit("break")
    tester.disconnect()


def test_a_value_that_cannot_be_sent_reaches_the_test(echoing: Rig) -> None:
    echoing.socketio.on_event("strange", object)
    with pytest.raises(TypeError, match="not JSON serializable"):
        make_tester(echoing).emit("strange", callback=True)


def test_cookies_of_flasks_own_test_client_come_along(echoing: Rig) -> None:
    @echoing.app.route("/login")
    def login() -> str:
        flask.session["name"] = "Ada"
        return "ok"

    echoing.socketio.on_event("who", lambda: flask.session["name"])
    browser = echoing.app.test_client()
    browser.get("/login")
    assert make_tester(echoing, flask_test_client=browser).emit("who", callback=True) == "Ada"


def test_it_works_where_nothing_is_served_and_after_a_stop(echoing: Rig) -> None:
    assert make_tester(echoing).emit("ack", 1, callback=True) == 1
    echoing.host.start()
    echoing.host.stop()
    assert make_tester(echoing).emit("ack", 2, callback=True) == 2


def test_a_test_client_that_is_gone_leaves_no_fork_in_the_road(echoing: Rig) -> None:
    tester = make_tester(echoing)
    side_road = echoing.host._side_road
    assert len(side_road._stand_ins) == 1
    flask_socketio.SocketIOTestClient.clients.pop(tester.eio_sid)
    del tester
    gc.collect()
    assert len(side_road._stand_ins) == 0


def test_another_attribute_than_the_known_ones_is_refused_by_name(rig: Rig) -> None:
    stand_in = StandIn(rig.server, {})
    with pytest.raises(AttributeError, match="sets 'always_connect', which this version of the lab does not know"):
        stand_in.always_connect = True
    assert rig.server.always_connect is False
    assert stand_in.manager is rig.server.manager


def test_two_tests_at_once_do_not_meet(echoing: Rig) -> None:
    def test(number: int) -> None:
        tester = make_tester(echoing)
        answers = [tester.emit("ack", number, each, callback=True) for each in range(20)]
        assert answers == [[number, each] for each in range(20)]

    threads = [threading.Thread(target=functools.partial(test, number)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_without_a_lab_it_is_flask_socketios_own(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.socketio.on_event("ack", lambda *args: args)
    rig.close()
    assert make_tester(rig).emit("ack", 1, callback=True) == 1
    assert rig.server.async_handlers is False  # as it does on plain
