"""Tables as pandas DataFrames: each column gets the dtype that its kind stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pandas as pd

from sio_lab.core.gathering import Gathered
from sio_lab.core.packing import EMPTY, Coded, Numbers, Packed, Same
from sio_lab.core.stacked import Either, Link, Linked, Order, Piece, Stacked

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.core.columns import Columns

_Masked: TypeAlias = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]
"""Values, and which of them are none."""

_INT64 = np.iinfo(np.int64)
_EXACT = 2**53
"""Up to here a float holds every integer."""

_AS_LEVEL = {"category": "text"}
"""A level of an index holds each value once as it is."""

_NO_TIME = _INT64.min
"""What datetime64 holds where there is no time."""


def frame(columns: Columns) -> pd.DataFrame:
    """Return a table as a DataFrame that shares nothing with it.

    time -> datetime64[ns, UTC], integer -> Int64 (int64 as the index), number -> Float64, text -> string,
    category -> categorical (string as the index), flag -> bool (boolean where cells are empty), object -> object.
    Several index columns make a MultiIndex, none a RangeIndex. A table without rows has the same dtypes.
    """
    data = {
        column.name: _array(column.kind, columns, column.name)
        for column in columns.columns
        if column.name not in columns.index
    }
    return pd.DataFrame(data, index=_index(columns), copy=False)


def _array(kind: str, columns: Columns, name: str) -> Any:
    cells = columns.cells
    if isinstance(cells, Gathered) and len(stacked := cells.stacked(name)):
        return _STACKED[kind](stacked)
    return _ARRAYS[kind](cells[name])


def _index(columns: Columns) -> pd.Index[Any]:
    if isinstance(columns.cells, Gathered) and len(columns.cells.stacked("seq")):
        (name,) = columns.index
        return pd.Index(_stacked_integers(columns.cells.stacked(name))[0], name=name)
    kinds = {column.name: column.kind for column in columns.columns}
    levels = [_level(kinds[name], columns.cells[name], name) for name in columns.index]
    if len(levels) > 1:
        return pd.MultiIndex.from_arrays(levels)
    return levels[0] if levels else pd.RangeIndex(len(columns))


def _level(kind: str, cells: Sequence[Any], name: str) -> pd.Index[Any]:
    array = np.array(cells, dtype=np.int64) if kind == "integer" else _ARRAYS[_AS_LEVEL.get(kind, kind)](cells)
    # A room may be a tuple, which pandas would otherwise take for several levels.
    level: pd.Index[Any] = pd.Index(array, name=name, tupleize_cols=False)
    return level


def _time(cells: Sequence[int | None]) -> pd.DatetimeIndex:
    nanoseconds = [_NO_TIME if cell is None else cell for cell in cells]
    return pd.DatetimeIndex(np.array(nanoseconds, dtype=np.int64).view("datetime64[ns]"), tz="UTC")


def _integer(cells: Sequence[int | None]) -> Any:
    return pd.arrays.IntegerArray(*_integers(cells))


def _integers(cells: Sequence[int | None]) -> _Masked:
    if any(cell is not None and not -_EXACT <= cell <= _EXACT for cell in cells):
        # Ack ids come from clients, who may send up to 100 digits.
        array = pd.array([cell if _is_int64(cell) else None for cell in cells], dtype="Int64")
        return array.to_numpy(dtype=np.int64, na_value=0), array.isna()
    numbers = np.array(cells, dtype=np.float64)
    empty = np.isnan(numbers)
    numbers[empty] = 0
    return numbers.astype(np.int64), empty


def _is_int64(cell: int | None) -> bool:
    return cell is not None and _INT64.min <= cell <= _INT64.max


def _number(cells: Sequence[float | None]) -> Any:
    numbers = np.array(cells, dtype=np.float64)
    return pd.arrays.FloatingArray(numbers, np.isnan(numbers))


def _text(cells: Sequence[str | None]) -> Any:
    return pd.array([None if cell is None else _encodable(cell) for cell in cells], dtype="string")


def _category(cells: Sequence[str | None]) -> pd.Categorical:
    values = sorted({cell for cell in cells if cell is not None})
    names = sorted({_encodable(value) for value in values})
    places = {name: place for place, name in enumerate(names)}
    codes: dict[str | None, int] = {value: places[_encodable(value)] for value in values}
    codes[None] = -1
    found = np.fromiter(map(codes.__getitem__, cells), dtype=np.int64, count=len(cells))
    return pd.Categorical.from_codes(found, categories=pd.Index(names, dtype="string"))


def _flag(cells: Sequence[bool | None]) -> Any:
    return pd.array(cells, dtype="boolean") if None in cells else np.array(cells, dtype=np.bool_)


def _object(cells: Sequence[Any]) -> Any:
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def _encodable(text: str) -> str:
    """Spell out lone surrogates, which JSON admits and neither pyarrow nor a notebook's output can encode."""
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


_ARRAYS: dict[str, Callable[[Sequence[Any]], Any]] = {
    "time": _time,
    "integer": _integer,
    "number": _number,
    "text": _text,
    "category": _category,
    "flag": _flag,
    "object": _object,
}


def _stacked_integers(stacked: Stacked) -> _Masked:
    return _stacked_masked(stacked, _integers)


def _stacked_masked(stacked: Stacked, plain: Callable[[Sequence[Any]], _Masked]) -> _Masked:
    parts = [_masked(piece, plain) for piece in stacked.pieces]
    values, empty = (np.concatenate(each) for each in zip(*parts, strict=True))
    places = _places_in(stacked.order)
    return (values, empty) if places is None else (values[places], empty[places])


