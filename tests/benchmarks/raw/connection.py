"""One client: a bare WebSocket, connected to the namespace `/`."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import time
from typing import TYPE_CHECKING

from tests.benchmarks.raw.frames import CLOSE, PONG, FrameReader, masked
from tests.benchmarks.raw.loop import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_READ = 1 << 16
PING, PONG_PACKET, CONNECT = b"2", b"3", b"40"
NORMAL_CLOSURE = (1000).to_bytes(2, "big")


def connected_socket(port: int) -> socket.socket:
    """Return a TCP connection to a server on this machine; what is sent leaves at once, as browsers have it."""
    connection = socket.create_connection(("127.0.0.1", port), DEADLINE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


class Connection:
    """Hands each message to `received`, with the time it came; answers pings itself.

    It offers no compression: that would cost every server, and the driver, what is no part of Socket.IO. `query` is
    what the address says beside Engine.IO's own, as in `&name=value`.
    """

    def __init__(self, port: int, received: Callable[[bytes, float], object], query: str = "") -> None:
        self.received = received
        self._socket = connected_socket(port)
        self._frames = FrameReader()
        self._waiting: list[bytes] = []
        self._upgrade(port, query)
        self._expect(b"0{")
        self.send(CONNECT)
        self.sid = self._expect(b"40{")
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Return the socket's number, for the loop."""
        return self._socket.fileno()

    def send(self, message: bytes) -> None:
        """Send a text. Raises BlockingIOError where the system takes no more, which no load here comes near."""
        self._socket.sendall(masked(message))

    def read(self) -> None:
        """Take what has come, and hand it on."""
        data = self._received_or_raise()
        now = time.perf_counter()
        for message in self._taken(data):
            self.received(message, now)

    def begin_close(self) -> None:
        """Say goodbye; `end_close` waits for the answer."""
        self._socket.settimeout(DEADLINE)
        self._socket.sendall(masked(NORMAL_CLOSURE, CLOSE))

    def end_close(self) -> None:
        """Wait until the server says goodbye, too, and end the connection."""
        with contextlib.suppress(ConnectionError):
            while True:
                self._frames.feed(self._received_or_raise())
        self.drop()

    def drop(self) -> None:
        """End the connection without a word."""
        self._socket.close()

    def _taken(self, data: bytes) -> list[bytes]:
        messages = self._frames.feed(data)
        while self._frames.pings:
            self._socket.sendall(masked(self._frames.pings.pop(), PONG))
        while PING in messages:
            messages.remove(PING)
            self.send(PONG_PACKET)
        return messages

    def _upgrade(self, port: int, query: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        lines = (
            f"GET /socket.io/?EIO=4&transport=websocket{query} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Connection: Upgrade",
            "Upgrade: websocket",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {key}",
        )
        self._socket.sendall("\r\n".join((*lines, "", "")).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += self._received_or_raise()
        head, _, rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(f"no WebSocket: {head[:200]!r}")
        self._waiting = self._taken(rest)

    def _expect(self, beginning: bytes) -> bytes:
        """Return the next message, which begins so; only while connecting."""
        while not self._waiting:
            self._waiting += self._taken(self._received_or_raise())
        message = self._waiting.pop(0)
        if not message.startswith(beginning):
            raise ConnectionError(f"expected {beginning!r}, got {message[:200]!r}")
        return message

    def _received_or_raise(self) -> bytes:
        data = self._socket.recv(MOST_READ)
        if not data:
            raise ConnectionError("the server ended the connection")
        return data
