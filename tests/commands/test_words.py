from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.commands.words import Form, Word, decode_inside, nearest, quoted, read_word, shortened, skip_space, wrong
from sio_lab.errors import Usage


def read(text: str, **variables: Any) -> Word:
    return read_word(text, skip_space(text, 0), variables)


def refused(text: str, **variables: Any) -> tuple[str, str]:
    """Return why a word can't be read, and the characters above the caret and after it."""
    with pytest.raises(Usage) as caught:
        read(text, **variables)
    why, line, caret = str(caught.value).splitlines()
    return why, line[caret.index("^") :]


@pytest.mark.parametrize(
    ("text", "form", "value", "source"),
    [
        ("hello world", Form.BARE, "hello", "hello"),
        ("-5 x", Form.BARE, "-5", "-5"),
        ("don't", Form.BARE, "don't", "don't"),
        ('"my \\"event\\"" x', Form.TEXT, 'my "event"', '"my \\"event\\""'),
        ("'my event' x", Form.SHELL, "my event", "'my event'"),
        ("''", Form.SHELL, "", "''"),
        ('{"a": [1, "}"]} x', Form.JSON, {"a": [1, "}"]}, '{"a": [1, "}"]}'),
        ('[1, 2]{"a": 1}', Form.JSON, [1, 2], "[1, 2]"),
        ("$data x", Form.VARIABLE, b"\x00", "$data"),
        ("$5", Form.BARE, "$5", "$5"),
        ("$", Form.BARE, "$", "$"),
        ('room:"my room" x', Form.TEXT, "room:my room", 'room:"my room"'),
        ("client:'ada'", Form.TEXT, "client:ada", "client:'ada'"),
        ("room:lobby", Form.BARE, "room:lobby", "room:lobby"),
    ],
)
def test_a_word_ends_where_its_form_says(text: str, form: Form, value: Any, source: str) -> None:
    word = read(text, data=b"\x00")
    assert (word.form, word.value, word.source) == (form, value, source)


@pytest.mark.parametrize(
    ("text", "why", "there"),
    [
        ('{"data" 42}', "a colon is expected", "42}"),
        ('{"a": 1 "b": 2}', "a comma or the closing bracket", '"b": 2}'),
        ("{'a': 1}", "JSON puts names and texts in double quotes", "'a': 1}"),
        ("{“a”: 1}", "JSON's quotes are straight ones", "“a”: 1}"),
        ('{"a": True}', "JSON writes true", "True}"),
        ('{"a": None}', "JSON writes null", "None}"),
        ('{"a": $x}', "$name stands for a whole argument", "$x}"),
        ('{"a": NaN}', "NaN is none of its numbers", '{"a": NaN}'),
        ("[-Infinity]", "-Infinity is none of its numbers", "[-Infinity]"),
        ("[1e999]", "1e999 is too large a number", "[1e999]"),
        ('{"a": 1', "This JSON breaks off", ""),
        ("[", "This JSON breaks off", ""),
        ('"abc', "this quote is never closed", '"abc'),
        ("'abc", "This single quote is never closed", "'abc"),
        ('"a\\d"', "a backslash must be followed by", '\\d"'),
        ('"a\tb"', "a text can't hold a line break or a tab", ' b"'),
        ('{"a": 1}, 2', "separated by spaces, not commas", ", 2"),
        ('{"a": 1}}', "Nothing is open that this could close", "}"),
        ("]", "Nothing is open that this could close", "]"),
        ('"a"b', "A space is expected after an argument", "b"),
        ("'it's'", "write \\u0027 for the apostrophe", "s'"),
        ("$dta", "There is no variable 'dta'; did you mean data?", "$dta"),
        ("$data.key", 'Only a name may follow $. For the text itself write "$data.key".', ".key"),
    ],
)
def test_what_cannot_be_read_is_shown_with_a_caret(text: str, why: str, there: str) -> None:
    told, pointed_at = refused(text, data=1, _data=2)
    assert why in told
    assert pointed_at == there


