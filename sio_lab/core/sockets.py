"""What is true of one raw WebSocket that is open, as the state keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.socket_records import FrameReceived, FrameSent, SocketClosed, SocketOpened

if TYPE_CHECKING:
    from sio_lab.core.record import Record
    from sio_lab.core.socket_records import Frame

SWITCHING = 101
"""The HTTP status that a WebSocket begins with."""


@dataclass(slots=True)
class SocketState:
    """One raw WebSocket."""

    sid: str
    path: str
    address: str | None
    user_agent: str | None
    opened_at: int
    """Nanoseconds since 1970."""

    opened: int
    """The seq of its `SocketOpened`."""

    frames_in: int = 0
    frames_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0

    @property
    def cells(self) -> tuple[Any, ...]:
        """Its row in the table of sockets, in the order of the columns."""
        who = (self.sid, self.path, self.address, self.user_agent, self.opened_at)
        return (*who, self.frames_in, self.frames_out, self.bytes_in, self.bytes_out)


SOCKET_RECORDS: tuple[type[Record], ...] = (SocketOpened, FrameReceived, FrameSent, SocketClosed)
"""Records that `fold_socket` takes in."""


def fold_socket(sockets: dict[str, SocketState], record: Any) -> None:
    """Fold one record into the raw WebSockets that are open, by their ids."""
    if isinstance(record, SocketOpened):
        if record.status == SWITCHING:
            told = (record.sid, record.path, record.address, record.user_agent, record.at, record.seq)
            sockets[record.sid] = SocketState(*told)
    elif isinstance(record, SocketClosed):
        sockets.pop(record.sid, None)
    elif record.sid in sockets:
        _count(sockets[record.sid], record)


def _count(socket: SocketState, frame: Frame) -> None:
    if isinstance(frame, FrameReceived):
        socket.frames_in += 1
        socket.bytes_in += frame.length
    else:
        socket.frames_out += 1
        socket.bytes_out += frame.length
