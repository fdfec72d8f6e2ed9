from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.server.joining import refusals as module
from sio_lab.server.joining.refusals import ADDRESSES, ROWS_A_MINUTE, Refusals


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: at[0])
    return at


def rows(log: Log) -> list[r.Rejected]:
    return [record for record in log.since() if type(record) is r.Rejected]


def test_an_address_makes_one_row_a_minute_with_a_count(now: list[float]) -> None:
    log = Log()
    refusals = Refusals(log)
    for _ in range(500):
        refusals.note({"REMOTE_ADDR": "10.0.0.1", "QUERY_STRING": "EIO=4&x=secret"}, "no pass", 403, "do this")
    refusals.note({"REMOTE_ADDR": "10.0.0.2"}, "no pass", 403, "do this")
    now[0] += 61
    refusals.note({"REMOTE_ADDR": "10.0.0.1"}, "no pass", 403, "do this")
    first, other, last = rows(log)
    assert (first.reason, first.address, first.status, first.hint) == ("no pass", "10.0.0.1", 403, "do this")
    assert first.request is not None
    assert "secret" not in first.request.query
    assert other.address == "10.0.0.2"
    assert "499 more" in last.reason


def test_many_addresses_fill_neither_the_log_nor_the_memory(now: list[float]) -> None:
    log = Log()
    refusals = Refusals(log)
    for number in range(5_000):
        refusals.note({"REMOTE_ADDR": f"10.0.{number}"}, "no pass", 403, "")
    assert len(rows(log)) == ROWS_A_MINUTE
    assert len(refusals._seen) == ADDRESSES == module.ADDRESSES
    del now
