from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from sio_lab.clients.worker import Reported, Worker

if TYPE_CHECKING:
    import pytest

DEADLINE = 10.0


def nothing() -> None:
    """Be told of a change."""


def test_jobs_run_in_order_in_one_thread_of_their_own() -> None:
    worker, ran = Worker("ada", nothing), []
    for number in range(50):
        worker.put("job", lambda number=number: ran.append((number, threading.current_thread())))
    worker.finish()
    worker.join(DEADLINE)
    assert [number for number, _ in ran] == list(range(50))
    assert {thread.name for _, thread in ran} == {"sio_lab handlers of ada"}
    assert worker.idle


def test_without_a_job_there_is_no_thread() -> None:
    before = threading.active_count()
    worker = Worker("ada", nothing)
    assert threading.active_count() == before
    worker.finish()
    worker.join(DEADLINE)


def test_after_the_end_jobs_are_dropped() -> None:
    worker, ran = Worker("ada", nothing), []
    worker.finish()
    worker.put("job", lambda: ran.append(1))
    assert worker.idle
    assert not ran


def test_it_tells_when_a_job_is_done_and_is_idle_then() -> None:
    told = threading.Event()
    worker = Worker("ada", told.set)
    gate = threading.Event()
    worker.put("job", lambda: gate.wait(DEADLINE))
    assert not worker.idle
    gate.set()
    assert told.wait(DEADLINE)
    assert worker.idle
    worker.finish()
    worker.join(DEADLINE)


def test_a_job_knows_that_it_is_one_and_may_end_its_worker() -> None:
    worker, seen = Worker("ada", nothing), []
    done = threading.Event()

    def job() -> None:
        seen.append(worker.is_current)
        worker.finish()
        worker.join(DEADLINE)
        done.set()

    worker.put("job", job)
    assert done.wait(DEADLINE)
    assert seen == [True]
    assert not worker.is_current
    worker.join(DEADLINE)


def test_what_is_left_when_nobody_waits_any_longer_is_not_begun() -> None:
    worker, ran, gate, running = Worker("ada", nothing), [], threading.Event(), threading.Event()

    def block() -> None:
        running.set()
        gate.wait(DEADLINE)

    worker.put("job", block)
    worker.put("job", lambda: ran.append(1))
    assert running.wait(DEADLINE)
    worker.finish()
    worker.join(0.01)
    gate.set()
    worker.join(DEADLINE)
    assert not ran


def test_an_error_is_written_and_the_next_job_runs(capsys: pytest.CaptureFixture[str]) -> None:
    worker, ran = Worker("ada", nothing), []
    worker.put("the handler of 'x' in /", lambda: 1 // 0)
    worker.put("job", sys.exit)
    worker.put("job", lambda: ran.append(1))
    worker.finish()
    worker.join(DEADLINE)
    told = capsys.readouterr().err
    assert ran == [1]
    assert told.startswith("Client ada: the handler of 'x' in / raised:\nTraceback (most recent call last):\n")
    assert "test_worker.py" in told.splitlines()[2]
    assert "SystemExit" in told


def test_no_error_is_no_report(capsys: pytest.CaptureFixture[str]) -> None:
    with Reported("nothing"):
        pass
    assert capsys.readouterr().err == ""
