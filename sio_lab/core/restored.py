"""A log of records that were kept elsewhere: as they were, numbers and times included, and nothing is added."""

from __future__ import annotations

import sys
from array import array
from itertools import islice
from typing import TYPE_CHECKING, NoReturn

from sio_lab.core.chunk import Chunk
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE, Page
from sio_lab.errors import LabError, RecordDropped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sio_lab.core.records import Record
    from sio_lab.core.state import State


class RestoredLog(Log):
    """A log that is whole from the beginning.

    `records` come in the order of their seqs, of which some may be missing: a page begins with whichever record comes
    next, and a number that no page holds is found by none. Those after number `folded`, up to which `state` is told
    already, are folded. `until`, in nanoseconds since 1970, is when they were kept, where that is known. Nothing is
    ever dropped, and who subscribes is never woken.
    """

    def __init__(self, records: Iterable[Record], fold: State | None = None, folded: int = 0, until: int = 0) -> None:
        super().__init__(sys.maxsize, sys.maxsize)
        if fold is not None:
            self._state = fold
        self._count = 0
        pages = [self._page(batch, folded) for batch in _batches(records)]
        # The page that would be appended to stays empty, and begins where the records end.
        end = self._end
        self._open([*pages, Page(end + 1)])
        self._dropped = pages[0].first - 1 if pages else end
        self._folded = end
        self._until = until

    _end = 0
    _last_at = 0

    def __len__(self) -> int:
        """How many records there are."""
        return self._count

    @property
    def missing(self) -> int:
        """How many numbers between the first and the last record no record has."""
        return self._end - self._dropped - self._count

    def now(self) -> int:
        """Return when it was kept: what went on then has gone on for no longer."""
        return max(self._until, self._last_at)

    def append(self, record: object) -> NoReturn:
        """Raise LabError: what was captured stays as it was."""
        raise LabError(f"A capture stays as it is: no {type(record).__name__} can be added to it.")

    def _page(self, records: list[Record], folded: int) -> Page:
        page = Page(records[0].seq)
        page.sizes = array("q", [record.size for record in records])
        page.pack(Chunk(records))
        self._count += len(records)
        self._bytes += sum(page.sizes)
        self._end, self._last_at = records[-1].seq, records[-1].at
        for record in records if self._end > folded else ():
            if record.seq > folded:
                self._state.apply(record)
        return page

    def get(self, seq: int) -> Record:
        """Return the record numbered `seq`. Raises RecordDropped where the capture has none."""
        try:
            return super().get(seq)
        except RecordDropped:
            kept = f"its records are {self.first_seq} to {self.last_seq}" if len(self) else "it is empty"
            raise RecordDropped(f"There is no record {seq} in the capture: {kept}.") from None


def _batches(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    while batch := list(islice(rest, PAGE)):
        yield batch
