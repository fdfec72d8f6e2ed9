"""Values as text that is safe to show: bounded, on one line, without control characters.

What clients send may be large, hostile or right-to-left. So payloads are cut while they are written, never after;
what would move a cursor is spelled out; and right-to-left text is isolated, so that it turns nothing around it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHORT = 160
"""Characters of a value that a cell shows."""

LONG = 1_000
"""Characters of a value that a tooltip shows."""

JOINERS = "\u200c\u200d"
"""Zero-width (non-)joiners: emoji and Persian need them; the width of what they join depends on the terminal."""

FIRST_STRONG_ISOLATE = "\u2068"
POP_ISOLATE = "\u2069"
SHORT_SID = 8
_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_DEEPEST = 20
_HEX_BYTES = 8
_LARGE_BITS = 1_000
_SMALL_BITS = 64
_SMALL_COUNT = 10
_SMALL_LEVELS = 3
_CONTAINERS = frozenset({list, tuple, dict})
_PLAIN = frozenset({float, bool, type(None)})
_KILOBYTE = 1_000
_MEGABYTE = 1_000_000
# Where rounding would make a fourth digit, the next form begins.
_SECONDS_FROM = 999.5
_WHOLE_FROM = 99.95
_TENTHS_FROM = 9.995


def visible(text: str, limit: int = SHORT) -> str:
    r"""Return `text` on one line of at most `limit` characters; controls, newlines, bidi marks as \n, \x1b, \u202e."""
    start = text[: limit + 1]
    spelled = start if start.isprintable() else "".join(map(_spell, start))
    return cut(isolate(spelled), limit)


def cut(text: str, limit: int) -> str:
    """Return `text` in at most `limit` characters, an ellipsis for the rest; isolates that lost their end get one."""
    if len(text) > limit:
        text = text[: max(limit - 1, 0)].rstrip(JOINERS) + "…"
    return text + POP_ISOLATE * (text.count(FIRST_STRONG_ISOLATE) - text.count(POP_ISOLATE))


def isolate(text: str) -> str:
    """Put right-to-left text between marks that keep it from reordering its neighbours; others stay as they are."""
    if text.isascii() or not any(unicodedata.bidirectional(letter) in {"R", "AL", "AN"} for letter in text):
        return text
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def lines(text: str, most: int = 40) -> str:
    """Return the last `most` lines of a traceback or of output, each safe to show."""
    every = text.expandtabs(4).splitlines()
    left_out = [f"… {len(every) - most:,} lines before these"] if len(every) > most else []
    return "\n".join((*left_out, *(visible(line, LONG) for line in every[-most:])))


def uncoloured(text: str) -> str:
    """Return what a program printed without the codes that would colour it in a terminal."""
    return _COLOURS.sub("", text) if "\x1b" in text else text


def payload(value: object, limit: int = SHORT) -> str:
    """Return a value much as repr() has it, in at most `limit` characters and in time that grows with `limit` alone.

    Bytes are told by number, with a few of them in hex.
    """
    return _bounded(_pieces(value, limit, 0), limit)


def arguments(values: object, limit: int = SHORT) -> str:
    """Return the arguments of an event or an ack as they stand between a call's parentheses; `()` where it has none."""
    if not isinstance(values, tuple) or not values:
        return "" if values is None else payload(values, limit)
    if _is_small(values, _SMALL_LEVELS):
        return cut(", ".join(map(repr, values)), limit)
    return _bounded(_braced("", _items(values, limit, 0), ""), limit)


def moment(nanoseconds: int) -> str:
    """Return the time of day where the kernel runs, as 12:34:56.789."""
    return _local(nanoseconds).strftime("%H:%M:%S.") + f"{nanoseconds // 1_000_000 % 1_000:03}"


def full_moment(nanoseconds: int) -> str:
    """Return date, time and offset from UTC, to the microsecond."""
    return _local(nanoseconds).isoformat(" ", "microseconds")


def duration(ms: float) -> str:
    """Return milliseconds as `0.25 ms`, `12.3 ms`, `123 ms` or `1.23 s`: three digits say enough."""
    if ms >= _SECONDS_FROM:
        return f"{ms / 1_000:,.2f} s"
    decimals = 0 if ms >= _WHOLE_FROM else 1 if ms >= _TENTHS_FROM else 2
    return f"{ms:.{decimals}f} ms"


