from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.shapes import shape, shape_of_args


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *(("x", "string"), (1, "integer"), (1.5, "number"), (True, "boolean"), (None, "null"), (b"x", "binary")),
        *(([], "[]"), ([1, "x", 2], "[integer | string]"), ({}, "{}"), ({"b": 1, "a": []}, "{a: [], b: integer}")),
        (1 + 2j, "complex"),
    ],
)
def test_shapes_name_types(value: Any, expected: str) -> None:
    assert shape(value) == expected


def test_arguments_stand_in_order() -> None:
    assert shape_of_args(("x", {"a": 1})) == "(string, {a: integer})"
    assert shape_of_args(()) == "()"


def test_what_is_large_is_bounded() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [{"x": deep}]
    assert "…" in shape(deep)
    assert len(shape({str(number): 1 for number in range(10_000)})) < 1_000


@given(st.dictionaries(st.text(), st.integers()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert shape(value) == shape(dict(reversed(value.items())))
