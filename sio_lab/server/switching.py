"""How often Python lets another thread have its turn, while a server runs.

A cell that computes gives its turn up every 5 ms, as Python has it, and an event needs several turns: it waits some
20 ms for its answer. With a tenth of that interval a class does not feel the cell. What it costs the cell is measured
by `tests/benchmarks/bench_switching.py`.
"""

from __future__ import annotations

import sys
import threading

SECONDS = 0.0005


class Switching:
    """Holds the interpreter's switch interval down as long as somebody needs that; then it is what it was."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._needed_by: set[object] = set()
        self._before = 0.0

    def begin(self, who: object) -> None:
        """Note that somebody needs quick turns; a second call does nothing. One that is quicker still is left alone."""
        with self._lock:
            if not self._needed_by:
                self._before = sys.getswitchinterval()
                if self._before > SECONDS:
                    sys.setswitchinterval(SECONDS)
            self._needed_by.add(who)

    def end(self, who: object) -> None:
        """Note that somebody needs them no more; a second call does nothing. What others have set since stays."""
        with self._lock:
            if who not in self._needed_by:
                return
            self._needed_by.discard(who)
            is_ours = abs(sys.getswitchinterval() - SECONDS) < SECONDS / 100
            if not self._needed_by and is_ours:
                sys.setswitchinterval(self._before)


switching = Switching()
"""The interpreter has one switch interval, and so one keeper of it."""
