"""JSON Schemas of payloads, as seen: genson infers them, told here of bytes and of what must stay unknown.

The schemas are of draft 7, which is what AsyncAPI's own are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from genson import SchemaBuilder
from genson.schema.strategies import SchemaStrategy, TypedSchemaStrategy

from sio_lab.core.wire import REDACTED

if TYPE_CHECKING:
    from collections.abc import Sequence

DEEPEST = 20
"""Levels of a payload that are looked into."""

MOST_ITEMS = 1_000
"""Items of a list that are looked at."""

MOST_KEYS = 100
"""Keys of an object that are told one by one; with more it is a map of anything."""

_PLAIN = frozenset({str, int, float, bool, type(None)})
_BYTES = (bytes, bytearray, memoryview)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands for a value that a schema has nothing to say of."""

    why: str


HIDDEN = Unknown("Not known: secrets are hidden in the log.")
MISLEADING_KEYS = frozenset({"$ref", "__proto__"})
"""Keys that tools which read the document take for a reference, to be fetched, or for what JavaScript has under it."""

MISLEADING = Unknown("Not described: it has a key named `$ref` or `__proto__`, which tools take for something else.")
DEEPER = Unknown("Not looked into: it is nested too deeply.")


class _Binary(TypedSchemaStrategy):
    """Bytes, which travel as an attachment of their own."""

    JS_TYPE = "string"
    PYTHON_TYPE = _BYTES

    def to_schema(self) -> dict[str, Any]:
        """Return their schema."""
        return {"type": "string", "format": "binary"}


class _Anything(SchemaStrategy):
    """A value that stays unknown."""

    @staticmethod
    def match_schema(_schema: object) -> bool:
        """Tell that no schema is of this kind."""
        return False

    @staticmethod
    def match_object(value: object) -> bool:
        """Tell whether a value stands for one that is unknown."""
        return isinstance(value, Unknown)

    def add_object(self, value: Unknown) -> None:
        """Take note of why it is unknown."""
        self.why = value.why

    def to_schema(self) -> dict[str, Any]:
        """Return a schema that any value is valid against, and why."""
        return {"description": self.why}


class _Builder(SchemaBuilder):
    """Infers the schema of values one by one."""

    EXTRA_STRATEGIES = (_Binary, _Anything)


def payload_schema(samples: Sequence[tuple[Any, ...]]) -> dict[str, Any]:
    """Return the schema of what events or acks carry, each of the samples a tuple of arguments.

    Where each has exactly one argument, it is the schema of that; else of an array of all of them, in order.
    """
    builders = [_Builder(schema_uri=None) for _ in range(max(map(len, samples), default=0))]
    for sample in samples:
        for builder, value in zip(builders, sample, strict=False):
            builder.add_object(bounded(value))
    items = [_with_maps(builder.to_schema()) for builder in builders]
    if is_single(samples):
        return items[0]
    return _array(items, min(map(len, samples), default=0))


def auth_schema(samples: Sequence[Any]) -> dict[str, Any]:
    """Return the schema of the auth that clients connect with: its keys, and nothing of what is hidden below them."""
    return payload_schema([(_hidden(sample),) for sample in samples])


def is_single(samples: Sequence[tuple[Any, ...]]) -> bool:
    """Tell whether each of the samples has exactly one argument, which is the payload then."""
    return all(len(sample) == 1 for sample in samples) and bool(samples)


def _array(items: list[dict[str, Any]], least: int) -> dict[str, Any]:
    if not items:
        return {"type": "array", "maxItems": 0, "description": "No arguments."}
    said = "The arguments, in order."
    return {"type": "array", "description": said, "items": items, "minItems": least, "additionalItems": False}


def bounded(value: Any, depth: int = 0) -> Any:
    """Return a value as genson takes it, and no larger than is looked into; its keys are strings."""
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return DEEPER
        if not MISLEADING_KEYS.isdisjoint(value):
            return MISLEADING
        first = zip(value.items(), range(MOST_KEYS + 1), strict=False)
        return {str(key): bounded(item, depth + 1) for (key, item), _ in first}
    if isinstance(value, (list, tuple)):
        return [bounded(item, depth + 1) for item in value[:MOST_ITEMS]] if depth < DEEPEST else DEEPER
    is_known = type(value) in _PLAIN or isinstance(value, (*_BYTES, Unknown))
    return value if is_known else Unknown(f"A {type(value).__name__}, as the server's own decoder has it.")


def _hidden(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _hidden(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hidden(item) for item in value]
    return HIDDEN if value == REDACTED else value


def _with_maps(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in which objects of too many keys are maps."""
    if len(schema.get("properties", ())) > MOST_KEYS:
        return {"type": "object", "description": f"More than {MOST_KEYS} different keys were seen."}
    told = dict(schema)
    if "properties" in told:
        told["properties"] = {key: _with_maps(value) for key, value in told["properties"].items()}
    if "items" in told:
        told["items"] = _with_maps(told["items"])
    if "anyOf" in told:
        told["anyOf"] = [_with_maps(each) for each in told["anyOf"]]
    return told
