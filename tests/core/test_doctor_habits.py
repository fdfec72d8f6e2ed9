"""What goes badly with connections that were opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.doctor import findings
from sio_lab.core.doctor_habits import BRIEF, LOST, PINGS
from sio_lab.core.log import Log

if TYPE_CHECKING:
    from sio_lab.core.finding import Finding


def opened(log: Log, eio_sid: str, transport: str = "polling", address: str = "10.0.0.1") -> r.Connected:
    log.append(r.Opened(r.Connection(eio_sid, transport, address, None)))
    return log.append(r.Connected("/", f"sid-{eio_sid}", eio_sid, None))


def pinged(log: Log, eio_sid: str) -> None:
    for _ in range(PINGS):
        log.append(r.PingAnswered(eio_sid, 1.0))


def gone(log: Log, eio_sid: str, reason: str = "transport close") -> r.Disconnected:
    row = log.append(r.Disconnected("/", f"sid-{eio_sid}", eio_sid, reason))
    log.append(r.Closed(eio_sid, reason))
    return row


def only(log: Log) -> Finding:
    [finding] = findings(log)
    return finding


def test_clients_that_stay_on_polling_are_a_remark() -> None:
    log = Log()
    row = opened(log, "a")
    assert findings(log) == ()
    pinged(log, "a")
    finding = only(log)
    assert (finding.name, finding.certainty, finding.is_failure) == ("polling only", "possible", False)
    assert finding.last == row.seq


@pytest.mark.parametrize("record", [r.Upgraded("a", ()), r.ClientNamed("a", "ada")])
def test_one_that_upgraded_or_is_the_labs_own_is_none(record: r.Record) -> None:
    log = Log()
    opened(log, "a")
    log.append(record)
    pinged(log, "a")
    assert findings(log) == ()


def test_a_student_that_stays_on_polling_is_told_by_whatever_name() -> None:
    log = Log()
    opened(log, "a")
    log.append(r.ClientNamed("a", "Ada", is_own=False))
    pinged(log, "a")
    assert only(log).name == "polling only"


def test_a_phone_that_sleeps_is_a_remark_and_many_are_a_hindrance() -> None:
    log = Log()
    opened(log, "a", "websocket")
    row = gone(log, "a", "ping timeout")
    assert (only(log).is_failure, only(log).last) == (False, row.seq)
    for name in range(LOST):
        opened(log, f"b{name}", "websocket")
        gone(log, f"b{name}", "ping timeout")
    assert only(log).is_failure
    assert "the kernel was busy" in only(log).what


def test_clients_that_come_and_go_at_once_are_a_storm() -> None:
    log = Log()
    for name in range(BRIEF):
        assert findings(log) == ()
        opened(log, f"a{name}", "websocket")
        gone(log, f"a{name}")
    assert only(log).name == "connect storm"
    assert only(log).summary == f"{BRIEF} times, from 10.0.0.1, last at row {only(log).last}"


def test_one_that_got_no_client_has_no_row_and_is_told_all_the_same() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("a", "polling", "10.0.0.1", None)))
    pinged(log, "a")
    assert (only(log).rows, only(log).summary) == ((), "once, from 10.0.0.1")
