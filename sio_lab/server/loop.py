"""One loop for all WebSockets of a server: it reads, keeps the time, and runs what comes in, in one thread at a time.

To hand each message from thread to thread is what costs most in a plain threaded server. Here whoever reads a message
also runs its handler. That the handler may block is no harm: the loop is a role, and when something runs for more than
a few milliseconds, the watch gives the role to another thread. The slow one goes on alone, and rests when it is done.
"""

from __future__ import annotations

import itertools
import selectors
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from functools import partial
from heapq import heappop, heappush
from threading import get_ident
from typing import TYPE_CHECKING, Any

from sio_lab.server.blank_locals import Blank
from sio_lab.server.crew import Crew, run_alone
from sio_lab.server.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.inbox import Inbox

STEP_SECONDS = 0.005
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Term:
    """The time for which one thread has the role."""

    __slots__ = ("beats", "ended", "is_awaited", "is_running", "name", "thread")

    def __init__(self) -> None:
        self.name = ""
        """The thread's name."""

        self.thread = 0
        """Identifies the thread; 0 until it has begun."""

        self.is_running = False
        """Whether code that may block runs, which is not the loop's own."""

        self.beats = 0
        """How often such code has begun."""

        self.is_awaited = True
        """Whether the loop's end waits for what runs: not for a handler of an event, as in plain Flask-SocketIO."""

        self.ended = threading.Event()
        """Set when the thread does nothing for the loop any more."""


