"""What a test does, step by step, and what it expects of each: read from the records."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.export.cast import Cast

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder, Wire

Act: TypeAlias = "r.EventReceived | r.AckReceived | r.Connected | r.Refused | r.Disconnected | r.Joined | r.Left"
"""What a test can do again: what a client did, or a room that was entered or left by other means than the events."""

NAMELESS = frozenset({"message", "json"})
"""Events of which Flask-SocketIO's test client keeps the first argument only."""

_STRANGERS = {None: "an emit of a thread", "handler": "an emit of a handler of an event that is left out"}
"""Origin of an emit that no step made -> what it is called."""

_RESERVED = frozenset({"connect", "disconnect"})


@dataclass
class Step:
    """One thing that a test does, and what came of it."""

    act: Act
    sid: str
    """Whose it is."""

    handled: r.Handled | None = None
    ack: tuple[Any, ...] | None = None
    """What was acknowledged; None where no ack was sent."""

    emits: list[r.Emitted] = field(default_factory=list)
    """What its handlers, or the callbacks of an ack, emitted, in order."""

    rooms: dict[str, frozenset[r.Room]] = field(default_factory=dict)
    """The rooms of those who joined or left one, afterwards."""

    gone: list[str] = field(default_factory=list)
    """The sids that its handlers disconnected."""

    requests: list[r.HttpRequest] = field(default_factory=list)
    """What was asked for by HTTP since the step before it."""

    @property
    def error(self) -> str | None:
        """What its handler raised, as the last line of a traceback."""
        return self.handled.error if self.handled is not None else None


@dataclass
class Script:
    """All that a test does."""

    cast: Cast
    steps: list[Step]
    asked: dict[int, r.ConnectAsked]
    """Seq of a connect or a refusal -> the packet that asked for it."""

    rooms: dict[str, frozenset[r.Room]]
    """The rooms of those who are connected in the end."""

    left_out: Counter[str]
    """Why something is no part of it -> how often."""

    loose: frozenset[tuple[str, str]]
    """Namespace and event of what background tasks emitted: a test can't tell when it comes."""


def script(records: Sequence[r.Record], chosen: AbstractSet[int], state: State, read: Decoder) -> Script:
    """Return what a test of the rows numbered in `chosen` does; without steps where none of them can be done again."""
    return _Reading(records, chosen, state, read).script()


