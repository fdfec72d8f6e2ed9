"""Waiting as greenlets do, in threads: what waits can be ended, killed or timed out."""

from __future__ import annotations

import functools
import threading
import time
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.notices import Notices

Bound = TypeVar("Bound")

TURN_S = 0.2
"""How long a wait goes on, in seconds, until it looks whether it is to end."""


class Thread(Protocol):
    """A background task's thread."""

    def is_alive(self) -> bool:
        """Tell whether it runs."""


class Runner(Protocol):
    """What runs the programs: the lab."""

    @property
    def notices(self) -> Notices:
        """Tell the reader what to write today."""

    def sleep(self, seconds: float) -> object:
        """Sleep; a background task that is to end does so here."""

    def spawn(self, function: Callable[..., object], *args: Any, **kwargs: Any) -> Thread:
        """Start a background task."""

    def serve(self, app: Any, host: str, port: int) -> object:
        """Serve a WSGI app, and the SocketIO that it has, in the background; returns at once."""


class Killable(Protocol):
    """What runs in a thread of its own."""

    killed: BaseException | type[BaseException] | None
    """What is to be raised in it, once."""


class Limit(Protocol):
    """A time after which what waits is to wait no longer."""

    deadline: float

    def over(self) -> BaseException | type[BaseException]:
        """Return what is to be raised."""


class Flow:
    """How the stand-ins wait, each in its thread."""

    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.notices = runner.notices
        self._here = threading.local()

    @property
    def current(self) -> Killable | None:
        """The greenlet that this thread is; None for all others."""
        current: Killable | None = getattr(self._here, "current", None)
        return current

    def enter(self, greenlet: Killable | None) -> None:
        """Note which greenlet this thread is."""
        self._here.current = greenlet

    @property
    def limits(self) -> list[Limit]:
        """The time limits in force in this thread, the innermost last."""
        limits: list[Limit] = vars(self._here).setdefault("limits", [])
        return limits

    def check(self) -> None:
        """Raise what ends this thread's wait: it was killed, or a time limit is over."""
        greenlet = self.current
        if greenlet is not None and greenlet.killed is not None:
            killed, greenlet.killed = greenlet.killed, None
            raise killed
        now = time.monotonic()
        for limit in [each for each in self.limits if each.deadline <= now]:
            self.limits.remove(limit)
            raise limit.over()

    def pause(self, seconds: float = 0) -> None:
        """Sleep for a time, in turns where something may end it."""
        if self.current is None and not self.limits:
            self.runner.sleep(seconds)
            return
        until = time.monotonic() + seconds
        self.check()
        self.runner.sleep(self._turn(until))
        while time.monotonic() < until:
            self.check()
            self.runner.sleep(self._turn(until))
        self.check()

    def wait(self, attempt: Callable[[float], object], seconds: float | None = None) -> bool:
        """Try until it succeeds, and tell whether it did within a time; None waits for ever.

        `attempt` is called with how long it may take, in seconds, and says whether it succeeded.
        """
        until = None if seconds is None else time.monotonic() + seconds
        while True:
            self.check()
            if attempt(self._turn(until)):
                return True
            if until is not None and time.monotonic() >= until:
                return False
            self.runner.sleep(0)

    def _turn(self, until: float | None) -> float:
        now = time.monotonic()
        ends = [now + TURN_S, *([until] if until is not None else []), *(limit.deadline for limit in self.limits)]
        return max(0.0, min(ends) - now)


def bound(kind: type[Bound], flow: Flow, today: str = "", **attributes: object) -> type[Bound]:
    """Return a class of the same name whose objects wait by `flow`; each line that makes one is told `today`."""

    def make(self: Any, *args: Any, **kwargs: Any) -> None:
        if today:
            flow.notices.give(today)
        kind.__init__(self, *args, **kwargs)

    members = {"flow": flow, "__init__": make, "__module__": kind.__module__, "__doc__": kind.__doc__}
    return type(kind.__name__, (kind,), {**members, **attributes})


def told(function: Callable[..., Any], flow: Flow, today: str) -> Callable[..., Any]:
    """Return a function; each line that calls it is told `today`."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        flow.notices.give(today)
        return function(*args, **kwargs)

    return call
