"""The watch over a loop: it sees what runs for long, and has the role given to another thread."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sio_lab.server.loop import Loop, Term

TICK_SECONDS = 0.004
"""How often it looks; what runs at two looks in a row has run for at least that long."""

RESTS_AFTER = 50
"""After so many looks at an idle loop it sleeps until the loop has something to run."""


class Watch:
    """A thread that looks at a loop every 4 ms, as long as that has something to do."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._ended = threading.Event()
        self._called = threading.Event()
        self._rests = False
        self._thread = threading.Thread(target=self._look, name="sio-lab-watch-loop", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._ended.set()
        self._called.set()
        if self._thread is not threading.current_thread():
            self._thread.join()

    def attend(self) -> None:
        """Be told that something runs; when that can be seen already, else a look in between would miss it."""
        if self._rests:
            self._rests = False
            self._called.set()

    def _look(self) -> None:
        seen: tuple[Term | None, int] = (None, 0)
        idle = 0
        while not self._ended.is_set():
            time.sleep(TICK_SECONDS)  # a tenth of the price of a wait for an event
            term = self._loop.term
            now = (term, term.beats if term is not None else 0)
            if term is not None and term.is_running and now == seen:
                self._loop.hand_on(term, term.beats)
            idle = idle + 1 if now == seen else 0
            seen = now
            if idle >= RESTS_AFTER:
                self._rest()
                idle = 0

    def _rest(self) -> None:
        self._called.clear()
        self._rests = True
        term = self._loop.term
        # Looked at after it has said that it rests: what began before that would not have called it.
        if not self._ended.is_set() and (term is None or not term.is_running):
            self._called.wait()
        self._rests = False