class _Reading:
    """Goes through the records twice: who takes part, then what each does and causes."""

    def __init__(self, records: Sequence[r.Record], chosen: AbstractSet[int], state: State, read: Decoder) -> None:
        self._records = records
        self._merged = traffic.merge(records)
        self._read = read
        self._left_out: Counter[str] = Counter()
        self._emits: dict[int | None, list[r.Emitted]] = {}
        for row in self._merged.rows:
            if isinstance(row, r.Emitted) and row.origin == "handler":
                self._emits.setdefault(row.cause, []).append(row)
        self._chosen = {row.seq: row for row in self._merged.rows if row.seq in chosen and self._is_doable(row)}
        self._cast = Cast(records, list(self._chosen.values()), state)
        if self._cast.beyond:
            self._left_out["of a client beyond those that take part"] += self._cast.beyond
        self._last = max(self._chosen, default=0)
        self._steps: dict[int, Step] = {}
        self._roots: dict[int, int | None] = {}
        self._asking: dict[int | None, int] = {}
        """Seq of an emit that asked for an ack -> the step that made it."""

        self._answered: dict[int, Step] = {}
        """Seq of a step -> the newest ack of what it emitted."""

        self._rooms: dict[str, set[r.Room]] = {}
        self._loose: set[tuple[str, str]] = set()
        self._done: set[str] = set()

    def script(self) -> Script:
        """Return all of it."""
        requests: list[r.HttpRequest] = []
        for row in self._merged.rows:
            if row.seq <= self._last and self._takes_part(row):
                self._begin(row, row.sid or "").requests, requests = requests, []
            elif isinstance(row, r.HttpRequest):
                requests.append(row)
        for record in self._records:
            self._attribute(record)
        rooms = {sid: frozenset(rooms) for sid, rooms in self._rooms.items() if sid not in self._done}
        steps = [self._steps[seq] for seq in sorted(self._steps)]
        asked = {outcome: self._merged.asked[seq] for seq, outcome in self._outcomes()}
        return Script(self._cast, steps, asked, rooms, self._left_out, frozenset(self._loose))

    def _outcomes(self) -> Iterator[tuple[int, int]]:
        return ((seq, outcome) for seq, outcome in self._merged.outcomes.items() if seq in self._merged.asked)

    # --- what can be done again ---------------------------------------------------------------------------------

    def _is_doable(self, row: Any) -> bool:
        """Tell whether a chosen row is what a client did, and can be done again; what can't be is counted."""
        if isinstance(row, (r.Connected, r.Disconnected)):
            return True
        if isinstance(row, r.Refused):
            return self._counts(None if row.sid is not None or row.asked is not None else "a refusal without a connect")
        if isinstance(row, r.EventReceived):
            return self._counts(self._hindrance(row))
        if isinstance(row, (r.HttpRequest, r.Rejected)):
            return self._counts("an HTTP request, which a Socket.IO client does not make")
        if isinstance(row, (r.SocketOpened, r.FrameReceived, r.SocketClosed)):
            return self._counts("something of a raw WebSocket, which a Socket.IO client does not do")
        return False

    def _counts(self, why: str | None) -> bool:
        if why is not None:
            self._left_out[why] += 1
        return why is None

    def _hindrance(self, row: r.EventReceived) -> str | None:
        handled = self._merged.handled_of(row)
        if row.sid is None:
            return "an event of a client that was not connected to its namespace"
        if handled is None:
            return "an event whose handler had not ended"
        if handled.status == "refused":
            return "an event that the class's rules did not allow"
        if row.event in _RESERVED:
            return "an event with a reserved name"
        if self._decoded(row.wire) is None:
            return "an event that can't be read"
        return self._hindrance_within(row, handled)

    def _hindrance_within(self, row: r.EventReceived, handled: r.Handled) -> str | None:
        for emitted in self._emits.get(row.seq, ()):
            ack = self._merged.acks.get(emitted.seq)
            if ack is not None and ack.seq < handled.seq:
                return "an event whose handler waits for a client's ack, which a test client never sends"
            payload = self._decoded(emitted.wire)
            if payload is None or (emitted.event in NAMELESS and not payload):
                return "an event whose handler emits what a test client can't read"
        return None

    def _decoded(self, wire: Wire) -> tuple[Any, ...] | None:
        try:
            return self._read(wire).args
        except ValueError:
            return None

    def _takes_part(self, row: Any) -> bool:
        if getattr(row, "eio_sid", None) not in self._cast.members:
            return False
        if isinstance(row, (r.EventReceived, r.Refused)):
            return row.seq in self._chosen
        is_effect = isinstance(row, r.Disconnected) and self._root(row.cause) is not None
        return isinstance(row, (r.Connected, r.Disconnected)) and not is_effect

    # --- what came of it ----------------------------------------------------------------------------------------

    def _begin(self, act: Act, sid: str) -> Step:
        step = self._steps[act.seq] = Step(act, sid, self._merged.handled_of(act))
        ack = self._merged.acks.get(act.seq)
        step.ack = None if ack is None else self._decoded(ack.wire)
        self._roots[act.seq] = act.seq
        return step

    def _root(self, cause: int | None) -> int | None:
        """Return the step that made something happen, through whatever it made happen in turn."""
        if cause is None:
            return None
        cause = self._merged.outcomes.get(cause, cause)
        return self._roots.get(cause)

    def _attribute(self, record: r.Record) -> None:
        if isinstance(record, r.Emitted):
            self._emitted(record)
        elif isinstance(record, r.AckReceived):
            self._acked(record)
        elif isinstance(record, (r.Joined, r.Left)):
            self._moved(record)
        elif isinstance(record, r.Disconnected):
            self._disconnected(record)

    def _emitted(self, record: r.Emitted) -> None:
        root = self._root(record.cause)
        reaches = any(sid in self._cast.sids for sid in record.recipients)
        if root is not None and record.origin == "handler":
            self._steps[root].emits.append(record)
            if record.ack_id is not None:
                self._asking[record.seq] = root
        elif root in self._answered and record.origin == "callback":
            self._answered[root].emits.append(record)
        elif record.origin == "task":
            self._loose.add((record.namespace, record.event))
            self._left_out["an emit of a background task"] += reaches
        elif reaches and record.seq <= self._last:
            self._left_out[_STRANGERS.get(record.origin) or f"an emit of a {record.origin}"] += 1

    def _acked(self, record: r.AckReceived) -> None:
        root, sid = self._asking.get(record.of), record.sid
        if root is not None and sid in self._cast.sids and sid not in self._done:
            self._answered[root] = self._begin(record, sid)

    def _moved(self, record: r.Joined | r.Left) -> None:
        sid, room = record.sid, record.room
        # With its disconnect a client leaves all its rooms, and the room None and its own come and go with it.
        if sid not in self._cast.sids or room is None or room == sid or sid in self._done:
            return
        root = self._root(record.cause)
        is_effect = root is not None and self._is_within(root, record)
        if not is_effect and record.seq > self._last:
            return
        rooms = self._rooms.setdefault(sid, set())
        (rooms.add if isinstance(record, r.Joined) else rooms.discard)(room)
        if root is not None and is_effect:
            self._steps[root].rooms[sid] = frozenset(rooms)
        else:
            self._begin(record, sid)

    def _is_within(self, root: int, record: r.Record) -> bool:
        """Tell whether it happened while the handler ran: what came later is a task's or a callback's doing."""
        handled = self._steps[root].handled
        return handled is None or record.seq < handled.seq

    def _disconnected(self, record: r.Disconnected) -> None:
        root = self._root(record.cause)
        if root is not None and record.sid in self._cast.sids and record.seq not in self._steps:
            self._roots[record.seq] = root
            self._steps[root].gone.append(record.sid)
        if root is not None or record.seq in self._steps:
            self._done.add(record.sid)
            self._rooms.pop(record.sid, None)
