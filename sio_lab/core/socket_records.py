"""What happened on raw WebSockets, which no Socket.IO is spoken on, and how any WebSocket began; part of `records`."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.quick import quick
from sio_lab.core.record import FIXED_BYTES, Record

MOST_KEPT = 65_536
"""Bytes that are kept of what one frame carries."""

NO_CODE = 1005
"""Stands for a Close frame without a code (RFC 6455, 7.1.5)."""

NO_CLOSE = 1006
"""Stands for an end without a Close frame (RFC 6455, 7.1.5)."""

GONE_WRONG = {
    1002: "one side broke the WebSocket protocol",
    1003: "one side can't take that kind of data",
    NO_CLOSE: "the connection ended without a Close frame: a network, a page or a program that went away",
    1007: "a text was no UTF-8",
    1008: "one side's rules were broken",
    1009: "a message was longer than the limit",
    1010: "an extension that the client needs is missing",
}
"""Close code -> what it means: of ends that are worth a look. (That a handler raised, 1011, its handshake tells.)"""


@quick
@dataclass(frozen=True, slots=True)
class SocketOpened(Record):
    """A client asked for a raw WebSocket, and got its answer; the function that serves it goes on."""

    sid: str
    """The lab's own id of the connection: `ws-7` is the one whose handshake is row 7."""

    path: str
    address: str | None
    user_agent: str | None
    status: int
    """The HTTP status of the answer: 101 is `Switching Protocols`."""

    request: str
    """The handshake's request as text, a header a line; secrets are hidden in it."""

    response: str
    """The answer to it."""

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        return FIXED_BYTES + len(self.request) + len(self.response)


@quick
@dataclass(frozen=True, slots=True)
class Handshaken(Record):
    """An Engine.IO connection got its WebSocket: the request and the answer, as of a `SocketOpened`."""

    eio_sid: str
    request: str
    response: str

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        return FIXED_BYTES + len(self.request) + len(self.response)


@quick
@dataclass(frozen=True, slots=True)
class Frame(Record):
    """One frame of a raw WebSocket."""

    sid: str
    path: str
    opcode: str
    """`text`, `binary`, `continuation`, `ping`, `pong` or `close`; `unreadable` for bytes that are no frame."""

    payload: str | bytes
    """What it carries, not masked and not compressed: the first 64 kB. Text in text, and in what continues it."""

    length: int
    """How many bytes it carries in all."""

    is_final: bool = True
    """Whether its message ends with it."""

    code: int | None = None
    """Of a Close frame: why; then `payload` is the reason. 1005 where it has none."""

    @property
    def said(self) -> tuple[str | bytes | int, ...]:
        """What it carries, as arguments."""
        if self.code is not None:
            return (self.code, self.payload) if self.payload else (self.code,)
        is_bare = self.opcode in {"ping", "pong"} and not self.payload
        return () if is_bare else (self.payload,)

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        return FIXED_BYTES + len(self.payload)


@quick
@dataclass(frozen=True, slots=True)
class FrameReceived(Frame):
    """A frame came from the client; the function has not seen it yet."""


@quick
@dataclass(frozen=True, slots=True)
class FrameSent(Frame):
    """A frame leaves for the client."""


@quick
@dataclass(frozen=True, slots=True)
class SocketClosed(Record):
    """A raw WebSocket has ended."""

    sid: str
    path: str
    began: int
    """The seq of its `SocketOpened`."""

    code: int
    """Of the first Close frame; 1005 where that has none, 1006 where there was none."""

    reason: str
    origin: str
    """Who ended it: `client`, `server`, which is the function that serves it, `lab` or `network`."""

    is_clean: bool
    """Whether each side has sent its Close frame."""

    ms: float
    """How long it was open, in milliseconds."""

    @property
    def hint(self) -> str | None:
        """What the code means, where that is worth a look."""
        return GONE_WRONG.get(self.code)
