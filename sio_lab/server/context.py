"""What a piece of code is being run for: its cause, its origin, its rehearsal, and how they travel.

Only these follow a handler into the background tasks and callbacks that it starts. The context as a whole does
not: with a copy of it `flask_socketio.emit` would work in a thread where plain Flask-SocketIO raises.
"""

from __future__ import annotations

import functools
import threading
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sio_lab.server.rehearsal import Rehearsal

_cause: ContextVar[tuple[object, int | None]] = ContextVar("sio_lab_cause", default=(None, None))
_hint: ContextVar[str | None] = ContextVar("sio_lab_hint", default=None)
_origin: ContextVar[str | None] = ContextVar("sio_lab_origin", default=None)
_in_sight: ContextVar[bool] = ContextVar("sio_lab_in_sight", default=False)
in_sight = _in_sight.get
"""Tells whether a reader watches what runs, from the cell that runs it: its output belongs below that one."""

_rehearsal: ContextVar[Rehearsal | None] = ContextVar("sio_lab_rehearsal", default=None)
rehearsal = _rehearsal.get
"""Returns the rehearsal that what runs is part of; None for all that is live."""


@contextmanager
def rehearsed(by: Rehearsal) -> Iterator[None]:
    """Have what runs inside, and what that starts, be part of a rehearsal: nothing of it reaches the server."""
    token = _rehearsal.set(by)
    try:
        yield
    finally:
        _rehearsal.reset(token)


@contextmanager
def watched() -> Iterator[None]:
    """Have what runs inside put out what it does below the cell that runs, and not below its own."""
    token = _in_sight.set(True)
    try:
        yield
    finally:
        _in_sight.reset(token)


def cause_in(log: object) -> int | None:
    """Return the seq, in `log`, of the event whose handler runs, or started what runs.

    None where that event is in the log of another server: its handler may well emit on this one.
    """
    owner, seq = _cause.get()
    return seq if owner is log else None


def origin() -> str | None:
    """Say what runs: `handler`, `task`, `callback`, `route` or `cell`; None in a thread of the user's own."""
    told = _origin.get()
    if told is None and threading.current_thread() is threading.main_thread():
        return "cell"
    return told


@contextmanager
def hinting(text: str) -> Iterator[None]:
    """Have what is emitted inside carry a text as its hint."""
    token = _hint.set(text)
    try:
        yield
    finally:
        _hint.reset(token)


def hint_here() -> str | None:
    """Return the hint that what is emitted here carries."""
    return _hint.get()


def caused_by(log: object, seq: int) -> None:
    """Have what runs here be made to happen by record `seq` of `log`, until the `running_for` around it ends."""
    _cause.set((log, seq))


def running_for(log: object, seq: int | None, what: str) -> AbstractContextManager[None]:
    """Mark what runs inside as a `what` (see `origin`), made to happen by record `seq` of `log`."""
    return _Running((log, seq), what)


class _Running:
    """While inside, what runs is a `what` with a cause. It is a class, for speed: each event passes several."""

    __slots__ = ("_cause", "_tokens", "_what")

    def __init__(self, cause: tuple[object, int | None], what: str) -> None:
        self._cause = cause
        self._what = what

    def __enter__(self) -> None:
        self._tokens = _cause.set(self._cause), _origin.set(self._what)

    def __exit__(self, *_: object) -> None:
        cause, what = self._tokens
        _origin.reset(what)
        _cause.reset(cause)


def carried(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """Return `function` as a `what` that, wherever it runs, has the cause of here."""
    return functools.wraps(function)(carried_event(function, what))


def carried_event(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """Return what `carried` does, without the function's name: nobody asks how an event's task is called."""
    cause, inside = _cause.get(), _rehearsal.get()
    if inside is not None:
        function = inside.within(function, what)

    def run(*args: Any, **kwargs: Any) -> Any:
        with _Running(cause, what):
            return function(*args, **kwargs)

    return run
