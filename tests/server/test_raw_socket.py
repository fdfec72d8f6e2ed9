"""What stands in for a socket passes everything on."""

from __future__ import annotations

import socket
import time
from types import SimpleNamespace
from typing import Any

import pytest

from sio_lab.server.raw_socket import RawSocket, past

HEAD = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


class Heard(SimpleNamespace):
    """Stands for a line."""

    has_given_up = False

    def __init__(self) -> None:
        super().__init__(told=[])

    def answered(self, head: bytes) -> None:
        self.told.append(head)

    def received(self, data: bytes) -> bytes:
        self.told.append(data)
        return data if data != b"swallow" else b""

    def was_idle(self) -> None:
        self.told.append("idle")
        self.has_given_up = True

    def lost(self) -> None:
        self.told.append("lost")


@pytest.fixture
def pair() -> Any:
    ours, theirs = socket.socketpair()
    yield ours, theirs
    ours.close()
    theirs.close()


def test_the_head_is_told_and_bytes_pass(pair: Any) -> None:
    ours, theirs = pair
    line: Any = Heard()
    wrapped = RawSocket(ours, line)
    assert wrapped.fileno() == ours.fileno()
    for piece in (HEAD[:10], HEAD[10:]):
        assert wrapped.send(piece) == len(piece)
    assert theirs.recv(100) == HEAD
    theirs.sendall(b"hi")
    assert wrapped.recv(100) == b"hi"
    theirs.close()
    assert wrapped.recv(100) == b""
    assert line.told == [HEAD, b"hi", "lost"]
    assert wrapped.getsockname() is not None


def test_silence_is_told(pair: Any) -> None:
    line: Any = Heard()
    wrapped = RawSocket(pair[0], line)
    wrapped.patience(0.01)
    assert wrapped.recv(100) == b""
    assert line.told == ["idle", "lost"]


def test_what_is_slow_is_sent_whole_and_what_is_stuck_ends(pair: Any) -> None:
    ours, theirs = pair
    wrapped = RawSocket(ours, Heard())  # type: ignore[arg-type]  # it stands for a line
    wrapped.patience(0.05)
    with pytest.raises(TimeoutError):
        wrapped.send_all(b"x" * 50_000_000)
    assert theirs.recv(10) == b"x" * 10
    wrapped.send_at_once(b"lost")
    wrapped.close()


def test_moments_go_by() -> None:
    assert past(time.monotonic())
    assert not past(time.monotonic() + 100)
