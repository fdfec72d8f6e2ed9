"""Where the handlers of events run: in threads that are used again, and that nothing ever waits for.

Plain python-socketio starts a thread for each event. Here an event that came over a WebSocket runs in the thread that
has read it (see `loop`), one that was posted runs in a thread of the crew; each in a `contextvars.Context` of its own
and with blank `threading.local`s, as in a new thread.
"""

from __future__ import annotations

import threading
from contextvars import Context
from functools import partial
from typing import TYPE_CHECKING, Any

from sio_lab.core.hints import too_many
from sio_lab.server.failures import Unanswered
from sio_lab.server.inbox import following

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.loop import Loop
    from sio_lab.server.patches import Patches

MOST_RUNNING = 500
"""How many handlers may run at once for one connection: each that blocks holds a thread."""

TOO_MANY = too_many(MOST_RUNNING)


class YieldingEvent(threading.Event):
    """An event that python-socketio's `call` waits for: whoever waits gives the loop to another thread first.

    The watch would do that, too, after a few milliseconds.
    """

    def __init__(self, loop: Loop) -> None:
        super().__init__()
        self._loop = loop

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set; False after `timeout` seconds."""
        if not self.is_set():
            self._loop.hand_on()
        return super().wait(timeout)


class Dispatch:
    """Runs the events of one python-socketio server, as long as a loop runs; else that server does so itself."""

    def __init__(self, server: Any, loop: Loop) -> None:
        self._server = server
        self._loop = loop
        self._running: dict[str, set[int]] = {}
        """Engine.IO sid -> its handlers that run. A set is changed in one step: no lock is needed to count it."""

    def attach(self, patches: Patches) -> None:
        """Take over what starts the handlers; before anything that looks on."""
        patches.wrap(self._server, "start_background_task", self._start)
        patches.wrap(self._server.eio, "create_event", self._make_event)
        patches.wrap(self._server.eio, "sleep", self._sleep)

    def _start(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            # The arguments of an event's task begin with the server itself; other tasks are threads that can be joined.
            if args[:1] != (self._server,) or not self._loop.is_running:
                return original(target, *args, **kwargs)
            task = partial(self._run, target, args)
            # Each event has data of its own.
            self.begin(args[2], args[3])
            if not following(task):
                self.run(partial(_in_new_context, task))
            return None

        return start

    def _make_event(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def make(*args: Any, **kwargs: Any) -> Any:
            return YieldingEvent(self._loop) if self._loop.is_running else original(*args, **kwargs)

        return make

    def _sleep(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def sleep(seconds: float = 0) -> Any:
            self._loop.hand_on()
            return original(seconds)

        return sleep

    def forget(self, eio_sid: str) -> None:
        """Count no more for a connection that is gone."""
        self._running.pop(eio_sid, None)

    def run(self, work: Callable[[], object]) -> None:
        """Have a thread do some work now."""
        self._loop.crew.run(work)

    def begin(self, eio_sid: str, data: object) -> None:
        """Count an event of a connection. Raises Unanswered where too many run."""
        running = self._running.get(eio_sid)
        if running is None:
            running = self._running.setdefault(eio_sid, set())
        if len(running) >= MOST_RUNNING:
            raise Unanswered(TOO_MANY)
        running.add(id(data))

    def over(self, eio_sid: str, data: object) -> None:
        """Count it no more."""
        running = self._running.get(eio_sid)
        if running is not None:
            running.discard(id(data))

    def _run(self, target: Callable[..., Any], args: tuple[Any, ...]) -> None:
        try:
            target(*args)
        finally:
            self.over(args[2], args[3])


def _in_new_context(task: Callable[[], object]) -> None:
    Context().run(task)
