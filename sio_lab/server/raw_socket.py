"""What stands in for the socket of a raw WebSocket: all passes through it, and its line sees every byte."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sio_lab.server.shaking import END, MOST_HEAD
from sio_lab.server.thread import cut

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from sio_lab.server.raw_line import Line


class RawSocket:
    """A socket whose bytes are told to a `Line`; for what is not done here, it is the one within."""

    def __init__(self, within: socket.socket, line: Line) -> None:
        self.within = within
        self._line = line
        self._head = b""
        self.send: Callable[[bytes], int] = self._send_head

    def __getattr__(self, name: str) -> Any:
        return getattr(self.within, name)

    def fileno(self) -> int:
        """Return the socket's number, for selectors."""
        return self.within.fileno()

    def recv(self, size: int, *flags: int) -> bytes:
        """Wait for bytes of the client; returns nothing where there will be no more. Raises OSError as sockets do."""
        line = self._line
        while not line.has_given_up:
            try:
                data = self.within.recv(size, *flags)
            except TimeoutError:
                line.was_idle()
                continue
            except OSError:
                line.lost()
                raise
            if not data:
                break
            data = line.received(data)
            if data:
                return data
        line.lost()
        return b""

    def close(self) -> None:
        """Close it."""
        self._line.lost()
        self.within.close()

    def _send_head(self, data: bytes) -> int:
        """Send some of the handshake's answer; frames come after it."""
        self._head += bytes(data)
        sent: int = self.within.send(data)
        if END in self._head or len(self._head) > MOST_HEAD:
            self.send = self._send_frames
            self._line.answered(self._head)
            self._head = b""
        return sent

    def _send_frames(self, data: bytes) -> int:
        return self._line.send(bytes(data))

    def send_all(self, data: bytes) -> None:
        """Send all of it, as slowly as the client takes it.

        Raises OSError where the client is gone, or has taken nothing for as long as it may be idle.
        """
        try:
            sent = self.within.send(data)
            while sent < len(data):
                sent += self.within.send(memoryview(data)[sent:])
        except TimeoutError:
            cut(self.within)
            raise

    def send_at_once(self, data: bytes) -> None:
        """Send a few bytes where the network takes them right now; else they are lost."""
        with suppress(OSError), self.within.dup() as twin:
            # The descriptor blocks for nobody as soon as it has a time-out: only Python waits.
            twin.setblocking(False)
            twin.send(data)

    def patience(self, seconds: float | None) -> None:
        """Have `recv` look up, and `send` give up, after so many seconds without a byte."""
        with suppress(OSError):
            self.within.settimeout(seconds)

    def cut(self) -> None:
        """End it in both directions; whoever reads it wakes up."""
        cut(self.within)


def past(deadline: float) -> bool:
    """Tell whether a moment on the monotonic clock has gone by."""
    return time.monotonic() >= deadline
