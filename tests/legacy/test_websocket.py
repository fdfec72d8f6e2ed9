"""A WebSocket does what geventwebsocket's does, on a real connection."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask
import pytest
from flask_sock import Sock
from websocket import ABNF

from sio_lab.legacy.websocket import WebSocket, WebSocketError
from tests.legacy.reader import DEADLINE, Served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from websocket import WebSocket as Client


@pytest.fixture
def talk() -> Iterator[Callable[[Callable[[WebSocket], Any]], Client]]:
    """Return what runs a function on the server's side of a WebSocket; returns the client's."""
    app = flask.Flask("app")
    views: list[Callable[[WebSocket], Any]] = []
    Sock(app).route("/ws")(lambda server: views[-1](WebSocket(server)))
    with Served(app) as served:

        def start(view: Callable[[WebSocket], Any]) -> Client:
            views.append(view)
            return served.client("/ws")

        yield start


def test_text_and_bytes_come_and_go(talk: Any) -> None:
    def echo(ws: WebSocket) -> None:
        for _ in range(3):
            ws.send(ws.receive())
        ws.write(bytearray(b"array"))
        ws.send("as bytes", binary=True)
        ws.send(b"as text", binary=False)
        ws.send(5)
        ws.send(None)

    client = talk(echo)
    for message in ("text", b"bytes", "grüße"):
        client.send_binary(message) if isinstance(message, bytes) else client.send(message)
        assert client.recv() == message
    assert [client.recv() for _ in range(5)] == [b"array", b"as bytes", "as text", "5", ""]


def test_receive_gives_none_once_and_then_raises(talk: Any) -> None:
    seen: list[Any] = []
    done = threading.Event()

    def watch(ws: WebSocket) -> None:
        seen.append(ws.receive())
        seen.append(ws.closed)
        for again in (ws.receive, lambda: ws.send("x")):
            try:
                again()
            except WebSocketError as error:
                seen.append(str(error))
        done.set()

    talk(watch).close()
    assert done.wait(DEADLINE)
    assert seen == [None, True, "Socket is dead", "Socket is dead"]


def test_what_came_before_the_end_is_still_received(talk: Any) -> None:
    seen: list[Any] = []
    go, done = threading.Event(), threading.Event()

    def watch(ws: WebSocket) -> None:
        assert go.wait(DEADLINE)
        seen.extend([ws.receive(), ws.receive(), ws.read()])
        done.set()

    client = talk(watch)
    client.send("one")
    client.send("two")
    client.close()
    go.set()
    assert done.wait(DEADLINE)
    assert seen == ["one", "two", None]


def test_the_server_may_close_it_twice(talk: Any) -> None:
    def leave(ws: WebSocket) -> None:
        ws.close(1001, "bye")
        ws.close()
        assert ws.closed

    opcode, data = talk(leave).recv_data()
    assert (opcode, data) == (ABNF.OPCODE_CLOSE, (1001).to_bytes(2, "big") + b"bye")


def test_it_is_open_to_begin_with(talk: Any) -> None:
    assert talk(lambda ws: ws.send(ws.closed)).recv() == "False"


def test_it_knows_the_request(talk: Any) -> None:
    path, origin, method = (
        talk(lambda ws: ws.send(f"{ws.path} {ws.origin} {ws.environ['REQUEST_METHOD']}")).recv().split()
    )
    assert (path, method) == ("/ws", "GET")
    assert origin.startswith("http://127.0.0.1:")
