"""What gevent and eventlet have in common, made for one of them."""

from __future__ import annotations

from functools import partial
from queue import Empty, Full
from typing import TYPE_CHECKING, Any

from sio_lab.legacy import waits
from sio_lab.legacy.callers import asker, is_readers
from sio_lab.legacy.flow import bound, told
from sio_lab.legacy.green import Greenlet
from sio_lab.legacy.limits import Timeout, with_timeout
from sio_lab.legacy.pools import Pool
from sio_lab.legacy.serving import WSGIServer

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.flow import Flow
    from sio_lab.legacy.plain_routes import PlainRoutes

TASK = "A greenlet is a background task here, in a thread. Today: socketio.start_background_task(function, ...)."
QUEUES = (waits.Queue, waits.PriorityQueue, waits.LifoQueue)
SEMAPHORES = (waits.Semaphore, waits.BoundedSemaphore)
FUTURE = "{} works here. Today: concurrent.futures.Future, with set_result() and result()."
POOL = "A pool's greenlets are threads here. Today: concurrent.futures.ThreadPoolExecutor."


class Kit:
    """The classes and functions of `package`, whose objects wait by `flow`."""

    def __init__(self, package: str, flow: Flow, plain_routes: PlainRoutes) -> None:
        self.package = package
        self.flow = flow
        self.timeout = bound(Timeout, flow)
        self.greenlet = bound(Greenlet, flow, TASK, late=self.timeout)
        self.pool = bound(Pool, flow, POOL, greenlets=self.greenlet)
        self.result = bound(waits.AsyncResult, flow, FUTURE.format(f"{package}.event.AsyncResult"), late=self.timeout)
        self.server = bound(WSGIServer, flow, plain_routes=plain_routes)
        self.queues = self._queues()
        self.locks = self._named(SEMAPHORES, "threading")

    @property
    def sleep(self) -> Callable[..., None]:
        """Sleep as the lab's tasks do."""
        return self.told(self.flow.pause, f"{self.package}.sleep() works here. Today: socketio.sleep(seconds).")

    @property
    def with_timeout(self) -> Callable[..., Any]:
        """Call a function under a time limit."""
        return partial(with_timeout, self.timeout)

    def told(self, function: Callable[..., Any], today: str) -> Callable[..., Any]:
        """Return a function; each line that calls it is told `today`."""
        return told(function, self.flow, today)

    def needless(self, name: str, result: Any = None) -> Callable[..., Any]:
        """Return a function that does nothing but say that its line is not needed."""
        text = f"{name}() is not needed here: the lab runs handlers in threads. Delete the line."
        others = f"What this line imports calls {name}(), which would break the kernel. It was left out."

        def call(*_args: Any, **_options: Any) -> Any:
            self.flow.notices.give(text if is_readers(asker()) else others)
            return result

        return call

    def _queues(self) -> dict[str, Any]:
        return {**self._named(QUEUES, "queue"), "Empty": Empty, "Full": Full}

    def _named(self, kinds: tuple[type[Any], ...], module: str) -> dict[str, Any]:
        """Return classes that are much like those of a module of Python's, by name."""
        return {kind.__name__: bound(kind, self.flow, self.plain(f"{module}.{kind.__name__}")) for kind in kinds}

    def plain(self, name: str) -> str:
        """Say that Python has the like of it."""
        return f"{self.package}'s {name.rpartition('.')[2]} is one for threads here. Today: {name}."
