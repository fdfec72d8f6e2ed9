"""What happened, one small immutable class per thing seen.

All is told from the server's side: 'in' comes from a client, 'out' goes to one. Payloads stay wire text, decoded when
somebody looks: a handler that changes its argument can't falsify history, and a record stays small.
"""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.connection_records import (
    Asked,
    ClientNamed,
    Closed,
    Connection,
    HttpRequest,
    Opened,
    Rejected,
    Upgraded,
)
from sio_lab.core.handler_records import HandlerCovers, HandlerRegistered, HandlerRemoved
from sio_lab.core.quick import quick
from sio_lab.core.record import FIXED_BYTES, Record, Room
from sio_lab.core.socket_records import FrameReceived, FrameSent, Handshaken, SocketClosed, SocketOpened
from sio_lab.core.task_records import TaskEnded, TaskLingers, TaskStarted
from sio_lab.core.wire import NO_WIRE, Wire

__all__ = [
    "NO_WIRE",
    "Asked",
    "ClientNamed",
    "Closed",
    "Connection",
    "FrameReceived",
    "FrameSent",
    "HandlerCovers",
    "HandlerRegistered",
    "HandlerRemoved",
    "Handshaken",
    "HttpRequest",
    "Opened",
    "Record",
    "Rejected",
    "Room",
    "SocketClosed",
    "SocketOpened",
    "TaskEnded",
    "TaskLingers",
    "TaskStarted",
    "Upgraded",
    "Wire",
]
"""What is defined elsewhere and is found here, beside all classes below."""


@quick
@dataclass(frozen=True, slots=True)
class ServerStarted(Record):
    """The server began to listen."""

    url: str
    """Where, as a client would write it."""


@quick
@dataclass(frozen=True, slots=True)
class ServerStopped(Record):
    """The server has stopped; every connection is gone."""

    url: str
    """Where it listened."""


@quick
@dataclass(frozen=True, slots=True)
class Member:
    """One sid in one room, for a `Snapshot`."""

    namespace: str
    room: Room
    sid: str
    eio_sid: str


@quick
@dataclass(frozen=True, slots=True)
class Snapshot(Record):
    """What was there when the taps were attached to a server that had been running already."""

    members: tuple[Member, ...]
    """Every membership, personal rooms and room None included."""

    connections: tuple[Connection, ...]
    """The Engine.IO connections behind them."""


@quick
@dataclass(frozen=True, slots=True)
class ConnectAsked(Record):
    """A client asked for a namespace; its `Connected` or `Refused` follows when the handler is done."""

    namespace: str
    eio_sid: str
    wire: Wire
    """The CONNECT packet, `auth` redacted."""


@quick
@dataclass(frozen=True, slots=True)
class Connected(Record):
    """A client is in a namespace; its CONNECT packet leaves right after."""

    namespace: str
    sid: str
    eio_sid: str
    asked: int | None
    """The seq of its `ConnectAsked`."""


@quick
@dataclass(frozen=True, slots=True)
class Refused(Record):
    """A client may not enter a namespace: its CONNECT_ERROR leaves right after."""

    namespace: str
    sid: str | None
    """The sid it would have had; None where the namespace is not served at all."""

    eio_sid: str
    asked: int | None
    """The seq of its `ConnectAsked`."""

    reason: str
    wire: Wire
    """The CONNECT_ERROR packet."""

    hint: str | None = None
    """What to do next."""


@quick
@dataclass(frozen=True, slots=True)
class Disconnected(Record):
    """A client left a namespace, or was sent away; its handler runs next."""

    namespace: str
    sid: str
    eio_sid: str | None
    reason: str
    """As Engine.IO says it: `client disconnect`, `server disconnect`, `ping timeout`, `transport close`, ..."""

    cause: int | None = None
    """The event whose handler sent it away."""


