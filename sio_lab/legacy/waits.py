"""Events, semaphores and queues of gevent and eventlet: those of threads, which can be ended while they wait."""

from __future__ import annotations

import queue
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import TracebackType

    from sio_lab.legacy.flow import Flow


class Event:
    """A flag that threads wait for, as gevent has it."""

    flow: ClassVar[Flow]

    def __init__(self) -> None:
        self._event = threading.Event()
        self.set, self.clear, self.is_set = self._event.set, self._event.clear, self._event.is_set
        self.isSet = self.ready = self._event.is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until the flag is set; tells whether it is."""
        return self.flow.wait(self._event.wait, timeout)


class AsyncResult:
    """A value, or an error, that is there later on."""

    flow: ClassVar[Flow]

    late: ClassVar[type[BaseException]] = TimeoutError
    """What `get` raises where there is none in time."""

    def __init__(self) -> None:
        self.value: Any = None
        self.exception: BaseException | None = None
        self._there = threading.Event()
        self.ready = self._there.is_set

    def set(self, value: Any = None) -> None:
        """Give the value."""
        self.value = value
        self._there.set()

    def set_exception(self, exception: BaseException, _exc_info: object = None) -> None:
        """Give an error, which `get` raises."""
        self.exception = exception
        self._there.set()

    def successful(self) -> bool:
        """Tell whether the value is there."""
        return self._there.is_set() and self.exception is None

    def wait(self, timeout: float | None = None) -> Any:
        """Wait until it is there; returns the value, None without one."""
        self.flow.wait(self._there.wait, timeout)
        return self.value

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Wait for the value and return it. Raises the error, or `late` where nothing is there in time."""
        if not self.flow.wait(self._there.wait, timeout if block else 0):
            raise self.late("nothing has been set yet")
        if self.exception is not None:
            raise self.exception
        return self.value

    def get_nowait(self) -> Any:
        """Return the value where it is there. Raises the error, or `late`."""
        return self.get(block=False)


class SentEvent(AsyncResult):
    """An event of eventlet: sent once, with a value or an error."""

    def send(self, result: Any = None, exc: BaseException | None = None) -> None:
        """Give the value, or an error."""
        if self._there.is_set():
            raise AssertionError("an Event is sent once: call reset() before it is sent again")
        self.set(result) if exc is None else self.set_exception(exc)

    def send_exception(self, error: Any, *_rest: object) -> None:
        """Give an error."""
        self.send(exc=error() if isinstance(error, type) else error)

    def wait(self, timeout: float | None = None) -> Any:
        """Wait until it is sent; returns the value, None where it is not in time. Raises the error."""
        if not self.flow.wait(self._there.wait, timeout):
            return None
        return self.get()

    def has_result(self) -> bool:
        """Tell whether a value was sent."""
        return self.successful()

    def has_exception(self) -> bool:
        """Tell whether an error was sent."""
        return self.exception is not None

    def reset(self) -> None:
        """Have it be sent anew."""
        self.value = self.exception = None
        self._there.clear()


class Semaphore:
    """A counter that threads wait for."""

    flow: ClassVar[Flow]

    def __init__(self, value: int = 1, *_ignored: object) -> None:
        self._semaphore = self._made(value)
        self.release = self._semaphore.release

    def _made(self, value: int) -> threading.Semaphore:
        return threading.Semaphore(value)

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take one; tells whether there was one in time."""
        return self.flow.wait(lambda seconds: self._semaphore.acquire(timeout=seconds), timeout if blocking else 0)

    @property
    def counter(self) -> int:
        """How many can be taken at once."""
        return int(vars(self._semaphore)["_value"])

    balance = counter

    def locked(self) -> bool:
        """Tell whether none can be taken."""
        return self.counter == 0

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(self, _kind: object, _error: object, _trace: TracebackType | None) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """A counter that never exceeds its first value."""

    def _made(self, value: int) -> threading.Semaphore:
        return threading.BoundedSemaphore(value)


class Queue(queue.Queue[Any]):
    """A queue that can be left while one waits at it."""

    flow: ClassVar[Flow]

    def __init__(self, maxsize: int | None = None, items: Iterable[Any] = ()) -> None:
        super().__init__(maxsize or 0)
        for item in items:
            self.put_nowait(item)

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        """Put an item in. Raises queue.Full where there is no room in time."""

        def attempt(seconds: float) -> bool:
            try:
                super(Queue, self).put(item, timeout=seconds)
            except queue.Full:
                return False
            return True

        if not self.flow.wait(attempt, timeout if block else 0):
            raise queue.Full

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Take an item out. Raises queue.Empty where there is none in time."""
        taken: list[Any] = []

        def attempt(seconds: float) -> bool:
            try:
                taken.append(super(Queue, self).get(timeout=seconds))
            except queue.Empty:
                return False
            return True

        if not self.flow.wait(attempt, timeout if block else 0):
            raise queue.Empty
        return taken[0]

    def put_nowait(self, item: Any) -> None:
        """Put an item in at once. Raises queue.Full."""
        self.put(item, block=False)

    def get_nowait(self) -> Any:
        """Take an item out at once. Raises queue.Empty."""
        return self.get(block=False)

    def peek(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return the next item and leave it there. Raises queue.Empty where there is none in time."""
        if not self.flow.wait(self._wait_for_item, timeout if block else 0):
            raise queue.Empty
        with self.mutex:
            if not self.queue:
                raise queue.Empty
            return self.queue[0]

    def join(self, timeout: float | None = None) -> None:
        """Wait until all items are done."""
        self.flow.wait(self._wait_for_end, timeout)

    def _wait_for_item(self, seconds: float) -> bool:
        with self.not_empty:
            return bool(self._qsize()) or self.not_empty.wait(seconds)

    def _wait_for_end(self, seconds: float) -> bool:
        with self.all_tasks_done:
            return not self.unfinished_tasks or self.all_tasks_done.wait(seconds)

    def __len__(self) -> int:
        return self.qsize()

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> Any:
        item = self.get()
        if item is StopIteration:
            raise StopIteration
        return item


class PriorityQueue(Queue, queue.PriorityQueue[Any]):
    """A queue whose least item comes first."""


class LifoQueue(Queue, queue.LifoQueue[Any]):
    """A queue whose newest item comes first."""
