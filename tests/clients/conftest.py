"""A running server, a log that hears of it, and clients that are closed again."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from asking import DEADLINE
from flask_socketio import disconnect, emit, join_room, rooms
from plain_server import PlainServer, Recorder

from sio_lab.clients import Clients
from sio_lab.core.log import Log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.clients import NamedClient


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def plain() -> Iterator[PlainServer]:
    """Without taps: the log hears nothing."""
    server = PlainServer()
    yield server
    server.stop()


@pytest.fixture
def server(plain: PlainServer, log: Log) -> PlainServer:
    Recorder(plain.server, log)
    return plain


@pytest.fixture
def clients(log: Log) -> Iterator[Clients]:
    opened = Clients(log, lambda columns: columns)
    yield opened
    opened.close_all()


@pytest.fixture
def join_untapped(plain: PlainServer, clients: Clients) -> Callable[..., NamedClient]:
    """Open a client of that name at the server, of which the log hears nothing."""

    def open_client(name: str = "ada", namespaces: Any = "/", **options: Any) -> NamedClient:
        return clients.open(plain.url, name, namespaces, **options)

    return open_client


@pytest.fixture
def join(server: PlainServer, join_untapped: Callable[..., NamedClient]) -> Callable[..., NamedClient]:
    """Open a client of that name at the server, while the log hears of it."""
    assert server
    return join_untapped


@pytest.fixture(params=["polling", "websocket", None])
def transports(request: pytest.FixtureRequest) -> list[str] | None:
    return [request.param] if request.param else None


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What a handler may wait for; opened at the end in any case."""
    opened = threading.Event()
    yield opened
    opened.set()


@pytest.fixture
def lesson(plain: PlainServer, gate: threading.Event) -> None:
    """Handlers that the tests talk to."""
    on = plain.socketio.on

    @on("echo")
    @on("echo", namespace="/chat")
    def echo(*args: Any) -> Any:
        return args

    @on("say")
    @on("say", namespace="/chat")
    def say(*args: Any) -> None:
        emit("said", list(args), broadcast=True)

    @on("give")
    def give(value: Any) -> Any:
        return value

    @on("fail")
    def fail() -> None:
        raise ValueError("no such thing")

    @on("slow")
    def slow() -> str:
        gate.wait(DEADLINE)
        emit("finished", broadcast=True)
        return "late"

    @on("enter")
    def enter() -> list[Any]:
        join_room("den")
        return rooms()

    @on("which rooms")
    def which_rooms() -> list[Any]:
        return sorted(rooms())

    @on("kick me")
    def kick_me() -> None:
        disconnect()
        gate.wait(DEADLINE)
