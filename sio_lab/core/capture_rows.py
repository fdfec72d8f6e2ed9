"""Records as rows of a capture, and back: by column where a column has room for a field, in `extras` else."""

from __future__ import annotations

import json
import math
from dataclasses import MISSING, fields
from functools import cache, lru_cache
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from sio_lab.core.capture_schema import NAMES, PLACES
from sio_lab.core.capture_values import RECORDS, WIDEST, dumps, from_json
from sio_lab.core.record import stamp
from sio_lab.core.records import Connection, Member
from sio_lab.core.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from sio_lab.core.records import Record

_TYPES = {place.name: place.types for place in PLACES} | {"wire": frozenset({str, bytes})}
_NOTHING = type(None)
_FINDABLE = frozenset({_NOTHING, str, bool})
_ORDER = {name: number for number, name in enumerate(("seq", "at", "kind", *NAMES, "wire"))}
_STAMPS = ("seq", "at")
MOST_EXTRAS = 20_000
"""How many texts of other fields are remembered, so that the next record with the same ones shares them."""


class Extras:
    """Numbers the texts of fields that have no column: the same text gets the same number, mostly."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._texts: dict[tuple[Any, ...], str] = {}
        self._next = 1
        self.new: list[tuple[int, str]] = []
        """(id, text) of those that are to be written yet."""

    def number(self, names: tuple[str, ...], values: tuple[Any, ...]) -> int | None:
        """Return the number of these fields; None where all of them are None."""
        if not any(value is not None for value in values):
            return None
        text = self._text(names, values)
        number = self._numbers.get(text)
        if number is None:
            if len(self._numbers) >= MOST_EXTRAS:
                self._numbers.clear()
                self._texts.clear()
            number = self._numbers[text] = self._next
            self._next += 1
            self.new.append((number, text))
        return number

    def _text(self, names: tuple[str, ...], values: tuple[Any, ...]) -> str:
        # 1, 1.0 and True are one key of a dict: no numbers are found by what they are, so that booleans may be.
        if not all(map(_is_findable, values)):
            return _written(names, values)
        text = self._texts.get((names, values))
        if text is None:
            text = self._texts[names, values] = _written(names, values)
        return text


class Sheaf(NamedTuple):
    """Rows of one class of records, without the columns that all of them leave empty: to bind NULLs costs most."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]


def sheaves_of(records: Iterable[Record], extras: Extras) -> Iterator[Sheaf]:
    """Yield the rows of records, class by class, each in the order of their seqs; notes new `extras`."""
    by_kind: dict[Any, list[Record]] = {}
    for record in records:
        by_kind.setdefault(type(record), []).append(record)
    for kind, members in by_kind.items():
        yield _sheaf(_layout_of(kind), members, extras)


def attachments_of(records: Iterable[Any]) -> list[tuple[int, int, bytes]]:
    """Return (seq, place, data) of the binary attachments of the records' packets."""
    return [
        (record.seq, place, data)
        for record in records
        if hasattr(record, "wire")
        for place, data in enumerate(record.wire.attachments)
    ]


def record_of(row: Sequence[Any], extra: str | None, attachments: tuple[bytes, ...] = ()) -> Record:
    """Make the record of a row anew, whose other fields are `extra`.

    Raises ValueError where the row is damaged, and KeyError where its kind is not known.
    """
    kind: Any = RECORDS[row[2]]
    layout = _layout_of(kind)
    given = dict(layout.blank)
    for name, place, types in layout.places:
        value = given[name] = row[place]
        if type(value) not in types:
            raise ValueError(f"record {row[0]}: {value!r} is no {name}")
    if extra is not None:
        given |= layout.known(_told(extra))
    if layout.has_wire:
        given["wire"] = Wire(given["wire"], attachments)
    if any(given[name] is None for name in layout.needed) or type(row[1]) is not int:
        raise ValueError(f"record {row[0]}: something of it is missing")
    made: Record = layout.kind(**given)
    return stamp(made, row[0], row[1])


