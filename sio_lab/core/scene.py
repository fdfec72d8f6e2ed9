"""What is needed to run an event again: who sent it, what, where that client was, as the log tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.log import Log
from sio_lab.core.outcome import Outcome, outcome, recorded_acks, tasks_seconds
from sio_lab.core.picking import picked
from sio_lab.core.story import Story, begin, owner
from sio_lab.core.wire import Wire, decode
from sio_lab.errors import LabError, Usage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.wire import Decoder

PLAYABLE = (r.EventReceived, r.Connected, r.Refused, r.Disconnected)
"""Records of rows that can be replayed."""


@dataclass(frozen=True)
class Scene:
    """One event, connect or disconnect, with what the log knows of its client at that time."""

    seq: int
    kind: str
    """`event`, `connect` or `disconnect`."""

    at: int
    """When it happened: nanoseconds since 1970."""

    namespace: str
    event: str
    sid: str
    eio_sid: str
    wire: Wire
    """The packet; of a connect, the CONNECT packet without its auth."""

    ack_id: int | None
    reason: str
    """Of a disconnect."""

    name: str | None
    """What the lab called the client, where it was one of its own."""

    before: Outcome
    """What came of it."""

    acks: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    """What clients acknowledged to its emits: by event, in order."""

    tasks_seconds: float = 0.0
    """How long it took until the tasks that it had started were over; those that went on left out."""

    is_of_another_log: bool = False
    """Whether it was recorded in another log than the lab's, as in a capture."""

    log: Log = field(default_factory=Log, repr=False, compare=False)
    """The log that tells of it."""

    begin: int = 0
    """The seq of the oldest record that is part of it."""

    @property
    def rooms(self) -> tuple[r.Room, ...]:
        """The rooms its client was in, as far as the log tells."""
        return self._past[0]

    @property
    def is_whole(self) -> bool:
        """Whether the log goes back to when the client came, so that these are all."""
        return self._past[1]

    @cached_property
    def _past(self) -> tuple[tuple[r.Room, ...], bool]:
        return _rooms(self.log, self.seq, self.sid)

    @cached_property
    def connection(self) -> r.Connection | None:
        """What is known of its connection; None where that has left the log."""
        return _connection(self.log, self.eio_sid, self.begin)


def scenes(log: Log, seqs: Iterable[int], read: Decoder = decode, *, is_of_another_log: bool = False) -> list[Scene]:
    """Return what is needed to run rows again, in this order; the log is read once for all of them.

    Raises as `scene` does.
    """
    records = [_playable(log, seq) for seq in seqs]
    if not records:
        return []
    oldest = min(records, key=lambda record: begin(log, [record]))
    story = Story(log, oldest, read)
    return [_scene(story, record, is_of_another_log) for record in records]


def scene(log: Log, seq: int, read: Decoder = decode) -> Scene:
    """Return what is needed to run row `seq` again.

    Raises RecordDropped where it has left the log or never was in it, and Usage where it can't be run again, saying
    which rows can.
    """
    return scenes(log, [seq], read)[0]


def _playable(log: Log, seq: int) -> Any:
    record = log.get(seq)
    if isinstance(record, r.ConnectAsked):
        row = owner(log, record)
        record = record if row is None else log.get(row)
    if not isinstance(record, PLAYABLE):
        raise Usage(_why_not(log, record))
    if record.sid is None:
        raise Usage(f"Row {seq} came from a connection that was in no such namespace: no handler could answer it.")
    return record


def _scene(story: Story, record: Any, is_of_another_log: bool) -> Scene:
    kind, log = _KINDS[type(record)], story.log
    return Scene(
        record.seq,
        kind,
        record.at,
        record.namespace,
        getattr(record, "event", kind),
        record.sid,
        record.eio_sid or f"gone-{record.sid}",
        _wire(story, record),
        getattr(record, "ack_id", None),
        getattr(record, "reason", ""),
        log.state.name_of(record.sid),
        outcome(story, record),
        recorded_acks(story, record),
        tasks_seconds(story, record),
        is_of_another_log,
        log,
        begin(log, [record]),
    )


def _wire(story: Story, record: Any) -> Wire:
    """Return the packet that a client sent; of a connect that was refused, too, the one it asked with."""
    if not isinstance(record, r.Refused):
        return story.wire(record) or Wire("")
    asked = story.merged.asked.get(record.asked or 0)
    return asked.wire if asked else Wire("")


_KINDS: dict[type[r.Record], str] = {
    r.EventReceived: "event",
    r.Connected: "connect",
    r.Refused: "connect",
    r.Disconnected: "disconnect",
}


def _why_not(log: Log, record: r.Record) -> str:
    can = "rows of kind event, connect, refused and disconnect can."
    if traffic.is_row(record):
        return f"Row {record.seq} is of kind {traffic.ROWS[type(record)][0]}, which can't be replayed: {can}"
    row = owner(log, record)
    part = f"part of row {row}: replay that" if row is not None else f"no row of the traffic table: {can}"
    return f"Record {record.seq} is {part}"


def _rooms(log: Log, until: int, sid: str) -> tuple[tuple[r.Room, ...], bool]:
    """Return the rooms a client was in up to record `until`, its own and room None left out; and if these are all."""
    rooms: dict[r.Room, None] = {}
    is_whole = False
    for each in picked(log.stretch(0, until), r.Joined, r.Left, r.Snapshot):
        if isinstance(each, r.Joined) and each.sid == sid:
            is_whole = is_whole or each.room is None
            rooms[each.room] = None
        elif isinstance(each, r.Left) and each.sid == sid:
            rooms.pop(each.room, None)
        elif isinstance(each, r.Snapshot):
            mine = [member.room for member in each.members if member.sid == sid]
            is_whole = is_whole or bool(mine)
            rooms.update(dict.fromkeys(mine))
    return tuple(room for room in rooms if room is not None and room != sid), is_whole


def _connection(log: Log, eio_sid: str, until: int) -> r.Connection | None:
    found: r.Connection | None = None
    for each in picked(log.stretch(0, until), r.Opened, r.Snapshot):
        if isinstance(each, r.Opened) and each.connection.eio_sid == eio_sid:
            found = each.connection
        elif isinstance(each, r.Snapshot):
            found = next((known for known in each.connections if known.eio_sid == eio_sid), found)
    return found


def check_any(scenes: list[Scene]) -> list[Scene]:
    """Return the scenes; raises LabError where there is none."""
    if not scenes:
        raise LabError("Replay what? Give the number of a row, as in %sio replay 7, or several.")
    return scenes
