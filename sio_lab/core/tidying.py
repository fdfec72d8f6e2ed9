"""Work that can wait, done by a thread that lives no longer than there is some."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PAUSE_SECONDS = 0.001
"""Between two steps: whoever waits for the interpreter has it by then."""


class Tidier:
    """Takes steps in a thread of its own until there is nothing left to do; then the thread ends by itself.

    Nobody needs to stop it: steps are short, and between two of them it holds nothing. It is a daemon, so that a
    program that ends does not wait for it.
    """

    def __init__(self, step: Callable[[], bool]) -> None:
        self._step = step
        """Does a little, in about a millisecond; tells whether more is left."""

        self._is_awake = False

    def wake(self) -> None:
        """Have it begin, unless it is at it. Where no thread can be started, the work goes on waiting."""
        if self._is_awake:
            return
        self._is_awake = True
        with suppress(RuntimeError):
            threading.Thread(target=self._run, name="sio_lab-log", daemon=True).start()
            return
        self._is_awake = False

    def _run(self) -> None:
        try:
            while self._step():
                time.sleep(PAUSE_SECONDS)
        finally:
            self._is_awake = False
