from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.export.component_names import LONGEST, ComponentNames, plain


def test_odd_characters_become_underscores() -> None:
    assert plain("my event!") == "my_event"
    assert plain("/chat/a") == "chat_a"
    assert plain("日本") == "_"


def test_names_that_differ_by_odd_characters_only_get_numbers() -> None:
    names = ComponentNames()
    assert [names.give("root", event) for event in ("a b", "a-b", "a.b", "a_b_2", "a/b")] == [
        *("root.a_b", "root.a-b", "root.a_b_2", "root.a_b_2_2", "root.a_b_3"),
    ]


@given(st.lists(st.lists(st.text(), min_size=1, max_size=3)))
def test_each_name_is_safe_and_given_once(wished: list[list[str]]) -> None:
    names = ComponentNames()
    given_out = [names.give(*parts) for parts in wished]
    assert len(set(given_out)) == len(given_out)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name, re.ASCII) for name in given_out)
    assert len(plain("x" * 1_000)) == LONGEST
