"""Why nothing arrived: what happened to one row, and every silent failure in it, by name, with a next step.

Read from a log alone: a saved capture has one, too.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic, why_connect, why_emit, why_event, why_socket
from sio_lab.core.acks import Listening, not_known
from sio_lab.core.headline import headline
from sio_lab.core.picking import picked
from sio_lab.core.reason import Reason, Why
from sio_lab.core.story import begin, owner
from sio_lab.core.surroundings import Surroundings
from sio_lab.core.why_handler import task_raised
from sio_lab.core.wire import decode
from sio_lab.errors import RecordDropped, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder

__all__ = ["Listening", "Reason", "Why", "explain", "last", "row_of"]

FIRST_LOOK = 2_000
"""With so many records the search for the newest failure begins; each further look takes twice as many."""


def explain(
    log: Log,
    record: r.Record,
    read: Decoder = decode,
    *,
    listening: Listening = not_known,
    now: int | None = None,
) -> Why:
    """Say what happened to a row, and why: `record` makes it, or is of a background task, or of an open connect.

    `listening` tells who of the lab's own clients listens for what; `now`, in nanoseconds since 1970, by which time
    it is told how long something lasts; without it, that of the newest record.
    """
    return _told(Surroundings(log, record, read, listening, now), record)


def row_of(log: Log, seq: int) -> r.Record:
    """Return the record of the row that a record is part of, by its number: its own where it makes one.

    Raises RecordDropped where it left the log or never was in it, and Usage where no row tells of it.
    """
    record = log.get(seq)
    if traffic.is_row(record) or isinstance(record, r.TaskStarted):
        return record
    row = owner(log, record) or getattr(record, "cause", None)
    if row is None and isinstance(record, r.ConnectAsked):
        return record
    if row is None or row == seq:
        kind = type(record).__name__
        raise Usage(
            f"Record {seq} ({kind}) is no row of the traffic table: it only changes what the other tables show."
        )
    return row_of(log, row)


def last(log: Log, read: Decoder = decode, *, listening: Listening = not_known, now: int | None = None) -> Why | None:
    """Say of the newest row that something went wrong with, or that something is to be remarked of; None of none.

    The newest is the one whose failure was told last. Remarks on what arrived, as that nobody listens for it, count
    only where there is nothing else.
    """
    remark: tuple[Surroundings, Any] | None = None
    for around, row in _Search(log, read, listening, now).rows():
        if _failures(around, row):
            return _told(around, row)
        if remark is None and _remarks(around, row):
            remark = around, row
    return None if remark is None else _told(*remark)


class _Search:
    """Looks back through a log, in strides that become longer."""

    def __init__(self, log: Log, read: Decoder, listening: Listening, now: int | None) -> None:
        self._log = log
        self._told = (read, listening, now)

    def rows(self) -> Iterator[tuple[Surroundings, r.Record]]:
        """Yield the rows, that of the newest news first, each with the log around it."""
        seen: set[int] = set()
        for around, records in self._strides():
            for record in reversed(records):
                row = self._row(around, record)
                if row is not None and row.seq not in seen:
                    seen.add(row.seq)
                    yield (around if begin(self._log, [row]) >= around.story.first else self._around(row)), row

    def _strides(self) -> Iterator[tuple[Surroundings, list[r.Record]]]:
        end, length = self._log.last_seq, FIRST_LOOK
        while end >= self._log.first_seq:
            start = max(self._log.first_seq, end - length + 1)
            records = self._log.since(start - 1, end)
            if not records:
                return
            yield self._around(records[0]), records
            end, length = start - 1, 2 * length

    def _around(self, first: r.Record) -> Surroundings:
        return Surroundings(self._log, first, *self._told)

    def _row(self, around: Surroundings, record: r.Record) -> r.Record | None:
        """Return the row that a record tells something new of; None where it is of none."""
        if isinstance(record, r.Handled):
            return self._kept(around.state.row_of(record.of)) if _is_news(around, record) else None
        if isinstance(record, r.TaskEnded):
            task = self._kept(record.of)
            return self._kept(around.state.row_of(getattr(task, "cause", None))) or task
        if isinstance(record, r.ConnectAsked):
            return record if record.seq in around.state.running else None
        return record if traffic.is_row(record) else None

    def _kept(self, seq: int | None) -> r.Record | None:
        with suppress(RecordDropped):
            return None if seq is None else self._log.get(seq)
        return None


def _is_news(around: Surroundings, handled: r.Handled) -> bool:
    """Tell whether the end of a handler may be a failure of its row: the row itself comes later in the search."""
    went_well = handled.status == "handled" and handled.hint is None
    return not went_well or bool(around.past.left_own_rooms(handled.of))


def _told(around: Surroundings, row: Any) -> Why:
    return Why(row.seq, _kind(row), headline(around, row), tuple(_all(around, row)))


def _kind(record: r.Record) -> str:
    if isinstance(record, r.TaskStarted):
        return "task"
    return "connect" if isinstance(record, r.ConnectAsked) else traffic.ROWS[type(record)][0]


def _all(around: Surroundings, record: Any) -> list[Reason]:
    """Return all there is to say: failures before remarks."""
    told = [*_failures(around, record), *_remarks(around, record)]
    return sorted(told, key=lambda reason: not reason.is_failure)


def _failures(around: Surroundings, record: Any) -> list[Reason]:
    return list(_REASONS.get(type(record), _nothing)(around, record))


def _remarks(around: Surroundings, record: Any) -> list[Reason]:
    return list(_REMARKS.get(type(record), _nothing)(around, record))


def _nothing(_around: Surroundings, _record: Any) -> Iterator[Reason]:
    yield from ()


def _task(around: Surroundings, task: r.TaskStarted) -> Iterator[Reason]:
    for ended in picked(around.log.stretch(task.seq), r.TaskEnded):
        if isinstance(ended, r.TaskEnded) and ended.of == task.seq and ended.error is not None:
            yield task_raised(task, ended)


def _unexpected_ack(_around: Surroundings, ack: r.AckReceived) -> Iterator[Reason]:
    if ack.of is None:
        yield Reason(
            "unexpected ack",
            f"The client acknowledged number {ack.ack_id}, for which nobody waits, or no longer.",
            f"no emit before row {ack.seq} asked this client for ack {ack.ack_id}, or it was acknowledged already",
            "A listener must call back once; and an ack is of the connection that the event came over.",
            is_failure=False,
        )


def _route(_around: Surroundings, request: r.HttpRequest) -> Iterator[Reason]:
    if request.status >= traffic.SERVER_ERROR:
        yield Reason(
            "route raised",
            f"The route of {request.method} {request.path[:200]} raised: the answer had HTTP status {request.status}.",
            f"row {request.seq}; Flask printed the traceback",
            "Mend the route in its cell, run that again, and load the page again.",
            is_failure=True,
        )


_REASONS: dict[type[r.Record], Callable[[Surroundings, Any], Iterator[Reason]]] = {
    r.EventReceived: why_event.reasons,
    r.Emitted: why_emit.reasons,
    r.Refused: why_connect.refused,
    r.Rejected: why_connect.rejected,
    r.Connected: why_connect.connected,
    r.Disconnected: why_connect.disconnected,
    r.ConnectAsked: why_connect.undecided,
    r.TaskStarted: _task,
    r.HttpRequest: _route,
    r.SocketOpened: why_socket.opened,
    r.SocketClosed: why_socket.closed,
}
"""Record -> what yields why something went wrong with it."""

_REMARKS: dict[type[r.Record], Callable[[Surroundings, Any], Iterator[Reason]]] = {
    r.EventReceived: why_event.remarks,
    r.Emitted: why_emit.remarks,
    r.Connected: why_connect.polls_only,
    r.AckReceived: _unexpected_ack,
    r.SocketClosed: why_socket.closed_on_purpose,
}
"""Record -> what yields remarks on what went well."""
