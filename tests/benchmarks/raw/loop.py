"""One thread that waits for all sockets at once."""

from __future__ import annotations

import selectors
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import HasFileno

DEADLINE = 30.0
"""How long anything that must happen is waited for, in seconds."""


class Loop:
    """Has whatever has come be read by whom it is for."""

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()

    def add(self, source: HasFileno, read: Callable[[], object]) -> None:
        """Call `read` when there is something to read from this one, too."""
        self._selector.register(source.fileno(), selectors.EVENT_READ, read)

    def remove(self, source: HasFileno) -> None:
        """No longer wait for this one."""
        self._selector.unregister(source.fileno())

    def poll(self, seconds: float) -> None:
        """Wait once, and read what has come."""
        for key, _ in self._selector.select(seconds):
            key.data()

    def run(self, seconds: float) -> None:
        """Go on for so long."""
        end = time.perf_counter() + seconds
        while (left := end - time.perf_counter()) > 0:
            self.poll(left)

    def run_until(self, done: Callable[[], bool]) -> None:
        """Go on until it is done. Raises TimeoutError where that takes too long."""
        end = time.perf_counter() + DEADLINE
        while not done():
            if (left := end - time.perf_counter()) <= 0:
                raise TimeoutError(f"the server did not answer within {DEADLINE:.0f} s")
            self.poll(left)

    def close(self) -> None:
        """Give back what the system lent."""
        self._selector.close()
