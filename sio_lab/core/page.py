"""A page of the log: as many records as are packed at once, as objects before that and by column from then on."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sio_lab.core.chunk import Chunk
    from sio_lab.core.records import Record

PAGE = 1_024
"""How many records a page has: packing them takes a millisecond, and no other thread of the kernel waits longer."""


class Page:
    """Some records that follow each other; guarded by the lock of the log it is in."""

    __slots__ = ("_chunk", "first", "records", "sizes")

    def __init__(self, first: int) -> None:
        self.first = first
        """The seq of its first record."""

        self.records: list[Record | None] = []
        """None where one was dropped; empty once it is packed."""

        self.sizes = array("q")
        """What each counts against the log's bound, in bytes; only those have theirs that are folded into the state."""

        self._chunk: Chunk | None = None

    @property
    def is_packed(self) -> bool:
        """Whether its records are kept by column."""
        return self._chunk is not None

    @property
    def is_done(self) -> bool:
        """Whether it is full, all its records are folded, and they are not packed yet."""
        return len(self.records) >= PAGE and len(self.records) == len(self.sizes)

    @property
    def last(self) -> int:
        """The seq of its last record so far, where it is not packed."""
        return self.first + len(self.records) - 1

    def drop(self, seq: int) -> int:
        """Let go of a record, and return its size. One that is packed takes its place until the whole page goes."""
        place = seq - self.first
        if self._chunk is None:
            self.records[place] = None
        return self.sizes[place]

    def find(self, seq: int) -> Record | None:
        """Return a record; None where it was dropped."""
        return self._chunk.find(seq) if self._chunk else self.records[seq - self.first]

    def held(self, seq: int = 0, until: int | None = None) -> Chunk | list[Record]:
        """Return the records as they are kept: all of them by column, or a list of those after `seq`, up to `until`.

        Whoever has them need not hold the lock to read them.
        """
        if self._chunk is not None:
            return self._chunk
        begin, end = max(seq + 1 - self.first, 0), None if until is None else max(until + 1 - self.first, 0)
        return [record for record in self.records[begin:end] if record is not None]

    def pack(self, chunk: Chunk) -> None:
        """Keep the records as `chunk`, made of them, from now on."""
        if self._chunk is None:
            self._chunk, self.records = chunk, []