def size(count: int) -> str:
    """Return a number of bytes as `512 B`, `1.5 kB` or `2.0 MB`."""
    if count < _KILOBYTE:
        return f"{count} B"
    return f"{count / _KILOBYTE:,.1f} kB" if count < _MEGABYTE else f"{count / _MEGABYTE:,.1f} MB"


def short_sid(sid: str) -> str:
    """Return the first 8 characters of a sid: enough to tell clients apart, and to name one in a command."""
    return visible(sid[:SHORT_SID])


def _is_small(value: object, levels: int) -> bool:
    """Tell whether repr() writes a value in little and as we do: what most events carry, and many a second."""
    kind = type(value)
    if kind is str:
        text = cast("str", value)
        return len(text) <= SHORT and text.isascii() and text.isprintable()
    if kind is int:
        return cast("int", value).bit_length() <= _SMALL_BITS
    if kind in _CONTAINERS:
        items = cast("list[object]", value)
        parts = chain(items, items.values()) if isinstance(items, dict) else items
        return levels > 0 and len(items) <= _SMALL_COUNT and all(_is_small(part, levels - 1) for part in parts)
    return kind in _PLAIN


def _bounded(pieces: Iterator[str], limit: int) -> str:
    written = ""
    for piece in pieces:
        written += piece
        if len(written) > limit:
            break
    return cut(written, limit)


def _local(nanoseconds: int) -> datetime:
    # Integers, since a float of seconds is off by up to a quarter of a microsecond.
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest // 1_000).astimezone()


def _spell(character: str) -> str:
    is_shown = character.isprintable() or character in JOINERS or unicodedata.category(character) == "Zs"
    return character if is_shown else character.encode("unicode_escape").decode()


def _pieces(value: object, limit: int, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        yield "…"
    elif isinstance(value, str):
        yield _literal(value, limit)
    elif isinstance(value, (bytes, bytearray, memoryview)):
        yield _bytes(bytes(value[:_HEX_BYTES]), len(value))
    elif isinstance(value, Mapping):
        yield from _braced("{", _pairs(value, limit, depth), "}")
    elif isinstance(value, tuple):
        yield from _braced("(", _items(value, limit, depth), ",)" if len(value) == 1 else ")")
    elif isinstance(value, list):
        yield from _braced("[", _items(value, limit, depth), "]")
    else:
        yield _plain(value, limit)


def _braced(opening: str, parts: Iterable[Iterator[str]], closing: str) -> Iterator[str]:
    separator = opening
    for part in parts:
        yield separator
        yield from part
        separator = ", "
    if separator == opening:
        yield opening
    yield closing


def _items(values: Sequence[object], limit: int, depth: int) -> Iterator[Iterator[str]]:
    return (_pieces(value, limit, depth + 1) for value in values)


def _pairs(values: Mapping[Any, object], limit: int, depth: int) -> Iterator[Iterator[str]]:
    return (_pair(key, value, limit, depth + 1) for key, value in values.items())


def _pair(key: object, value: object, limit: int, depth: int) -> Iterator[str]:
    yield from _pieces(key, limit, depth)
    yield ": "
    yield from _pieces(value, limit, depth)


def _literal(text: str, limit: int) -> str:
    start = text[: limit + 1].replace("\\", "\\\\")
    quote = '"' if "'" in start and '"' not in start else "'"
    start = start.replace("'", "\\'") if quote == "'" else start
    return quote + isolate(start if start.isprintable() else "".join(map(_spell, start))) + quote


def _bytes(first: bytes, count: int) -> str:
    more = " …" if count > len(first) else ""
    shown = f": {first.hex(' ')}{more}" if first else ""
    return f"<{count:,} byte{'' if count == 1 else 's'}{shown}>"


def _plain(value: object, limit: int) -> str:
    if isinstance(value, int) and value.bit_length() > _LARGE_BITS:
        return f"<integer of {value.bit_length():,} bits>"
    # repr() is code of the payload's class: a table shows its other rows whatever that raises.
    with suppress(Exception):
        return visible(repr(value), limit)
    return f"<{type(value).__name__}>"
