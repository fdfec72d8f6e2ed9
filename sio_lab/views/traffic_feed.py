"""The feed of live traffic: the newest rows at first, then those that are new, and what has changed in older ones."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sio_lab.core import traffic
from sio_lab.core.filters import parse
from sio_lab.core.records import EventReceived
from sio_lab.core.selection import Selection
from sio_lab.core.story import begin
from sio_lab.errors import RecordDropped
from sio_lab.views.packed import Words, names_of, pack, pack_change

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.core.columns import Columns
    from sio_lab.core.log import Log
    from sio_lab.core.records import Record
    from sio_lab.core.traffic import Merged
    from sio_lab.core.wire import Decoder

    Test = Callable[[Mapping[str, Any]], bool]

AT_FIRST = 500
"""Rows that a state tells: the newest."""

MOST_ROWS = 250
"""Rows that a patch tells at most: the newest; the others are counted."""

MOST_LOOKED = 20_000
"""Records that a patch looks through at most."""

KEEP = 10_000
"""Rows that a page keeps."""

_NAMES = tuple(column.name for column in traffic.TRAFFIC)


class TrafficFeed:
    """Rows of the traffic table that pass `tests` and a filter, as they come."""

    def __init__(self, log: Log, read: Decoder, tests: tuple[Test, ...] = (), filter_text: str = "") -> None:
        self._log = log
        self._read = read
        self._tests = tests
        self._filter = parse(filter_text, _NAMES)
        self._seq = log.last_seq
        self._before = traffic.Merged()

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Heed `filter`, a text. Raises FilterError where it can't be read."""
        self._filter = parse(str(wishes.get("filter", "")), _NAMES)

    def state(self) -> dict[str, Any]:
        """Return the newest rows, and what the page needs to show them."""
        table, total = Selection(self._log, self._read, self._all_tests).newest(AT_FIRST)
        offset = time.localtime().tm_gmtoff // 60
        words = Words()
        rows = self._packed(table, words)
        told = {"words": words.all, "rows": rows, "dropped": self._log.dropped, "skipped": 0}
        told["earlier"] = total - len(rows)
        return {"offset": offset, "keep": KEEP, "filter": self._filter.text, **told}

    def patch(self) -> dict[str, Any] | None:
        """Return what records since the last patch tell: new rows, changes of rows sent before, rows that are out."""
        after, last = self._seq, self._log.last_seq
        if after == last:
            return None
        self._seq = last
        window = self._window(max(after, last - MOST_LOOKED), last)
        older = self._older(window, after)
        self._before = window
        patch = self._told(window, older)
        # Beyond what is looked through, records are counted: how many rows they made nobody knows.
        patch["skipped"] += max(last - MOST_LOOKED - after, 0)
        return patch if any(patch[name] for name in ("rows", "changes", "gone", "skipped")) else None

    @property
    def _all_tests(self) -> tuple[Test, ...]:
        return (*self._tests, self._filter.matches) if self._filter.terms else self._tests

    def _told(self, window: Merged, older: Merged) -> dict[str, Any]:
        words, new = Words(), self._tested(window)
        newest = self._packed(self._table(replace(window, rows=new[-MOST_ROWS:])), words)
        amended, changes, gone = self._amended(older, words)
        told = {"rows": amended + newest, "changes": changes, "gone": gone, "words": words.all}
        return {**told, "skipped": max(len(new) - MOST_ROWS, 0), "dropped": self._log.dropped}

    def _amended(self, older: Merged, words: Words) -> tuple[list[Any], list[Any], list[int]]:
        """Return what became of older rows: whole where a test may have let them in only now, and those it puts out."""
        if not older.rows:
            return [], [], []
        if not self._all_tests:
            table = self._table(older)
            return [], [pack_change(table.row(place), words) for place in range(len(table))], []
        chosen = self._tested(older)
        out = {row.seq for row in older.rows} - {row.seq for row in chosen}
        return self._packed(self._table(replace(older, rows=chosen)), words), [], sorted(out)

    def _window(self, after: int, last: int) -> Merged:
        """Return the rows after a record, with what came before them and belongs to them: a connect's question."""
        merged = traffic.merge(self._log.since(after, last))
        needed = max(begin(self._log, merged.rows) - 1, last - MOST_LOOKED) if merged.rows else after
        if needed >= after:
            return merged
        return replace(traffic.merge(self._log.since(needed, last)), rows=merged.rows)

    def _older(self, window: Merged, after: int) -> Merged:
        """Return the rows sent before that records of this window tell more of."""
        ended = sorted(seq for seq in {*window.handled, *window.acks} if seq <= after)
        rows = [row for seq in ended[-MOST_ROWS:] if (row := self._row(seq)) is not None]
        # An ack may come in the window after its handler's end.
        handled, acks = {**self._before.handled, **window.handled}, {**self._before.acks, **window.acks}
        unknown = [row.seq for row in rows if isinstance(row, EventReceived) and row.seq not in handled]
        if unknown:
            # Or in one of those after that, which is so rare that nothing is kept for it.
            handled |= traffic.merge(self._log.since(max(unknown[0], after - MOST_LOOKED), after)).handled
        return replace(window, rows=rows, handled=handled, acks=acks)

    def _tested(self, merged: Merged) -> list[Any]:
        tests = self._all_tests
        if not tests:
            return merged.rows
        table = self._table(merged)
        return [row for place, row in enumerate(merged.rows) if all(test(table.row(place)) for test in tests)]

    def _row(self, seq: int) -> Record | None:
        with suppress(RecordDropped):
            record = self._log.get(seq)
            return record if traffic.is_row(record) else None
        return None

    def _table(self, merged: Merged) -> Columns:
        return traffic.tabulate(merged, self._log.state, self._read)

    def _packed(self, table: Columns, words: Words) -> list[list[Any]]:
        rows = [table.row(place) for place in range(len(table))]
        with self._log.lock:
            names = names_of(rows, self._log.state)
        return [pack(row, words, names) for row in rows]
