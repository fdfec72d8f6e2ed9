"""The table made of packed columns: the same cells as the one made record by record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.gathering import count_rows, gather
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE
from sio_lab.core.wire import decode, encode
from tests import factories as make
from tests.core.any_record import RECORDS

if TYPE_CHECKING:
    from sio_lab.core.wire import Decoder


def logged(records: list[r.Record], max_records: int = 100_000) -> Log:
    log = Log(max_records)
    for record in records:
        log.append(record)
    return log


def told(columns: Any) -> dict[str, str]:
    return {name: repr(list(columns.cells[name])) for name in columns.names}


def both(log: Log, read: Decoder | None) -> tuple[dict[str, str], dict[str, str]]:
    return told(gather(log.stretch(), log.state, read)), told(traffic.traffic(log.since(), log.state, read))


@settings(deadline=None)
@given(RECORDS, st.sampled_from([decode, None]), st.sampled_from([100_000, 17]))
def test_both_ways_make_the_same_cells(records: list[r.Record], read: Decoder | None, max_records: int) -> None:
    log = logged(records, max_records)
    gathered, one_by_one = both(log, read)
    assert gathered == one_by_one
    assert count_rows(log.stretch()) == len(traffic.merge(log.since()).rows)


@pytest.mark.parametrize("read", [decode, None])
def test_they_do_so_for_a_lesson_and_for_nothing(read: Decoder | None) -> None:
    for log in (make.lesson(), Log()):
        gathered, one_by_one = both(log, read)
        assert gathered == one_by_one


def test_they_do_so_across_pages_and_beyond_what_was_dropped() -> None:
    log = Log(max_records=3 * PAGE)
    make.connect(log, make.ADA, name="ada")
    for number in range(PAGE * 2):
        event = make.receive(log, make.ADA, f"event{number % 400}", number, ack_id=number)
        make.handle(log, event, handler="on_chat", cell="In[4]")
        make.acknowledge(log, event, number)
    gathered, one_by_one = both(log, decode)
    assert gathered == one_by_one
    assert count_rows(log.stretch()) == PAGE


def test_another_decoder_is_asked_for_each_packet() -> None:
    log = logged([r.EventReceived("/", "x", None, "eio", 1, encode("EVENT", ["x", number])) for number in range(3)])
    asked: list[Any] = []

    def read(wire: r.Wire) -> Any:
        asked.append(wire)
        return decode(wire)

    assert gather(log.stretch(), log.state, read).cells["args"] == [(0,), (1,), (2,)]
    assert len(asked) == 3


def test_a_column_that_nobody_looks_at_is_not_made() -> None:
    def read(_: r.Wire) -> Any:
        raise AssertionError("decoded for nothing")

    table = gather(make.lesson().stretch(), Log().state, read)
    assert table.cells["event"][3] == "chat"
    assert list(table.cells) == list(table.names)
    assert len(table.cells) == len(table.names)
