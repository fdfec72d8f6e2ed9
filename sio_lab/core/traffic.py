"""The traffic table: which records make a row, and what of later records is merged into it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.columns import Column, Columns
from sio_lab.core.wire import Wire, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder

TRAFFIC = (
    Column("seq", "integer", "the row's number in the log"),
    Column("time", "time", "when it happened"),
    Column("direction", "category", "in: from a client; out: to one; -: in the server"),
    Column("kind", "category", "what it is: event, emit, connect, join, ..."),
    Column("namespace", "category", "the namespace it happened in"),
    Column("event", "category", "the event's name; of an HTTP request, method and path; of a raw WebSocket, its path"),
    Column("sid", "category", "the client it came from, or the only one it went to; of a raw WebSocket, its id"),
    Column("client", "category", "that client's name, where it is one of the lab's own"),
    Column("to", "category", "rooms and sids an emit was addressed to; the room joined, left or closed"),
    Column("recipients", "integer", "how many clients an emit was sent to"),
    Column("args", "object", "the arguments, a tuple; of a frame, what it carries; of a close, its code and reason"),
    Column("ack_id", "integer", "the number that ties an ack to its event"),
    Column("ack", "object", "what was acknowledged, a tuple"),
    Column("ms", "number", "how long the handler, the ack or the request took, in milliseconds"),
    Column("bytes", "integer", "length of the packet on the wire; of a frame, of what it carries"),
    Column(
        "status",
        "category",
        "of an event: running, handled, no-handler, raised or refused; of a request or handshake: its HTTP status; of "
        "a frame: its opcode; of a close: its code",
    ),
    Column("handler", "category", "the function that answered"),
    Column("cell", "category", "the notebook cell that defined it"),
    Column("error", "category", "what went wrong, and what to do next"),
    Column("cause", "integer", "the row of the event that made it happen"),
    Column(
        "origin",
        "category",
        "what emitted: handler, task, callback, route or cell; of an event that the lab replayed, replay; "
        "of a close: client, server, lab or network",
    ),
)

ROWS: dict[type[r.Record], tuple[str, str]] = {
    r.ServerStarted: ("server", "-"),
    r.ServerStopped: ("server", "-"),
    r.Snapshot: ("server", "-"),
    r.HttpRequest: ("http", "in"),
    r.Rejected: ("rejected", "in"),
    r.SocketOpened: ("handshake", "in"),
    r.FrameReceived: ("frame", "in"),
    r.FrameSent: ("frame", "out"),
    r.SocketClosed: ("close", "-"),
    r.Connected: ("connect", "in"),
    r.Refused: ("refused", "in"),
    r.Upgraded: ("upgrade", "in"),
    r.Disconnected: ("disconnect", "in"),
    r.EventReceived: ("event", "in"),
    r.Emitted: ("emit", "out"),
    r.AckReceived: ("ack", "in"),
    r.Joined: ("join", "-"),
    r.Left: ("leave", "-"),
    r.RoomClosed: ("close_room", "-"),
}
"""Record -> (kind, direction) of the row it makes; the others are merged into one of these, or only fold."""


@dataclass
class Merged:
    """Records that make a row, and those that belong to them, by the seq they belong to."""

    rows: list[Any] = field(default_factory=list)
    handled: dict[int, r.Handled] = field(default_factory=dict)
    acks: dict[int, r.AckSent | r.AckReceived] = field(default_factory=dict)
    asked: dict[int, r.ConnectAsked] = field(default_factory=dict)
    outcomes: dict[int, int] = field(default_factory=dict)
    """Seq of a `ConnectAsked` -> seq of the row that tells how it ended."""

    def handled_of(self, row: Any) -> r.Handled | None:
        """Return how the handler that belongs to a row ended."""
        return self.handled.get(getattr(row, "asked", None) or row.seq)


def is_row(record: r.Record) -> bool:
    """Tell whether a record makes a row of its own."""
    if type(record) not in ROWS:
        return False
    if isinstance(record, (r.Joined, r.Left)):
        # A namespace's list of clients and personal rooms come and go with each client: noise in a table.
        return record.room is not None and record.room != record.sid
    return not isinstance(record, r.AckReceived) or record.broadcast or record.of is None


def merge(records: Iterable[r.Record]) -> Merged:
    """Sort records into rows and what is merged into them."""
    merged = Merged()
    for record in records:
        if is_row(record):
            merged.rows.append(record)
        if isinstance(record, (r.Connected, r.Refused)) and record.asked is not None:
            merged.outcomes[record.asked] = record.seq
        elif isinstance(record, r.Handled):
            merged.handled[record.of] = record
        elif isinstance(record, r.ConnectAsked):
            merged.asked[record.seq] = record
        elif isinstance(record, r.AckSent) or (isinstance(record, r.AckReceived) and not record.broadcast):
            merged.acks[record.of or 0] = record
    return merged


def traffic(records: Iterable[r.Record], state: State, read: Decoder | None = decode) -> Columns:
    """Build the traffic table of `records`, oldest first.

    `args` and `ack` are tuples read by `read`; without it they stay wire text, which is fast for a million.
    """
    return tabulate(merge(records), state, read)


def tabulate(merged: Merged, state: State, read: Decoder | None = decode) -> Columns:
    """Build the traffic table of the rows in `merged`, which may be fewer than its records would make.

    Each column is made when it is first looked at: a filter that asks for the event's name decodes no payload.
    """
    return Columns(TRAFFIC, _Cells(merged, state, read), ("seq",))


class _Cells(Mapping[str, "Sequence[Any]"]):
    """The cells of the traffic table, by column."""

    def __init__(self, merged: Merged, state: State, read: Decoder | None) -> None:
        self.merged = merged
        self.rows = merged.rows
        self.state = state
        self.read = read
        self._made: dict[str, Sequence[Any]] = {}

    def __getitem__(self, name: str) -> Sequence[Any]:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = _MAKERS[name](self)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)

    @cached_property
    def handled(self) -> list[r.Handled | None]:
        return [self.merged.handled_of(row) for row in self.rows]

    @cached_property
    def acks(self) -> list[r.AckSent | r.AckReceived | None]:
        return [self.merged.acks.get(row.seq) for row in self.rows]

    @cached_property
    def told(self) -> list[tuple[Any, r.Handled | None]]:
        return list(zip(self.rows, self.handled, strict=True))


_ANSWERED = frozenset({r.HttpRequest, r.Rejected, r.SocketOpened})
_OF_SOCKETS = frozenset({r.SocketOpened, r.FrameReceived, r.FrameSent, r.SocketClosed})
_FRAMES = frozenset({r.FrameReceived, r.FrameSent})
_FAILURES = frozenset({r.Refused, r.Rejected})
SERVER_ERROR = 500
"""From this HTTP status on, the server is to blame."""

_MAKERS: dict[str, Callable[[_Cells], Sequence[Any]]] = {
    "seq": lambda of: [row.seq for row in of.rows],
    "time": lambda of: [row.at for row in of.rows],
    "direction": lambda of: [ROWS[type(row)][1] for row in of.rows],
    "kind": lambda of: [ROWS[type(row)][0] for row in of.rows],
    "namespace": lambda of: [getattr(row, "namespace", None) for row in of.rows],
    "event": lambda of: [_event(row) for row in of.rows],
    "sid": lambda of: [_sid(row) for row in of.rows],
    "client": lambda of: [_client(of.state, *cells) for cells in zip(of.rows, of["sid"], strict=True)],
    "to": lambda of: [_to(row) for row in of.rows],
    "recipients": lambda of: [len(row.recipients) if type(row) is r.Emitted else None for row in of.rows],
    "args": lambda of: [_args(row, of.merged, of.read) for row in of.rows],
    "ack_id": lambda of: [getattr(row, "ack_id", None) for row in of.rows],
    "ack": lambda of: [None if ack is None else payload_of(ack.wire, of.read) for ack in of.acks],
    "ms": lambda of: [_ms(*cells) for cells in zip(of.rows, of.handled, of.acks, strict=True)],
    "bytes": lambda of: [_bytes(row, of.merged) for row in of.rows],
    "status": lambda of: [_status(row, handled) for row, handled in of.told],
    "handler": lambda of: [handled.handler if handled else None for handled in of.handled],
    "cell": lambda of: [handled.cell if handled else None for handled in of.handled],
    "error": lambda of: [_error(row, handled) for row, handled in of.told],
    "cause": lambda of: [cause_of(row, of.merged) for row in of.rows],
    "origin": lambda of: [_origin(row) for row in of.rows],
}
"""Column -> what makes its cells."""


def _sid(row: Any) -> str | None:
    if type(row) is r.Emitted:
        return row.recipients[0] if len(row.recipients) == 1 else None
    if type(row) is r.Upgraded:
        return ", ".join(row.sids) or None
    sid: str | None = getattr(row, "sid", None)
    return sid


def _client(state: State, row: Any, sid: str | None) -> str | None:
    # An upgrade comes before the first namespace is connected: then only the connection has a name.
    return state.name_of(sid) or state.name_of(getattr(row, "eio_sid", None))


def _event(row: Any) -> str | None:
    if type(row) is r.HttpRequest:
        return f"{row.method} {row.path}"
    if type(row) in _OF_SOCKETS:
        return str(row.path)
    event: str | None = getattr(row, "event", None)
    return _SERVER_EVENTS.get(type(row)) if event is None else event


_SERVER_EVENTS: dict[type[r.Record], str] = {
    r.ServerStarted: "started",
    r.ServerStopped: "stopped",
    r.Snapshot: "attached",
}


def _origin(row: Any) -> str | None:
    if type(row) is r.EventReceived:
        return origin_of(row.replays)
    origin: str | None = getattr(row, "origin", None)
    return origin


def origin_of(replays: int | None) -> str | None:
    """Return the origin of an event received: `replay` where the lab replayed another one."""
    return None if replays is None else "replay"


def _to(row: Any) -> str | None:
    if type(row) is r.Emitted:
        return ", ".join(map(str, row.to)) or None
    room = getattr(row, "room", None)
    return None if room is None else str(room)


_PLAIN_ARGS: dict[type[r.Record], Callable[[Any], tuple[Any, ...]]] = {
    r.ServerStarted: lambda row: (row.url,),
    r.ServerStopped: lambda row: (row.url,),
    r.Upgraded: lambda row: (row.transport,),
    r.Disconnected: lambda row: (row.reason,),
    r.FrameReceived: lambda row: row.said,
    r.FrameSent: lambda row: row.said,
    r.SocketClosed: lambda row: (row.code, row.reason) if row.reason else (row.code,),
}


def _args(row: Any, merged: Merged, read: Decoder | None) -> tuple[Any, ...] | str | bytes | None:
    plain = _PLAIN_ARGS.get(type(row))
    if plain is not None:
        return plain(row)
    wire = wire_of(row, merged)
    return None if wire is None else payload_of(wire, read)


def wire_of(row: Any, merged: Merged) -> Wire | None:
    """Return the packet of a row: what a client sent or was sent; of a connect the CONNECT packet it asked with."""
    if type(row) is r.Connected:
        asked = merged.asked.get(row.asked or 0)
        return asked.wire if asked else None
    wire: Wire | None = getattr(row, "wire", None)
    return wire if wire is not None and wire.text else None


def payload_of(wire: Wire, read: Decoder | None) -> tuple[Any, ...] | str | bytes:
    """Return what a packet carries, a tuple: of its text where `read` can't read it; without `read`, that text."""
    if read is None:
        return wire.text
    try:
        packet = read(wire)
    except ValueError:
        return (wire.text,)
    if packet.type in {"CONNECT", "CONNECT_ERROR", "DISCONNECT"}:
        # Without auth python-socketio's own client sends {}; its server takes that for none.
        return (packet.data,) if packet.data else ()
    return packet.args


