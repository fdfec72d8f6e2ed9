"""The log around a row."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.surroundings import Surroundings
from tests import factories as make


def test_without_a_clock_it_goes_by_the_newest_record() -> None:
    log = make.lesson()
    assert Surroundings(log, log.get(16)).now == log.get(log.last_seq).at
    assert Surroundings(log, log.get(16), now=7).now == 7


def test_who_was_asked_for_acks() -> None:
    log = make.lesson()
    around, hello, vote = Surroundings(log, log.get(1)), log.get(16), log.get(23)
    assert [(one.emit.event, one.state) for one in around.asked_by(hello)] == [("quiz", "acknowledged")]
    assert around.unanswered(hello) == []
    assert isinstance(vote, r.Emitted)
    assert [one.state for one in around.asked(vote)] == ["waiting", "acknowledged"] or around.state.departed
    assert around.asked(make.emit(log, "news")) == []


def test_the_tasks_that_a_handler_started() -> None:
    log = Log()
    make.connect(log, make.ADA)
    event = make.receive(log, make.ADA, "start")
    task = make.start_task(log, cause=event.seq)
    ended = log.append(r.TaskEnded(task.seq, "raised", "KeyError: 'a'"))
    running = make.start_task(log, "other", cause=event.seq)
    assert running.seq
    assert Surroundings(log, event).tasks == {event.seq: [(task, ended)]}


def test_a_cause_that_has_left_the_log_is_none() -> None:
    log = Log(max_records=2)
    event = make.receive(log, make.ADA, "x")
    emit = make.emit(log, "y", cause=event.seq)
    assert Surroundings(log, emit).cause(emit) is not None
    make.emit(log, "z")
    assert Surroundings(log, emit).cause(emit) is None


def test_what_a_packet_carried() -> None:
    log = Log()
    event = make.receive(log, make.ADA, "x", 1, "two")
    assert Surroundings(log, event).args(event) == (1, "two")
