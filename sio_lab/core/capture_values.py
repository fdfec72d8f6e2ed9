"""Values in a capture: plain JSON where that says it all, and tagged JSON for what JSON can't tell apart.

null, booleans, numbers of 64 bit, texts, lists      as in JSON
{"tuple": [...]}, {"set": [...]}, {"frozenset": [...]}, {"deque": [...]}
{"dict": [[key, value], ...]}                        keys may be anything
{"int": "0xff"}                                      integers of more than 64 bit
{"float": "nan"}                                     also inf and -inf
{"bytes": "00ff"}                                    hexadecimal
{"surrogates": "eda080"}                             a text with halves of characters, as hexadecimal UTF-8
{"object": "Connection", "fields": {...}}            one of the classes that records and the state are made of
{"repr": "UUID('...')", "str": "..."}                anything else: no value of its own, only how it read
"""

from __future__ import annotations

import json
import math
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import state as s
from sio_lab.core.handler_state import RECENT_RUNS, HandlerState
from sio_lab.core.record import stamp
from sio_lab.core.sockets import SocketState
from sio_lab.core.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable

WIDEST = 2**63
"""Integers from minus this up to below it are of 64 bit."""

_LONGEST = 1_000
_ATOMS = frozenset({type(None), bool})


@dataclass(frozen=True)
class Lookalike:
    """What stands for a value that can't be written exactly, as a room of a class of the user's own."""

    kept_repr: str
    kept_str: str

    def __repr__(self) -> str:
        """Return the repr that the value had."""
        return self.kept_repr

    def __str__(self) -> str:
        """Return the text that the value had."""
        return self.kept_str


RECORDS: dict[str, type[r.Record]] = {
    name: kind
    for name, kind in vars(r).items()
    if isinstance(kind, type) and issubclass(kind, r.Record) and kind is not r.Record
}
"""Name -> class of all records."""

_STATES = (s.ConnectionState, s.ClientState, s.NamespaceCounts, s.TaskState, HandlerState, SocketState)
_OBJECTS: dict[str, type[Any]] = RECORDS | {
    kind.__name__: kind for kind in (Wire, r.Asked, r.Connection, r.Member, *_STATES)
}


def dumps(value: object) -> str:
    """Write a value as JSON text, in ASCII."""
    return json.dumps(to_json(value), separators=(",", ":"))


def loads(text: str) -> Any:
    """Read a value. Raises ValueError where the text is not what `dumps` writes."""
    try:
        return from_json(json.loads(text))
    except (AttributeError, TypeError, KeyError, StopIteration, RecursionError, OverflowError) as error:
        raise ValueError(f"no value of a capture: {error!r}") from error


def to_json(value: Any) -> Any:
    """Return a value as JSON, tagged where need be."""
    try:
        return _plain(value)
    except RecursionError:
        return _lookalike(value)


def from_json(told: Any) -> Any:
    """Return the value that JSON tells; raises ValueError, TypeError, KeyError and others where it tells none."""
    if isinstance(told, list):
        return [from_json(item) for item in told]
    if not isinstance(told, dict):
        return told
    tag, content = next(iter(told.items()))
    return _READERS[tag](content, told)


def _plain(value: Any) -> Any:
    kind = type(value)
    if kind in _ATOMS:
        return value
    write = _WRITERS.get(kind)
    if write is not None:
        return write(value)
    if _OBJECTS.get(kind.__name__) is kind:
        return _object(value)
    return _lookalike(value)


def _text(value: str) -> Any:
    try:
        value.encode()
    except UnicodeEncodeError:
        return {"surrogates": value.encode(errors="surrogatepass").hex()}
    return value


def _integer(value: int) -> Any:
    # Decimal digits of huge ones take for ever, and Python refuses them beyond a bound.
    return value if -WIDEST <= value < WIDEST else {"int": hex(value)}


def _float(value: float) -> Any:
    return value if math.isfinite(value) else {"float": repr(value)}


def _items(tag: str) -> Callable[[Any], Any]:
    return lambda value: {tag: [_plain(item) for item in value]}


def _object(value: Any) -> Any:
    told = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return {"object": type(value).__name__, "fields": told}


def _lookalike(value: object) -> Any:
    if isinstance(value, Lookalike):
        return {"repr": _text(value.kept_repr), "str": _text(value.kept_str)}
    return {"repr": _text(_said(repr, value)), "str": _text(_said(str, value))}


def _said(say: Callable[[object], str], value: object) -> str:
    with suppress(Exception):  # a class of the user's own may raise anything
        return say(value)[:_LONGEST]
    return f"<{type(value).__name__}>"


def _made(name: Any, told: dict[str, Any]) -> Any:
    kind = _OBJECTS[name]
    given = {field: from_json(value) for field, value in told["fields"].items()}
    if not issubclass(kind, r.Record):
        return kind(**given)
    seq, at = given.pop("seq"), given.pop("at")
    return stamp(kind(**given), seq, at)


_WRITERS: dict[type[Any], Callable[[Any], Any]] = {
    str: _text,
    int: _integer,
    float: _float,
    bytes: lambda value: {"bytes": value.hex()},
    list: lambda value: [_plain(item) for item in value],
    tuple: _items("tuple"),
    set: _items("set"),
    frozenset: _items("frozenset"),
    deque: _items("deque"),
    dict: lambda value: {"dict": [[_plain(key), _plain(item)] for key, item in value.items()]},
}
_READERS: dict[str, Callable[[Any, dict[str, Any]], Any]] = {
    "surrogates": lambda told, _: bytes.fromhex(told).decode(errors="surrogatepass"),
    "int": lambda told, _: int(told, 16),
    "float": lambda told, _: float(told),
    "bytes": lambda told, _: bytes.fromhex(told),
    "tuple": lambda told, _: tuple(map(from_json, told)),
    "set": lambda told, _: set(map(from_json, told)),
    "frozenset": lambda told, _: frozenset(map(from_json, told)),
    "deque": lambda told, _: deque(map(from_json, told), maxlen=RECENT_RUNS),
    "dict": lambda told, _: {from_json(key): from_json(value) for key, value in told},
    "object": _made,
    "repr": lambda told, whole: Lookalike(from_json(told), from_json(whole["str"])),
}
