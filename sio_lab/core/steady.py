"""What differs from run to run anyway: sids, times, UUIDs, addresses in memory. Captures don't differ by that.

A sid is known from the records, so that no other text is taken for one; a number is a time where it lies within a day
of the capture, in seconds, milliseconds, microseconds or nanoseconds.
"""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

_DAY = 86_400 * 1_000_000_000
_UNITS = (1, 1_000, 1_000_000, 1_000_000_000)
"""Nanoseconds in each unit of time."""

_DEEPEST = 50
_WORD = re.compile(r"[\w-]+")
_FIXED = (
    (re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.IGNORECASE), "<uuid>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?"), "<time>"),
    (re.compile(r"\b0x[0-9a-f]{6,16}\b"), "<address>"),
)


_SHORTEST = len("0x123456")
"""Characters of the shortest text that one of these is found in."""


class Steady:
    """Writes values as text that is the same whenever what they say is.

    `sids` are those of the capture, Engine.IO's own too; `first` and `last` its first and last time, in nanoseconds.
    """

    def __init__(self, sids: Collection[str], first: int, last: int) -> None:
        self._sids = frozenset(sids) - {""}
        self._first = first - _DAY
        self._last = last + _DAY

    def line(self, text: str) -> str:
        """Return a text with what is volatile in it replaced: a sid by `<sid 1>`, counted within the text."""
        return self._steady(text, {})

    def written(self, value: Any) -> str:
        """Return a value as text, keys sorted; the sids in it are counted, so that who is who still shows."""
        return self._write(value, {}, 0)

    def _write(self, value: Any, seen: dict[str, int], depth: int) -> str:
        if depth > _DEEPEST:
            return "…"
        if isinstance(value, dict):
            pairs = [[self._write(part, seen, depth + 1) for part in pair] for pair in value.items()]
            return f"{{{', '.join(sorted(map(': '.join, pairs)))}}}"
        if isinstance(value, (list, tuple)):
            return f"[{', '.join(self._write(item, seen, depth + 1) for item in value)}]"
        if isinstance(value, str):
            return repr(self._steady(value, seen))
        if isinstance(value, (bytes, bytearray)):
            return f"<{len(value)} bytes {blake2b(value, digest_size=8).hexdigest()}>"
        return "<time>" if self._is_time(value) else repr(value)

    def _steady(self, text: str, seen: dict[str, int]) -> str:
        if not self._sids.isdisjoint(_WORD.findall(text)):
            text = _WORD.sub(lambda found: self._called(found[0], seen), text)
        for pattern, name in _FIXED if len(text) >= _SHORTEST else ():
            text = pattern.sub(name, text)
        return text

    def _called(self, word: str, seen: dict[str, int]) -> str:
        return f"<sid {seen.setdefault(word, len(seen) + 1)}>" if word in self._sids else word

    def _is_time(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return any(self._first <= value * unit <= self._last for unit in _UNITS)
