"""DataFrames: the contract's dtypes, whatever stands in the cells."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import columns, traffic
from sio_lab.core.columns import Column, Columns
from sio_lab.core.gathering import gather
from sio_lab.core.log import Log
from sio_lab.core.wire import decode
from sio_lab.frames import frame
from tests import factories as make
from tests.core.any_record import RECORDS

CONTRACT = {
    "time": "datetime64[ns, UTC]",
    "recipients": "Int64",
    "args": "object",
    "ack_id": "Int64",
    "ack": "object",
    "ms": "Float64",
    "bytes": "Int64",
    "cause": "Int64",
}
REPEATED = (
    *("direction", "kind", "namespace", "event", "sid", "client", "to"),
    *("status", "handler", "cell", "error", "origin"),
)


def traffic_of(log: Log) -> pd.DataFrame:
    return frame(traffic.traffic(log.since(), log.state))


def one(kind: str, *cells: Any) -> pd.Series[Any]:
    return frame(Columns((Column("x", kind, ""),), {"x": cells}, ()))["x"]


@pytest.mark.parametrize("log", [make.lesson(), Log()], ids=["rows", "no rows"])
def test_traffic_has_the_contract_s_columns(log: Log) -> None:
    table = traffic_of(log)
    assert {name: str(table[name].dtype) for name in CONTRACT} == CONTRACT
    assert all(isinstance(table[name].dtype, pd.CategoricalDtype) for name in REPEATED)
    assert list(table.columns) == [column.name for column in traffic.TRAFFIC if column.name != "seq"]
    assert (table.index.name, str(table.index.dtype)) == ("seq", "int64")


@pytest.mark.parametrize("log", [make.lesson(), Log()], ids=["rows", "no rows"])
def test_rooms_and_handlers_have_several_levels(log: Log) -> None:
    rooms = frame(columns.rooms(log.state))
    assert rooms.index.names == ["namespace", "room", "sid"]
    assert str(rooms["personal"].dtype) == "bool"
    assert frame(columns.handlers(log.state)).index.names == ["namespace", "event"]
    assert frame(columns.clients(log.state)).index.name == "sid"
    assert frame(columns.namespaces(log.state)).index.name == "namespace"


def test_rows_of_one_room_are_found_by_its_name() -> None:
    log = make.lesson()
    for room in (5, ("a", 1), "lobby"):
        make.join(log, make.ADA, room)
    rooms = frame(columns.rooms(log.state))
    assert list(rooms.loc[("/", "lobby")].index) == [make.ADA]
    assert list(rooms.loc[("/", 5)].index) == [make.ADA]
    assert ("a", 1) in rooms.index.get_level_values("room")


def test_cells_keep_their_values() -> None:
    row = traffic_of(make.lesson()).loc[16]
    told = row[["direction", "kind", "event", "client", "args", "ack_id", "ack", "status", "handler"]].tolist()
    assert told == ["in", "event", "chat", "ada", ({"text": "hello"},), 7, ("ok",), "handled", "on_chat"]
    assert row["time"].tz is not None
    assert pd.isna(row["cause"])


def test_nanoseconds_are_kept() -> None:
    assert one("time", 1_700_000_000_123_456_789, None)[0].value == 1_700_000_000_123_456_789
    assert one("time", None).isna().all()


def test_an_empty_table_without_an_index_has_no_rows() -> None:
    assert frame(Columns((Column("x", "text", ""),), {"x": ()}, ())).shape == (0, 1)


def test_ack_ids_of_any_length_do_no_harm() -> None:
    numbers = one("integer", 2**53 + 1, -(2**63), 2**63, 10**400, None)
    assert numbers[0] == 2**53 + 1
    assert numbers[1] == -(2**63)
    assert numbers[2:].isna().all()


def test_a_flag_without_a_value_is_nullable() -> None:
    assert str(one("flag", True, False).dtype) == "bool"
    assert str(one("flag", True, None).dtype) == "boolean"


def test_tuples_stay_tuples() -> None:
    assert one("object", (1, 2), (3, 4), None, [1])[:2].tolist() == [(1, 2), (3, 4)]


@pytest.mark.parametrize("kind", ["text", "category"])
def test_lone_surrogates_are_spelled_out(kind: str) -> None:
    shown = one(kind, "\ud800", "é", None)
    assert shown[0] == "\\ud800"
    assert shown[1] == "é"
    assert "\\ud800" in shown.to_json()


def test_two_texts_that_are_spelled_alike_are_one_category() -> None:
    assert one("category", "\ud800", "\\ud800").tolist() == ["\\ud800", "\\ud800"]


def test_a_frame_is_a_copy() -> None:
    table = traffic.traffic(make.lesson().since(), Log().state)
    changed = frame(table)
    changed.loc[:, "ms"] = 0.0
    changed.loc[:, "args"] = None
    assert frame(table)["ms"].max() == 20.0
    assert frame(table)["args"].notna().any()


def test_categories_are_found_by_comparison_and_grouping() -> None:
    table = traffic_of(make.lesson())
    assert list(table[table["event"] == "quiz"].index) == [19]
    assert table.groupby("kind", observed=True).size()["emit"] == 3


texts = st.one_of(st.none(), st.text())
integers = st.one_of(st.none(), st.integers())
numbers = st.one_of(st.none(), st.floats(allow_nan=False))


@given(st.lists(st.tuples(texts, texts, integers, numbers)))
def test_every_row_and_value_comes_through(rows: list[tuple[Any, ...]]) -> None:
    names = ("text", "category", "integer", "number")
    table = frame(columns.from_rows(tuple(Column(name, name, "") for name in names), (), rows))
    assert len(table) == len(rows)
    empty = [[cell is None for cell in column] for column in zip(*rows, strict=True)] or [[]] * 4
    assert [table[name].isna().tolist() for name in ("text", "category", "number")] == [empty[0], empty[1], empty[3]]
    fits = [cell is not None and -(2**63) <= cell < 2**63 for _, _, cell, _ in rows]
    assert table["integer"].notna().tolist() == fits
    assert table["integer"].dropna().tolist() == [row[2] for row, fit in zip(rows, fits, strict=True) if fit]
    assert table["number"].dropna().tolist() == [row[3] for row in rows if row[3] is not None]


@settings(deadline=None)
@given(RECORDS, st.sampled_from([decode, None]), st.sampled_from([100_000, 17]))
def test_packed_columns_make_the_frame_that_plain_cells_make(records: list[Any], read: Any, most: int) -> None:
    log = Log(most)
    for record in records:
        log.append(record)
    packed = frame(gather(log.stretch(), log.state, read))
    plain = frame(traffic.traffic(log.since(), log.state, read))
    pd.testing.assert_frame_equal(packed, plain)
    assert packed.index.dtype == plain.index.dtype
    for name in ("args", "ack"):
        assert list(map(repr, packed[name])) == list(map(repr, plain[name]))
