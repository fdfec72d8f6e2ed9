from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.filter_words import Pattern, Word, quoted, shortened, split_words
from sio_lab.errors import FilterError


def only(text: str) -> Word:
    (word,) = split_words(text)
    return word


def values(text: str) -> list[tuple[str, ...]]:
    return [value.parts for value in only(text).values]


@pytest.mark.parametrize(
    ("text", "negated", "key", "operator"),
    [
        ("hello", False, "", ""),
        ("-hello", True, "", ""),
        ("event:chat", False, "event", ":"),
        ("-EVENT:chat", True, "event", ":"),
        ("ms>=5", False, "ms", ">="),
        ("ms>5", False, "ms", ">"),
        ("ms<=5", False, "ms", "<="),
        ("ms<5", False, "ms", "<"),
        ("ms=5", False, "ms", "="),
        ("12:30", False, "", ""),
        (":smile:", False, "", ""),
        ("no-handler:x", False, "", ""),
        ('"event:chat"', False, "", ""),
    ],
)
def test_a_word_has_a_dash_a_key_and_an_operator(text: str, negated: bool, key: str, operator: str) -> None:
    word = only(text)
    assert (word.source, word.negated, word.key, word.operator) == (text, negated, key, operator)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("event:a,b", [("a",), ("b",)]),
        ("a,b", [("a",), ("b",)]),
        ('event:"a, b:c",d', [("a, b:c",), ("d",)]),
        ("event:'a \"b\"'", [('a "b"',)]),
        (r'"a\"b\\c\*"', [('a"b\\c*',)]),
        (r"'it\'s'", [("it's",)]),
        ('"two\nlines"', [("two\nlines",)]),
        ("event:my*", [("my", "")]),
        ('event:"my *x"', [("my ", "x")]),
        (r'event:"\*"', [("*",)]),
        ("event:*", [("", "")]),
        ("Event:STRASSE,Straße", [("strasse",), ("strasse",)]),
        ("don't", [("don't",)]),
        ('{"a":1}', [('{"a":1}',)]),
        ("a\\b", [("a\\b",)]),
        ("event:a:b", [("a:b",)]),
        ("dir:-", [("-",)]),
    ],
)
def test_values(text: str, expected: list[tuple[str, ...]]) -> None:
    assert values(text) == expected


def test_words_are_separated_by_any_white_space() -> None:
    text = "  a\tb\n-c\u00a0event:'d e'\u3000f "
    assert [word.source for word in split_words(text)] == ["a", "b", "-c", "event:'d e'", "f"]


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000"])
def test_white_space_has_no_words(text: str) -> None:
    assert list(split_words(text)) == []


@pytest.mark.parametrize(
    ("text", "parts_of_the_message"),
    [
        ('a event:"my resp', ["'event:\"my'", 'the quote " at position 9', 'add "']),
        ("'tis", ["the quote ' at position 1", "never closed"]),
        (r'"open\"', ["position 1"]),
        ('"a b"c', ["'c' follows a closing quote", r'"\"a b\"c"']),
        ('-"a"b', [r'"\"a\"b"']),
        ('{"a":1,"b":2}', [r'"{\"a\":1,\"b\":2}"']),
        ("-", ["'-'", "-event:ping"]),
        ("- event:ping", ["'-'", "-event:ping"]),
        ("--df", ["one dash", '"--df"']),
        ("ms >50", ["'>50'", "compares nothing", "ms>50", '">50"']),
        ("ms >= 50", ["'>='", ">= compares nothing"]),
        ("event: chat", ["'event:'", "empty", "without a space"]),
        ("event:a,", ["'event:a,'", "empty"]),
        ("event:,a", ["empty"]),
        ("a,,b", ["empty"]),
        (",", ["empty"]),
        ('event:""', ["empty"]),
        ("''", ["empty"]),
    ],
)
def test_a_word_that_cannot_be_read(text: str, parts_of_the_message: list[str]) -> None:
    with pytest.raises(FilterError) as caught:
        list(split_words(text))
    for part in parts_of_the_message:
        assert part in str(caught.value)


@pytest.mark.parametrize(
    ("parts", "text", "expected"),
    [
        (("chat",), "chat", True),
        (("chat",), "chats", False),
        (("my", ""), "my response", True),
        (("my", ""), "my", True),
        (("my", ""), "not my", False),
        (("", "chat"), "group chat", True),
        (("", "chat"), "chats", False),
        (("", "a", ""), "xay", True),
        (("", "a", "b", ""), "ba", False),
        (("ab", "ba"), "aba", False),
        (("ab", "ba"), "abba", True),
        (("a", "bc", "c"), "abc", False),
        (("a", "bc", "c"), "abbcc", True),
        (("", ""), "", True),
        (("*",), "anything", False),
    ],
)
def test_a_pattern_matches_the_whole_text(parts: tuple[str, ...], text: str, expected: bool) -> None:
    assert Pattern(parts).matches(text) is expected


@given(st.lists(st.text("ab", max_size=3), min_size=2, max_size=5), st.lists(st.text("ab", max_size=2), max_size=4))
def test_a_glob_matches_whatever_is_put_in_for_its_stars(parts: list[str], filling: list[str]) -> None:
    stuffing = [*filling, "", "", "", ""]
    text = parts[0] + "".join(middle + part for middle, part in zip(stuffing, parts[1:], strict=False))
    assert Pattern(tuple(parts)).matches(text)


@given(st.text(min_size=1))
def test_quoted_text_is_read_back_whole(text: str) -> None:
    assert values(quoted(text)) == [(text.casefold(),)]


@given(st.lists(st.text(), min_size=1).map(tuple).filter(lambda parts: parts != ("",)))
def test_a_written_pattern_is_read_back(parts: tuple[str, ...]) -> None:
    folded = tuple(part.casefold() for part in parts)
    assert values(f"event:{Pattern(folded)}") == [folded]


def test_a_glob_can_be_told_from_its_literal_text() -> None:
    assert Pattern(("a", "b")).is_glob
    assert Pattern(("a", "b")).literal == Pattern(("a*b",)).literal == "a*b"
    assert not Pattern(("a*b",)).is_glob


def test_long_texts_are_cut_for_messages() -> None:
    assert shortened("short") == "short"
    assert len(shortened("x" * 100_000)) == 60
    with pytest.raises(FilterError) as caught:
        list(split_words('"' + "x" * 100_000))
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "text",
    [
        "x" * 100_000,
        "x " * 50_000,
        "a," * 50_000 + "a",
        '"a",' * 25_000 + "a",
        "event:" + "'a'," * 25_000 + "a",
        "event:" + "*a" * 50_000,
        '"' + "\\*" * 50_000 + '"',
        "_" * 100_000 + "!",
        " " * 100_000,
        "\u00a0" * 100_000 + "x",
    ],
)
def test_a_hundred_kilobytes_are_read(text: str) -> None:
    assert sum(len(word.source) for word in split_words(text)) <= len(text)


@pytest.mark.parametrize("text", ['"' + "\\" * 99_999, "'" + "a\\" * 50_000, '"a"' * 33_333, "-" * 100_000])
def test_a_hundred_kilobytes_are_refused(text: str) -> None:
    with pytest.raises(FilterError):
        list(split_words(text))


def test_hostile_globs_are_quick() -> None:
    pattern = only("event:" + "a*" * 20_000 + "b").values[0]
    assert not pattern.matches("a" * 100_000)