@quick
@dataclass(frozen=True, slots=True)
class EventReceived(Record):
    """An event arrived; its handler has not run yet."""

    namespace: str
    event: str
    sid: str | None
    """None where the connection is not connected to that namespace."""

    eio_sid: str
    number: int
    """The how-manieth event of this connection it is, from 1."""

    wire: Wire
    ack_id: int | None = None
    """Given where the client waits for an ack."""

    replays: int | None = None
    """Given where no client sent it: the lab replayed the event of this seq; 0 where that is in another log."""


@quick
@dataclass(frozen=True, slots=True)
class Handled(Record):
    """A handler is done: of an event, of a connect, of a disconnect."""

    of: int
    """The seq of the `EventReceived`, `ConnectAsked` or `Disconnected`."""

    status: str
    """`handled`, `no-handler`, `raised`, or `refused` where a class's rules did not allow the event."""

    ms: float
    """How long the handler ran, in milliseconds."""

    handler: str | None = None
    """The handler's qualified name."""

    key: tuple[str, str] | None = None
    """(namespace, event) under which the handler is registered; either may be `*`."""

    cell: str | None = None
    """The notebook cell that defined the handler."""

    value: str | None = None
    """What it returned, as a shortened repr."""

    error: str | None = None
    """The exception, as its last traceback line."""

    traceback: str | None = None
    """The whole traceback, from the handler's frame on."""

    hint: str | None = None
    """What to do next."""

    output: str | None = None
    """What it printed and displayed, as text: its beginning and its end where that was much."""

    is_taken: bool = False
    """Whether an `on_error` handler took what it raised: what that one returned is the ack."""

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        shown = len(self.value or "") + len(self.output or "")
        return FIXED_BYTES + shown + len(self.traceback or "") + len(self.hint or "")


@quick
@dataclass(frozen=True, slots=True)
class AckSent(Record):
    """A handler's return value leaves for the client that waits for it."""

    of: int
    """The seq of the `EventReceived`."""

    sid: str
    wire: Wire


@quick
@dataclass(frozen=True, slots=True)
class Emitted(Record):
    """The server emits an event: one record, however many receive it."""

    namespace: str
    event: str
    to: tuple[Room, ...]
    """Rooms and sids it was addressed to; empty for everybody in the namespace."""

    skip: tuple[str, ...]
    """Sids left out."""

    recipients: tuple[str, ...]
    """The sids it is sent to."""

    wire: Wire
    ack_id: int | None = None
    """Given where an ack is wanted; of a broadcast, the first recipient's; 0 where nobody is there to be asked."""

    origin: str | None = None
    """What emitted it: handler, task, callback, route or cell; None for a thread of the user's own."""

    cause: int | None = None
    """The seq of the event that made it happen."""

    hint: str | None = None
    """What to do next, where nobody can receive it."""

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        return FIXED_BYTES + self.wire.size + 8 * len(self.recipients)


@quick
@dataclass(frozen=True, slots=True)
class AckReceived(Record):
    """A client acknowledged an emit."""

    of: int | None
    """The seq of the `Emitted`; None where no emit waits for this ack."""

    namespace: str
    sid: str | None
    ack_id: int
    wire: Wire
    ms: float | None = None
    """From the emit to this ack, in milliseconds."""

    broadcast: bool = False
    """Whether the emit went to several: then this ack has a row of its own."""


@quick
@dataclass(frozen=True, slots=True)
class Joined(Record):
    """A sid entered a room; room None is the namespace itself, a room of its own sid the personal one."""

    namespace: str
    room: Room
    sid: str
    eio_sid: str
    cause: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class Left(Record):
    """A sid left a room."""

    namespace: str
    room: Room
    sid: str
    cause: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class RoomClosed(Record):
    """A room is being closed: its members leave right after."""

    namespace: str
    room: Room
    cause: int | None = None


@quick
@dataclass(frozen=True, slots=True)
class PingAnswered(Record):
    """A PONG came back."""

    eio_sid: str
    ms: float
    """Round trip, in milliseconds."""
