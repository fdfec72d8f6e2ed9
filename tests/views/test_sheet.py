"""What is shown of a table, and what is said about the rest."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core import traffic
from sio_lab.core.columns import Columns
from sio_lab.core.log import Log
from sio_lab.views import sheet as sheets
from sio_lab.views.sheet import Sheet
from tests import factories as make


def table() -> Columns:
    log = make.lesson()
    return traffic.traffic(log.since(), log.state)


def sheet(columns: Columns, total: int | None = None, **told: Any) -> Sheet:
    return Sheet("traffic", columns, told.pop("shown", ()), len(columns) if total is None else total, **told)


def test_columns_stand_in_the_table_s_order_whatever_their_importance() -> None:
    shown = sheets.lay_out(sheet(table(), shown=("args", "event", "seq")))
    assert [column.header for column in shown] == ["seq", "event", "args"]


def test_columns_in_which_nothing_stands_are_left_out() -> None:
    names = [column.column.name for column in sheets.lay_out(sheet(table().pick([0])))]
    assert names == ["seq", "time", "direction", "kind", "event", "args"]


def test_a_table_without_rows_keeps_its_columns() -> None:
    empty = traffic.traffic([], Log().state)
    assert [column.header for column in sheets.lay_out(sheet(empty, shown=("namespace", "ms")))] == ["ns", "ms"]


def test_numbers_are_aligned_at_the_right() -> None:
    shown = {column.column.name: column.is_numeric for column in sheets.lay_out(sheet(table()))}
    assert [name for name, numeric in shown.items() if numeric] == [
        *("seq", "recipients", "ack_id", "ms", "bytes", "cause")
    ]


def test_errors_are_remarks_below_their_rows() -> None:
    told = sheets.remarks(sheet(table()))
    assert told[9] == "KeyError: 'user'"
    assert "error" not in [column.column.name for column in sheets.lay_out(sheet(table(), shown=("error", "seq")))]


def test_a_table_without_errors_has_no_remarks() -> None:
    few = Columns(traffic.TRAFFIC[:2], {"seq": [1], "time": [1]}, ("seq",))
    assert sheets.remarks(sheet(few)) == [""]


def test_failures_are_told_row_by_row() -> None:
    assert [place for place, failed in enumerate(sheets.failures(sheet(table()))) if failed] == [9, 10, 11, 12]


def test_a_remark_begins_below_what_says_what_the_row_is() -> None:
    assert sheets.lead(sheets.lay_out(sheet(table(), shown=("seq", "time", "kind", "event")))) == 2
    assert sheets.lead(sheets.lay_out(sheet(table(), shown=("seq", "event")))) == 0


@pytest.mark.parametrize(
    ("rows", "total", "filters", "said"),
    [
        (0, 0, (), "nothing yet"),
        (0, 0, ("kind:emit",), "no row matches"),
        (1, 1, (), "1 row"),
        (14, 14, (), "14 rows"),
        (14, 1234, (), "last 14 of 1,234 rows"),
    ],
)
def test_rows_are_counted(rows: int, total: int, filters: tuple[str, ...], said: str) -> None:
    assert sheets.counted(sheet(table().pick(range(rows)), total, filters=filters)) == said


def test_what_is_not_shown_is_told_with_the_way_to_it() -> None:
    told = sheet(table(), 1234, more=".df has all rows", dropped=5000)
    assert sheets.notes(told) == [
        "1,220 earlier rows are not shown: .df has all rows",
        "5,000 older records have left the log",
    ]
    one = sheet(table(), 15, dropped=1)
    assert sheets.notes(one) == ["1 earlier row is not shown: .df has all rows", "1 older record has left the log"]
    assert sheets.notes(sheet(table())) == []


def test_filters_are_told_harmless() -> None:
    assert sheets.asked(sheet(table(), filters=("kind:emit", "a\nb"))) == "kind:emit a\\nb"
