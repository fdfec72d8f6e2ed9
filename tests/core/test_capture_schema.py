"""What a capture holds is described in it, and other tools can read it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from sio_lab.core.capture_schema import PLACES, RECORD_COLUMNS, documentation, schema


def test_every_column_of_every_table_is_described() -> None:
    described = {(table, column) for table, column, _ in documentation()}
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(schema())
        names = [name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        columns = {(name, row[1]) for name in names for row in base.execute(f"PRAGMA table_info({name})")}
    assert {each for each in columns if each[0] != "columns"} <= described


def test_columns_are_in_the_order_of_the_rows() -> None:
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(schema())
        assert tuple(row[1] for row in base.execute("PRAGMA table_info(records)")) == RECORD_COLUMNS
    assert all(place.types and place.meaning for place in PLACES)