class Loop:
    """Reads, writes and waits for many WebSockets; `start` and `stop` may be called again, `start` after `stop` too."""

    def __init__(self, name: str = "sio-lab-handler") -> None:
        self._name = name
        self._role = threading.Lock()
        self._term: Term | None = None
        self._ready: deque[Inbox] = deque()
        self._calls: deque[Callable[[], object]] = deque()
        self._unsent: deque[Callable[[], object]] = deque()
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        """A heap: when, a number that tells those of one moment apart, and what is to be done."""

        self._numbers = itertools.count()
        self._is_woken = False
        self._slow: set[Term] = set()
        """The terms of those who have lost the role, and whose work has not ended."""

        self._slow_threads: set[int] = set()

    @property
    def is_running(self) -> bool:
        """Whether it takes connections."""
        return self._term is not None

    def start(self) -> None:
        """Begin; a second call does nothing."""
        if self._term is not None:
            return
        self._is_woken = False
        self._selector = selectors.DefaultSelector()
        self._bell, self._ringer = socket.socketpair()
        self._bell.setblocking(False)
        self._ringer.setblocking(False)
        self._selector.register(self._bell, READ, self._rung)
        self.crew = Crew(self._name)
        self._term = Term()
        self._watch = Watch(self)
        self._watch.start()
        self.crew.run(partial(self._hold, self._term))

    def stop(self, deadline: float) -> list[str]:
        """End, and every thread with it; returns the names of those that would not by `deadline`, monotonic.

        Connections that are left are the caller's to close before. A second call does nothing.
        """
        with self._role:
            if self._term is None:
                return []
            terms, self._term = {self._term, *self._slow}, None
        self.wake()
        self._watch.stop()
        # Who stops it from within can't wait for his own end.
        others = [term for term in terms if term.thread != get_ident()]
        busy = [term.name for term in others if not _has_ended(term, deadline)]
        self.crew.close(deadline)
        self._run_calls()
        self._selector.close()
        self._bell.close()
        self._ringer.close()
        self._ready.clear()
        self._timers.clear()
        return busy

    # --- what others ask ----------------------------------------------------------------------------------------

    def call(self, work: Callable[[], object]) -> None:
        """Have the loop do something short, soon."""
        self._calls.append(work)
        if not self.is_here:
            self.wake()

    def at(self, due: float, work: Callable[[], object]) -> None:
        """Do something, which may block, at a time of the monotonic clock."""
        # One step of the interpreter: no other thread sees the heap in between.
        heappush(self._timers, (due, next(self._numbers), work))
        if not self.is_here:
            self.wake()

    def watch_over(self, connection: socket.socket, events: int, told: Callable[[int], object]) -> None:
        """Tell of what can be done on a connection from now on; of the loop's own thread."""
        known = self._selector.get_map().get(connection)
        if known is None:
            self._selector.register(connection, events, told)
        else:
            self._selector.modify(connection, events, told)

    def forget(self, connection: socket.socket) -> None:
        """Tell nothing of a connection any more; of the loop's own thread."""
        with suppress(KeyError, ValueError):
            self._selector.unregister(connection)

    def ready(self, inbox: Inbox) -> None:
        """Have what is in an inbox taken in."""
        self._ready.append(inbox)
        if not self.is_here:
            self.wake()

    def wake(self) -> None:
        """End the loop's wait."""
        if not self._is_woken:
            self._is_woken = True
            with suppress(OSError):  # full: it wakes as it is; closed: nobody waits
                self._ringer.send(b"\0")

    @property
    def is_here(self) -> bool:
        """Whether the calling thread has the role."""
        term = self._term
        return term is not None and term.thread == get_ident()

    @property
    def gathers(self) -> bool:
        """Whether what the calling thread sends may wait a little: it runs what the loop has read.

        Whoever has the role looks at it when that has ended; of a slow one, the loop does, at once.
        """
        term, thread = self._term, get_ident()
        return term is not None and ((term.thread == thread and term.is_running) or thread in self._slow_threads)

    def gather(self, flush: Callable[[], object]) -> None:
        """Call `flush` when what runs has ended, or takes long."""
        self._unsent.append(flush)
        term = self._term
        if term is None:
            self.flush()
        elif term.thread != get_ident():
            self.wake()

    def flush(self) -> None:
        """Send what was gathered."""
        while self._unsent:
            try:
                flush = self._unsent.popleft()
            except IndexError:
                return  # another thread has taken the last one
            run_alone(flush)

    def hand_on(self, term: Term | None = None, beats: int | None = None) -> None:
        """Give the role to another thread, where what runs in `term` (or here) still does, since `beats`."""
        with self._role:
            now = self._term
            is_meant = now is term if term is not None else now is not None and now.thread == get_ident()
            if now is None or not is_meant or not now.is_running or beats not in {None, now.beats}:
                return
            self._slow.add(now)
            self._slow_threads.add(now.thread)
            self._term = following = Term()
        self.flush()
        try:
            self.crew.run(partial(self._hold, following))
        except RuntimeError:
            # No further thread can be had: the slow one is the loop again, when it is done.
            with self._role:
                if self._term is following:
                    self._term = now
                    self._forget_slow(now)

    @property
    def term(self) -> Term | None:
        """Who has the role; None where the loop is stopped."""
        return self._term

    # --- the role -----------------------------------------------------------------------------------------------

    def _hold(self, term: Term) -> None:
        """Be the loop until the role is another's."""
        term.thread, term.name = get_ident(), threading.current_thread().name
        blank = Blank()
        while self._term is term:
            if self._is_held_through(term, blank):
                for key, events in self._selector.select(self._patience()):
                    run_alone(partial(key.data, events))
                self._run_calls()
                self.flush()
        self._forget_slow(term)
        term.ended.set()

    def _forget_slow(self, term: Term) -> None:
        self._slow.discard(term)
        self._slow_threads.discard(term.thread)

    def _is_held_through(self, term: Term, blank: Any) -> bool:
        """Run what is ready, a message of each client, and tell whether the role has been kept over it."""
        for _ in range(len(self._ready)):
            if not self._runs(term, blank, partial(self._ready.popleft().take, term)):
                return False
        now = time.monotonic()
        while self._timers and self._timers[0][0] <= now:
            if not self._runs(term, blank, heappop(self._timers)[2]):
                return False
        return self._term is term

    def _runs(self, term: Term, blank: Any, work: Callable[[], object]) -> bool:
        """Run what may block; tells whether the role has been kept."""
        term.beats += 1
        term.is_running = True
        self._watch.attend()
        run_alone(work)
        blank.wipe()
        self.flush()
        with self._role:
            term.is_running = False
            term.is_awaited = True
            return self._term is term

    def _patience(self) -> float | None:
        if self._calls or self._ready:
            return 0
        return max(0.0, self._timers[0][0] - time.monotonic()) if self._timers else None

    def _rung(self, _events: int) -> None:
        with suppress(OSError):
            self._bell.recv(64)
        # After the bell has been emptied, and before what was asked for is done: who rings from now on rings again.
        self._is_woken = False

    def _run_calls(self) -> None:
        for _ in range(len(self._calls)):
            run_alone(self._calls.popleft())


def _has_ended(term: Term, deadline: float) -> bool:
    """Wait for what runs in a term, unless that is an event's handler; tells whether there is nothing to wait for."""
    while not term.ended.is_set() and term.is_awaited and time.monotonic() < deadline:
        term.ended.wait(STEP_SECONDS)
    return term.ended.is_set() or not term.is_awaited
