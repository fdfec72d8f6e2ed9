"""Many values of one field, packed: numbers as numbers, and what repeats as small codes into a table of it.

Any list can be packed, and comes out as it went in: what nothing fits stays a list.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any, TypeAlias

EMPTY = -(2**63)
"""What stands for None among integers."""

_BYTE = 256
_TWO_BYTES = 65_536
_LOW, _HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)


class Same(Sequence[Any]):
    """One value, many times."""

    __slots__ = ("_count", "value")

    def __init__(self, value: Any, count: int) -> None:
        self.value = value
        self._count = count

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, place: Any) -> Any:
        return self.value

    def __iter__(self) -> Iterator[Any]:
        return repeat(self.value, self._count)


class Numbers(Sequence[Any]):
    """Integers of up to 64 bits, `EMPTY` for those that are None; or floats."""

    __slots__ = ("array", "has_empty")

    def __init__(self, numbers: array[Any], has_empty: bool = False) -> None:
        self.array = numbers
        self.has_empty = has_empty

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, place: Any) -> Any:
        value = self.array[place]
        return None if self.has_empty and value == EMPTY else value

    def __iter__(self) -> Iterator[Any]:
        if not self.has_empty:
            return iter(self.array)
        return (None if value == EMPTY else value for value in self.array)


class Coded(Sequence[Any]):
    """Values that repeat: for each its place in a table that holds every value once."""

    __slots__ = ("codes", "table")

    def __init__(self, codes: bytes | array[int], table: Sequence[Any]) -> None:
        self.codes = codes
        self.table = table

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: Any) -> Any:
        return self.table[self.codes[place]]

    def __iter__(self) -> Iterator[Any]:
        return map(self.table.__getitem__, self.codes)


Packed: TypeAlias = Same | Numbers | Coded | list[Any]


def pack(values: list[Any]) -> Packed:
    """Return the values, at least one, packed as tightly as their types allow; each comes out just as it was."""
    packer = _PACKERS.get(frozenset(map(type, values)))
    return values if packer is None else packer(values)


def mapped(packed: Packed, change: Callable[[Any], Any]) -> Packed:
    """Return what `change` makes of each value; it is asked once for each value in a table."""
    if isinstance(packed, Same):
        return Same(change(packed.value), len(packed))
    if isinstance(packed, Coded):
        return Coded(packed.codes, tuple(map(change, packed.table)))
    return list(map(change, packed))


def join(parts: Sequence[Packed]) -> Packed:
    """Return packed values, one part after the other, as one."""
    if len(parts) == 1:
        return parts[0]
    for joined in (_same, _numbers, _coded):
        found = joined(parts)
        if found is not None:
            return found
    return list(chain.from_iterable(parts))


def _integers(values: list[Any]) -> Packed:
    try:
        return Numbers(array("q", values))
    except OverflowError:
        return values


def _some_integers(values: list[Any]) -> Packed:
    if EMPTY in values:
        return values
    packed = _integers([EMPTY if value is None else value for value in values])
    return Numbers(packed.array, has_empty=True) if isinstance(packed, Numbers) else values


def _floats(values: list[Any]) -> Packed:
    return Numbers(array("d", values))


def _repeated(values: list[Any]) -> Packed:
    """Pack values of which equal ones are the same in every way."""
    table = dict.fromkeys(values)
    if len(table) == 1:
        return Same(values[0], len(values))
    # A table of nearly all of them would be larger than their list.
    if len(table) * 4 > len(values) * 3 or len(table) > _TWO_BYTES:
        return values
    codes = dict(zip(table, range(len(table)), strict=True))
    coded = map(codes.__getitem__, values)
    return Coded(bytes(coded) if len(codes) <= _BYTE else array("H", coded), tuple(table))


def _tuples(values: list[Any]) -> Packed:
    """Pack tuples of texts: 1 and True are equal, too, and not the same."""
    try:
        packed = _repeated(values)
    except TypeError:
        return values
    table = (packed.value,) if isinstance(packed, Same) else packed.table if isinstance(packed, Coded) else ()
    return packed if all(type(item) is str for value in table for item in value or ()) else values


_NOTHING = type(None)
_PACKERS: dict[frozenset[type[Any]], Callable[[list[Any]], Packed]] = {
    frozenset({int}): _integers,
    frozenset({int, _NOTHING}): _some_integers,
    frozenset({float}): _floats,
    frozenset({str}): _repeated,
    frozenset({str, _NOTHING}): _repeated,
    frozenset({bool}): _repeated,
    frozenset({_NOTHING}): lambda values: Same(None, len(values)),
    frozenset({tuple}): _tuples,
    frozenset({tuple, _NOTHING}): _tuples,
}


def _same(parts: Sequence[Packed]) -> Packed | None:
    first = parts[0]
    if not isinstance(first, Same):
        return None
    alike = all(isinstance(part, Same) and part.value == first.value for part in parts)
    return Same(first.value, sum(map(len, parts))) if alike else None


def _numbers(parts: Sequence[Packed]) -> Packed | None:
    """Join numbers of one type, and stretches of None among integers."""
    codes = {part.array.typecode for part in parts if isinstance(part, Numbers)}
    gaps = [part for part in parts if not isinstance(part, Numbers)]
    if len(codes) != 1 or (gaps and codes == {"d"}) or not all(_is_nothing(gap) for gap in gaps):
        return None
    joined = array(codes.pop())
    has_empty = bool(gaps)
    for part in parts:
        if isinstance(part, Numbers):
            joined += part.array
            has_empty |= part.has_empty
        else:
            joined += array("q", [EMPTY]) * len(part)
    # An integer that is what stands for None may be in a part that has no None.
    return None if has_empty and _is_ambiguous(parts) else Numbers(joined, has_empty)


def _is_nothing(part: Packed) -> bool:
    return isinstance(part, Same) and part.value is None


def _is_ambiguous(parts: Sequence[Packed]) -> bool:
    return any(isinstance(part, Numbers) and not part.has_empty and EMPTY in part.array for part in parts)


def _coded(parts: Sequence[Packed]) -> Packed | None:
    """Join what repeats in one table."""
    tables: list[Sequence[Any]] = []
    codes: dict[Any, int] = {}
    for part in parts:
        table = _table(part)
        if table is None or len(codes) > _TWO_BYTES:
            return None
        # Most often a table is the one before, or holds nothing new.
        if not tables or table != tables[-1]:
            for value in table:
                codes.setdefault(value, len(codes))
        tables.append(table)
    if len(codes) > _TWO_BYTES:
        return None
    wide = len(codes) > _BYTE
    joined = bytearray()
    for part, table in zip(parts, tables, strict=True):
        joined += _recoded(part, [codes[value] for value in table], codes, wide)
    if not wide:
        return Coded(bytes(joined), tuple(codes))
    numbers = array("H")
    numbers.frombytes(bytes(joined))
    return Coded(numbers, tuple(codes))


def _table(part: Packed) -> Sequence[Any] | None:
    if isinstance(part, Same):
        return (part.value,)
    if isinstance(part, Coded):
        return part.table
    # A list of texts was one whose values hardly repeat; among other parts they may.
    is_text = isinstance(part, list) and frozenset(map(type, part)) <= {str, _NOTHING}
    return list(dict.fromkeys(part)) if is_text else None


def _recoded(part: Packed, new: list[int], codes: dict[Any, int], wide: bool) -> bytes:
    """Return the bytes of a part's codes in the joint table: `new` are those of its own table, in order."""
    if isinstance(part, Same):
        return array("H", new).tobytes() * len(part) if wide else bytes(new) * len(part)
    if isinstance(part, Coded) and isinstance(part.codes, bytes):
        # Translating is a hundred times as fast as a loop.
        return _translated(part.codes, new, wide)
    numbers = map(new.__getitem__, part.codes) if isinstance(part, Coded) else map(codes.__getitem__, part)
    return array("H", numbers).tobytes() if wide else bytes(numbers)


def _translated(old: bytes, new: list[int], wide: bool) -> bytes:
    rest = bytes(_BYTE - len(new))
    low = old.translate(bytes(code % _BYTE for code in new) + rest)
    if not wide:
        return low
    both = bytearray(2 * len(old))
    both[_LOW::2] = low
    both[_HIGH::2] = old.translate(bytes(code // _BYTE for code in new) + rest)
    return bytes(both)
