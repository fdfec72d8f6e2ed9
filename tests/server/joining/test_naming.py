from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server.joining.naming import LONGEST, clean, likeness, unlike


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada \t Lovelace\n", "Ada Lovelace"),
        ("A\u202eda", "Ada"),
        ("Zoe\u0308", "Zoë"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 1_000, "x" * LONGEST),
        ("\u200b\u2066\x00", ""),
        ("\u0301", ""),
        ("\u3164\u2800", ""),
        ("Ada\u3164", "Ada"),
        ("李雷 🎈", "李雷 🎈"),
    ],
)
def test_what_is_not_seen_goes_and_the_rest_stays(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(st.text(max_size=200))
def test_a_cleaned_name_is_one_short_line_and_clean(typed: str) -> None:
    name = clean(typed)
    assert len(name) <= LONGEST
    assert not [letter for letter in name if unicodedata.category(letter) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not set(name) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
    assert clean(name) == name


@given(st.lists(st.text(min_size=1, max_size=LONGEST), max_size=20))
def test_names_become_unlike_each_other(asked: list[str]) -> None:
    given_out: list[str] = []
    for name in asked:
        given_out.append(unlike(name, given_out))
    assert len(set(map(likeness, given_out))) == len(given_out)
    assert all(len(name) <= LONGEST for name in given_out)


def test_the_second_one_gets_a_number_whatever_its_letters_look_like() -> None:
    assert unlike("Ada", ["Ada", "ADA 2"]) == "Ada 3"
    assert unlike("\uff41da", ["Ada"]) == "\uff41da 2"


@pytest.mark.parametrize("unseen", ["\u200d", "\u200c", "\u034f", "\ufe0f", "\U000e0101"])
def test_what_is_not_seen_makes_no_other_name(unseen: str) -> None:
    assert unlike(clean(f"A{unseen}da"), ["Ada"]).endswith(" 2")
    assert clean(f"\u2764{unseen}") == f"\u2764{unseen}"  # emoji have need of some
