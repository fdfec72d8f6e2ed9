"""Columns as they are packed: what belongs to a row, and the order of rows."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.packing import Coded, Numbers, Same
from sio_lab.core.stacked import Either, Link, Linked, Order, Stacked

SEQS = st.lists(st.integers(1, 9))


@given(SEQS, SEQS)
def test_the_last_record_that_names_a_row_belongs_to_it(keys: list[int], of: list[int]) -> None:
    last = {seq: place for place, seq in enumerate(of)}
    link = Link(keys, of)
    assert list(link.places) == [last.get(key, -1) for key in keys]
    assert list(Linked(list(map(str, of)), link, "none")) == [str(key) if key in last else "none" for key in keys]
    assert len(Linked(of, link)) == len(keys)


def test_one_or_the_other() -> None:
    either = Either([1, None, None], [5, 6, None])
    assert (list(either), len(either)) == ([1, 6, None], 3)


def test_rows_of_several_classes_are_put_in_order() -> None:
    order = Order([Numbers(array("q", [2, 5])), [1, 3], []])
    stacked = Stacked([Coded(bytes([0, 1]), ("b", "e")), Same("x", 2), []], order)
    assert (stacked.cells(), len(stacked)) == (["x", "b", "x", "e"], 4)


def test_rows_of_one_class_are_in_order() -> None:
    assert Stacked([[], ["b", "a"]], Order([[], [7, 8]])).cells() == ["b", "a"]


def test_nothing_is_nothing() -> None:
    assert Stacked([[]], Order([[]])).cells() == []
