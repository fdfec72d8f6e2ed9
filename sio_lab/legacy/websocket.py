"""A raw WebSocket as geventwebsocket has it, on top of simple-websocket."""

from __future__ import annotations

from typing import Any


class WebSocketError(OSError):
    """The WebSocket is closed."""


class WebSocket:
    """One client's WebSocket, on the server's side; `server` is a `simple_websocket.Server`."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._told = False
        self.environ: dict[str, Any] = server.environ

    @property
    def closed(self) -> bool:
        """Whether either side has closed it."""
        return not self._server.connected

    @property
    def path(self) -> str:
        """The path that the client asked for."""
        return str(self.environ.get("PATH_INFO", ""))

    @property
    def origin(self) -> str | None:
        """The page that the client came from."""
        return self.environ.get("HTTP_ORIGIN")

    def receive(self) -> str | bytes | None:
        """Wait for what the client sends; None, once, when it is gone. Raises WebSocketError ever after."""
        try:
            received: str | bytes = self._server.receive()
        except _gone():
            if self._told:
                raise WebSocketError("Socket is dead") from None
            self._told = True
            return None
        return received

    read = receive

    def send(self, message: Any, binary: bool | None = None) -> None:
        """Send text, or bytes as such. Raises WebSocketError where the client is gone."""
        is_bytes = isinstance(message, (bytes, bytearray, memoryview)) if binary is None else binary
        try:
            self._server.send(_as_bytes(message) if is_bytes else _as_text(message))
        except _gone():
            raise WebSocketError("Socket is dead") from None

    write = send

    def close(self, code: int = 1000, message: Any = "") -> None:
        """Close it; a second call does nothing."""
        try:
            self._server.close(code, _as_text(message))
        except _gone():
            return


def _as_bytes(message: Any) -> bytes:
    return message.encode() if isinstance(message, str) else bytes(message)


def _as_text(message: Any) -> str:
    if message is None:
        return ""
    return message.decode() if isinstance(message, (bytes, bytearray)) else str(message)


def _gone() -> tuple[type[Exception], ...]:
    """Return what simple-websocket raises where the other side is gone."""
    from simple_websocket import ConnectionClosed

    return ConnectionClosed, OSError