def _masked(piece: Piece, plain: Callable[[Sequence[Any]], _Masked]) -> _Masked:
    """Return a piece of numbers; `plain` reads those that are no numbers yet."""
    if isinstance(piece, Either):
        (one, no_one), (other, no_other) = _masked(piece.one, plain), _masked(piece.other, plain)
        return np.where(no_one, other, one), no_one & no_other
    if isinstance(piece, Linked):
        return _linked_masked(piece, plain)
    if isinstance(piece, Numbers):
        values = np.frombuffer(piece.array, dtype=piece.array.typecode)
        return values, values == EMPTY if piece.has_empty else np.zeros(len(values), dtype=np.bool_)
    if isinstance(piece, Coded):
        values, empty = plain(list(piece.table))
        return values[codes := _codes(piece)], empty[codes]
    if isinstance(piece, Same):
        values, empty = plain([piece.value])
        return np.repeat(values, len(piece)), np.repeat(empty, len(piece))
    return plain(piece)


def _linked_masked(piece: Linked, plain: Callable[[Sequence[Any]], _Masked]) -> _Masked:
    places = _places(piece.link)
    values, empty = _masked(piece.source, plain)
    return values[places], empty[places] | (places < 0)


def _stacked_time(stacked: Stacked) -> pd.DatetimeIndex:
    values, _ = _stacked_integers(stacked)
    return pd.DatetimeIndex(values.view("datetime64[ns]"), tz="UTC")


def _stacked_integer(stacked: Stacked) -> Any:
    values, empty = _stacked_integers(stacked)
    return pd.arrays.IntegerArray(np.where(empty, 0, values), empty)


def _stacked_number(stacked: Stacked) -> Any:
    values, empty = _stacked_masked(stacked, _numbers)
    # Who told whole milliseconds has them packed as integers.
    numbers = values.astype(np.float64)
    return pd.arrays.FloatingArray(numbers, empty | np.isnan(numbers))


def _numbers(cells: Sequence[float | None]) -> _Masked:
    numbers = np.array(cells, dtype=np.float64)
    return numbers, np.isnan(numbers)


def _stacked_category(stacked: Stacked) -> pd.Categorical:
    parts = [_coded(piece) for piece in stacked.pieces]
    names = sorted({_encodable(value) for _, table in parts for value in table if value is not None})
    of_name = {name: place for place, name in enumerate(names)}
    small = np.min_scalar_type(-len(names) - 1)
    new = [[-1 if value is None else of_name[_encodable(value)] for value in table] for _, table in parts]
    codes = np.concatenate([np.array(n, dtype=small)[old] for n, (old, _) in zip(new, parts, strict=True)])
    places = _places_in(stacked.order)
    found = codes if places is None else codes[places]
    return pd.Categorical.from_codes(found, categories=pd.Index(names, dtype="string"))


def _coded(piece: Piece) -> tuple[np.ndarray[Any, Any], Sequence[str | None]]:
    """Return for each cell its place in a table, and the table; no value is in the table for nothing."""
    if isinstance(piece, Linked):
        codes, table = _coded(piece.source)
        places = _places(piece.link)
        chosen = np.where(places < 0, len(table), codes[places])
        used, codes = np.unique(chosen, return_inverse=True)
        return codes, [[*table, piece.other][code] for code in used]
    if isinstance(piece, Coded):
        return _codes(piece), piece.table
    if isinstance(piece, Same):
        return np.zeros(len(piece), dtype=np.uint8), (piece.value,)
    places_of = {value: place for place, value in enumerate(dict.fromkeys(piece))}
    return np.fromiter(map(places_of.__getitem__, piece), dtype=np.int64, count=len(piece)), list(places_of)


def _codes(coded: Coded) -> np.ndarray[Any, Any]:
    return np.frombuffer(coded.codes, dtype=np.uint8 if isinstance(coded.codes, bytes) else np.uint16)


def _stacked_object(stacked: Stacked) -> Any:
    array = np.concatenate([_objects(piece) for piece in stacked.pieces])
    places = _places_in(stacked.order)
    return array if places is None else array[places]


def _objects(piece: Piece) -> Any:
    if not isinstance(piece, Linked):
        return np.empty(len(piece), dtype=object) if _is_nothing(piece) else _object(list(piece))
    places = _places(piece.link)
    array = _object(list(piece.source))[places]
    array[places < 0] = None
    return array


def _is_nothing(piece: Piece) -> bool:
    return isinstance(piece, Same) and piece.value is None


def _places(link: Link) -> Any:
    """Return what `link.places` are, made once."""
    if link.buffer is None:
        keys, of = link.keys, link.of
        is_plain = isinstance(keys, Numbers) and isinstance(of, Numbers)
        link.buffer = _found(keys, of) if is_plain else np.frombuffer(link.places, dtype=np.int64)
    return link.buffer


def _found(keys: Packed, of: Packed) -> Any:
    """Look seqs up in a table of all seqs that lie between."""
    (wanted, _), (named, _) = _masked(keys, _integers), _masked(of, _integers)
    low, high = min(wanted.min(), named.min()), max(wanted.max(), named.max())
    table = np.full(high - low + 1, -1, dtype=np.int64)
    # Of those that name the same seq, the last one stays.
    table[named - low] = np.arange(len(named))
    return table[wanted - low]


def _places_in(order: Order) -> Any:
    """Return what `order.places` are, made once; None where they are in order as they are."""
    if len(order.seqs) < 2:  # noqa: PLR2004 - one class of rows is in order
        return None
    if order.buffer is None:
        seqs = np.concatenate([_masked(part, _integers)[0] for part in order.seqs])
        order.buffer = np.argsort(seqs, kind="stable")
    return order.buffer


_STACKED: dict[str, Callable[[Stacked], Any]] = {
    "time": _stacked_time,
    "integer": _stacked_integer,
    "number": _stacked_number,
    "category": _stacked_category,
    "object": _stacked_object,
}
