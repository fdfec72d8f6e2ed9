"""What one client has sent, taken in one message after another, while the events in them may run side by side.

That is how plain python-socketio has it: one thread takes in the messages of a client, in order, and starts a thread
for each event. So a `connect` handler that blocks holds up the messages of its own client, an event's handler does not.
"""

from __future__ import annotations

import threading
from collections import deque
from contextvars import Context, ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.loop import Loop, Term

MOST_WAITING = 4 * 1024 * 1024
"""How much may wait for one client, in letters and bytes, before no more is read from it."""

EACH = 100
"""What a message costs beside its letters."""

_follows: ContextVar[list[Any] | None] = ContextVar("sio_lab_follows", default=None)


def following(task: Callable[[], object]) -> bool:
    """Have a task run right after the message that is being taken in here; False where none is, or one waits already.

    A second task must not wait for the first, which may block.
    """
    tasks = _follows.get()
    if tasks is None or tasks:
        return False
    tasks.append(task)
    return True


class Inbox:
    """The messages of one client that have come, and have not been taken in."""

    def __init__(self, loop: Loop, receive: Callable[[Any], object], relieved: Callable[[], object]) -> None:
        self._loop = loop
        self.receive = receive
        """What takes a message in; it may be another one from some message on."""

        self.quick: Callable[[Any], Callable[[], object] | None] = _nothing
        """Takes a message in that needs little, and returns what is to run then; None leaves it to `receive`."""

        self._relieved = relieved
        """Called in the loop when there is room again in an inbox that was full."""

        self._waiting: deque[Any] = deque()
        self._size = 0
        self.is_full = False
        """Whether no more should be read: whoever takes the messages in has been held up."""

        self._lock = threading.Lock()
        self._is_due = False
        """Whether the loop knows that there is something, or it is being taken in right now."""

    def put(self, messages: list[Any]) -> None:
        """Add what has come, before any of it is taken in."""
        self._waiting.extend(messages)
        size = sum(map(_size, messages))
        with self._lock:
            self._size += size
            self.is_full = self.is_full or self._size > MOST_WAITING
            is_new, self._is_due = not self._is_due, True
        if is_new:
            self._loop.ready(self)

    def take(self, term: Term) -> None:
        """Take in the oldest message, and run the event in it."""
        message = self._waiting.popleft()
        try:
            task = self.quick(message)
        except BaseException:
            # Told as of a thread, by the loop; the messages after it are taken in all the same.
            self._taken(message)
            raise
        if task is None:
            self._take_long(message, term)
        else:
            self._taken(message)
            term.is_awaited = False
            Context().run(task)

    def _take_long(self, message: Any, term: Term) -> None:
        tasks: list[Callable[[], object]] = []
        try:
            Context().run(self._take_in, message, tasks)
        finally:
            self._taken(message)
        term.is_awaited = not tasks
        for task in tasks:
            Context().run(task)

    def _taken(self, message: Any) -> None:
        with self._lock:
            self._size -= _size(message)
            is_relieved = self.is_full and self._size <= MOST_WAITING // 2
            self.is_full = self.is_full and not is_relieved
            self._is_due = bool(self._waiting)
        if self._is_due:
            # Whatever the event's handler does, the next message does not wait for it.
            self._loop.ready(self)
        if is_relieved:
            self._loop.call(self._relieved)

    def _take_in(self, message: Any, tasks: list[Any]) -> None:
        _follows.set(tasks)
        self.receive(message)


def _nothing(_message: object) -> None:
    """Take no message in."""


def _size(message: Any) -> int:
    return EACH + (len(message) if isinstance(message, (str, bytes)) else 0)
