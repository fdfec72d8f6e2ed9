"""A client of raw WebSockets that sees every frame, and how it ended."""

from __future__ import annotations

import contextlib
import struct
from typing import TYPE_CHECKING, Any, Self

import websocket

from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from types import TracebackType

ECHO = """
@ws("/echo")
def echo(ws):
    while True:
        ws.send({answer})
"""
"""A cell that answers raw WebSockets; what it sends is to be filled in."""


class RawClient:
    """One raw WebSocket; within a `with` block, so that it is gone in the end."""

    def __init__(self, url: str, path: str = "/echo", **options: Any) -> None:
        self.ws = websocket.create_connection(f"ws{url.removeprefix('http')}{path}", DEADLINE, **options)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.ws.shutdown()

    def say(self, text: str | bytes) -> Any:
        """Send a message and return the next one."""
        self.send(text)
        return self.ws.recv()

    def send(self, text: str | bytes) -> None:
        """Send a message."""
        if isinstance(text, bytes):
            self.ws.send_binary(text)
        else:
            self.ws.send(text)

    def ended(self) -> tuple[int, str]:
        """Read on until the server's Close frame; returns its code and reason. It is answered."""
        while True:
            opcode, data = self.ws.recv_data(control_frame=True)
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                code = struct.unpack("!H", data[:2])[0] if data else 1005
                return code, data[2:].decode()

    def read(self, size: int) -> bytes:
        """Return so many bytes, or fewer where the server closes the connection."""
        data = b""
        while len(data) < size and (more := self.ws.sock.recv(size - len(data))):
            data += more
        return data

    def rest(self) -> bytes:
        """Return all bytes that still come, until the server closes the connection."""
        data = b""
        with contextlib.suppress(OSError):
            while more := self.ws.sock.recv(4096):
                data += more
        return data
