"""Greenlets that are threads: background tasks of the lab, with what gevent and eventlet let one do with them."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.legacy.flow import Flow, Thread

PATIENCE_S = 1.0
"""How long `kill` waits for the end of a thread, in seconds."""


class GreenletExit(BaseException):
    """Ends a greenlet that was killed, at its next wait; nobody is told."""


class Greenlet:
    """A function that runs in a thread of its own."""

    flow: ClassVar[Flow]

    late: ClassVar[type[BaseException]] = TimeoutError
    """What `get` raises of one that has not ended in time."""

    def __init__(self, run: Callable[..., Any] | None = None, *args: Any, **kwargs: Any) -> None:
        self._function = run
        self.args = args
        self.kwargs = kwargs
        self.value: Any = None
        self.exception: BaseException | None = None
        self.killed: BaseException | type[BaseException] | None = None
        self._delay = 0.0
        self._thread: Thread | None = None
        self._is_started = self._has_begun = False
        self._over = threading.Event()
        self._links: list[Callable[[], object]] = []
        self._lock = threading.Lock()

    def _run(self, *args: Any, **kwargs: Any) -> Any:
        """Do the work: what a subclass writes, as `_run` or as `run`; else what it was made for."""
        run: Callable[..., Any] | None = getattr(self, "run", self._function)
        return run(*args, **kwargs) if run is not None else None

    # --- starting -----------------------------------------------------------------------------------------------

    @classmethod
    def spawn(cls, *args: Any, **kwargs: Any) -> Self:
        """Make one and start it."""
        greenlet = cls(*args, **kwargs)
        greenlet.start()
        return greenlet

    @classmethod
    def spawn_later(cls, seconds: float, *args: Any, **kwargs: Any) -> Self:
        """Make one and start it in a while."""
        greenlet = cls(*args, **kwargs)
        greenlet.start_later(seconds)
        return greenlet

    def start(self) -> None:
        """Start; a second call does nothing."""
        self.start_later(0)

    def start_later(self, seconds: float) -> None:
        """Start in a while."""
        with self._lock:
            if self._is_started:
                return
            self._is_started = True
        self._delay = seconds
        self._thread = self.flow.runner.spawn(self._in_thread())

    def _in_thread(self) -> Callable[[], None]:
        """Return what the thread runs; its name and its cell are those of the reader's own function."""

        @functools.wraps(self._function or self._run)
        def run() -> None:
            self.flow.enter(self)
            try:
                self._work()
            finally:
                self.flow.enter(None)
                self._end()

        return run

    def _work(self) -> None:
        try:
            if self._delay:
                self.flow.pause(self._delay)
            self.flow.check()
            self._has_begun = True
            self.value = self._run(*self.args, **self.kwargs)
        except GreenletExit as error:
            self.value = error
        except BaseException as error:
            self.exception = error
            raise

    def _end(self) -> None:
        with self._lock:
            self._over.set()
        for call in self._links:
            call()

    # --- asking -------------------------------------------------------------------------------------------------

    @property
    def started(self) -> bool:
        """Whether it runs."""
        return self._is_started and not self._over.is_set()

    def __bool__(self) -> bool:
        return self.started

    @property
    def dead(self) -> bool:
        """Whether it has ended."""
        return self._over.is_set()

    def ready(self) -> bool:
        """Tell whether it has ended."""
        return self._over.is_set()

    def successful(self) -> bool:
        """Tell whether it has ended without an error."""
        return self.ready() and self.exception is None

    # --- waiting ------------------------------------------------------------------------------------------------

    def join(self, timeout: float | None = None) -> bool:
        """Wait for its end; tells whether that came in time."""
        return self.flow.wait(self._has_ended, timeout)

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Wait for its end and return what its function did; raises what that raised, `late` in the meantime."""
        if not self.join(timeout if block else 0):
            raise self.late(f"{self!r} has not ended yet")
        if isinstance(self.exception, Exception):
            raise self.exception
        return self.value

    wait = get

    def _has_ended(self, seconds: float) -> bool:
        if self._thread is not None and not self._thread.is_alive() and not self._over.is_set():
            self._end()  # the lab has ended the task before it began
        return self._over.wait(seconds)

    # --- ending -------------------------------------------------------------------------------------------------

    def kill(
        self, exception: Any = GreenletExit, block: bool = True, timeout: float | None = PATIENCE_S, *_where: object
    ) -> None:
        """Have it end at its next wait: a thread can't be broken off. Waits for that for `timeout` seconds."""
        self.killed = self.killed or (exception if _is_raisable(exception) else GreenletExit)
        with self._lock:
            never_started, self._is_started = not self._is_started, True
        if never_started:
            self.value = GreenletExit()
            self._end()
        if block and self.flow.current is not self and not self.join(PATIENCE_S if timeout is None else timeout):
            self.flow.notices.give(
                "kill() ends a greenlet at its next gevent.sleep() or eventlet.sleep() here: it is a thread, and goes "
                "on until then. Today: have its loop look at a threading.Event."
            )

    throw = kill

    def cancel(self, *_throw: object) -> None:
        """Have it not begin, where it has not yet."""
        if not self._has_begun:
            self.kill(block=False)

    # --- following ----------------------------------------------------------------------------------------------

    def link(self, callback: Callable[..., object], *args: Any, **kwargs: Any) -> None:
        """Have a function called with this when it has ended; at once where it has."""
        call = functools.partial(callback, self, *args, **kwargs)
        with self._lock:
            is_over = self._over.is_set()
            if not is_over:
                self._links.append(call)
        if is_over:
            call()

    rawlink = link

    def link_value(self, callback: Callable[..., object]) -> None:
        """Have a function called when this has ended without an error."""
        self.link(lambda greenlet: callback(greenlet) if greenlet.successful() else None)

    def link_exception(self, callback: Callable[..., object]) -> None:
        """Have a function called when this has ended with an error."""
        self.link(lambda greenlet: None if greenlet.successful() else callback(greenlet))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {getattr(self._function, '__name__', '_run')} in a thread>"


def join_all(greenlets: Iterable[Any], timeout: float | None = None, raise_error: bool = False) -> list[Any]:
    """Wait for the end of all; returns those that have ended."""
    waited = list(greenlets)
    for greenlet in waited:
        greenlet.join(timeout)
    if raise_error:
        for greenlet in waited:
            greenlet.get(block=False)
    return [greenlet for greenlet in waited if greenlet.ready()]


def _is_raisable(thing: object) -> bool:
    return isinstance(thing, BaseException) or (isinstance(thing, type) and issubclass(thing, BaseException))
