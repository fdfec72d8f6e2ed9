"""`Timeout` of gevent and eventlet: a limit to how long the stand-ins' own waits may take."""

from __future__ import annotations

import math
import time
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sio_lab.legacy.flow import Flow


class Timeout(BaseException):
    """Raised in a thread that waits longer than `seconds`; None is no limit.

    `exception` is raised in its place; with False, a `with` statement ends quietly.
    """

    flow: ClassVar[Flow]

    def __init__(self, seconds: float | None = None, exception: Any = None, *_ignored: Any) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds
        self.exception = exception
        self.deadline = math.inf

    @classmethod
    def start_new(cls, timeout: Any = None, exception: Any = None) -> Self:
        """Return a limit that is in force."""
        limit = timeout if isinstance(timeout, cls) else cls(timeout, exception)
        if not limit.pending:
            limit.start()
        return limit

    def start(self) -> None:
        """Put it in force in this thread."""
        self.flow.notices.give(
            "Timeout ends only waits of gevent's and eventlet's own here, as sleep() and get(): nothing can break off "
            "a thread that does anything else. Today: give what you wait for a timeout of its own."
        )
        if self.seconds is not None:
            self.deadline = time.monotonic() + self.seconds
            self.flow.limits.append(self)

    def cancel(self) -> None:
        """Lift it."""
        if self.pending:
            self.flow.limits.remove(self)

    close = cancel

    @property
    def pending(self) -> bool:
        """Whether it is in force in this thread."""
        return self in self.flow.limits

    def over(self) -> BaseException | type[BaseException]:
        """Return what is to be raised."""
        if self.exception is None or isinstance(self.exception, bool):
            return self
        raised: BaseException | type[BaseException] = self.exception
        return raised

    def __enter__(self) -> Self:
        if not self.pending:
            self.start()
        return self

    def __exit__(self, _kind: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        self.cancel()
        return error is self and self.exception is False


_MISSING = object()


def with_timeout(limits: type[Timeout], seconds: float, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Call a function under a limit; returns `timeout_value`, where it is given, when the limit is over."""
    instead = kwargs.pop("timeout_value", _MISSING)
    limit = limits.start_new(seconds)
    try:
        return function(*args, **kwargs)
    except Timeout as error:
        if error is limit and instead is not _MISSING:
            return instead
        raise
    finally:
        limit.cancel()
