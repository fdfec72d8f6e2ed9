"""Which rows a table of traffic has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.filters import parse
from sio_lab.core.log import Log
from sio_lab.core.selection import Selection
from sio_lab.core.wire import Packet, encode
from tests import factories as make

LESSON = make.lesson()
ALL = [1, 9, 15, 16, 17, 18, 19, 23, 24, 25, 27, 30, 31, 32]


def seqs(rows: Selection) -> list[int]:
    return [row.seq for row in rows.merged().rows]


def test_all_rows_are_there() -> None:
    assert seqs(Selection(LESSON)) == ALL
    assert list(Selection(LESSON).columns().cells["seq"]) == ALL


@pytest.mark.parametrize(("first", "end"), [(1, None), (9, 17), (10, 10), (17, None), (1, 2), (33, None), (-3, 0)])
def test_a_range_leaves_its_end_out(first: int, end: int | None) -> None:
    assert seqs(Selection(LESSON).between(first, end)) == [s for s in ALL if s >= first and (end is None or s < end)]


def test_a_range_of_a_range_is_their_overlap() -> None:
    assert seqs(Selection(LESSON).between(9, 18).between(16, None)) == [16, 17]


@given(st.integers(1, 36), st.integers(1, 36))
def test_rows_of_a_range_are_told_as_they_are_in_the_whole_table(first: int, end: int) -> None:
    whole, part = Selection(LESSON).columns(), Selection(LESSON).between(first, end).columns()
    places = {seq: place for place, seq in enumerate(whole.cells["seq"])}
    for place, seq in enumerate(part.cells["seq"]):
        assert dict(part.row(place)) == dict(whole.row(places[seq]))


def test_a_range_that_begins_within_a_connect_s_story_has_its_auth_and_handler() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", encode("CONNECT", {"n": 1})))
    make.handle(log, asked, handler="on_connect")
    connected = log.append(r.Connected("/", make.ADA, "eio", asked.seq))
    later = make.emit(log, "welcome", cause=asked.seq)
    row = Selection(log).between(connected.seq, None).columns().row(0)
    assert (row["args"], row["handler"]) == (({"n": 1},), "on_connect")
    assert Selection(log).between(later.seq, None).columns().cells["cause"] == [connected.seq]


@given(st.integers(-2, 20))
def test_newest_rows_are_the_last_ones_of_all(most: int) -> None:
    table, total = Selection(LESSON).newest(max(most, 0))
    assert list(table.cells["seq"]) == (ALL[-most:] if most > 0 else [])
    assert total == len(ALL)


@given(st.integers(-2, 20))
def test_rows_are_counted_from_the_newest(place: int) -> None:
    expected = ALL[-place] if 0 < place <= len(ALL) else None
    assert Selection(LESSON).seq_of(place) == expected


def test_rows_far_from_the_end_are_found() -> None:
    log = Log()
    first = make.receive(log, make.ADA, "first")
    for _ in range(1_000):
        log.append(r.PingAnswered("eio", 1.0))
    assert Selection(log).seq_of(1) == first.seq
    assert Selection(log).seq_of(2) is None


def test_rows_within_a_range_and_those_that_pass_are_counted_from_the_newest_of_them() -> None:
    assert Selection(LESSON).between(1, 18).seq_of(2) == 16
    assert Selection(LESSON).between(17, None).seq_of(11) is None
    assert Selection(LESSON).passing(parse("kind:event").matches).seq_of(2) == 25


def test_dropped_records_are_not_missed() -> None:
    log = Log(max_records=10)
    for _ in range(30):
        make.receive(log, make.ADA, "chat")
    assert seqs(Selection(log)) == list(range(21, 31))
    assert Selection(log).seq_of(10) == 21
    assert Selection(log).seq_of(11) is None
    assert seqs(Selection(log).between(5, 23)) == [21, 22]


def test_a_test_that_needs_no_payload_decodes_none() -> None:
    def read(_: r.Wire) -> Packet:
        raise AssertionError("decoded for nothing")

    rows = Selection(LESSON, read).passing(traffic.is_failure, parse("kind:event").matches)
    assert seqs(rows) == [25, 27]


def test_undecoded_columns_are_wire_text() -> None:
    assert Selection(LESSON).between(16, 17).columns(decoded=False).cells["ack"] == ['37["ok"]']
