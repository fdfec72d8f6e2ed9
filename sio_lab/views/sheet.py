"""What a renderer is given of a table: its newest rows, which columns matter, and what to say about the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.core.traffic import is_failure
from sio_lab.views import cells, values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.core.columns import Column, Columns, Row
    from sio_lab.views.cells import Cell

NUMERIC = frozenset({"integer", "number"})
"""Kinds of columns that are aligned at the right."""

HEADERS = {"direction": "dir", "namespace": "ns"}
"""Headers shorter than the column's name; filters know them too."""

_REMARKS = "error"
_REMARK = 400


@dataclass(frozen=True)
class Sheet:
    """A table's newest rows, and what is said about them."""

    title: str
    """What the table is of: traffic, clients, ..."""

    columns: Columns
    """The rows to show, oldest first."""

    shown: tuple[str, ...]
    """Names of the columns worth showing, the most important first; none for all of them."""

    total: int
    """How many rows the table has, those that are not shown counted."""

    filters: tuple[str, ...] = ()
    """Filters that chose the rows, as they were typed."""

    more: str = ".df has all rows"
    """How to see rows that are not shown."""

    dropped: int = 0
    """How many older records have left the log."""

    empty: str = "nothing yet"
    """What is said where there are no rows."""


@dataclass(frozen=True)
class Shown:
    """One column as it is shown."""

    column: Column
    cells: tuple[Cell, ...]

    @property
    def header(self) -> str:
        """What stands above it."""
        return HEADERS.get(self.column.name, self.column.name)

    @property
    def is_numeric(self) -> bool:
        """Whether it is aligned at the right."""
        return self.column.kind in NUMERIC


def lay_out(sheet: Sheet) -> list[Shown]:
    """Return the columns to show, in the table's order; those without anything in them, and remarks, are left out."""
    named = [name for name in sheet.shown or sheet.columns.names if name != _REMARKS]
    rows = _rows(sheet)
    names = cells.names_in(sheet.columns.cells)
    columns = (
        Shown(column, tuple(cells.cell(column, row, names, beside=named) for row in rows))
        for column in sheet.columns.columns
        if column.name in named
    )
    return [column for column in columns if not rows or any(cell.text for cell in column.cells)]


def remarks(sheet: Sheet) -> list[str]:
    """Return what is to be read below each row, too long for a column: its error and what to do next; often empty."""
    if _REMARKS not in sheet.columns.names:
        return [""] * len(sheet.columns)
    return [values.visible(text or "", _REMARK) for text in sheet.columns.cells[_REMARKS]]


def lead(columns: Sequence[Shown]) -> int:
    """Return how many columns stand before a remark: those that number and date a row, before it says what it is."""
    names = [column.column.name for column in columns]
    return names.index("kind") if "kind" in names else 0


def failures(sheet: Sheet) -> list[bool]:
    """Tell of each row whether it tells of something that went wrong."""
    return [is_failure(row) for row in _rows(sheet)]


def counted(sheet: Sheet) -> str:
    """Say how many rows there are, and how many of them are shown."""
    if not sheet.total:
        return "no row matches" if sheet.filters else sheet.empty
    rows = f"{sheet.total:,} row{'' if sheet.total == 1 else 's'}"
    return rows if _hidden(sheet) == 0 else f"last {len(sheet.columns):,} of {rows}"


def asked(sheet: Sheet) -> str:
    """Return the filters that chose the rows, as one text."""
    return values.visible(" ".join(sheet.filters), values.LONG)


def notes(sheet: Sheet) -> list[str]:
    """Say what is not shown, and how to see it."""
    hidden = _hidden(sheet)
    earlier = f"{hidden:,} earlier row{' is' if hidden == 1 else 's are'} not shown: {sheet.more}" if hidden else ""
    records = "record has" if sheet.dropped == 1 else "records have"
    dropped = f"{sheet.dropped:,} older {records} left the log" if sheet.dropped else ""
    return [note for note in (earlier, dropped) if note]


def _rows(sheet: Sheet) -> list[Row]:
    return [sheet.columns.row(position) for position in range(len(sheet.columns))]


def _hidden(sheet: Sheet) -> int:
    return sheet.total - len(sheet.columns)
