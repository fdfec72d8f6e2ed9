"""Listens to what is printed: a run's text is kept, and goes below the cell whose code runs.

The streams are the process's, so all labs in it listen to them together. What nobody listens to, as the prints of a
reader's own cells, goes on as it comes.
"""

from __future__ import annotations

import sys
import threading
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakSet

from sio_lab.core.cells import console_here
from sio_lab.server.shared import wrap_shared

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
MOST = 6
"""Streams that are listened to at once: those that a reader puts in the place of others."""


def as_ever() -> None:
    """Have all that is written go where it would go without the lab."""


class Streams:
    """The streams of this process, and who wants to have them listened to."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: WeakSet[object] = WeakSet()
        self._heard: list[tuple[Any, ExitStack]] = []
        self.place: Callable[[], Any] = as_ever
        """Returns the request of the cell below which belongs what is written here; None for where it goes as ever."""

    def listen(self, listener: object) -> None:
        """Listen to sys.stdout and sys.stderr, until all who asked for it have left; asking twice counts once."""
        with self._lock:
            self._listeners.add(listener)
        self.follow()

    def leave(self, listener: object) -> None:
        """Take back that somebody listens; behind the last one, the streams are as they were found."""
        with self._lock:
            self._listeners.discard(listener)
        self.follow()

    def follow(self) -> None:
        """Listen to those streams, too, that have been put in the place of others; to none where nobody listens."""
        with self._lock:
            while self._heard and not self._listeners:
                self._heard.pop()[1].close()
            for stream in (sys.stdout, sys.stderr) if self._listeners else ():
                if not any(stream is heard for heard, _ in self._heard):
                    self._hear(stream)
            while len(self._heard) > MOST:
                self._heard.pop(2)[1].close()  # the process's own two come first

    def _hear(self, stream: Any) -> None:
        undo = ExitStack()
        self._heard.append((stream, undo))
        with suppress(AttributeError, TypeError):  # there is none, or one that lets nobody listen
            undo.callback(wrap_shared(stream, "write", partial(self._writing, stream)))
            undo.callback(wrap_shared(stream, "flush", _flushing))

    def _writing(self, stream: Any, original: Callable[[str], Any]) -> Callable[[str], Any]:
        def put(text: str) -> Any:
            place = self.place()
            return original(text) if place is None else below(place, stream, partial(original, text))

        def write(text: str) -> Any:
            console = console_here()
            if console is None or not isinstance(text, str):
                return put(text)
            console.write(sayable(text), put)
            return len(text)

        return write


def sayable(text: str) -> str:
    """Return a text that can be encoded: what a client has sent may have halves of surrogate pairs in it.

    ipykernel fails at those, and with them at all else that it was to put out at that time.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def _flushing(original: Callable[[], Any]) -> Callable[[], Any]:
    def flush() -> Any:
        console = console_here()
        if console is not None:
            console.flush()
        return original()

    return flush


def below(place: Any, target: Any, call: Callable[[], T]) -> T:
    """Call something that puts out by way of `target`, below the cell of request `place` where `target` can do that.

    ipykernel can from 7.4 on.
    """
    if place is None or not hasattr(target, "set_thread_parent"):
        return call()
    token = target.set_thread_parent(place)
    try:
        return call()
    finally:
        target.reset_thread_parent(token)


STREAMS = Streams()
"""Those of this process."""
