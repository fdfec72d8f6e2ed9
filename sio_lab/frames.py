"""Tables as pandas DataFrames: each column gets the dtype that its kind stands for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.core.columns import Columns

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
        column.name: _ARRAYS[column.kind](columns.cells[column.name])
        for column in columns.columns
        if column.name not in columns.index
    }
    return pd.DataFrame(data, index=_index(columns), copy=False)


def _index(columns: Columns) -> pd.Index[Any]:
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
    if any(cell is not None and not -_EXACT <= cell <= _EXACT for cell in cells):
        # Ack ids come from clients, who may send up to 100 digits.
        return pd.array([cell if _is_int64(cell) else None for cell in cells], dtype="Int64")
    numbers = np.array(cells, dtype=np.float64)
    empty = np.isnan(numbers)
    numbers[empty] = 0
    return pd.arrays.IntegerArray(numbers.astype(np.int64), empty)


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
