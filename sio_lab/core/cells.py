"""Which notebook cell is running, and so who owns what is defined.

A cell is re-run, edited, deleted; what it defined goes with it. So what registers something asks here for its owner.
"""

from __future__ import annotations

import inspect
import itertools
import sysconfig
import threading
import weakref
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import FrameType

LIBRARIES = frozenset(
    {"socketio", "engineio", "flask_socketio", "flask", "flask_sock", "werkzeug", "sio_lab", "IPython", "ipykernel"}
)
"""Packages whose frames are passed over, wherever they are installed."""

_PLACES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


@dataclass(frozen=True, slots=True)
class Owner:
    """One run of one cell."""

    cell: str
    """The cell's id, the same each time it runs; the name of its code where the front end gives none."""

    run: int
    """The how-manieth run of any cell it is: a later run has a higher number."""

    label: str
    """What a reader knows the cell by: `In [3]`."""

    anonymous: bool = False
    """Whether the front end gives no ids, so that an edited cell can't be told from another one."""

    kept: bool = False
    """Whether a module that the cell called registered it: no re-run of the cell takes that away."""


_acting: ContextVar[tuple[Owner | None] | None] = ContextVar("sio_lab_owner", default=None)


@contextmanager
def acting_for(owner: Owner | None) -> Iterator[None]:
    """Have everything that is defined inside belong to `owner`, or to nobody."""
    token = _acting.set((owner,))
    try:
        yield
    finally:
        _acting.reset(token)


@dataclass(slots=True)
class _Run:
    """A cell that runs in some thread; a cell that it runs in turn is part of it."""

    owner: Owner
    whole: bool
    """Whether modules that are imported meanwhile are part of it."""

    depth: int = 1


class Cells:
    """Keeps account of the cells that run, in whatever thread.

    `namespace` is the globals of all cells' code; without one nothing is ever owned by a cell.
    """

    def __init__(self, namespace: Mapping[str, Any] | None = None) -> None:
        self._namespace = namespace
        self._numbers = itertools.count(1)
        self._running: dict[int, _Run] = {}
        self._by_file: dict[str, Owner] = {}
        self._noted: weakref.WeakKeyDictionary[Any, Owner] = weakref.WeakKeyDictionary()

    def begin(self, cell: str | None, label: str, file: str, *, whole: bool = False) -> None:
        """Note that this thread begins to run a cell, whose code is compiled as `file`.

        `whole` counts modules imported meanwhile as part of it: a program of several files.
        """
        run = self._running.get(threading.get_ident())
        if run is not None:
            run.depth += 1
            return
        owner = Owner(cell or file, next(self._numbers), label, anonymous=cell is None)
        self._by_file[file] = owner
        self._running[threading.get_ident()] = _Run(owner, whole)

    def end(self) -> Owner | None:
        """Note that this thread's cell is done; returns its owner, None while an outer cell goes on or none ran."""
        thread = threading.get_ident()
        run = self._running.get(thread)
        if run is None:
            return None
        run.depth -= 1
        return None if run.depth else self._running.pop(thread).owner

    @property
    def current(self) -> Owner | None:
        """The run of a cell that this thread is in."""
        run = self._running.get(threading.get_ident())
        return run.owner if run else None

    def owner(self, thing: Any = None) -> Owner | None:
        """Return who owns what is being registered right here; None where no cell can be told.

        The nearest frame outside of libraries decides. Code of a cell: the cell that runs, else the one that the code
        is of. A module: nobody, unless `thing`, the function or class registered, was written in a cell.
        """
        acting = _acting.get()
        if acting is not None:
            return acting[0]
        run = self._running.get(threading.get_ident())
        frame = self._nearest_frame()
        if self._is_of_cell(frame, thing):
            return run.owner if run else self._by_file.get(frame.f_code.co_filename) if frame else None
        if run is None:
            return None
        return run.owner if run.whole else replace(run.owner, kept=True)

    def note(self, thing: Any, owner: Owner | None) -> None:
        """Remember who owns a function or an object: what it starts when it runs belongs to the same."""
        try:
            self._noted.pop(_key(thing), None)
            if owner is not None:
                self._noted[_key(thing)] = owner
        except TypeError:
            return  # neither hashable nor weakly referenced, as functions of C

    def of(self, thing: Any) -> Owner | None:
        """Return who owns a function or an object, as noted."""
        try:
            return self._noted.get(_key(thing))
        except TypeError:
            return None

    def label(self, thing: Any) -> str | None:
        """Return the label of the cell that owns it."""
        owner = self.of(thing)
        return owner.label if owner else None

    def written_by(self, function: Any) -> Owner | None:
        """Return the latest run of the cell in which a function was written; None for all others."""
        code = getattr(_key(function), "__code__", None)
        return self._by_file.get(code.co_filename) if code is not None and self._is_written(function) else None

    def _nearest_frame(self) -> FrameType | None:
        frame = inspect.currentframe()
        while frame is not None and self._is_library(frame):
            frame = frame.f_back
        return frame

    def _is_library(self, frame: FrameType) -> bool:
        if frame.f_globals is self._namespace:
            return False
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        file = frame.f_code.co_filename
        return package in LIBRARIES or file.startswith(("<frozen", *_PLACES))

    def _is_of_cell(self, frame: FrameType | None, thing: Any) -> bool:
        is_here = frame is not None and frame.f_globals is self._namespace
        return self._namespace is not None and (is_here or self._is_written(thing))

    def _is_written(self, thing: Any) -> bool:
        """Tell whether a function or class, or the class of an object, is code of a cell."""
        plain = _key(thing)
        written = getattr(plain, "__globals__", None)
        if written is None:
            kind = plain if isinstance(plain, type) else type(plain)
            return self._namespace is not None and kind.__module__ == self._namespace.get("__name__")
        return written is self._namespace


def _key(thing: Any) -> Any:
    """Return the plain function behind a method, a partial or a decorator; any other object as it is."""
    while isinstance(thing, partial):
        thing = thing.func
    plain: Callable[..., Any] = inspect.unwrap(thing) if callable(thing) else thing
    return getattr(plain, "__func__", plain)
