"""What a teacher is told of clients that do not get in, without asking: each cause once, never a flood."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.cause import HINDRANCE, PLAIN, Setup
from sio_lab.core.cause_request import cause_of
from sio_lab.core.picking import picked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.log import Log

MOST_TOLD = 3
"""So many causes are told of one by one, at once."""

MOST_KNOWN = 200
"""So many are remembered: from then on none is told. What clients send may be new each time."""

MOST_OWN = 1_000
"""So many connections of the lab's own clients are remembered."""

MORE = "%sio doctor tells more."


class DoctorNews:
    """Goes through a log as it grows."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._seen = 0
        self._known: set[str] = set()
        self._own: dict[str, None] = {}
        """The newest connections (eio_sids) of the lab's own clients."""

    def news(self, setup: Setup = PLAIN) -> list[str]:
        """Return what nobody has been told yet, a line each."""
        stretch = self._log.stretch(self._seen)
        self._seen = max(stretch.last, self._seen)
        records = picked(stretch, r.Rejected, r.Refused, r.HttpRequest, r.ClientNamed)
        self._note_own(records)
        told = self._told(records, setup)
        new = [short for short in dict.fromkeys(told) if short not in self._known]
        new = new[: max(MOST_KNOWN - len(self._known), 0)]
        self._known.update(new)
        lines = [f"A client could not connect: {short}." for short in new[:MOST_TOLD]]
        if len(new) > MOST_TOLD:
            lines.append(f"{len(new) - MOST_TOLD:,} more causes keep clients out.")
        return [*lines[:-1], f"{lines[-1]} {MORE}"] if lines else []

    def _told(self, records: list[r.Record], setup: Setup) -> Iterator[str]:
        for record in records:
            cause = cause_of(record, setup)
            if cause is not None and cause.grade < HINDRANCE and not self._is_own(record):
                yield cause.short

    def _note_own(self, records: list[r.Record]) -> None:
        self._own |= {each.eio_sid: None for each in records if isinstance(each, r.ClientNamed) and each.is_own}
        for eio_sid in list(self._own)[:-MOST_OWN]:
            del self._own[eio_sid]

    def _is_own(self, record: r.Record) -> bool:
        """Tell whether it is one of the lab's own clients, whose cell has raised an error that says all."""
        return getattr(record, "eio_sid", None) in self._own
