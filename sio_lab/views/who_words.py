"""WHO as it is typed into one field: several words between commas or spaces, in double quotes where they hold such."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r'((?:client|sid|room):)?("(?:[^"\\]|\\.)*")(?=[\s,]|$)|(?!(?:client|sid|room):")([^\s,"][^\s,]*)')
_BETWEEN = re.compile(r"[\s,]*")
_PLAIN = re.compile(r'[^\s,"\\][^\s,]*')
_SHOWN = 60


def words(text: str | Sequence[str | int] | None) -> list[str | int] | None:
    """Return the words of a field; None where there are none, which means everybody. A list is taken as it is.

    Raises Usage where a quote is never closed.
    """
    if not isinstance(text, str):
        return list(text) if text else None
    found: list[str | int] = []
    place = _end_of(_BETWEEN, text, 0)
    while place < len(text):
        match = _WORD.match(text, place)
        if match is None:
            raise Usage(f"A double quote is never closed: {text[place : place + _SHOWN]}")
        found.append(_read(match))
        place = _end_of(_BETWEEN, text, match.end())
    return found or None


def word(label: str) -> str:
    """Return a label such as `room:my room` as it is typed: room:"my room"."""
    kind, colon, name = label.partition(":")
    return label if _PLAIN.fullmatch(name) else f"{kind}{colon}{json.dumps(name, ensure_ascii=False)}"


def _read(match: re.Match[str]) -> str:
    prefix, quoted, plain = match.groups()
    if plain is not None:
        return str(plain)
    try:
        return f"{prefix or ''}{json.loads(quoted)}"
    except ValueError:
        raise Usage(f"This can't be read as a text in double quotes: {quoted[:_SHOWN]}") from None


def _end_of(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place