class _Layout:
    """Where the fields of a class of records are."""

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        names = {field.name: str(field.type) for field in fields(kind) if field.name not in _STAMPS}
        self.has_wire = "wire" in names
        self.columns = tuple(name for name in (*NAMES, "wire") if name in names)
        self.others = tuple(name for name in names if name not in self.columns)
        self.places = [(name, _ORDER[name], _TYPES[name] | {_NOTHING}) for name in self.columns]
        defaults = {field.name: field.default for field in fields(kind) if field.default is not MISSING}
        # What a capture of an older version does not tell is as it is by default.
        self.blank: dict[str, Any] = {
            name: None if _allows_none(annotation) else defaults.get(name) for name, annotation in names.items()
        }
        self.checks = {name: _CHECKS.get(annotation, _anything) for name, annotation in names.items()}
        self.needed = [name for name, annotation in names.items() if not _allows_none(annotation)]

    def known(self, told: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the fields as told. Raises ValueError where one is none of this class."""
        if not told.keys() <= self.blank.keys():
            raise ValueError(f"{self.kind.__name__} has no field {', '.join(told.keys() - self.blank.keys())}")
        wrong = [name for name, value in told.items() if not self.checks[name](value)]
        if wrong:
            raise ValueError(f"{self.kind.__name__}: {', '.join(wrong)} can't be what it is told to be")
        return told


@cache
def _layout_of(kind: Any) -> _Layout:
    return _Layout(kind)


def _anything(_: object) -> bool:
    return True


def _is(*kinds: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, kinds)


def _is_key(value: object) -> bool:
    match value:
        case (str(), str()):
            return isinstance(value, tuple)
    return value is None


def _is_hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _tuple_of(kind: type) -> Callable[[object], bool]:
    return lambda value: isinstance(value, tuple) and all(isinstance(item, kind) for item in value)


_CHECKS: dict[str, Callable[[object], bool]] = {
    "str": _is(str),
    "str | None": _is(str, _NOTHING),
    "int": _is(int),
    "int | None": _is(int, _NOTHING),
    "float": _is(float, int),
    "float | None": _is(float, int, _NOTHING),
    "bool": _is(bool),
    "Room": _is_hashable,
    "Connection": _is(Connection),
    "tuple[str, ...]": _tuple_of(str),
    "tuple[str, str] | None": _is_key,
    "tuple[Room, ...]": lambda value: isinstance(value, tuple) and _is_hashable(value),
    "tuple[Member, ...]": _tuple_of(Member),
    "tuple[Connection, ...]": _tuple_of(Connection),
}
"""Annotation of a field -> what tells whether a value may be one."""


def _allows_none(annotation: str) -> bool:
    return annotation == "Room" or "None" in annotation


def _sheaf(layout: _Layout, members: list[Record], extras: Extras) -> Sheaf:
    stray: dict[int, dict[str, Any]] = {}
    columns: dict[str, Iterable[Any]] = {name: map(attrgetter(name), members) for name in _STAMPS}
    columns["kind"] = repeat(layout.kind.__name__, len(members))
    for name in layout.columns:
        values = list(map(attrgetter("wire.text" if name == "wire" else name), members))
        held = _fitting(_TYPES[name], values) or _sifted(name, values, stray)
        if held.count(None) < len(held):
            columns[name] = held
    if layout.others or stray:
        columns["extra"] = _others(layout, members, stray, extras)
    return Sheaf(tuple(columns), zip(*columns.values(), strict=True))


def _fitting(allowed: frozenset[type], values: list[Any]) -> list[Any] | None:
    """Return a column's values where it is quickly seen that it can hold all of them."""
    types = set(map(type, values)) - {_NOTHING}
    if not types <= allowed:
        return None
    there = [value for value in values if value is not None] if types else []
    if types == {str}:
        return values if all(map(str.isascii, there)) else None
    if types == {int}:
        return values if max(there) < WIDEST and min(there) >= -WIDEST else None
    if types == {float}:
        return values if all(map(math.isfinite, there)) else None
    return None if types else values


def _sifted(name: str, values: list[Any], stray: dict[int, dict[str, Any]]) -> list[Any]:
    """Return a column's values, None for those that it can't hold: these are put into `stray`, by their place."""
    for place, value in enumerate(values):
        if value is not None and not _fits(_TYPES[name], value):
            stray.setdefault(place, {})[name] = value
            values[place] = None
    return values


def _fits(allowed: frozenset[type], value: Any) -> bool:
    kind = type(value)
    if kind is str and str in allowed:
        return _is_encodable(value)
    if kind is int and int in allowed:
        return bool(-WIDEST <= value < WIDEST)
    return kind in allowed and (kind is bytes or math.isfinite(value))


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _others(layout: _Layout, members: list[Any], stray: dict[int, dict[str, Any]], extras: Extras) -> list[int | None]:
    columns = {name: list(map(attrgetter(name), members)) for name in layout.others}
    names = tuple(name for name, values in columns.items() if set(map(type, values)) != {_NOTHING})
    rows = zip(*map(columns.__getitem__, names), strict=True) if names else repeat((), len(members))
    if not stray:
        return [extras.number(names, values) for values in rows]
    found = ((values, stray.get(place, {})) for place, values in enumerate(rows))
    return [extras.number((*names, *more), (*values, *more.values())) for values, more in found]


def _written(names: tuple[str, ...], values: tuple[Any, ...]) -> str:
    pieces = (f'"{name}":{dumps(value)}' for name, value in zip(names, values, strict=True) if value is not None)
    return f"{{{','.join(pieces)}}}"


def _is_findable(value: Any) -> bool:
    kind = type(value)
    return kind in _FINDABLE or (kind is tuple and set(map(type, value)) <= {str})


@lru_cache(maxsize=4_096)
def _told(extra: str) -> dict[str, Any]:
    """Return the fields that a text of `extras` holds; records with the same text share them."""
    try:
        told = json.loads(extra)
        return {name: from_json(value) for name, value in told.items()}
    except (AttributeError, TypeError, KeyError, StopIteration, RecursionError, OverflowError) as error:
        raise ValueError(f"no fields of a record: {error!r}") from error
