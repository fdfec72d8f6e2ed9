"""One thread keeps views up to date: not often, in order, and only while there is something to keep."""

from __future__ import annotations

import threading
import time
from itertools import pairwise
from queue import Queue
from typing import TYPE_CHECKING

from sio_lab.core.log import Log
from sio_lab.views import refresh
from sio_lab.views.refresh import Refresher
from tests import factories as make

if TYPE_CHECKING:
    import pytest

SECONDS = 10


class Flushes:
    """Is kept up to date: notes when, and in which thread."""

    def __init__(self, takes: float = 0.0) -> None:
        self.times: Queue[tuple[float, str]] = Queue()
        self.takes = takes

    def flush(self) -> None:
        self.times.put((time.monotonic(), threading.current_thread().name))
        until = time.thread_time() + self.takes
        while time.thread_time() < until:
            pass

    def next(self) -> float:
        at, name = self.times.get(timeout=SECONDS)
        assert name == "sio-lab-refresher"
        return at


def test_news_are_flushed_at_once_and_then_no_more_often_than_allowed() -> None:
    log, shown = Log(), Flushes()
    refresher = Refresher(log)
    refresher.add(shown)
    times = []
    for _ in range(4):
        make.emit(log, "tick")
        times.append(shown.next())
    refresher.discard(shown)
    assert all(later - earlier >= refresh.EVERY * 0.99 for earlier, later in pairwise(times))


def test_a_flush_that_takes_long_is_followed_by_a_longer_pause() -> None:
    log, shown = Log(), Flushes(takes=0.05)
    refresher = Refresher(log)
    refresher.add(shown)
    make.emit(log, "tick")
    first = shown.next()
    make.emit(log, "tick")
    assert shown.next() - first >= refresh.SHARE * 0.05
    refresher.discard(shown)


def test_without_news_there_is_a_tick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "TICK", 0.05)
    shown = Flushes()
    refresher = Refresher(Log())
    refresher.add(shown)
    shown.next()
    shown.next()
    refresher.discard(shown)


def test_jobs_are_done_in_order_by_the_thread_and_one_that_fails_stops_nothing() -> None:
    shown, done = Flushes(), Queue[tuple[int, str]]()
    refresher = Refresher(Log())
    refresher.post(lambda: done.put((0, threading.current_thread().name)))
    refresher.add(shown)
    refresher.post(lambda: {}["nothing"])
    refresher.post(lambda: done.put((1, threading.current_thread().name)))
    assert [done.get(timeout=SECONDS) for _ in range(2)] == [(0, "sio-lab-refresher"), (1, "sio-lab-refresher")]
    refresher.discard(shown)


def test_a_view_that_fails_leaves_the_others_up_to_date() -> None:
    class Broken:
        def flush(self) -> None:
            raise RuntimeError("gone")

    log, broken, shown = Log(), Broken(), Flushes()
    refresher = Refresher(log)
    refresher.add(broken)
    refresher.add(shown)
    make.emit(log, "tick")
    shown.next()
    refresher.discard(broken)
    refresher.discard(shown)


def test_the_thread_lives_while_there_is_something_and_the_log_is_left_alone_after() -> None:
    log, first, second = Log(), Flushes(), Flushes()
    refresher = Refresher(log)
    assert not refresher.is_running
    for shown in (first, second):
        refresher.add(shown)
    refresher.discard(first)
    assert refresher.is_running
    refresher.discard(second)
    refresher.discard(second)
    assert not refresher.is_running
    assert not any(thread.name == "sio-lab-refresher" for thread in threading.enumerate())
    assert log._wakers == ()


def test_it_may_be_discarded_by_the_thread_itself_and_begun_again() -> None:
    shown, log = Flushes(), Log()
    refresher = Refresher(log)
    refresher.add(shown)
    over = threading.Event()
    refresher.post(lambda: (refresher.discard(shown), over.set()))  # type: ignore[arg-type, func-returns-value]
    assert over.wait(SECONDS)
    refresher.add(shown)
    make.emit(log, "tick")
    shown.next()
    refresher.discard(shown)
