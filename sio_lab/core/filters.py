r"""The filter language: one line of words says which rows of a table to show.

    event:chat ns:/test dir:in         every word must match
    kind:emit,event  event:my*         a comma means or; a star stands for anything
    -event:ping  -hello                a dash leaves out what matches
    ms>50  bytes>=1000  seq:10..50     numbers are compared, or lie in a range
    hello  "two words"                 free text, anywhere in the row
    event:"my response"  "a\"b"        quotes keep spaces, commas and colons; a backslash in them keeps " * and \

Upper and lower case are the same. A cell without a value matches no word, so it does match the word negated.
"""

from __future__ import annotations

import difflib
import json
import math
import operator
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from sio_lab.core.filter_words import Pattern, Word, quote_hint, quoted, shortened, split_words, wrong

Row = Mapping[str, object]
Number = int | float

KINDS = (
    *("server", "http", "connect", "refused", "rejected", "upgrade", "disconnect"),
    *("handshake", "frame", "close"),
    *("event", "emit", "ack", "join", "leave", "close_room"),
)
STATUSES = ("running", "handled", "no-handler", "raised", "refused")
OPCODES = ("text", "binary", "continuation", "ping", "pong", "close", "unreadable")
"""Of the frames of raw WebSockets."""

DIRECTIONS = ("in", "out", "-")

_TEXT_KEYS = {
    "event": "the event's name",
    "ns": "the namespace, as in ns:/chat",
    "client": "the client's name",
    "sid": "the client's sid, or its first 4 characters or more",
    "eio_sid": "the connection's sid, or its first 4 characters or more",
    "dir": "the direction: in, out or -",
    "kind": "what happened: " + ", ".join(KINDS),
    "status": "how an event went: "
    + ", ".join(STATUSES)
    + "; an HTTP status, as in status:404; a close code; or a frame's opcode: "
    + ", ".join(OPCODES),
    "room": "a room: of a row, one of a client's, or one that an emit went to",
    "to": "whom an emit went to; one of them is enough",
    "handler": "the handler's function",
    "cell": "the notebook cell of the handler",
    "task": "the background task's function",
    "state": "how it is with a task or an ack",
    "source": "file and line of a definition",
    "shadows": "what a handler hides",
    "origin": "where an emit came from: handler, task, callback, route, cell, panel, class",
    "transport": "polling or websocket",
    "address": "the client's address",
    "args": "one of the arguments, as JSON where it is no text",
    "error": "the error, as in error:KeyError*",
}
_NUMBER_KEYS = {
    "seq": "the row's number, as in seq:10..50",
    "cause": "the number of the event that made it happen",
    "ms": "how many milliseconds it took",
    "bytes": "its size on the wire",
    "recipients": "how many clients an emit reached",
    "ack_id": "the number that ties an ack to its packet",
    "clients": "how many clients",
    "rooms": "how many rooms",
    "handlers": "how many handlers",
    "events": "how many events",
    "errors": "how many errors",
    "calls": "how often a handler ran",
    "mean_ms": "a handler's mean time",
    "p95_ms": "the time that 95 of 100 calls stay under",
    "rtt_ms": "the client's ping round trip",
    "events_in": "how many events came from the client",
    "events_out": "how many events went to the client",
    "bytes_in": "how many bytes came from the client",
    "bytes_out": "how many bytes went to the client",
}
_ALIASES = {"namespace": "ns", "direction": "dir", "path": "event"}
_COLUMNS = {"ns": ("namespace",), "dir": ("direction",), "room": ("room", "rooms", "to"), "event": ("event", "path")}
_CHOICES = {"dir": DIRECTIONS, "kind": KINDS, "status": (*STATUSES, *OPCODES)}

KEYS: Mapping[str, str] = {
    **_TEXT_KEYS,
    **_NUMBER_KEYS,
    **{alias: f"the same as {key}" for alias, key in _ALIASES.items()},
}
"""Every key of the language, with a line about it: for help pages and completion."""

