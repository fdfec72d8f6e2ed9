"""Pools of gevent and eventlet: so many greenlets at a time."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self

from sio_lab.legacy.green import join_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sio_lab.legacy.flow import Flow
    from sio_lab.legacy.green import Greenlet


class Pool:
    """Starts greenlets; waits while `size` of them run, None for any number."""

    flow: ClassVar[Flow]
    greenlets: ClassVar[type[Greenlet]]

    def __init__(self, size: int | None = None, *_ignored: object) -> None:
        self.size = size
        self._members: list[Greenlet] = []
        self._changed = threading.Condition()
        self._waiting = 0

    # --- starting -----------------------------------------------------------------------------------------------

    def spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Greenlet:
        """Start a greenlet as soon as there is room."""
        greenlet = self.greenlets(function, *args, **kwargs)
        self.start(greenlet)
        return greenlet

    def start(self, greenlet: Greenlet) -> None:
        """Start one as soon as there is room."""
        self.add(greenlet)
        greenlet.start()

    def add(self, greenlet: Greenlet) -> None:
        """Count one among those of the pool as soon as there is room."""
        self._waiting += 1
        try:
            self.flow.wait(lambda seconds: self._take_place(greenlet, seconds))
        finally:
            self._waiting -= 1
        greenlet.link(self.discard)

    def discard(self, greenlet: Greenlet) -> None:
        """Count one no longer."""
        with self._changed:
            if greenlet in self._members:
                self._members.remove(greenlet)
            self._changed.notify_all()

    def apply(self, function: Callable[..., Any], args: Iterable[Any] = (), kwargs: Any = None) -> Any:
        """Run a function in a greenlet and wait for what it returns."""
        return self.spawn(function, *args, **(kwargs or {})).get()

    def apply_async(
        self, function: Callable[..., Any], args: Iterable[Any] = (), kwargs: Any = None, callback: Any = None
    ) -> Greenlet:
        """Run a function in a greenlet, and a callback with what it returns."""
        greenlet = self.spawn(function, *args, **(kwargs or {}))
        if callback is not None:
            greenlet.link_value(lambda done: callback(done.value))
        return greenlet

    def imap(
        self, function: Callable[..., Any], *iterables: Iterable[Any], maxsize: int | None = None
    ) -> Iterator[Any]:
        """Yield what a function returns for each item, in the items' order."""
        del maxsize
        started = [self.spawn(function, *items) for items in zip(*iterables, strict=False)]
        return (greenlet.get() for greenlet in started)

    imap_unordered = imap

    def starmap(self, function: Callable[..., Any], iterable: Iterable[Iterable[Any]]) -> Iterator[Any]:
        """Yield what a function returns for each group of arguments, in their order."""
        started = [self.spawn(function, *args) for args in iterable]
        return (greenlet.get() for greenlet in started)

    def map(self, function: Callable[..., Any], *iterables: Iterable[Any]) -> list[Any]:
        """Return what a function returns for each item."""
        return list(self.imap(function, *iterables))

    # --- waiting and ending -------------------------------------------------------------------------------------

    def join(self, timeout: float | None = None, raise_error: bool = False) -> bool:
        """Wait for the end of all; tells whether that came in time."""
        join_all(list(self), timeout, raise_error)
        return not len(self)

    def waitall(self) -> None:
        """Wait for the end of all, those included that are started in the meantime."""
        while len(self):
            self.join()

    def kill(self, *args: Any, **kwargs: Any) -> None:
        """Have all end at their next wait."""
        for greenlet in list(self):
            greenlet.kill(*args, **kwargs)

    def killone(self, greenlet: Greenlet, *args: Any, **kwargs: Any) -> None:
        """Have one end at its next wait."""
        greenlet.kill(*args, **kwargs)

    # --- counting -----------------------------------------------------------------------------------------------

    def free(self) -> int:
        """Return how many more may start at once."""
        return max(0, (self.size or len(self) + 1) - len(self))

    free_count = free

    def running(self) -> int:
        """Return how many run."""
        return len(self)

    def waiting(self) -> int:
        """Return how many wait for room."""
        return self._waiting

    def full(self) -> bool:
        """Tell whether there is no room."""
        return not self.free()

    def resize(self, size: int) -> None:
        """Have so many run at a time from now on."""
        with self._changed:
            self.size = size
            self._changed.notify_all()

    def __len__(self) -> int:
        return len(self._members)

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Iterator[Greenlet]:
        with self._changed:
            return iter(list(self._members))

    def __contains__(self, greenlet: object) -> bool:
        return greenlet in self._members

    def _take_place(self, greenlet: Greenlet, seconds: float) -> bool:
        with self._changed:
            has_room = self._changed.wait_for(lambda: self.size is None or len(self._members) < self.size, seconds)
            if has_room:
                self._members.append(greenlet)
            return has_room


class Group(Pool):
    """Greenlets that are waited for together."""

    def __init__(self, *greenlets: Greenlet) -> None:
        super().__init__()
        for greenlet in greenlets:
            self.add(greenlet)


class GreenPool(Pool):
    """The pool of eventlet: a thousand at a time, if not told otherwise."""

    def __init__(self, size: int = 1000) -> None:
        super().__init__(size)

    def spawn_n(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Start a greenlet as soon as there is room; nobody is to wait for it."""
        self.spawn(function, *args, **kwargs)


class GreenPile:
    """Greenlets of eventlet whose values one iterates over, in the order they were started."""

    flow: ClassVar[Flow]
    pools: ClassVar[type[Pool]]

    def __init__(self, size_or_pool: Any = 1000) -> None:
        self._pool = size_or_pool if isinstance(size_or_pool, Pool) else self.pools(size_or_pool)
        self._started: list[Greenlet] = []

    def spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Start one."""
        self._started.append(self._pool.spawn(function, *args, **kwargs))

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        if not self._started:
            raise StopIteration
        return self._started.pop(0).get()
