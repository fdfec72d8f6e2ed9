"""Aligned text: every line of a table is of one width, whatever clients send."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core import columns, traffic
from sio_lab.core.columns import Column, Columns
from sio_lab.core.log import Log
from sio_lab.views import text
from sio_lab.views.sheet import Sheet
from tests import factories as make

COLUMNS = (
    Column("seq", "integer", ""),
    Column("kind", "category", ""),
    Column("event", "category", ""),
    Column("args", "object", ""),
    Column("status", "category", ""),
    Column("error", "category", ""),
)
texts = st.one_of(st.none(), st.text())
payloads = st.lists(st.one_of(st.text(), st.integers(), st.binary(), st.dictionaries(st.text(), st.text()))).map(tuple)
statuses = st.sampled_from([None, "handled", "raised", "no-handler"])
rows = st.lists(st.tuples(st.integers(), st.just("event"), texts, payloads, statuses, texts), min_size=1)


def sheet(table: Columns, **told: Any) -> Sheet:
    return Sheet("traffic", table, told.pop("shown", ()), told.pop("total", len(table)), **told)


def lesson() -> Columns:
    log = make.lesson()
    return traffic.traffic(log.since(), log.state)


@given(rows, st.integers(1, 200))
@example([(1, "event", "\u0903س", (), None, None), (2, "event", "ahoy", (), None, None)], 80)
def test_all_lines_are_of_one_width_and_fit_the_terminal(rows: list[tuple[Any, ...]], width: int) -> None:
    lines, _ = text.grid(sheet(columns.from_rows(COLUMNS, ("seq",), rows)), width)
    assert len({wcswidth(line) for line in lines}) == 1
    assert 0 <= wcswidth(lines[0]) <= width


@given(rows, texts, st.integers(1, 200))
@example([(-1_409_737_728, "event", "\U00016f51\U0002ebe1", (), None, None)], None, 30)
def test_no_line_of_a_whole_table_is_wider_than_the_terminal(
    rows: list[tuple[Any, ...]], asked: str | None, width: int
) -> None:
    told = sheet(columns.from_rows(COLUMNS, ("seq",), rows), total=1234, filters=(asked or "",), dropped=3)
    drawn = text.table(told, width)
    assert all(0 <= wcswidth(line) <= width for line in drawn.split("\n"))


@given(st.text(), st.integers(1, 40))
def test_clipped_text_fits(piece: str, width: int) -> None:
    shown = "".join(c for c in piece if c.isprintable())
    assert wcswidth(text.clip(shown, width)) <= width


@given(st.text(), st.integers(1, 40))
def test_wrapped_text_fits_and_loses_no_short_word(piece: str, width: int) -> None:
    shown = "".join(c for c in piece if c.isprintable())
    lines = text.wrap(shown, width)
    assert all(wcswidth(line) <= width for line in lines)
    if all(wcswidth(word) <= width for word in shown.split(" ")) and shown.isascii():
        assert " ".join(lines) == shown


def test_numbers_are_at_the_right_and_texts_at_the_left() -> None:
    table = columns.from_rows((Column("n", "integer", ""), Column("x", "text", "")), (), [(5, "a"), (12345, "小明")])
    lines, _ = text.grid(sheet(table), 80)
    assert lines == ["     n  x   ", "──────  ────", "     5  a   ", "12,345  小明"]


def test_the_least_important_columns_make_room_first() -> None:
    told = sheet(lesson(), shown=("seq", "kind", "event", "args", "status", "time"))
    drawn = text.table(told, 60)
    assert "no room for time: .df has all columns" in drawn
    assert text.table(told, 120).count("no room") == 0


def test_the_widest_columns_are_narrowed() -> None:
    table = columns.from_rows((Column("a", "text", ""), Column("b", "text", "")), (), [("a" * 50, "b" * 20)])
    lines, _ = text.grid(sheet(table), 42)
    assert lines[2] == "a" * 19 + "…  " + "b" * 20


def test_an_error_is_read_below_its_row() -> None:
    lines = text.table(sheet(lesson(), shown=("seq", "kind", "event", "status")), 80).split("\n")
    place = next(place for place, line in enumerate(lines) if "✕ raised" in line)
    assert lines[place + 1].strip() == "KeyError: 'user'"
    assert lines[place + 1].index("K") == lines[1].index("kind")


def test_joined_emoji_are_spelled_out_since_terminals_disagree() -> None:
    assert text.clip("👩\u200d💻", 80) == "👩\\u200d💻"


@pytest.mark.parametrize("mark", ["\u0301", "\u0903", "\U00016f51", "\ufe0f"])
def test_a_mark_that_would_be_drawn_over_the_gap_before_it_is_spelled_out(mark: str) -> None:
    table = columns.from_rows((Column("a", "text", ""), Column("b", "text", "")), (), [("a", f"{mark}b"), ("a", "b")])
    drawn, _ = text.grid(sheet(table), 80)
    assert {wcswidth(line) for line in drawn} == {3 + len(ascii(mark)) - 2 + 1}
    assert drawn[2] == f"a  {ascii(mark)[1:-1]}b"
    assert text.clip(f"b{mark}", 80) == f"b{mark}"


def test_a_table_without_rows_says_so() -> None:
    empty = traffic.traffic([], Log().state)
    assert text.table(sheet(empty)) == "traffic: nothing yet"
    assert text.table(sheet(empty, filters=("kind:emit",))) == "traffic: no row matches  [kind:emit]"


def test_what_is_not_shown_is_told_below() -> None:
    last = text.table(sheet(lesson(), total=100), 200).split("\n")[-1]
    assert last == "86 earlier rows are not shown: .df has all rows"


def test_the_terminal_s_width_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "50")
    assert all(wcswidth(line) <= 50 for line in text.table(sheet(lesson())).split("\n"))
    monkeypatch.setenv("COLUMNS", "0")
    monkeypatch.setattr("sys.__stdout__", None)
    assert text.terminal_width() == text.WIDTH
