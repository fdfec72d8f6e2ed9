"""Threads that run what they are given, one thing after another, and are used again; nothing ever waits for one."""

from __future__ import annotations

import itertools
import threading
import time
from typing import TYPE_CHECKING, Any

from sio_lab.server.blank_locals import Blank

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_IDLE = 4
"""How many threads with nothing to do are kept: a burst of slow handlers leaves no crowd behind."""


class Crew:
    """A few threads at rest, and as many at work as there is work."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._idle: list[_Member] = []
        self._is_closed = False

    def run(self, work: Callable[[], object]) -> None:
        """Have a thread that is idle, or a new one, do some work now."""
        with self._lock:
            member = self._idle.pop() if self._idle else None
        if member is None:
            member = _Member(self, f"{self._name}-{next(self._numbers)}")
            member.work = work
            member.thread.start()
        else:
            member.begin(work)

    def close(self, deadline: float) -> None:
        """Let the threads go: those at rest until `deadline`, monotonic, the others each when its work is done.

        What is given to `run` after this is done, too, by a thread that ends.
        """
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for member in idle:
            member.begin(None)
        for member in idle:
            if member.thread is not threading.current_thread():
                member.thread.join(max(0.0, deadline - time.monotonic()))

    def rests(self, member: _Member) -> bool:
        """Take a thread among those that wait for work; False where it is not needed any more."""
        with self._lock:
            is_needed = not self._is_closed and len(self._idle) < MOST_IDLE
            if is_needed:
                self._idle.append(member)
            return is_needed


class _Member:
    """One thread of a crew."""

    def __init__(self, crew: Crew, name: str) -> None:
        self._crew = crew
        self._called = threading.Lock()
        self._called.acquire()
        self.work: Callable[[], object] | None = None
        self.thread = threading.Thread(target=self._live, name=name, daemon=True)

    def begin(self, work: Callable[[], object] | None) -> None:
        """Wake the thread for some work; None ends it."""
        self.work = work
        self._called.release()

    def _live(self) -> None:
        blank = Blank()
        while self.work is not None:
            run_alone(self.work)
            self.work = None
            blank.wipe()
            if not self._crew.rests(self):
                break
            self._called.acquire()


def run_alone(work: Callable[[], object]) -> None:
    """Do some work as if it were all that a thread does: what it raises is told as of a thread, and ends nothing."""
    try:
        work()
    except BaseException:  # noqa: BLE001 - whatever ends a thread must end the work alone
        thread: Any = threading.current_thread()
        thread._invoke_excepthook(thread)  # of which Python takes care even where the hook raises, too
