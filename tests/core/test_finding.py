"""Findings: their order, their table, and how often they were seen."""

from __future__ import annotations

import pytest

from sio_lab.core.finding import FINDINGS, Finding, Seen, columns, seen_summary, worst_first

OLD = Finding("old", "w", "n", rows=(Seen(3, "x"), Seen(5, "y")), times=7, addresses=2, summary="7 times")
NEW = Finding("new", "w", "n", rows=(Seen(9, "x"),))
NOW = Finding("now", "w", "n")
REMARK = Finding("remark", "w", "n", grade=2, rows=(Seen(99, "x"),))
OVER = Finding("over", "w", "n", rows=(Seen(1, "x"),), is_past=True)


def test_what_is_true_now_and_grave_comes_first_and_what_is_over_last() -> None:
    assert [each.name for each in worst_first([OVER, REMARK, OLD, NEW, NOW])] == ["now", "new", "old", "remark", "over"]
    assert [each.is_failure for each in (NEW, REMARK)] == [True, False]
    assert (OLD.last, NOW.last) == (5, 0)


def test_they_are_a_table() -> None:
    table = columns([OLD, NOW])
    assert table.names == tuple(column.name for column in FINDINGS)
    assert dict(table.row(0))["evidence"] == "7 times; row 3: x; row 5: y"
    assert (dict(table.row(0))["rows"], dict(table.row(1))["last"]) == ((3, 5), None)
    assert len(columns([])) == 0


@pytest.mark.parametrize(
    ("times", "addresses", "last", "told"),
    [
        (1, ["10.0.0.9"], 4, "once, from 10.0.0.9, at row 4"),
        (12, ["a", "b", "c", "c", None], 88, "12 times, from 3 addresses, last at row 88"),
        (1_200, [None], 0, "1,200 times"),
    ],
)
def test_how_often_it_was_seen(times: int, addresses: list[str | None], last: int, told: str) -> None:
    assert seen_summary(times, addresses, last) == told
