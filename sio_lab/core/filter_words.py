r"""The words of a filter: where each begins and ends, its key and its values; and how a value is written back.

    -event:"my response",chat*     negated, key 'event', operator ':', values 'my response' and 'chat' + anything
    "12:30, they said"             no key: free text

Quotes open only where a value begins, so don't and {"a":1} need none. Every pattern here is possessive:
the time to read a text grows with its length and no faster.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.errors import FilterError

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHOWN = 60
_SPACE = re.compile(r"\s*+")
_HEAD = re.compile(r"([^\W\d]\w*+)(>=|<=|[:><=])")
_LONE_OPERATOR = re.compile(r">=|<=|[><=]")  # a lone colon is text, as in :smile:
_BARE = re.compile(r"[^\s,]*+")
_REST = re.compile(r"\S*+")
_QUOTED = {
    '"': re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL),
    "'": re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL),
}
_PIECE = re.compile(r"\\(?P<escaped>.)|(?P<star>\*)|(?P<plain>[^\\*]++)", re.DOTALL)
_NEEDS_ESCAPE = re.compile(r'(["\\*])')


def shortened(text: str) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def wrong(word: str, why: str) -> FilterError:
    """Make the error for one word of a filter: which word, and why; a very long word is cut."""
    return FilterError(f"Filter word {shortened(word)!r}: {why}")


def quoted(text: str) -> str:
    """Write a text in quotes, so that a filter takes every character of it as it stands."""
    return f'"{_escaped(text)}"'


def quote_hint(word: str) -> str:
    """Tell how to search for a word that was taken for something else."""
    return f"To search for the text itself, put it in quotes: {quoted(shortened(word))}"


def _escaped(text: str) -> str:
    return _NEEDS_ESCAPE.sub(r"\\\1", text)


@dataclass(frozen=True)
class Pattern:
    """One value of a word: a text, or pieces of a text with anything between them."""

    parts: tuple[str, ...]
    """The pieces between the stars, case folded; a single one must be the whole text."""

    @property
    def literal(self) -> str:
        """The value with its stars as plain characters."""
        return "*".join(self.parts)

    @property
    def is_glob(self) -> bool:
        """Whether a star that was not escaped stands in the value."""
        return len(self.parts) > 1

    def matches(self, text: str) -> bool:
        """Whether the whole of a case-folded text is what the value asks for."""
        return self._glob(text) if self.is_glob else text == self.parts[0]

    def _glob(self, text: str) -> bool:
        # Finding each piece at its first place is enough, and never has to go back as a regex would.
        first, *middle, last = self.parts
        at = len(first) if text.startswith(first) else -1
        for part in middle:
            if at < 0:
                break
            found = text.find(part, at)
            at = found + len(part) if found >= 0 else -1
        return 0 <= at <= len(text) - len(last) and text.endswith(last)

    def __str__(self) -> str:
        if all(character.isalnum() or character in "_-/.@" for part in self.parts for character in part):
            return self.literal
        return '"' + "*".join(_escaped(part) for part in self.parts) + '"'


@dataclass(frozen=True)
class Word:
    """One word of a filter, as it was typed."""

    source: str
    """The characters of the word, its dash and quotes included."""

    negated: bool
    """Whether a dash stands in front."""

    key: str
    """What stands before the operator, in lower case; empty for free text."""

    operator: str
    """One of : > >= < <= =, or empty for free text."""

    values: tuple[Pattern, ...]
    """The values between the commas: at least one, none of them empty."""


def split_words(text: str) -> Iterator[Word]:
    """Read the words of a filter one after another; FilterError at the first that can't be read."""
    at = _skip_space(text, 0)
    while at < len(text):
        word = _Scanner(text, at).word()
        yield word
        at = _skip_space(text, at + len(word.source))


def _skip_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


class _Scanner:
    """Reads the one word that begins at a place in the text."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.start = start
        self.at = start
        self.body = start

    def word(self) -> Word:
        negated = self._dash()
        key, operator = self._head()
        values = tuple(self._values())
        return Word(self.text[self.start : self.at], negated, key, operator, values)

    def _wrong(self, why: str) -> FilterError:
        return wrong(self._rest(self.start), why)

    def _rest(self, start: int) -> str:
        rest = _REST.match(self.text, start)
        return rest[0] if rest else ""

    def _dash(self) -> bool:
        if not self.text.startswith("-", self.start):
            return False
        self.body = self.at = self.start + 1
        rest = self._rest(self.at)
        if not rest or rest.startswith("-"):
            hint = quote_hint(self._rest(self.start))
            raise self._wrong(f"one dash goes right in front of the word to leave out, as in -event:ping. {hint}")
        return True

    def _head(self) -> tuple[str, str]:
        head = _HEAD.match(self.text, self.at)
        if head is None:
            self._refuse_lone_operator()
            return "", ""
        self.body = self.at = head.end()
        return head[1].lower(), head[2]

    def _refuse_lone_operator(self) -> None:
        operator = _LONE_OPERATOR.match(self.text, self.at)
        if operator:
            hint = quote_hint(self._rest(self.at))
            raise self._wrong(f"{operator[0]} compares nothing; write it without spaces, as in ms>50. {hint}")

    def _values(self) -> Iterator[Pattern]:
        yield self._value()
        while self.text.startswith(",", self.at):
            self.at += 1
            yield self._value()

    def _value(self) -> Pattern:
        parts = self._quoted() if self.text.startswith(('"', "'"), self.at) else self._bare()
        if parts == ("",):
            raise self._wrong(
                "a value is empty; write it without a space before it, as in event:chat or kind:emit,event"
            )
        return Pattern(tuple(part.casefold() for part in parts))

    def _bare(self) -> tuple[str, ...]:
        bare = _BARE.match(self.text, self.at)
        value = bare[0] if bare else ""
        self.at += len(value)
        return tuple(value.split("*"))

    def _quoted(self) -> tuple[str, ...]:
        mark = self.text[self.at]
        value = _QUOTED[mark].match(self.text, self.at)
        if value is None:
            raise self._wrong(
                f"the quote {mark} at position {self.at + 1} of the filter is never closed; add {mark} where it ends"
            )
        self.at = value.end()
        self._refuse_tail()
        return _pieces(value[1])

    def _refuse_tail(self) -> None:
        following = self.text[self.at : self.at + 1]
        if following not in {"", ","} and not following.isspace():
            tail = self._rest(self.at)
            hint = quote_hint(self.text[self.body : self.at] + tail)
            raise self._wrong(
                f"{shortened(tail)!r} follows a closing quote; a space or a comma must come between. {hint}"
            )


def _pieces(content: str) -> tuple[str, ...]:
    """Split what stood in quotes at its stars; a backslash keeps the character after it as it is."""
    parts: list[list[str]] = [[]]
    for piece in _PIECE.finditer(content):
        if piece["star"]:
            parts.append([])
        else:
            parts[-1].append(piece["escaped"] or piece["plain"])
    return tuple("".join(part) for part in parts)
