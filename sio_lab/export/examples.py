"""Examples of payloads: a few, each different and small, and plain JSON whatever was sent."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from sio_lab.core.shapes import shape
from sio_lab.export.schemas import MISLEADING_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST = 3
"""Examples of one message."""

LARGEST = 2_000
"""Characters of one example, as JSON."""

_LONGEST_TEXT = 120
_LONGEST_LIST = 5
_DEEPEST = 10
_BYTES = (bytes, bytearray, memoryview)


class _NoExampleError(ValueError):
    """A value that JSON can't hold, or that is too large to be shown."""


def examples(payloads: Iterable[Any]) -> list[Any]:
    """Return up to 3 of the payloads, of as many shapes as can be: long texts and lists shortened, bytes as a remark.

    Several arguments are a tuple, of which nothing is left out.
    Left out is what JSON can't hold, what is nested deeply, what is large all the same, and what tools would mistake.
    """
    found: dict[str, Any] = {}
    for payload in _plain_ones(payloads):
        text = json.dumps(payload, sort_keys=True)
        if len(text) <= LARGEST:
            found.setdefault(text, payload)
    firsts = set({shape(payload): text for text, payload in reversed(found.items())}.values())
    chosen = sorted(found, key=lambda text: text not in firsts)[:MOST]
    return [payload for text, payload in found.items() if text in chosen]


def _plain_ones(payloads: Iterable[Any]) -> Iterator[Any]:
    for payload in payloads:
        try:
            yield _plain(payload, 0)
        except _NoExampleError:
            continue


def _plain(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise _NoExampleError
    if isinstance(value, dict):
        if len(value) * _LONGEST_LIST > LARGEST or not MISLEADING_KEYS.isdisjoint(value):
            raise _NoExampleError
        return {str(key): _plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, tuple):
        return [_plain(item, depth + 1) for item in value]
    if isinstance(value, list):
        return [_plain(item, depth + 1) for item in value[:_LONGEST_LIST]]
    if isinstance(value, str):
        return value if len(value) <= _LONGEST_TEXT else f"{value[: _LONGEST_TEXT - 1]}…"
    if isinstance(value, _BYTES):
        return f"({len(value):,} bytes)"
    return _checked(value)


def _checked(value: Any) -> Any:
    is_plain = value is None or type(value) in {bool, int} or (type(value) is float and math.isfinite(value))
    if not is_plain or (type(value) is int and value.bit_length() > LARGEST):
        raise _NoExampleError
    return value
