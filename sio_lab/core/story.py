"""What belongs to one row of the traffic table: its packet, its handler, what made it and what it made."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.wire import Wire, decode
from sio_lab.errors import LabError, RecordDropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sio_lab.core.columns import Row
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder


class Story:
    """What the log tells of one row and of all that came after it, read once."""

    def __init__(self, log: Log, record: r.Record, read: Decoder = decode) -> None:
        self.log = log
        self.read = read
        self.first = begin(log, [record])
        """The seq of the oldest record it has read."""

        records = log.since(self.first - 1)
        self.merged = traffic.merge(records)
        self.tasks = [each for each in records if type(each) is r.TaskStarted]
        """The background tasks that have been started since."""

        self._effects: dict[int, list[r.Record]] = {}
        for row in self.merged.rows:
            cause = traffic.cause_of(row, self.merged)
            if cause is not None:
                self._effects.setdefault(cause, []).append(row)

    @cached_property
    def task_ends(self) -> dict[int, int]:
        """When tasks ended of themselves, by the seq of their start: nanoseconds since 1970."""
        records = self.log.since(self.first - 1)
        return {each.of: each.at for each in records if type(each) is r.TaskEnded and each.how != "ended"}

    def cells(self, record: r.Record) -> Row:
        """Return the row that a record makes in the traffic table."""
        alone = replace(self.merged, rows=[record])
        return traffic.tabulate(alone, self.log.state, self.read).row(0)

    def handled(self, record: r.Record) -> r.Handled | None:
        """Return how the handler that was asked ended; None where there is none to ask, or it still runs."""
        return self.merged.handled_of(record)

    def wire(self, record: r.Record) -> Wire | None:
        """Return the packet of a row; of a connect, the one it asked with."""
        return traffic.wire_of(record, self.merged)

    def effects(self, record: r.Record) -> list[r.Record]:
        """Return the rows that a row made happen, oldest first."""
        return self._effects.get(record.seq, [])

    def cause(self, record: r.Record) -> r.Record | None:
        """Return the row that made a row happen, or None.

        Raises RecordDropped where there was one, and it has left the log.
        """
        seq = traffic.cause_of(record, self.merged)
        cause = None if seq is None else self.log.get(seq)
        # What a connect handler does has no row as its cause until the handler has decided.
        return cause if cause is not None and traffic.is_row(cause) else None

    def request_event(self, record: r.Record) -> dict[str, Any]:
        """Return what `request.event` held in the handler; of a connect the auth only, hidden as it is in the log.

        Raises LabError for a row of which no handler is asked.
        """
        if isinstance(record, r.EventReceived):
            return self._event(record)
        if isinstance(record, (r.Connected, r.Refused)):
            return {"message": "connect", "args": self._auth(record)}
        if isinstance(record, r.Disconnected):
            return {"message": "disconnect", "args": (record.reason,)}
        kind = self.cells(record)["kind"]
        raise LabError(
            f"Row {record.seq} is of kind {kind}, which no handler is asked about: "
            f"rows of kind event, connect, refused and disconnect have a request.event."
        )

    def _event(self, record: r.EventReceived) -> dict[str, Any]:
        args = tuple(traffic.payload_of(record.wire, self.read))
        handled = self.handled(record)
        # A handler of any event gets the event's name as its first argument.
        if handled is not None and handled.key is not None and handled.key[1] == "*":
            return {"message": "*", "args": (record.event, *args)}
        return {"message": record.event, "args": args}

    def _auth(self, record: r.Connected | r.Refused) -> tuple[Any, ...]:
        asked = self.merged.asked.get(record.asked or 0)
        return () if asked is None else tuple(traffic.payload_of(asked.wire, self.read))


def begin(log: Log, rows: Iterable[r.Record]) -> int:
    """Return the seq of the oldest record needed to tell of `rows`: the row of a connect is the end of its story."""
    return min((seq for row in rows for seq in _needed(log, row)), default=log.last_seq + 1)


def owner(log: Log, record: r.Record) -> int | None:
    """Return the seq of the row that a record without one of its own is part of; None where no row tells of it."""
    of: int | None = record.seq if isinstance(record, r.ConnectAsked) else getattr(record, "of", None)
    asked = _get(log, of)
    if isinstance(asked, r.ConnectAsked):
        return traffic.merge(log.since(asked.seq)).outcomes.get(asked.seq)
    return of


def _needed(log: Log, row: r.Record) -> Iterator[int]:
    yield row.seq
    asked = getattr(row, "asked", None)
    if isinstance(asked, int):  # a rejected request has what it asked there
        yield asked
    cause = _get(log, getattr(row, "cause", None))
    if isinstance(cause, r.ConnectAsked):
        yield cause.seq


def _get(log: Log, seq: int | None) -> r.Record | None:
    with suppress(RecordDropped):
        return None if seq is None else log.get(seq)
    return None
