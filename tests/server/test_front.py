"""The one WSGI callable in front of the programs: who answers which request, and how what is under way ends."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.core import records as r
from sio_lab.server.front import Front, Program, Request, own_app
from sio_lab.server.socketio import LabSocketIO
from sio_lab.server.thread import ServerThread
from tests.server.peers import DEADLINE, connected_socket, request
from tests.server.rig import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.server.rig import Rig

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
UPGRADE = b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n\r\n"


def program(name: str, *sids: str, closed: bool = False, answer: Any = None) -> Program:
    """Return a program that answers with its name, and has Engine.IO sessions."""

    def own(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", [])
        return [name.encode()]

    sockets = {sid: SimpleNamespace(closed=closed) for sid in sids}
    return Program(answer or own, SimpleNamespace(sockets=sockets), "socket.io")


def ask(front: Front, path: str = "/", query: str = "") -> str:
    """Return who answers."""
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": "GET"}
    return b"".join(front(environ, lambda *_: None)).decode()


def test_after_the_switch_requests_reach_the_new_program() -> None:
    old = program("old")
    front = Front(old)
    assert ask(front) == "old"
    assert front.switch(program("new")) is old
    assert ask(front) == "new"
    assert ask(front, "/socket.io/", "EIO=4&transport=polling") == "new"


def test_the_sessions_of_a_leaving_program_stay_with_it_until_it_has_left() -> None:
    old, front = program("old", "abc"), Front(program("new"))
    front._leaving.append(old)
    assert ask(front, "/socket.io/", "EIO=4&sid=abc") == "old"
    assert ask(front, "/socket.io/", "EIO=4&sid=other") == "new"
    assert ask(front, "/elsewhere", "sid=abc") == "new"
    front.forget(old)
    assert ask(front, "/socket.io/", "EIO=4&sid=abc") == "new"


def test_a_session_that_is_over_is_nobodys() -> None:
    front = Front(program("old", "abc", closed=True))
    front.switch(program("new"))
    assert ask(front, "/socket.io/", "sid=abc") == "new"


def test_two_programs_may_leave_at_once() -> None:
    front = Front(program("one", "a"))
    front.switch(program("two", "b"))
    front.switch(program("three"))
    assert [ask(front, "/socket.io/", f"sid={sid}") for sid in "abc"] == ["one", "two", "three"]


def test_a_program_may_come_back() -> None:
    first, second = program("first"), program("second")
    front = Front(first)
    front.switch(second)
    front.switch(first)
    assert (first.is_leaving, second.is_leaving, ask(front)) == (False, True, "first")
    assert Front(second) is not front
    assert not second.is_leaving


def test_what_is_answered_is_noted_for_as_long_as_it_lasts() -> None:
    seen: list[list[Request]] = []

    def answer(_environ: Any, _start: Any) -> Iterable[bytes]:
        seen.append(streaming.requests())
        return iter([b"a", b"b"])

    streaming = program("", answer=answer)
    body = Front(streaming)({"QUERY_STRING": ""}, lambda *_: None)
    assert [len(requests) for requests in seen] == [1]
    assert streaming.requests() == seen[0]
    assert b"".join(body) == b"ab"
    body.close()
    assert streaming.requests() == []


def test_what_raises_is_passed_on_and_noted_no_more() -> None:
    def answer(_environ: Any, _start: Any) -> Any:
        raise ZeroDivisionError

    broken = program("", answer=answer)
    with pytest.raises(ZeroDivisionError):
        ask(Front(broken))
    assert broken.requests() == []


def test_when_a_session_last_posted_is_known_of_a_leaving_program() -> None:
    old = program("old", "abc")
    front = Front(old)
    post = {"PATH_INFO": "/socket.io/", "QUERY_STRING": "sid=abc", "REQUEST_METHOD": "POST"}
    front(post, lambda *_: None)
    assert old.posted_at("abc") == 0
    front.switch(program("new"))
    front(post, lambda *_: None)
    assert old.posted_at("abc") > 0


def test_the_session_of_a_request_is_read_from_the_query() -> None:
    assert Request({"QUERY_STRING": "EIO=4&sid=abc"}).eio_sid == "abc"


class Busy:
    """A program whose requests wait at a gate."""

    def __init__(self) -> None:
        self.gate = Gate()
        self.program = program("", answer=self.answer)

    def answer(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/stream":
            start_response("200 OK", [])
            return self.stream()
        self.gate.pass_through()
        start_response("200 OK", [("Content-Length", "4")])
        return [b"late"]

    def stream(self) -> Iterator[bytes]:
        yield b"begin"
        self.gate.pass_through()
        while True:
            yield b"more"


@pytest.fixture
def served(_no_thread_left: None) -> Iterator[tuple[Busy, ServerThread]]:
    """Return a program that waits, and where it is served."""
    busy = Busy()
    server = ServerThread(Front(busy.program), "127.0.0.1", 0)
    server.start()
    yield busy, server
    busy.gate.open()
    server.stop_listening()
    server.close_connections()


def test_a_route_at_work_is_named_and_gives_its_answer(served: tuple[Busy, ServerThread]) -> None:
    busy, server = served
    answers: list[Any] = []
    asking = threading.Thread(target=lambda: answers.append(request(server.url)))
    asking.start()
    busy.gate.reached()
    (name,) = busy.program.end_requests(patience=0, timeout=0)
    assert "process_request_thread" in name
    busy.gate.open()
    asking.join(DEADLINE)
    assert answers == [(200, "late")]


def test_a_stream_without_end_is_cut(served: tuple[Busy, ServerThread]) -> None:
    busy, server = served
    with connected_socket(server.url) as stream:
        stream.sendall(GET.replace(b"/ ", b"/stream ", 1))
        busy.gate.reached()
        busy.gate.open()
        assert busy.program.end_requests(patience=0, timeout=DEADLINE) == []


def test_a_websocket_is_cut(served: tuple[Busy, ServerThread]) -> None:
    busy, server = served
    with connected_socket(server.url) as websocket:
        websocket.sendall(UPGRADE)
        busy.gate.reached()
        assert len(busy.program.end_requests(patience=DEADLINE, timeout=0)) == 1
        assert websocket.recv(1) == b""


def test_without_a_connection_of_its_own_a_request_can_be_cut_too() -> None:
    Request({}).cut()


def test_who_asks_for_the_end_does_not_wait_for_itself() -> None:
    ends: list[list[str]] = []

    def answer(_environ: Any, _start: Any) -> list[bytes]:
        ends.append(own.end_requests(DEADLINE, DEADLINE))
        return []

    own = program("", answer=answer)
    ask(Front(own))
    assert ends == [[]]


def test_of_two_socketio_on_one_app_each_keeps_what_is_engine_ios() -> None:
    app = flask.Flask("shared")
    app.add_url_rule("/", "page", lambda: "page")
    pairs = [LabSocketIO(app), LabSocketIO(app)]
    for name, pair in zip("ab", pairs, strict=True):
        pair.server.eio.handle_request = lambda _environ, _start, name=name: [name.encode()]
    assert [call(own_app(pair), "/socket.io/") for pair in pairs] == ["a", "b"]
    assert [call(own_app(pair), "/") for pair in pairs] == ["page", "page"]


def call(wsgi: Any, path: str) -> str:
    environ = flask.Flask("any").test_request_context(path).request.environ
    return b"".join(wsgi(environ, lambda *_: None)).decode()


@pytest.mark.parametrize(("upgrade", "begins"), [("websocket", False), ("websocket", True), ("", True), ("", False)])
def test_a_websocket_that_has_ended_is_no_answer(upgrade: str, begins: bool) -> None:
    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        if begins:
            start_response("400 BAD REQUEST", [])
        return []

    front = Front(program("any", answer=answer))
    environ = {"PATH_INFO": "/socket.io/", "REQUEST_METHOD": "GET", "HTTP_UPGRADE": upgrade}
    if upgrade and not begins:
        with pytest.raises(ConnectionError):
            front(environ, lambda *_: None)
    else:
        assert front(environ, lambda *_: None) == []


def test_a_client_that_leaves_its_websocket_is_no_error(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    rig.peer().close()
    rig.first(r.Closed)
    rig.host.stop()
    assert caplog.records == []
