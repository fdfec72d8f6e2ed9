"""Which rows of the log a table of traffic has: a range of seqs, filters, and the newest of them without the others."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sio_lab.core import traffic
from sio_lab.core.columns import Columns
from sio_lab.core.gathering import Gathered, count_rows, gather
from sio_lab.core.story import begin
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from sio_lab.core.log import Log
    from sio_lab.core.traffic import Merged
    from sio_lab.core.wire import Decoder

_FIRST_LOOK = 64


@dataclass(frozen=True)
class Selection:
    """Rows of the traffic table, chosen anew each time they are asked for."""

    log: Log
    read: Decoder = decode
    tests: tuple[Callable[[Mapping[str, Any]], bool], ...] = ()
    """What a row must pass."""

    first: int = 1
    """The lowest seq."""

    end: int | None = None
    """One past the highest seq; None for no end."""

    def merged(self) -> Merged:
        """Return the rows, with what other records tell of them."""
        if self.tests and self._is_all:
            cells = Gathered(self.log.stretch(), self.log.state, self.read)
            table, seqs = Columns(traffic.TRAFFIC, cells, ("seq",)), cells["seq"]
            return cells.chosen({seqs[place] for place in self._passing(table)})
        merged = traffic.merge(self.log.since(self._start() - 1))
        rows = [row for row in merged.rows if self._is_within(row.seq)]
        return self._tested(replace(merged, rows=rows))

    def columns(self, *, decoded: bool = True) -> Columns:
        """Return the rows as a table; where not decoded, `args` and `ack` are wire text."""
        read = self.read if decoded else None
        if self._is_whole:
            return gather(self.log.stretch(), self.log.state, read)
        return traffic.tabulate(self.merged(), self.log.state, read)

    def count(self) -> int:
        """Return how many rows there are."""
        return count_rows(self.log.stretch()) if self._is_whole else len(self.merged().rows)

    def newest(self, most: int) -> tuple[Columns, int]:
        """Return the table of the newest rows, at most `most` of them, and how many there are in all."""
        if self._is_whole:
            rows = self._newest_rows(most)[-most:] if most else []
            merged = traffic.merge(self.log.since(begin(self.log, rows) - 1))
            return traffic.tabulate(replace(merged, rows=rows), self.log.state, self.read), self.count()
        merged = self.merged()
        newest = replace(merged, rows=merged.rows[-most:] if most else [])
        return traffic.tabulate(newest, self.log.state, self.read), len(merged.rows)

    def seq_of(self, place: int) -> int | None:
        """Return the seq of the newest row (place 1), the one before it (2), ...; None where there are fewer rows."""
        rows = self.merged().rows if self.tests else self._newest_rows(place)
        return rows[-place].seq if 0 < place <= len(rows) else None

    def between(self, first: int, end: int | None) -> Selection:
        """Return those of the rows that lie between two seqs, `end` left out."""
        ends = [seq for seq in (self.end, end) if seq is not None]
        return replace(self, first=max(self.first, first), end=min(ends, default=None))

    def passing(self, *tests: Callable[[Mapping[str, Any]], bool]) -> Selection:
        """Return those of the rows that pass these tests, too."""
        return replace(self, tests=(*self.tests, *tests))

    @property
    def _is_whole(self) -> bool:
        return not self.tests and self._is_all

    @property
    def _is_all(self) -> bool:
        return self.end is None and self.first <= self.log.first_seq

    def _is_within(self, seq: int) -> bool:
        return seq >= self.first and (self.end is None or seq < self.end)

    def _start(self) -> int:
        if self.first <= self.log.first_seq:
            return self.first
        until = None if self.end is None else self.end - 1
        return begin(self.log, filter(traffic.is_row, self.log.since(self.first - 1, until)))

    def _tested(self, merged: Merged) -> Merged:
        if not self.tests:
            return merged
        table = traffic.tabulate(merged, self.log.state, self.read)
        return replace(merged, rows=[merged.rows[place] for place in self._passing(table)])

    def _passing(self, table: Columns) -> Iterator[int]:
        """Yield the places of those rows of a table that pass."""
        return (place for place in range(len(table)) if all(test(table.row(place)) for test in self.tests))

    def _newest_rows(self, most: int) -> list[Any]:
        """Look at more and more of the log's end until it holds enough rows."""
        last = self.log.last_seq if self.end is None else min(self.end - 1, self.log.last_seq)
        begin_at, span = last, _FIRST_LOOK
        rows: list[Any] = []
        while len(rows) < most and begin_at > max(self.first, self.log.first_seq) - 1:
            begin_at = max(last - span, self.first - 1)
            rows = [record for record in self.log.since(begin_at, last) if traffic.is_row(record)]
            span *= 4
        return rows
