"""Packed values: they come out as they went in, and repeats cost a byte."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core.packing import EMPTY, Coded, Numbers, Same, join, mapped, pack

ROOMS = st.one_of(st.text(max_size=2), st.integers(), st.booleans(), st.floats(allow_nan=False), st.none())
VALUES = st.one_of(
    st.lists(st.sampled_from(["a", "b", None]), min_size=1),
    st.lists(st.text(), min_size=1),
    st.lists(st.integers(), min_size=1),
    st.lists(st.none() | st.integers(-(2**70), 2**70), min_size=1),
    st.lists(st.sampled_from([1, None, EMPTY]), min_size=1),
    st.lists(st.floats(allow_nan=False), min_size=1),
    st.lists(st.none() | st.floats(allow_nan=False), min_size=1),
    st.lists(st.booleans(), min_size=1),
    st.lists(ROOMS, min_size=1),
    st.lists(st.lists(ROOMS, max_size=2).map(tuple), min_size=1),
    st.lists(st.sampled_from([("a",), ("a", "b"), None, ()]), min_size=1),
    st.lists(st.binary(max_size=2), min_size=1),
)


def told(values: Any) -> list[tuple[type, str]]:
    return [(type(value), repr(value)) for value in values]


@settings(deadline=None)
@given(VALUES)
def test_what_is_packed_comes_out_as_it_went_in(values: list[Any]) -> None:
    packed = pack(list(values))
    assert len(packed) == len(values)
    assert told(packed) == told(values) == told(packed[place] for place in range(len(values)))


@settings(deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=4))
def test_what_is_joined_is_one_after_the_other(parts: list[list[Any]]) -> None:
    joined = join([pack(list(part)) for part in parts])
    assert told(joined) == told(value for part in parts for value in part)


@settings(deadline=None)
@given(st.lists(st.sampled_from(["a", "b", None]), min_size=1))
def test_mapped_values_are_those_of_a_plain_loop(values: list[Any]) -> None:
    assert list(mapped(pack(values), repr)) == list(map(repr, values))


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["a"] * 8, Same),
        ([None] * 8, Same),
        ([True, False] * 4, Coded),
        (["a", None] * 4, Coded),
        ([("a",), ("b", "c")] * 4, Coded),
        ([1, 2, 3], Numbers),
        ([1, None], Numbers),
        ([1.5, 2.5], Numbers),
        (["a", "b", "c"], list),
        ([1, 2**63], list),
        ([(1,), (True,)] * 4, list),
        ([([],), ([],)], list),
    ],
)
def test_each_kind_of_values_has_its_form(values: list[Any], kind: type) -> None:
    assert type(pack(values)) is kind


@pytest.mark.parametrize("distinct", [200, 300, 5_000])
def test_tables_of_any_length_are_joined(distinct: int) -> None:
    parts = [[f"sid{number % distinct}" for number in range(begin, begin + 700)] * 2 for begin in (0, 150, 4_000)]
    joined = join([*map(pack, parts), pack(["sid1"] * 3), pack([f"sid{number}" for number in range(20)])])
    assert isinstance(joined, Coded)
    whole = [value for part in parts for value in part]
    assert list(joined) == [*whole, *["sid1"] * 3, *(f"sid{number}" for number in range(20))]


def test_one_part_is_itself() -> None:
    packed = pack(["a", "b"] * 3)
    assert join([packed]) is packed


def test_too_many_different_texts_stay_a_list() -> None:
    parts = [pack([f"{part}-{number}" for number in range(40_000)]) for part in range(2)]
    assert len(join(parts)) == 80_000
    assert isinstance(join(parts), list)
