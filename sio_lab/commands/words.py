r"""The words of a `%sio` line: where each begins and ends, and what stands there.

    emit "my response" {"data": 42} [1, 2] '{"a": 1}' hello $name room:"my room"

Objects, lists and double quotes are read by a JSON decoder, which knows where they end; single quotes end at the next
single quote, everything else at the next space. NaN and Infinity are refused: no browser's JSON reads them.
"""

from __future__ import annotations

import difflib
import json
import math
import re
import unicodedata
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SPACE = re.compile(r"\s*")
_BARE = re.compile(r"\S+")
_VARIABLE = re.compile(r"\$([^\W\d]\w*)")
_PREFIX = re.compile(r"(?:client|sid|room):(?=[\"'])")
_WINDOW = (60, 40)
_SHOWN = 60
_MUCH_LESS = 0.12
"""By so much less alike than the best match, of at most 1, a name is not proposed beside it."""


_EXPECTED = {
    "Expecting property name": "a name in double quotes is expected here",
    "Expecting ':'": "a colon is expected between a name and its value",
    "Expecting ','": "a comma or the closing bracket is expected here",
    "Expecting value": "a value is expected here",
    "Illegal trailing comma": "no comma may stand before the closing bracket",
    "Unterminated string": "this quote is never closed",
    "Invalid control": "a text can't hold a line break or a tab; write \\n or \\t",
    "Invalid \\": 'a backslash must be followed by one of " \\ / b f n r t u; a backslash itself is \\\\',
}
"""How the decoder's messages begin -> what to tell a reader."""

_HINTS = (
    ("'", "JSON puts names and texts in double quotes"),
    ("“", "JSON's quotes are straight ones"),
    ("”", "JSON's quotes are straight ones"),
    ("$", "$name stands for a whole argument: put it together in Python first"),
    ("True", "JSON writes true"),
    ("False", "JSON writes false"),
    ("None", "JSON writes null"),
)
"""What stands where JSON breaks off -> a likely reason."""


class Form(Enum):
    """How a word was written."""

    BARE = "bare"
    """Without quotes, up to the next space."""

    TEXT = "text"
    """In double quotes: a JSON string."""

    SHELL = "shell"
    """In single quotes, as in a shell: its value is what stands between them."""

    JSON = "JSON"
    """An object or a list."""

    VARIABLE = "variable"
    """$name: the value of a Python variable."""


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line."""

    text: str
    """The whole line, for error messages."""

    start: int
    """Where the word begins in it."""

    end: int
    """Where it ends."""

    form: Form
    """How it was written."""

    value: Any
    """What it stands for; of a bare word or one in single quotes, the text."""

    @property
    def source(self) -> str:
        """The word as it was typed, cut where it is very long."""
        return shortened(self.text[self.start : self.end])

    def wrong(self, why: str, offset: int = 0) -> Usage:
        """Make the error that says why this word can't be used, with a caret under it."""
        return wrong(self.text, self.start + offset, why)


def shortened(text: str) -> str:
    """Cut a text that is too long for a message."""
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def nearest(given: str, known: Iterable[str]) -> str:
    """Return '; did you mean ...?' with the names most like `given`, or a full stop where none is."""
    given = given[:_SHOWN]
    alike = {name: difflib.SequenceMatcher(None, name, given).ratio() for name in known}
    found = difflib.get_close_matches(given, alike)
    close = [name for name in found if alike[name] > alike[found[0]] - _MUCH_LESS]
    return f"; did you mean {' or '.join(close)}?" if close else "."


def wrong(text: str, at: int, why: str) -> Usage:
    """Make the error that says why, and shows the line with a caret under the character number `at`."""
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    before, after = _window(text[start:at], text[at : len(text) if end < 0 else end])
    error = Usage(f"{why}\n    {before}{after}\n    {' ' * _width(before)}^")
    error.place = at
    return error


def _window(before: str, after: str) -> tuple[str, str]:
    left, right = _WINDOW
    if len(before) > left:
        before = "…" + before[1 - left :]
    if len(after) > right:
        after = after[: right - 1] + "…"
    return _printable(before), _printable(after)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _width(text: str) -> int:
    """Count terminal cells, so that the caret stands right behind Chinese or accented text too."""
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def skip_space(text: str, at: int) -> int:
    """Return where the next word begins, or the text's length."""
    match = _SPACE.match(text, at)
    return match.end() if match else at


