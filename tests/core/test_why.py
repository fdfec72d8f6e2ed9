"""Why something happened: of any row, of any log."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.why import FIRST_LOOK, Why, explain, last, row_of
from sio_lab.errors import RecordDropped, Usage
from tests import factories as make
from tests.core.any_record import RECORDS

if TYPE_CHECKING:
    from collections.abc import Sequence


def why(log: Log, record: r.Record, **more: Any) -> Why:
    return explain(log, record, **more)


@given(RECORDS)
def test_whatever_has_happened_something_can_be_said_of_it(records: Sequence[r.Record]) -> None:
    log = Log(max_records=30)
    for record in records:
        log.append(record)
    for seq in range(log.last_seq + 1):
        with suppress(RecordDropped, Usage):
            row = row_of(log, seq)
            told = explain(log, row, listening=lambda *_: False)
            assert (told.seq, bool(told.headline)) == (row.seq, True)
            assert all(reason.name and reason.what and reason.next_step for reason in told.reasons)
    newest = last(log)
    assert newest is None or newest.reasons


def test_a_record_is_part_of_a_row() -> None:
    log = make.lesson()
    rows = {seq: row_of(log, seq).seq for seq in (16, 20, 21, 22, 5, 8)}
    assert rows == {16: 16, 20: 16, 21: 16, 22: 19, 5: 9, 8: 9}
    for seq in (2, 3, 6):
        with pytest.raises(Usage, match=rf"Record {seq} \(\w+\) is no row of the traffic table"):
            row_of(log, seq)


def test_a_task_is_asked_for_by_any_of_its_records() -> None:
    log = Log()
    task = make.start_task(log)
    ended = log.append(r.TaskEnded(task.seq, "raised", "RuntimeError: Working outside of request context.\n\nThis"))
    assert row_of(log, ended.seq) is task
    told = why(log, task)
    assert (told.kind, [reason.name for reason in told.reasons]) == ("task", ["emit outside a handler"])
    assert "\n" not in told.reasons[0].what
    assert last(log) == told


def test_a_part_of_what_has_left_the_log_says_so() -> None:
    log = Log(max_records=1)
    make.handle(log, make.receive(log, make.ADA, "x"))
    with pytest.raises(RecordDropped, match="Record 1 has left the log"):
        row_of(log, 2)


def test_the_last_is_whose_failure_was_told_last() -> None:
    log = Log()
    make.connect(log, make.ADA)
    long = make.receive(log, make.ADA, "long")
    make.handle(log, make.receive(log, make.ADA, "x"), "no-handler")
    make.emit(log, "fine", recipients=(make.ADA,), cause=long.seq)
    make.handle(log, long, "raised", error="KeyError: 1")
    assert getattr(last(log), "seq", None) == long.seq


def test_remarks_on_what_arrived_count_only_where_nothing_went_wrong() -> None:
    log = Log()
    make.connect(log, make.ADA)
    event = make.receive(log, make.ADA, "x")
    make.handle(log, event)
    assert last(log) is None
    fine = make.emit(log, "fine", recipients=(make.ADA,))
    deaf = last(log, listening=lambda *_: False)
    assert deaf is not None
    assert (deaf.seq, deaf.reasons[0].name) == (fine.seq, "no listener")
    nobody = make.emit(log, "x", to=("attic",))
    make.emit(log, "fine", recipients=(make.ADA,))
    assert getattr(last(log, listening=lambda *_: False), "seq", None) == nobody.seq


def test_the_last_is_looked_for_as_far_back_as_the_log_goes() -> None:
    log = Log()
    make.connect(log, make.ADA)
    asked = log.append(r.ConnectAsked("/", "eio-cat", make.encode("CONNECT", None)))
    for number in range(3 * FIRST_LOOK):
        make.emit(log, "news", number, recipients=(make.ADA,))
    assert getattr(last(log), "seq", None) == asked.seq
    make.handle(log, asked, "raised", error="KeyError: 'a'", handler="on_connect")
    refused = log.append(r.Refused("/", "cat", "eio-cat", asked.seq, "no", make.encode("CONNECT_ERROR", {})))
    told = last(log)
    assert told is not None
    assert (told.seq, told.reasons[0].name) == (refused.seq, "handler raised")


def test_an_empty_log_has_none() -> None:
    assert last(Log()) is None


def test_an_ack_that_nobody_waits_for() -> None:
    log = Log()
    ack = log.append(r.AckReceived(None, "/", make.ADA, 3, make.encode("ACK", [], "/", 3)))
    assert [reason.name for reason in why(log, ack).reasons] == ["unexpected ack"]


@pytest.mark.parametrize(("status", "names"), [(500, ["route raised"]), (404, []), (200, [])])
def test_a_route_that_raised(status: int, names: list[str]) -> None:
    log = Log()
    request = log.append(r.HttpRequest("GET", "/x", status, 1.0, None))
    assert [reason.name for reason in why(log, request).reasons] == names


def test_failures_come_before_remarks() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.connect(log, make.BEN)
    poll = make.emit(log, "poll", recipients=(make.ADA, make.BEN), ack_id=1)
    make.disconnect(log, make.ADA)
    told = why(log, poll, now=poll.at)
    assert [reason.name for reason in told.reasons] == ["client gone", "no ack yet", "callback on a broadcast"]
    assert [reason.is_failure for reason in told.reasons] == [True, False, False]
