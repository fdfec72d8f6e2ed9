"""A restored log reads like the one its records are of, gaps and all, and takes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab import tables
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE
from sio_lab.core.restored import RestoredLog
from sio_lab.core.wire import Wire
from sio_lab.errors import LabError, RecordDropped
from tests.core.any_record import RECORDS


def events(count: int) -> Log:
    log = Log(10_000_000, 10**10)
    for number in range(count):
        log.append(r.EventReceived("/", "chat", "ada", "eio", number, Wire('2["chat"]'), None))
    return log


@settings(max_examples=40)
@given(RECORDS)
def test_it_reads_like_the_log(records: list[Any]) -> None:
    log = Log()
    for record in records:
        log.append(record)
    restored = RestoredLog(log.since())
    assert restored.since() == log.since()
    assert (len(restored), restored.first_seq, restored.last_seq) == (len(log), log.first_seq, log.last_seq)
    assert repr(tables.traffic(restored)) == repr(tables.traffic(log))
    assert repr(tables.clients(restored)) == repr(tables.clients(log))


@given(st.sets(st.integers(1, 3 * PAGE), min_size=1), st.integers(0, 3 * PAGE), st.integers(0, 3 * PAGE))
def test_gaps_are_nowhere(kept: set[int], begin: int, end: int) -> None:
    whole = EVENTS
    restored = RestoredLog([record for record in whole if record.seq in kept])
    assert [record.seq for record in restored.since(begin, end)] == sorted(s for s in kept if begin < s <= end)
    assert restored.missing == max(kept) - min(kept) + 1 - len(kept)
    assert len(tables.traffic(restored)) == len(kept)
    for seq in (min(kept), max(kept)):
        assert restored.get(seq) == whole[seq - 1]
    for seq in {0, begin, 3 * PAGE + 1} - kept:
        with pytest.raises(RecordDropped, match=f"There is no record {seq} in the capture"):
            restored.get(seq)


EVENTS = events(3 * PAGE).since()


def test_only_what_came_after_is_folded() -> None:
    log = events(10)
    state = log.state
    restored = RestoredLog(log.since(5), state, 5)
    assert restored.state is state
    assert state.counts["/"].events == 15


def test_nothing_is_added_and_nobody_is_woken() -> None:
    restored = RestoredLog([])
    restored.subscribe(lambda: pytest.fail("woken"))
    with pytest.raises(LabError, match="A capture stays as it is: no ServerStarted"):
        restored.append(r.ServerStarted("http://x"))
    assert (len(restored), restored.last_seq, restored.since()) == (0, 0, [])
