"""The refresher: the one thread that touches widgets, a few times a second, whatever the traffic."""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log

EVERY = 0.125
"""Seconds between two flushes, at least: 8 a second."""

SHARE = 11
"""What works long is followed by a pause this many times as long: views take a tenth of a processor, and no more."""

TICK = 1.0
"""Seconds between two flushes while nothing happens, for what shows rates."""


class Flushed(Protocol):
    """What the refresher keeps up to date."""

    def flush(self) -> None:
        """Send what has changed since the last time."""


class Refresher:
    """Owns a thread while there is something to keep up to date; others hand it jobs, and are never kept waiting."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._shown: dict[Flushed, None] = {}
        self._jobs: deque[Callable[[], None]] = deque()
        self._woken = threading.Event()
        self._has_news = False
        self._due = 0.0
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._end: Callable[[], None] = lambda: None

    @property
    def is_running(self) -> bool:
        """Whether its thread lives."""
        return self._thread is not None

    def add(self, shown: Flushed) -> None:
        """Keep something up to date from now on."""
        with self._lock:
            self._shown[shown] = None
            if self._thread is None:
                self._end = self._log.subscribe(self._wake)
                self._thread = threading.Thread(target=self._run, name="sio-lab-refresher", daemon=True)
                self._thread.start()

    def discard(self, shown: Flushed) -> None:
        """Leave something alone; the thread ends with the last one. To discard twice does nothing."""
        with self._lock:
            self._shown.pop(shown, None)
            thread = None if self._shown else self._thread
            if thread is not None:
                self._end()
                self._thread = None
        if thread is not None:
            self._woken.set()
            if thread is not threading.current_thread():
                thread.join()

    def post(self, job: Callable[[], None]) -> None:
        """Have the thread do something soon, in the order of posting; without a thread it is done by the next one."""
        self._jobs.append(job)
        self._woken.set()

    def _wake(self) -> None:
        # Called after each record, in the thread of an event: the second of two between flushes costs a comparison.
        if not self._has_news:
            self._has_news = True
            self._woken.set()

    def _run(self) -> None:
        while self._thread is threading.current_thread():
            self._woken.wait(self._patience())
            self._woken.clear()
            self._do_jobs()
            if time.monotonic() >= self._due and (self._has_news or self._is_tick()):
                self._flush()

    def _patience(self) -> float:
        """Return how long to sleep: until the next flush is due where there is news, else until the next tick."""
        rest = self._due - time.monotonic()
        return max(rest, 0.0) if self._has_news else max(rest, 0.0) + TICK

    def _is_tick(self) -> bool:
        return time.monotonic() >= self._due + TICK - EVERY

    def _do_jobs(self) -> None:
        while self._jobs:
            with suppress(Exception):  # a comm whose kernel is going away: nobody is left to be told
                self._jobs.popleft()()

    def _flush(self) -> None:
        self._has_news = False
        # Processor time: what it waited for others, who were busy, is not its own.
        began, worked = time.monotonic(), time.thread_time()
        for shown in list(self._shown):
            with suppress(Exception):  # as above; the next one is flushed all the same
                shown.flush()
        self._due = began + max(EVERY, SHARE * (time.thread_time() - worked))