def read_word(text: str, start: int, variables: Mapping[str, Any]) -> Word:
    """Read the word that begins at `start`; Usage where it is broken off, malformed, or a $name nobody knows."""
    if match := _PREFIX.match(text, start):
        name = _quoted(text, match.end())
        return _separate(Word(text, start, name.end, Form.TEXT, match.group() + name.value))
    if text[start] in "\"'{[":
        return _separate(_quoted(text, start))
    if match := _VARIABLE.match(text, start):
        return _variable(text, match, variables)
    return _bare(text, start)


def _quoted(text: str, start: int) -> Word:
    if text[start] == "'":
        end = text.find("'", start + 1)
        if end < 0:
            raise wrong(text, start, "This single quote is never closed.")
        return Word(text, start, end + 1, Form.SHELL, text[start + 1 : end])
    value, end = _decode(text, start)
    return Word(text, start, end, Form.TEXT if isinstance(value, str) else Form.JSON, value)


def _separate(word: Word) -> Word:
    """Refuse what sticks to a quote or a bracket; a list may follow an object without a space."""
    rest = word.text[word.end : word.end + 1]
    if not rest or rest.isspace() or (word.form is Form.JSON and rest in '{["'):
        return word
    if rest == ",":
        raise wrong(word.text, word.end, "Arguments are separated by spaces, not commas.")
    why = "Nothing is open that this could close." if rest in "}]" else "A space is expected after an argument."
    if word.form is Form.SHELL:
        why += " An apostrophe ends what single quotes hold: leave those out, or write \\u0027 for the apostrophe."
    raise wrong(word.text, word.end, why)


def _variable(text: str, match: re.Match[str], variables: Mapping[str, Any]) -> Word:
    word = _bare(text, match.start())
    if word.end != match.end():
        raise wrong(text, match.end(), f"Only a name may follow $. For the text itself write {quoted(word.value)}.")
    name = match[1]
    if name not in variables:
        meant = nearest(name, (known for known in variables if not known.startswith("_")))
        raise word.wrong(f"There is no variable {name!r}{meant} For the text itself write {quoted(word.value)}.")
    return Word(text, word.start, word.end, Form.VARIABLE, variables[name])


def _bare(text: str, start: int) -> Word:
    if text[start] in "}]":
        raise wrong(text, start, "Nothing is open that this could close.")
    match = _BARE.match(text, start)
    end = match.end() if match else start
    return Word(text, start, end, Form.BARE, text[start:end])


def quoted(text: str) -> str:
    """Write a text in JSON's quotes, cut where it is very long."""
    return json.dumps(shortened(text), ensure_ascii=False)


def decode_inside(word: Word) -> Any:
    """Decode the JSON that stands in a word's single quotes, or is a bare word; Usage where it is malformed."""
    inner = 1 if word.form is Form.SHELL else 0
    start = skip_space(word.text, word.start + inner)
    value, end = _decode(word.text[: word.end - inner], start, word.text)
    end = skip_space(word.text, end)
    if end < word.end - inner:
        raise wrong(word.text, end, "One JSON value is expected in single quotes, and this is more.")
    return value


def _decode(text: str, start: int, shown: str = "") -> tuple[Any, int]:
    """Decode one JSON value; return it and where it ends. `shown` is the text for messages, if it is another one."""
    try:
        return _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise wrong(shown or text, error.pos, _malformed(text, error)) from None
    except RecursionError:
        raise wrong(shown or text, start, "This JSON is nested too deeply.") from None
    except ValueError as error:  # of _integer, _finite or _constant
        raise wrong(shown or text, start, f"This is no JSON: {error}.") from None


def _malformed(text: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(text.rstrip()):
        return "This JSON breaks off: its closing bracket is missing."
    expected = next((told for begin, told in _EXPECTED.items() if error.msg.startswith(begin)), error.msg)
    hint = next((f" ({told})" for begin, told in _HINTS if text.startswith(begin, error.pos)), "")
    return f"This is no JSON: {expected}{hint}. Or hand in a Python variable, as $name."


def _integer(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"{shortened(text)} has too many digits") from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{shortened(text)} is too large a number")
    return number


def _constant(name: str) -> NoReturn:
    raise ValueError(f'{name} is none of its numbers, and no browser would read it; for the text write "{name}"')


_DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_finite, parse_constant=_constant)
