"""What is needed to run an event again: who sent it, what, where that client was, as the log tells."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.outcome import Outcome, outcome, recorded_acks
from sio_lab.core.story import Story, begin, owner
from sio_lab.core.wire import Wire, decode
from sio_lab.errors import LabError, Usage

if TYPE_CHECKING:
    from sio_lab.core.log import Log
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

    rooms: tuple[r.Room, ...]
    """The rooms its client was in, as far as the log tells."""

    is_whole: bool
    """Whether the log goes back to when the client came, so that these are all."""

    connection: r.Connection | None
    """What is known of its connection; None where that has left the log."""

    name: str | None
    """What the lab called the client, where it was one of its own."""

    before: Outcome
    """What came of it."""

    acks: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    """What clients acknowledged to its emits: by event, in order."""

    is_of_another_log: bool = False
    """Whether it was recorded in another log than the lab's, as in a capture."""


def scene(log: Log, seq: int, read: Decoder = decode, *, is_of_another_log: bool = False) -> Scene:
    """Return what is needed to run row `seq` again.

    Raises RecordDropped where it has left the log or never was in it, and Usage where it can't be run again, saying
    which rows can.
    """
    record = log.get(seq)
    if isinstance(record, r.ConnectAsked):
        row = owner(log, record)
        record = record if row is None else log.get(row)
    if not isinstance(record, PLAYABLE):
        raise Usage(_why_not(log, record))
    sid, eio_sid = getattr(record, "sid", None), getattr(record, "eio_sid", None)
    if sid is None:
        raise Usage(f"Row {seq} came from a connection that was in no such namespace: no handler could answer it.")
    story = Story(log, record, read)
    rooms, is_whole = _rooms(log, record, sid)
    return Scene(
        record.seq,
        _KINDS[type(record)],
        record.at,
        record.namespace,
        getattr(record, "event", _KINDS[type(record)]),
        sid,
        eio_sid or f"gone-{sid}",
        story.wire(record) or Wire(""),
        getattr(record, "ack_id", None),
        getattr(record, "reason", ""),
        rooms,
        is_whole,
        _connection(log, eio_sid, begin(log, [record])),
        log.state.name_of(sid),
        outcome(story, record),
        recorded_acks(story, record),
        is_of_another_log,
    )


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


def _rooms(log: Log, record: r.Record, sid: str) -> tuple[tuple[r.Room, ...], bool]:
    """Return the rooms a client was in when `record` was made, its own and room None left out; and if these are all."""
    rooms: dict[r.Room, None] = {}
    is_whole = False
    for each in log.since(0, record.seq):
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


def _connection(log: Log, eio_sid: str | None, until: int) -> r.Connection | None:
    found: r.Connection | None = None
    for each in log.since(0, until):
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
