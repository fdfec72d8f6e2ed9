"""The facade: every verb, on a real server with real clients."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio as python_socketio

from sio_lab.errors import CallFailed, ClientRefused, LabError, NotRunning, PortTaken, TargetError
from sio_lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.start()
    yield lab
    lab.close()


@pytest.fixture
def people(lab: Lab) -> tuple[Any, Any, Any]:
    clients = lab.client("ada"), lab.client("bob"), lab.client("eve", namespace="/test")
    lab.join("ada", "lobby")
    lab.join("bob", "lobby")
    return clients


@pytest.fixture(autouse=True)
def served_namespaces(lab: Lab) -> None:
    lab.socketio.on_event("nothing", lambda: None, namespace="/test")


def test_it_makes_a_real_app_and_a_real_socketio(lab: Lab) -> None:
    assert isinstance(lab.app, flask.Flask)
    assert isinstance(lab.socketio, flask_socketio.SocketIO)
    assert lab.app.extensions["socketio"] is lab.socketio
    assert (lab.running, lab.url) == (True, f"http://127.0.0.1:{lab.port}")


def test_a_new_lab_is_stopped() -> None:
    lab = Lab()
    assert (lab.running, lab.url, lab.port) == (False, None, None)
    assert "The server is stopped" in repr(lab)
    assert lab.stop().running is False
    lab.close()


def test_handlers_defined_before_the_start_count() -> None:
    lab = Lab()
    lab.socketio.on_event("early", lambda: "there")
    lab.start()
    assert lab.client("ada").call("early") == "there"
    lab.close()


def test_a_second_start_says_what_runs(lab: Lab) -> None:
    url = lab.url
    assert "running already" in repr(lab.start(port=1))
    assert lab.url == url


def test_options_are_socketios_own_and_for_the_first_start() -> None:
    lab = Lab()
    lab.start(always_connect=True)
    assert lab.socketio.server.always_connect
    lab.stop()
    with pytest.raises(LabError, match="always_connect: the SocketIO object is there already"):
        lab.start(always_connect=False)
    lab.close()


def test_cors_may_change_with_each_start(lab: Lab) -> None:
    lab.stop()
    lab.start(cors="https://lesson.example")
    assert lab.client("ada", headers={"Origin": "https://lesson.example"}).connected
    assert lab.client("bob", headers={"Origin": lab.url}).connected
    assert lab.socketio.server.eio.cors_allowed_origins is None
    lab.stop()
    lab.start()
    with pytest.raises(ClientRefused, match=r"Not an accepted origin.*%sio start --cors https://lesson.example"):
        lab.client("ada", headers={"Origin": "https://lesson.example"})


def test_a_taken_port_says_so_and_leaves_the_lab_usable() -> None:
    lab = Lab()
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        with pytest.raises(PortTaken, match=rf"Port {port} on 127.0.0.1 is taken.*--port 0"):
            lab.start(port=port)
    assert lab.start().running
    lab.close()


def test_a_start_may_ask_for_plain_threads_and_the_next_one_not() -> None:
    lab = Lab()
    for plain in (True, False, True):
        lab.start(plain=plain)
        lab.socketio.on_event("where", lambda: threading.current_thread().name)
        name = lab.client("ada").call("where")
        assert name.startswith("sio-lab-handler-") is not plain
        lab.stop()
    lab.close()


def test_a_start_may_leave_pythons_thread_turns_alone_and_the_next_one_not(lab: Lab) -> None:
    for own_switch in (True, False):
        lab.stop()
        lab.start(no_switch=own_switch)
        assert lab._running_host().manner.own_switch is own_switch


def test_restart_keeps_port_handlers_and_clients(lab: Lab) -> None:
    lab.socketio.on_event("hello", lambda: "world")
    ada, port = lab.client("ada"), lab.port
    sid = ada.sid
    assert lab.restart().running
    assert lab.port == port
    assert ada.connected
    assert ada.sid != sid
    assert ada.call("hello") == "world"


def test_restart_and_stop_of_a_stopped_lab(lab: Lab) -> None:
    lab.stop()
    assert lab.stop().running is False
    with pytest.raises(NotRunning, match="%sio start"):
        lab.restart()


def test_emit_to_everybody_a_room_a_client_and_several(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    ada, bob, eve = people
    assert lab.emit("news", 1) == [ada.sid, bob.sid]
    assert lab.emit("news", 2, to="lobby", skip="bob") == [ada.sid]
    assert lab.emit("news", 3, to="eve") == [eve.sid]
    assert lab.emit("news", 4, to=["ada", "bob"]) == [ada.sid, bob.sid]
    assert lab.emit("news", 5, namespace="/test") == [eve.sid]
    assert [args for (args,) in ada.received["args"]] == [1, 2, 4]
    assert [args for (args,) in bob.received["args"]] == [1, 4]
    assert [args for (args,) in eve.received["args"]] == [3, 5]


def test_what_emit_returns_names_the_clients(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    assert people
    assert repr(lab.emit("news", 1, to="lobby")) == "news → ada, bob (2 clients in /)"
    nobody = lab.emit("news", 1, to="room:attic", namespace="/")
    assert repr(nobody) == "news → nobody in /: there is no client and no room 'attic' in /"


def test_several_arguments_and_none_and_bytes(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    ada = people[0]
    for args in ((), (None,), (1, "two", [3]), (b"bytes", {"deep": b"er"})):
        lab.emit("args", *args, to="ada")
        assert ada.received["args"].iloc[-1] == args


def test_send_is_a_message(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    lab.send("hello", to="ada")
    assert people[0].received["event"].tolist() == ["message"]


def test_call_returns_the_ack(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    people[0].on("ask", lambda *args: (len(args), "answers"))
    assert lab.call("ask", 1, 2, to="ada") == (2, "answers")


def test_call_gives_up_and_says_why(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    done = threading.Event()
    people[0].on("ask", lambda: done.wait(10))
    with pytest.raises(CallFailed, match=r"ada did not acknowledge 'ask' within 0\.05 s"):
        lab.call("ask", to="ada", timeout=0.05)
    done.set()


def test_call_goes_to_one_client(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    assert people
    with pytest.raises(TargetError, match="'lobby' stands for 2: ada, bob"):
        lab.call("ask", to="lobby")


def test_reach_sends_nothing_and_agrees_with_emit(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    for to, skip in ((None, None), ("lobby", None), ("lobby", "ada"), (["ada", "lobby"], ["bob"])):
        expected = lab.reach(to, skip)
        before = len(people[0].received)
        assert len(people[0].received) == before
        assert lab.emit("news", to=to, skip=skip) == expected


def test_join_leave_close_room_and_kick(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    ada, bob, _ = people
    assert lab.join(["ada", "bob"], 7) == [ada.sid, bob.sid]
    assert lab.leave("bob", 7) == [bob.sid]
    assert lab.reach(7) == [ada.sid]
    assert lab.close_room(7) == [ada.sid]
    with pytest.raises(TargetError):
        lab.reach(7)
    assert lab.close_room("lobby") == [ada.sid, bob.sid]
    sid = bob.sid
    assert lab.kick("bob") == [sid]
    assert not bob.connected


def test_asking_again_for_a_name_replaces_that_client(lab: Lab) -> None:
    first = lab.client("ada")
    second = lab.client("ada")
    assert not first.connected
    assert second.connected
    assert lab.clients.df["client"].tolist() == ["ada"]


def test_a_refused_client_raises_with_message_and_data(lab: Lab) -> None:
    def refuse(_auth: object) -> None:
        raise flask_socketio.ConnectionRefusedError("not today", {"code": 7})

    lab.socketio.on_event("connect", refuse)
    with pytest.raises(ClientRefused) as caught:
        lab.client("ada")
    assert (caught.value.message, caught.value.data) == ("not today", {"code": 7})


def test_what_an_error_handler_returns_is_the_ack_that_a_call_gets(lab: Lab) -> None:
    lab.socketio.on_error_default(lambda error: f"sorry: {error}")
    lab.socketio.on_event("break", lambda: {}["no"])
    assert lab.client("ada").call("break") == "sorry: 'no'"
    assert lab.errors[-1].ack == ("sorry: 'no'",)


def test_an_ack_of_an_error_handler_that_cannot_be_sent_ends_the_call(lab: Lab) -> None:
    lab.socketio.on_error_default(lambda _error: object())
    lab.socketio.on_event("break", lambda: {}["no"])
    with pytest.raises(CallFailed, match="not JSON serializable"):
        lab.client("ada").call("break")


@pytest.mark.parametrize("verb", ["emit", "send", "call", "join", "leave", "close_room", "kick", "client"])
def test_acting_on_a_stopped_lab_says_how_to_start(lab: Lab, verb: str) -> None:
    lab.stop()
    arguments = {"join": ("ada", "x"), "leave": ("ada", "x")}.get(verb, ("x",))
    options = {"to": "ada"} if verb == "call" else {}
    with pytest.raises(NotRunning, match="%sio start"):
        getattr(lab, verb)(*arguments, **options)


def test_tables(lab: Lab, people: tuple[Any, Any, Any]) -> None:
    assert people
    assert lab.clients.df["client"].tolist() == ["ada", "bob", "eve"]
    assert set(lab.rooms.df.xs("lobby", level="room")["client"]) == {"ada", "bob"}
    assert list(lab.namespaces.df.index) == ["/", "/test"]
    assert list(lab.handlers.df.index) == [("/test", "nothing")]
    assert len(lab.errors) == len(lab.acks) == 0
    assert lab.traffic.where("kind:join").df["to"].tolist() == ["lobby", "lobby"]


def test_settle_waits_for_handlers(lab: Lab) -> None:
    go, ada = threading.Event(), lab.client("ada")
    lab.socketio.on_event("slow", lambda: go.wait(10))
    ada.emit("slow", wait=False)
    assert not lab.settle(0.05)
    assert "slow" in repr(lab.status())
    go.set()
    assert lab.settle(10)


def test_serve_watches_a_bare_server_and_gives_it_back(lab: Lab) -> None:
    server = python_socketio.Server(async_mode="threading")
    before = dict(vars(server))
    server.on("hello", lambda sid, data: (len(sid) > 0, data))
    lab.serve(server)
    assert lab.client("ada").call("hello", 5) == (True, 5)
    assert lab.traffic.where("event:hello status:handled").df["handler"].tolist() == ["<lambda>"]
    with pytest.raises(LabError, match="has no Flask app"):
        _ = lab.app
    lab.close()
    assert vars(server).keys() == before.keys()


def test_serve_takes_the_users_own_socketio(lab: Lab) -> None:
    app = flask.Flask("own")
    socketio = flask_socketio.SocketIO(app, async_mode="threading")
    socketio.on_event("hello", lambda: "own")
    lab.serve(socketio)
    assert lab.app is app
    assert lab.client("ada").call("hello") == "own"


@pytest.mark.parametrize("thing", [flask.Flask("x"), flask_socketio.SocketIO(), 5])
def test_what_cannot_be_served_says_what_can(lab: Lab, thing: object) -> None:
    with pytest.raises(LabError, match=r"Can't serve|has no app yet"):
        lab.serve(thing)
    assert lab.running


def test_socketio_stop_stops_the_lab(lab: Lab) -> None:
    lab.socketio.stop()
    assert not lab.running


def test_the_log_is_bounded_as_asked() -> None:
    lab = Lab(max_records=50)
    lab.start()
    ada = lab.client("ada")
    for number in range(60):
        lab.emit("tick", number)
    assert len(ada.received) == 60
    assert len(lab.log) == 50
    assert "older records have left the log" in repr(lab.status())
    lab.close()


def test_closing_leaves_no_thread() -> None:
    before = threading.active_count()
    lab = Lab()
    lab.start()
    lab.client("ada")
    lab.close()
    lab.close()
    assert threading.active_count() == before


def test_in_cells_nothing_needs_a_sleep(lab: Lab) -> None:
    lab.socketio.on_event("echo", lambda text: flask_socketio.emit("echoed", text, broadcast=True))
    ada, bob = lab.client("ada"), lab.client("bob")
    for number in range(100):
        ada.emit("echo", number)
        assert bob.received["args"].iloc[-1] == (number,)


@pytest.mark.parametrize(
    ("verb", "args", "told"),
    [
        ("emit", ("news", object()), "emit 'news': Object of type object is not JSON serializable"),
        ("emit", (5,), "5 is no name of an event"),
        ("call", (5,), "5 is no name of an event"),
        ("join", ("ada", []), r"\[\] is no name of a room"),
        ("close_room", ([],), r"\[\] is no name of a room"),
    ],
)
def test_values_that_cannot_be_sent_say_so(lab: Lab, verb: str, args: tuple[Any, ...], told: str) -> None:
    lab.client("ada")
    options = {"to": "ada"} if verb == "call" else {}
    with pytest.raises(LabError, match=told):
        getattr(lab, verb)(*args, **options)


def test_a_bare_server_after_another_has_its_own_handlers_only(lab: Lab) -> None:
    lab.serve(python_socketio.Server(async_mode="threading"))
    assert len(lab.handlers) == 0
    assert list(lab.program) == ["socketio"]


def test_a_client_that_is_refused_after_a_restart_does_not_stop_it(lab: Lab) -> None:
    ada = lab.client("ada")
    lab.socketio.on_event("connect", lambda _auth: False)
    status = lab.restart()
    assert status.running
    assert "ada" in repr(status)
    assert not ada.connected