def test_no_variable_is_proposed_where_none_is_like_it() -> None:
    assert refused("$zzz", data=1)[0] == "There is no variable 'zzz'. For the text itself write \"$zzz\"."


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "[" * 100_000 + "]" * 100_000])
def test_deep_nesting_is_refused(text: str) -> None:
    with pytest.raises(Usage, match="nested too deeply"):
        read(text)


def test_a_number_of_too_many_digits_is_refused() -> None:
    with pytest.raises(Usage, match="too many digits") as caught:
        read("[" + "9" * 5000 + "]")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "value"),
    [("'{\"a\": 1}'", {"a": 1}), ("' [1, 2] '", [1, 2]), ("'\"5\"'", "5"), ("'5'", 5), ("5", 5), ("null", None)],
)
def test_json_inside_single_quotes_is_decoded(text: str, value: Any) -> None:
    assert decode_inside(read(text)) == value


@pytest.mark.parametrize(
    ("text", "why", "there"),
    [
        ("'{\"a\" 1}'", "a colon is expected", "1}'"),
        ("'{\"a\": 1'", "This JSON breaks off", "'"),
        ("'{} {}'", "One JSON value is expected", "{}'"),
    ],
)
def test_json_inside_single_quotes_may_be_wrong(text: str, why: str, there: str) -> None:
    with pytest.raises(Usage) as caught:
        decode_inside(read(text))
    told, line, caret = str(caught.value).splitlines()
    assert why in told
    assert line[caret.index("^") :] == there


def test_the_place_is_told_as_a_number_too() -> None:
    assert wrong("hello\n[1 2]", 9, "No.").place == 9


def test_the_caret_stands_under_the_character_in_its_own_line() -> None:
    text = "first\nsecond here\nthird"
    assert str(wrong(text, text.index("here"), "No.")) == "No.\n    second here\n           ^"
    assert str(wrong(text, len(text), "No.")) == "No.\n    third\n         ^"
    assert str(wrong("", 0, "No.")) == "No.\n    \n    ^"


def test_the_caret_allows_for_wide_and_combining_characters() -> None:
    assert str(wrong("日本e\u0301 x", 5, "No.")).splitlines()[2] == "    " + " " * 6 + "^"


def test_a_long_line_is_cut_around_the_caret() -> None:
    text = "a" * 500 + "b" + "c" * 500
    _, line, caret = str(wrong(text, 500, "No.")).splitlines()
    assert line[caret.index("^")] == "b"
    assert line.strip().startswith("…a")
    assert line.endswith("c…")
    assert len(line) < 120


def test_long_words_are_cut_in_messages() -> None:
    assert shortened("x" * 60) == "x" * 60
    assert shortened("x" * 61) == "x" * 59 + "…"
    assert quoted('a"b') == '"a\\"b"'
    assert len(quoted("x" * 5000)) < 70


def test_nearest_proposes_names_or_ends_the_sentence() -> None:
    assert nearest("emti", ["emit", "call"]) == "; did you mean emit?"
    assert nearest("xyz", ["emit", "call"]) == "."


def test_what_is_much_less_alike_than_the_best_is_not_proposed() -> None:
    assert nearest("closeroom", ["close-room", "classroom"]) == "; did you mean close-room?"
    assert nearest("lok", ["lock", "look"]) == "; did you mean look or lock?"


@given(st.text(min_size=1))
def test_any_text_is_a_word_or_usage(text: str) -> None:
    start = skip_space(text, 0)
    if start < len(text):
        try:
            word = read_word(text, start, {})
        except Usage:
            return
        assert start == word.start < word.end <= len(text)


@given(st.text(), st.booleans())
def test_any_text_as_json_is_read_back(text: str, ensure_ascii: bool) -> None:
    assert read(json.dumps(text, ensure_ascii=ensure_ascii)).value == text
