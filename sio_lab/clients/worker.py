"""The thread that runs a client's handlers: one after another, beside the loop that reads the network."""

from __future__ import annotations

import queue
import sys
import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

_OWN_PACKAGES = {"sio_lab", "socketio"}


class Worker:
    """Runs jobs in the order they were put; its daemon thread starts with the first and ends after `finish`.

    So a handler may call the server and wait: its answer is read by another thread.
    """

    def __init__(self, name: str, changed: Callable[[], None]) -> None:
        self.name = name
        self._changed = changed
        self._jobs: queue.SimpleQueue[tuple[str, Callable[[], object]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._left = 0
        self._is_finished = False
        self._is_abandoned = False
        self._thread: threading.Thread | None = None

    @property
    def idle(self) -> bool:
        """Whether every job put so far is done."""
        return not self._left

    @property
    def is_current(self) -> bool:
        """Whether the caller is itself one of these jobs."""
        return threading.current_thread() is self._thread

    def put(self, what: str, job: Callable[[], object]) -> None:
        """Have `job` run after those before it; `what` names it where it raises. After `finish` it is dropped."""
        with self._lock:
            if self._is_finished:
                return
            self._left += 1
            self._jobs.put((what, job))
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=f"sio_lab handlers of {self.name}", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Let the thread end once it has run what was put before."""
        with self._lock:
            self._is_finished = True
            self._jobs.put(None)

    def join(self, seconds: float) -> None:
        """Wait at most `seconds` for the end of the thread; of what is left after that, nothing is begun."""
        if self._thread is not None and not self.is_current:
            self._thread.join(seconds)
            self._is_abandoned = self._thread.is_alive()

    def _run(self) -> None:
        while (put := self._jobs.get()) is not None and not self._is_abandoned:
            what, job = put
            with Reported(f"Client {self.name}: {what}"):
                job()
            with self._lock:
                self._left -= 1
            self._changed()


class Reported:
    """Writes what its block raises to stderr, from the user's own frame on, and goes on after the block."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __enter__(self) -> None:
        """Begin the block."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """Report `error` if there is one; SystemExit too, since there is nobody here to exit."""
        if error is None:
            return False
        told = "".join(traceback.format_exception(kind, error, _from_users_frame(trace)))
        sys.stderr.write(f"{self.what} raised:\n{told}")
        return True


def _from_users_frame(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None and trace.tb_frame.f_globals.get("__name__", "").partition(".")[0] in _OWN_PACKAGES:
        trace = trace.tb_next
    return trace
