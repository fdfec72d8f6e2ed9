from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.errors import Usage
from sio_lab.server.joining import codes


def test_a_code_is_easy_to_read_and_another_each_time() -> None:
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(len(code) == 9 and code[4] == "-" for code in made)
    assert not set("".join(made)) & set("01OIL")


@pytest.mark.parametrize("typed", ["abcd2345", "ABCD 2345", " abcd-2345 ", "A.B.C.D.2.3.4.5"])
def test_it_may_be_typed_carelessly(typed: str) -> None:
    assert codes.is_same(typed, "ABCD-2345")


@given(st.text())
def test_nothing_else_is_the_code(typed: str) -> None:
    assert codes.is_same(typed, "ABCD-2345") == (codes.plain(typed) == "ABCD2345")


@pytest.mark.parametrize("code", ["", "abc", "-----------", "x" * 41, "\u0436" * 8])
def test_a_code_of_the_teachers_own_has_to_be_worth_something(code: str) -> None:
    with pytest.raises(Usage, match="letters"):
        codes.own_code(code)


def test_one_of_the_teachers_own_stays_as_it_was_written() -> None:
    assert codes.own_code(" Lesson-7 ") == "Lesson-7"
