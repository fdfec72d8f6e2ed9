"""A payload as a tree that folds: the first levels at once, each branch when it is asked for. All is bounded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

from sio_lab.errors import LabError
from sio_lab.views import values

LEVELS = 3
"""Levels that are told at once."""

PAGE = 50
"""Items of one branch that are told at once."""

_TEXT = 300
_KEY = 80
_SPELLED = 11
"""What a character may become where it is spelled out: ten of them, as \\U0001f600 has, and its part of the quotes."""


def node(value: Any, levels: int = LEVELS, first: int = 0) -> dict[str, Any]:
    """Return a value as JSON: its type, a bounded line of it, and, for `levels` levels, its items from `first` on."""
    kind = _kind(value)
    told: dict[str, Any] = {"t": kind, "text": values.payload(value, _TEXT), "size": _size(value)}
    if kind == "text":
        # Where it is cut it unfolds, by `branch`, into pieces.
        return {**told, "long": True} if "…" in told["text"][-2:] else told
    if kind not in {"object", "array", "tuple"} or levels <= 0:
        return told
    items = [[_key(key), node(item, levels - 1)] for key, item in islice(_items(value), first, first + PAGE)]
    return {**told, "items": items, "more": max(len(value) - first - len(items), 0)}


def branch(value: Any, path: Sequence[Any], first: int = 0) -> dict[str, Any]:
    """Return the node at a path of positions, its items from number `first` on; of a text, pieces of it.

    Raises LabError where the path leads nowhere.
    """
    for position in path:
        is_place = isinstance(position, int) and isinstance(value, (Mapping, list, tuple))
        if not is_place or not 0 <= position < len(value):
            raise LabError(f"The payload has no branch {list(path)!r}.")
        value = next(islice(_items(value), position, None))[1]
    return _pieces(value, max(first, 0)) if isinstance(value, str) else node(value, 1, max(first, 0))


def _pieces(text: str, first: int) -> dict[str, Any]:
    """Return a text's pieces from number `first` on, each with the place where it begins."""
    begins = range(0, len(text), _TEXT)[first : first + PAGE]
    items = [[begin, _piece(text[begin : begin + _TEXT])] for begin in begins]
    return {**node(text), "items": items, "more": max(-(-len(text) // _TEXT) - first - len(items), 0)}


def _piece(text: str) -> dict[str, Any]:
    return {"t": "text", "text": values.payload(text, _SPELLED * _TEXT), "size": len(text)}


def _items(value: Any) -> Any:
    return iter(value.items()) if isinstance(value, Mapping) else enumerate(value)


def _key(key: Any) -> str | int:
    if isinstance(key, int) and not isinstance(key, bool):
        return key
    return values.visible(key, _KEY) if isinstance(key, str) else values.payload(key, _KEY)


def _kind(value: Any) -> str:
    named = ((bool, "flag"), (Mapping, "object"), (list, "array"), (tuple, "tuple"), (str, "text"))
    more = (((int, float), "number"), ((bytes, bytearray, memoryview), "bytes"), (type(None), "nothing"))
    return next((name for kind, name in (*named, *more) if isinstance(value, kind)), "other")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, (Mapping, list, tuple, str, bytes, bytearray, memoryview)) else 0
