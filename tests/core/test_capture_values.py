"""Values that a capture keeps exactly, and those of which it keeps how they read."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.capture_values import Lookalike, dumps, loads
from tests.core.any_record import HUGE, ODD_TEXTS

ATOMS = st.none() | st.booleans() | HUGE | st.floats() | ODD_TEXTS | st.binary(max_size=4)
VALUES = st.recursive(
    ATOMS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.lists(inner, max_size=3).map(tuple) | st.dictionaries(ATOMS, inner, max_size=3)
    ),
    max_leaves=10,
)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    text = dumps(value)
    assert text.isascii()
    assert repr(loads(text)) == repr(value)


def test_sets_and_deques_come_back() -> None:
    for value in ({1, "a"}, frozenset({1}), deque([0.5, 2.0])):
        assert loads(dumps(value)) == value
        assert type(loads(dumps(value))) is type(value)


class Clumsy:
    def __repr__(self) -> str:
        raise RuntimeError("no")


def test_what_can_not_be_written_is_kept_as_it_read() -> None:
    assert loads(dumps(1j)) == Lookalike("1j", "1j")
    assert str(loads(dumps(Clumsy()))) == "<Clumsy>"
    assert loads(dumps(loads(dumps(1j)))) == Lookalike("1j", "1j")


def test_what_is_nested_too_deeply_is_kept_as_it_read() -> None:
    value: Any = ()
    for _ in range(100_000):
        value = (value,)
    assert isinstance(loads(dumps(value)), Lookalike)


@pytest.mark.parametrize("text", ["", "{}", '{"no":1}', '{"bytes":3}', '{"object":"Wire"}', "[" * 100_000])
def test_what_no_capture_holds_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        loads(text)