def _ms(row: Any, handled: r.Handled | None, ack: r.AckSent | r.AckReceived | None) -> float | None:
    if handled is not None:
        return handled.ms
    if isinstance(ack, r.AckReceived):
        return ack.ms
    ms: float | None = getattr(row, "ms", None)
    return ms


def _bytes(row: Any, merged: Merged) -> int | None:
    if type(row) in _FRAMES:
        return int(row.length)
    wire = wire_of(row, merged)
    return None if wire is None else wire.size


def _status(row: Any, handled: r.Handled | None) -> str | None:
    if type(row) is r.EventReceived:
        return handled.status if handled else "running"
    if type(row) in _ANSWERED:
        return None if row.status is None else str(row.status)
    if type(row) in _FRAMES:
        return str(row.opcode)
    if type(row) is r.SocketClosed:
        return str(row.code)
    # That a connect or a disconnect has no handler is nothing to remark on.
    return handled.status if handled and handled.status != "no-handler" else None


def _error(row: Any, handled: r.Handled | None) -> str | None:
    reason = row.reason if type(row) in _FAILURES else None
    hint = getattr(row, "hint", None)
    told = (reason, hint) if handled is None else (handled.error, reason, handled.hint, hint)
    return " - ".join(filter(None, told)) or None


def cause_of(row: Any, merged: Merged) -> int | None:
    """Return the seq of the row that made `row` happen: of what a connect handler did, the row of its outcome."""
    if type(row) is r.EventReceived:
        return row.replays or None
    cause: int | None = row.of if type(row) is r.AckReceived else getattr(row, "cause", None)
    return merged.outcomes.get(cause, cause) if cause is not None else None


def is_failure(row: Mapping[str, Any]) -> bool:
    """Tell whether a row tells of something that went wrong; a row of another table than this one never does."""
    kind, status = row.get("kind"), row.get("status")
    if kind == "http":
        return status is not None and status >= "500"
    if kind in {"handshake", "close"}:
        return row.get("error") is not None
    return kind in {"refused", "rejected"} or status in {"raised", "no-handler"}
