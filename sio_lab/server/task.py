"""One background task: how it sleeps, and how it comes to an end."""

from __future__ import annotations

import inspect
import threading
import time
from functools import partial
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Owner

GRACE_SECONDS = 0.2
"""How long a task that is to end may take until it is said to go on."""

ENDS_AT_ONCE = 2
"""So many sleeps end a task at once; one that goes on all the same sleeps first, else its loop would never rest."""


class TaskEnd(SystemExit):
    """Ends a background task where it sleeps: `except Exception` lets it pass, `finally` and `with` do their work."""


class Task:
    """A function that runs in a thread until it ends, or until the lab wants it to."""

    def __init__(self, seq: int, name: str, owner: Owner | None) -> None:
        self.seq = seq
        self.name = name
        self.owner = owner
        self.over = threading.Event()
        """Set when it has ended and the log has been told."""

        self.told = False
        """Whether it has been said that it goes on."""

        self._ending = threading.Event()
        self._began = time.monotonic()
        self._asked_at = 0.0
        self._has_slept = False
        self._is_asleep = False
        self._ends_raised = 0

    def end(self) -> None:
        """Have it end at its next sleep, and at once where it sleeps; a second call does nothing."""
        if not self._ending.is_set():
            self._asked_at = time.monotonic()
            self._ending.set()

    @property
    def is_to_end(self) -> bool:
        """Whether it has been asked to end."""
        return self._ending.is_set()

    @property
    def was_ended(self) -> bool:
        """Whether an end has been raised in it."""
        return self._ends_raised > 0

    @property
    def is_leaving(self) -> bool:
        """Whether it has ended, or does so as soon as its thread's turn comes: it was asleep."""
        return self.over.is_set() or self._is_asleep

    def wait(self) -> None:
        """Wait until it is over, no longer than its grace lasts."""
        self.over.wait(max(0.0, self._asked_at + GRACE_SECONDS - time.monotonic()))

    def sleep(self, original: Callable[[Any], Any], seconds: Any) -> None:
        """Sleep in the task's own thread; what `original` refuses is refused alike.

        Raises TaskEnd, now and at each later sleep, when the task is to end.
        """
        self._has_slept = True
        if isinstance(seconds, Real) and float(seconds) > 0 and self._ends_raised < ENDS_AT_ONCE:
            self._is_asleep = True
            try:
                self._ending.wait(float(seconds))
            finally:
                self._is_asleep = False
        else:
            original(seconds)
        if self._ending.is_set():
            self._ends_raised += 1
            raise TaskEnd(f"task {self.name} ends here: its cell was run again, or the lab has stopped")

    def why_it_goes_on(self) -> str:
        """Say what keeps it from ending."""
        if self.was_ended:
            return "a bare except or a long finally keeps it from ending at its socketio.sleep"
        if self._has_slept:
            return "it has not come to its next socketio.sleep"
        return "it never calls socketio.sleep"

    def line(self) -> str:
        """Say that it goes on, why, and for how long it has."""
        seconds = time.monotonic() - self._began
        return f"task {self.name} goes on: {self.why_it_goes_on()} (running {seconds:.0f} s)"


def plain(work: Any) -> Any:
    """Return the user's own function behind partials and decorators; any other object as it is."""
    while isinstance(work, partial):
        work = work.func
    return inspect.unwrap(work) if callable(work) else work


def is_followed(old: Task, new: Task) -> bool:
    """Tell whether `new` takes the place of `old`: the same function, in a later run of the same cell."""
    if old.owner is None or new.owner is None or old.name != new.name or old.owner.run >= new.owner.run:
        return False
    # Without ids, an edited cell looks like another one.
    return old.owner.cell == new.owner.cell or (old.owner.anonymous and new.owner.anonymous)
