"""The shape of a value: which types stand where, in a few words; two values of one shape differ in content alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_DEEPEST = 6
_MOST_KEYS = 30
_MOST_ITEMS = 1_000
_NAMES = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
_BYTES = (bytes, bytearray, memoryview)


def shape(value: Any, depth: int = 0) -> str:
    """Return the shape of one value: `string`, `[integer]`, `{text: string, to: null | string}`."""
    if isinstance(value, dict):
        return f"{{{_pairs(value, depth)}}}"
    if isinstance(value, (list, tuple)):
        inner = {shape(item, depth + 1) for item in value[:_MOST_ITEMS]} if depth < _DEEPEST else {"…"} if value else ()
        return f"[{' | '.join(sorted(inner))}]"
    return "binary" if isinstance(value, _BYTES) else _NAMES.get(type(value), type(value).__name__)


def shape_of_args(values: Iterable[Any]) -> str:
    """Return the shapes of the arguments of an event, or of an ack's values, in order: `string, {a: integer}`."""
    return f"({', '.join(map(shape, values))})"


def _pairs(value: dict[Any, Any], depth: int) -> str:
    if depth >= _DEEPEST:
        return "…" if value else ""
    keys = sorted(map(str, value))[:_MOST_KEYS]
    by_name = {str(key): item for key, item in value.items()}
    more = ", …" if len(value) > _MOST_KEYS else ""
    return ", ".join(f"{key}: {shape(by_name[key], depth + 1)}" for key in keys) + more
