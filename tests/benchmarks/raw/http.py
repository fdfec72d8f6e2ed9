"""Requests over one connection that is kept as long as the server keeps it, without waiting for their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tests.benchmarks.raw.connection import MOST_READ, connected_socket

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tests.benchmarks.raw.loop import Loop

OK = b"200"


class Answer(NamedTuple):
    """An answer that is all there."""

    body: bytes
    closes: bool
    """Whether the server ends the connection after it, as Werkzeug's does after each."""


class Requester:
    """Hands the body of each answer to `answered`; one request at a time."""

    def __init__(self, loop: Loop, port: int, answered: Callable[[bytes], object]) -> None:
        self.answered = answered
        self._loop = loop
        self._port = port
        self._socket: socket.socket | None = None
        self._reading = False
        self._data = b""

    def request(self, method: str, target: str, body: bytes = b"") -> None:
        """Send a request, over a new connection where the last one is gone."""
        kind = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n" if method == "POST" else ""
        head = f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{kind}\r\n"
        if self._socket is None:
            self._socket = connected_socket(self._port)
            self._loop.add(self._socket, self._read)
            self._reading = True
        self._socket.sendall(head.encode() + body)

    def ignore(self) -> None:
        """Read nothing more; the connection stays as it is."""
        if self._socket is not None and self._reading:
            self._loop.remove(self._socket)
            self._reading = False

    def close(self) -> None:
        """End the connection, if there is one."""
        self.ignore()
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _read(self) -> None:
        """Take what has come; when the answer is all there, hand it on."""
        data = self._socket.recv(MOST_READ) if self._socket else b""
        if not data:
            raise ConnectionError("the server ended a connection without an answer")
        self._data += data
        answer = whole_answer(self._data)
        if answer is not None:
            self._data = b""
            if answer.closes:
                self.close()
            self.answered(answer.body)


def whole_answer(data: bytes) -> Answer | None:
    """Return an answer; None where it is not all there yet. Raises ConnectionError where it is an error."""
    head, found, rest = data.partition(b"\r\n\r\n")
    if not found:
        return None
    if head.split(b" ", 2)[1] != OK:
        raise ConnectionError(f"the server answered {head[:80]!r}: {rest[:200]!r}")
    headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
    body = _chunks(rest) if headers.get(b"transfer-encoding") == b"chunked" else _sized(rest, headers)
    return None if body is None else Answer(body, headers.get(b"connection") == b"close")


def _sized(data: bytes, headers: dict[bytes, bytes]) -> bytes | None:
    return data if len(data) >= int(headers[b"content-length"]) else None


def _chunks(data: bytes) -> bytes | None:
    """Put the chunks of a body together; None where the last one is missing."""
    body = b""
    while True:
        line, found, data = data.partition(b"\r\n")
        if not found:
            return None
        size = int(line, 16)
        if len(data) < size + 2:
            return None
        if size == 0:
            return body
        body, data = body + data[:size], data[size + 2 :]