_SHORTEST_PREFIX = 4
_BOUNDS_OF_A_RANGE = 2
_COMPARE: Mapping[str, Callable[[Number, Number], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "=": operator.eq,
}


@dataclass(frozen=True)
class Anywhere:
    """Free text: one of the texts stands somewhere in the row."""

    texts: tuple[str, ...]
    """What to look for, case folded."""

    @property
    def columns(self) -> tuple[str, ...]:
        """No columns by name: all of them are read."""
        return ()

    def matches(self, row: Row) -> bool:
        """Whether a text cell, or the arguments as JSON or as Python writes them, contain one of the texts."""
        return any(text in cell for value in row.values() for cell in _searched(value) for text in self.texts)

    def __str__(self) -> str:
        return ",".join(text if text.isalnum() else quoted(text) for text in self.texts)


@dataclass(frozen=True)
class Named:
    """A key of text, and the values it may have."""

    key: str
    """The key, aliases resolved."""

    patterns: tuple[Pattern, ...]
    """One of these must match."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a row that are read; one that is missing counts as empty."""
        return _columns(self.key)

    def matches(self, row: Row) -> bool:
        """Whether one of the texts in the key's columns is what one of the patterns asks for."""
        texts = [text for column in self.columns for text in _texts(column, row.get(column))]
        return any(self._fits(pattern, text) for text in texts for pattern in self.patterns)

    def _fits(self, pattern: Pattern, text: str) -> bool:
        return pattern.matches(text) or (self.key in {"sid", "eio_sid"} and _is_prefix(pattern, text))

    def __str__(self) -> str:
        return f"{self.key}:" + ",".join(map(str, self.patterns))


@dataclass(frozen=True)
class Bound:
    """One side of a comparison."""

    operator: str
    """One of > >= < <= =."""

    number: Number
    """What the cell is compared with: never infinite, never NaN."""

    def holds(self, value: Number) -> bool:
        """Whether a number is on the right side."""
        return _COMPARE[self.operator](value, self.number)


@dataclass(frozen=True)
class Compared:
    """A key of numbers, and the bounds they must keep."""

    key: str
    """The key, which is the column's name too."""

    alternatives: tuple[tuple[Bound, ...], ...]
    """All bounds of one of these must hold: one bound for a comparison, two for a range."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The one column that is read."""
        return (self.key,)

    def matches(self, row: Row) -> bool:
        """Whether the cell is a number (of a list: how many it holds) within the bounds of an alternative."""
        number = _number(row.get(self.key))
        if number is None:
            return False
        return any(all(bound.holds(number) for bound in bounds) for bounds in self.alternatives)

    def __str__(self) -> str:
        sign = self.alternatives[0][0].operator
        if sign == "=" or len(self.alternatives[0]) == _BOUNDS_OF_A_RANGE:
            sign = ":"
        return f"{self.key}{sign}" + ",".join(map(_written, self.alternatives))


@dataclass(frozen=True)
class Term:
    """One word of a filter, understood."""

    negated: bool
    """Whether rows that pass the test are left out, instead of the others."""

    test: Anywhere | Named | Compared
    """What the word asks of a row."""

    def matches(self, row: Row) -> bool:
        """Whether a row stays, as far as this word goes."""
        return self.test.matches(row) is not self.negated

    def __str__(self) -> str:
        return "-" * self.negated + str(self.test)


@dataclass(frozen=True)
class Filter:
    """What rows to show. Its str() is a tidy text of the same meaning, which parses to an equal filter."""

    text: str = field(compare=False)
    """The text as it was typed."""

    terms: tuple[Term, ...]
    """All of these must match; with none, every row does."""

    @property
    def keys(self) -> frozenset[str]:
        """The columns that are read by name; see also reads_every_column."""
        return frozenset(column for term in self.terms for column in term.test.columns)

    @property
    def reads_every_column(self) -> bool:
        """Whether there is free text, for which the whole row is searched."""
        return any(isinstance(term.test, Anywhere) for term in self.terms)

    def matches(self, row: Row) -> bool:
        """Whether a row (column -> value) is to be shown."""
        return all(term.matches(row) for term in self.terms)

    def __str__(self) -> str:
        return " ".join(map(str, self.terms))


def parse(text: str, columns: Collection[str] | None = None) -> Filter:
    """Read a filter; FilterError says which word is wrong, why, and what to write instead.

    Where the columns of a table are given, a key that reads none of them is an error too.
    """
    return Filter(text, tuple(Term(word.negated, _test(word, columns)) for word in split_words(text)))


def _test(word: Word, columns: Collection[str] | None) -> Anywhere | Named | Compared:
    if not word.operator:
        return Anywhere(tuple(value.literal for value in word.values))
    key = _ALIASES.get(word.key, word.key)
    _check_key(word, key, columns)
    if key in _NUMBER_KEYS:
        return Compared(key, _alternatives(word, key))
    _check_text(word, key)
    return Named(key, word.values)


def _columns(key: str) -> tuple[str, ...]:
    return _COLUMNS.get(key, (key,))


def _check_key(word: Word, key: str, columns: Collection[str] | None) -> None:
    known = [name for name in (*_TEXT_KEYS, *_NUMBER_KEYS) if columns is None or _is_read(name, columns)]
    if key not in KEYS:
        raise wrong(word.source, f"there is no key {shortened(key)!r}{_nearest(key, known, word)}")
    if key not in known:
        raise wrong(word.source, f"this table has no {key}; its keys are {', '.join(known)}")


def _is_read(key: str, columns: Collection[str]) -> bool:
    return any(column in columns for column in _columns(key))


def _nearest(given: str, known: Collection[str], word: Word) -> str:
    hint = quote_hint(word.source.removeprefix("-"))
    nearest = difflib.get_close_matches(given, [*known, *_ALIASES], n=1)
    return f"; did you mean {nearest[0]}? {hint}" if nearest else f". {hint}. The keys are {', '.join(known)}"


def _check_text(word: Word, key: str) -> None:
    if word.operator != ":":
        values = shortened(",".join(map(str, word.values)))
        raise wrong(word.source, f"{key} is a text, which {word.operator} can't compare; write {key}:{values}")
    for value in word.values:
        _check_choice(word, key, value)


def _check_choice(word: Word, key: str, value: Pattern) -> None:
    choices = _CHOICES.get(key)
    is_http_status = key == "status" and value.literal[0].isdigit()
    if choices is None or is_http_status or any(map(value.matches, choices)):
        return
    nearest = difflib.get_close_matches(value.literal, choices, n=1)
    meant = f"; did you mean {nearest[0]}?" if nearest else ""
    raise wrong(word.source, f"{key} is one of {', '.join(choices)}, not {shortened(value.literal)!r}{meant}")


def _alternatives(word: Word, key: str) -> tuple[tuple[Bound, ...], ...]:
    if word.operator in {":", "="}:
        return tuple(_bounds(word, key, value.literal) for value in word.values)
    if len(word.values) > 1:
        raise wrong(word.source, f"{word.operator} takes one number; a comma goes with a colon, as in {key}:5,10..50")
    return ((Bound(word.operator, _read_number(word, key, word.values[0].literal)),),)


def _bounds(word: Word, key: str, text: str) -> tuple[Bound, ...]:
    first, dots, last = text.partition("..")
    low = _read_number(word, key, first)
    if not dots:
        return (Bound("=", low),)
    high = _read_number(word, key, last)
    if low > high:
        raise wrong(word.source, f"the range runs backwards; write the smaller number first: {key}:{last}..{first}")
    return Bound(">=", low), Bound("<=", high)


def _read_number(word: Word, key: str, text: str) -> Number:
    for read in (int, float):
        try:
            number = read(text)
        except ValueError:
            continue
        if isinstance(number, int) or math.isfinite(number):
            return number
    raise wrong(
        word.source,
        f"{key} takes a number, not {shortened(text)!r}; write {key}>50, {key}:50 or {key}:10..50{_singular(key)}",
    )


def _singular(key: str) -> str:
    """Help with clients:ada, where client:ada was meant."""
    name = key.removesuffix("s")
    return f". For a name write {name}:NAME" if name in _TEXT_KEYS else ""


def _written(bounds: tuple[Bound, ...]) -> str:
    return "..".join(str(bound.number) for bound in bounds)


def _is_prefix(pattern: Pattern, text: str) -> bool:
    return not pattern.is_glob and len(pattern.literal) >= _SHORTEST_PREFIX and text.startswith(pattern.literal)


def _number(value: object) -> Number | None:
    if isinstance(value, (list, tuple)):
        return len(value)
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _texts(column: str, value: object) -> list[str]:
    """List the texts that a cell offers to a key: one for each element of a list, none where nothing is."""
    elements = value if isinstance(value, (list, tuple)) else [value]
    texts = [text for element in elements if (text := _text(element)) is not None]
    if column == "to":
        texts += [name for text in texts if ", " in text for name in text.split(", ")]
    return texts


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value.casefold()
    is_nan = isinstance(value, float) and math.isnan(value)
    is_known = isinstance(value, (int, float, dict, list, tuple))  # None, and another library's NA, are not
    return _as_json(value).casefold() if is_known and not is_nan else None


def _searched(value: object) -> Iterator[str]:
    """Yield the texts of a cell in which free text is looked for; numbers are not."""
    if isinstance(value, str):
        yield value.casefold()
    elif isinstance(value, (list, tuple, dict)):
        yield _as_json(value).casefold()
        yield _as_python(value).casefold()


def _as_json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=repr)
    except (TypeError, ValueError, RecursionError):
        return ""  # a payload that JSON has no form for, or a loop


def _as_python(value: object) -> str:
    try:
        return repr(value)
    except (ValueError, RecursionError):
        return ""  # an integer too long to print, or nesting too deep
