from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.clients.transport import Engine, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plain_server import PlainServer

DEADLINE = 10.0


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine(logger=quiet, handle_sigint=False)
    yield made
    made.end()


def opened(engine: Engine, server: PlainServer, transports: list[str] | None) -> list[str]:
    """Connect it in the default namespace; return why it ended, once it has."""
    ends: list[str] = []
    engine.on("disconnect", ends.append)
    engine.connect(server.url, transports=transports, engineio_path="socket.io")
    return ends


def test_messages_come_in_order_one_at_a_time(plain: PlainServer, engine: Engine, transports: list[str] | None) -> None:
    got: list[Any] = []
    threads: set[threading.Thread] = set()
    done = threading.Event()

    def message(data: Any) -> None:
        threads.add(threading.current_thread())
        got.append(data)
        if len(got) == 100:
            done.set()

    engine.on("message", message)
    opened(engine, plain, transports)
    for number in range(100):
        plain.server.eio.send(engine.sid, str(number).encode() if number % 2 else f"text {number}")
    assert done.wait(DEADLINE)
    assert got == [str(number).encode() if number % 2 else f"text {number}" for number in range(100)]
    assert len(threads) == 1


def test_what_was_sent_before_the_end_arrives(plain: PlainServer, engine: Engine, transports: list[str] | None) -> None:
    got: list[Any] = []
    plain.server.eio.handlers["message"] = lambda _sid, data: got.append(data)
    ends = opened(engine, plain, transports)
    for number in range(100):
        engine.send(f"text {number}")
    engine.end(DEADLINE)
    engine.end(DEADLINE)
    assert got == [f"text {number}" for number in range(100)]
    assert ends == ["client disconnect"]


def test_a_cut_tells_the_server_nothing(plain: PlainServer, engine: Engine, transports: list[str] | None) -> None:
    reasons: list[str] = []
    plain.server.eio.handlers["disconnect"] = lambda _sid, reason: reasons.append(reason)
    ends = opened(engine, plain, transports)
    engine.cut()
    engine.cut()
    plain.stop()
    assert ends == ["transport error"]
    assert "client disconnect" not in reasons
    assert engine.state == "disconnected"


def test_a_cut_engine_opens_no_other_socket(plain: PlainServer, engine: Engine) -> None:
    opened(engine, plain, ["polling"])
    engine.cut()
    assert engine._send_request("GET", plain.url) == "the connection was cut"
    assert all(each.fileno() == -1 for each in engine._sockets())


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_its_end_is_bounded_where_the_server_does_nothing(plain: PlainServer, engine: Engine, transport: str) -> None:
    opened(engine, plain, [transport])
    gate = threading.Event()
    plain.server.eio.handlers["message"] = lambda *_: gate.wait(DEADLINE)
    engine.send("a message that the server never finishes with")
    started = time.monotonic()
    engine.end(0.2)
    assert time.monotonic() - started < 2
    gate.set()
    assert not any(thread.is_alive() for thread in engine._threads)


def test_proxies_of_the_environment_do_not_matter(
    plain: PlainServer, engine: Engine, transports: list[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    opened(engine, plain, transports)
    assert engine.state == "connected"
