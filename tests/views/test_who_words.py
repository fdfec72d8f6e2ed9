"""WHO as it is typed into one field."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.errors import Usage
from sio_lab.views import who_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", None),
        (" , ", None),
        ("ada", ["ada"]),
        ("ada, bob", ["ada", "bob"]),
        ("ada bob,,cyd ,", ["ada", "bob", "cyd"]),
        ("room:lobby client:ada", ["room:lobby", "client:ada"]),
        ('room:"my room" "x, y"', ["room:my room", "x, y"]),
        ('room:"a \\"b\\""', ['room:a "b"']),
        ('a"b', ['a"b']),
        ("نورا 小明", ["نورا", "小明"]),
    ],
)
def test_words_stand_between_commas_or_spaces(text: str, words: list[str] | None) -> None:
    assert who_words.words(text) == words


def test_a_list_is_taken_as_it_is() -> None:
    assert who_words.words(["my room", 7]) == ["my room", 7]
    assert who_words.words([]) is None
    assert who_words.words(None) is None


@pytest.mark.parametrize("text", ['"my room', 'ada "', 'room:"x', '"a"b', '"\\x"'])
def test_a_quote_that_is_wrong_is_named(text: str) -> None:
    with pytest.raises(Usage, match="quote"):
        who_words.words(text)


@given(st.lists(st.tuples(st.sampled_from(["client:", "room:", "sid:"]), st.text(min_size=1)), min_size=1))
def test_labels_are_read_as_they_were(labels: list[tuple[str, str]]) -> None:
    whole = [kind + name for kind, name in labels]
    assert who_words.words(", ".join(map(who_words.word, whole))) == whole
