"""The feed of a small table: all its rows at first, then the rows that changed and the keys of those that are gone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sio_lab.core.filters import parse
from sio_lab.core.traffic import is_failure
from sio_lab.views import values
from sio_lab.views.cells import cell, names_in
from sio_lab.views.sheet import HEADERS, NUMERIC

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Mapping

    from sio_lab.core.columns import Column, Columns, Row
    from sio_lab.core.filters import Filter
    from sio_lab.views.cells import Cell

MOST_ROWS = 500
"""Rows that are told: the newest."""

EVERY = 0.4
"""Seconds between two looks at a table, at least: numbers that run faster can't be read."""

SHARE = 20
"""Where building the table takes long, the next look comes this many times as long after."""

_PLACES = ("seq", "sid", "namespace", "room", "event")
"""Columns that say what a row's actions act on."""


class KeyedFeed:
    """A table that is built anew at each look: `build` makes it, `shown` are the columns worth showing.

    `hides` names rows that are not shown, as a table's own picture leaves them out.
    """

    def __init__(
        self,
        build: Callable[[], Columns],
        shown: tuple[str, ...] = (),
        hides: Callable[[Mapping[str, Any]], bool] | None = None,
        filter_text: str = "",
    ) -> None:
        self._build = build
        self._shown = shown
        self._hides = hides
        self._names = build().names
        self._filter: Filter = parse(filter_text, self._names)
        self._keys: dict[Hashable, str] = {}
        self._last_key = 0
        self._sent: dict[str, dict[str, Any]] = {}
        self._due = 0.0

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Heed `filter`, a text. Raises FilterError where it can't be read."""
        self._filter = parse(str(wishes.get("filter", "")), self._names)

    def state(self) -> dict[str, Any]:
        """Return the columns and all rows."""
        table = self._build()
        columns = [self._column(column) for column in self._columns(table)]
        rows, hidden = self._rows(table)
        return {"columns": columns, "rows": list(rows.values()), "filter": self._filter.text, "hidden": hidden}

    def patch(self) -> dict[str, Any] | None:
        """Return the rows that are new or changed, and who is gone; None too where the last look was just now."""
        began = time.monotonic()
        if began < self._due:
            return None
        rows, hidden = self._rows(self._build())
        sent, self._sent = self._sent, rows
        self._due = began + max(EVERY, SHARE * (time.monotonic() - began))
        changed = [row for key, row in rows.items() if sent.get(key) != row]
        gone = [key for key in sent if key not in rows]
        order = {} if _is_appended(list(sent), list(rows)) else {"order": list(rows)}
        return {"rows": changed, "gone": gone, "hidden": hidden, **order} if changed or gone or order else None

    def _rows(self, table: Columns) -> tuple[dict[str, dict[str, Any]], int]:
        """Return the newest rows by key, and how many there are beside these."""
        all_rows = map(table.row, range(len(table)))
        chosen = [row for row in all_rows if not (self._hides and self._hides(row)) and self._filter.matches(row)]
        columns, names = self._columns(table), names_in(table.cells)
        beside = [column.name for column in columns]
        shown = chosen[-MOST_ROWS:]
        identities = [_identity(table, row) for row in shown]
        self._keys = {identity: self._key(identity) for identity in identities}
        told = [self._row(table, row, columns, names, beside) for row in shown]
        return {row["key"]: row for row in told}, max(len(chosen) - MOST_ROWS, 0)

    def _row(
        self, table: Columns, row: Row, columns: list[Column], names: Mapping[str, str], beside: list[str]
    ) -> dict[str, Any]:
        cells = [_told(cell(column, row, names, beside), row[column.name]) for column in columns]
        place = {name: row[name] for name in _PLACES if name in row and _is_short(row[name])}
        return {"key": self._keys[_identity(table, row)], "cells": cells, "at": place, "failed": int(is_failure(row))}

    def _key(self, identity: Hashable) -> str:
        """Return a short text for a row, the same while it is there: what identifies it may be of any length."""
        if identity not in self._keys:
            self._last_key += 1
        return self._keys.get(identity) or str(self._last_key)

    def _columns(self, table: Columns) -> list[Column]:
        return [column for column in table.columns if not self._shown or column.name in self._shown]

    @staticmethod
    def _column(column: Column) -> dict[str, Any]:
        header = HEADERS.get(column.name, column.name)
        return {"name": column.name, "header": header, "about": column.about, "numeric": column.kind in NUMERIC}


def _told(shown: Cell, value: Any) -> Any:
    """Return a cell as text alone where that says all, else text, look, tooltip and what to sort by."""
    number = value if isinstance(value, (int, float)) and not isinstance(value, bool) else None
    parts = [shown.text, shown.look, shown.full, number]
    while len(parts) > 1 and parts[-1] in {"", None}:
        parts.pop()
    return parts[0] if len(parts) == 1 else parts


def _identity(table: Columns, row: Row) -> Hashable:
    return tuple(row[name] for name in (*table.index, "sid") if name in row)


def _is_short(value: Any) -> bool:
    """Tell whether a row can be acted on by this: names that clients choose may be of any size."""
    return isinstance(value, int) or (isinstance(value, str) and len(value) <= values.LONG)


def _is_appended(before: list[str], now: list[str]) -> bool:
    """Tell whether now's order is that of before, without those that are gone, and the new ones at the end."""
    there = set(now)
    kept = [key for key in before if key in there]
    return now[: len(kept)] == kept
