"""Which notebook cell is running, and so who owns what is defined.

A cell is re-run, edited, deleted; what it defined goes with it. So what registers something asks here for its owner.
"""

from __future__ import annotations

import inspect
import itertools
import os
import sysconfig
import threading
import weakref
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any, Self

from sio_lab.core.console import OVER, Console

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import FrameType

LIBRARIES = frozenset(
    {"socketio", "engineio", "flask_socketio", "flask", "flask_sock", "werkzeug", "sio_lab", "IPython", "ipykernel"}
)
"""Packages whose frames are passed over, wherever they are installed."""

_PLACES = tuple({sysconfig.get_path(name) + os.sep for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_FOLDERS = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))
"""Where packages are, too: a system has such a folder, and each account on it."""


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


_IN_CLASSES = (FunctionType, classmethod, staticmethod)
_acting: ContextVar[acting_for | None] = ContextVar("sio_lab_owner", default=None)


class acting_for:  # noqa: N801 - read as `with acting_for(owner)`; a class, since each event passes one
    """Have everything that is defined inside belong to `owner`, or to nobody; what is written inside is kept."""

    __slots__ = ("_token", "console", "owner")

    def __init__(self, owner: Owner | None) -> None:
        self.owner = owner
        self.console: Console | None = None
        """What was written inside; made by the first who writes, since most write nothing."""

    def __enter__(self) -> Self:
        self._token = _acting.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        if self.console is None:
            self.console = OVER
        else:
            self.console.end()
        _acting.reset(self._token)


def acting() -> Owner | None:
    """Return whom everything that is defined here belongs to, where that has been told."""
    now = _acting.get()
    return now.owner if now is not None else None


def console_here() -> Console | None:
    """Return what takes all that is written here; None where nobody acts for a cell."""
    now = _acting.get()
    if now is not None and now.console is None:
        now.console = Console()
    return now.console if now is not None else None


@dataclass(slots=True)
class _Run:
    """A cell that runs in some thread; a cell that it runs in turn is part of it."""

    owner: Owner
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

    def begin(self, cell: str | None, label: str, file: str) -> None:
        """Note that this thread begins to run a cell, whose code is compiled as `file`."""
        run = self._running.get(threading.get_ident())
        if run is not None:
            run.depth += 1
            self._by_file[file] = run.owner
            return
        owner = self.mint(cell or file, label, anonymous=not cell)
        self._by_file[file] = owner
        self._running[threading.get_ident()] = _Run(owner)

    def compiled(self, file: str) -> None:
        """Note that code of the cell which runs is compiled as `file`, too."""
        if self.current is not None:
            self._by_file[file] = self.current

    def mint(self, cell: str, label: str, *, anonymous: bool = False) -> Owner:
        """Return the owner of a new run of a cell, or of what stands for one, as a module that is imported."""
        return Owner(cell, next(self._numbers), label, anonymous)

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
        is of. A module: the cell that runs, as `kept`, or nobody; but where `thing`, the function or class registered,
        was written in a cell, it is as if that cell's code had registered it.
        """
        told = _acting.get()
        if told is not None:
            return told.owner
        frame, current = self._nearest_frame(), self.current
        is_here = frame is not None and frame.f_globals is self._namespace
        if current is not None:
            return current if is_here or self._is_written(thing) else replace(current, kept=True)
        return self._by_file.get(frame.f_code.co_filename) if is_here and frame else self.written_by(thing)

    def named(self) -> list[Any]:
        """Return what the cells' names stand for."""
        return list((self._namespace or {}).values())

    def note(self, thing: Any, owner: Owner | None) -> None:
        """Remember who owns a function or an object: what it starts when it runs belongs to the same."""
        try:
            self._noted.pop(_key(thing), None)
            if owner is not None:
                self._noted[_key(thing)] = owner
        except TypeError:
            return  # not hashable, or an object with slots, which can't be referred to weakly

    def of(self, thing: Any) -> Owner | None:
        """Return who owns a function or an object, as noted; of a method, its object's owner."""
        for each in (_key(thing), getattr(_whole(thing), "__self__", None)):
            try:
                owner = self._noted.get(each)
            except TypeError:
                continue
            if owner is not None:
                return owner
        return None

    def label(self, thing: Any) -> str | None:
        """Return the label of the cell that owns it."""
        owner = self.of(thing)
        return owner.label if owner else None

    def written_by(self, thing: Any) -> Owner | None:
        """Return the latest run of the cell in which a function, or the class of an object, was written; else None."""
        functions = _functions(thing) if self._is_written(thing) else []
        owners = (self._by_file.get(function.__code__.co_filename) for function in functions)
        return next(filter(None, owners), None)

    def _nearest_frame(self) -> FrameType | None:
        frame = inspect.currentframe()
        while frame is not None and self.is_library(frame):
            frame = frame.f_back
        return frame

    def whose_code(self) -> Owner | None:
        """Return the latest run of the cell whose code is under way here, called from wherever; None for no cell's."""
        frame = inspect.currentframe()
        while frame is not None:
            if frame.f_globals is self._namespace and frame.f_code.co_filename in self._by_file:
                return self._by_file[frame.f_code.co_filename]
            frame = frame.f_back
        return None

    def label_of(self, file: str) -> str | None:
        """Return the label of the cell whose code is compiled as `file`."""
        owner = self._by_file.get(file)
        return owner.label if owner is not None else None

    def files(self) -> list[str]:
        """Return the files that the cells' code is compiled as, those that ran last at the end."""
        return sorted(self._by_file, key=lambda file: self._by_file[file].run)

    def place(self, file: str, line: int) -> str:
        """Return where a line of code stands, as a reader knows it: `In [3], line 2`, `chat.py, line 2`."""
        return f"{self.label_of(file) or Path(file).name}, line {line}"

    def is_library(self, frame: FrameType) -> bool:
        """Tell whether a frame runs code of a library: not of a cell, and not of a module of the reader's own."""
        if frame.f_globals is self._namespace:
            return False
        package = str(frame.f_globals.get("__name__", "")).partition(".")[0]
        return package in LIBRARIES or is_installed(frame.f_code.co_filename)

    def _is_written(self, thing: Any) -> bool:
        """Tell whether a function or class, or the class of an object, is code of a cell."""
        if self._namespace is None:
            return False
        plain, functions = _key(thing), _functions(thing)
        is_here = any(function.__globals__ is self._namespace for function in functions)
        if isinstance(plain, FunctionType):
            return is_here
        # A class's module is told by name only, and a program that %run runs goes by the same one.
        return _class(plain).__module__ == self._namespace.get("__name__") and (is_here or not functions)


def is_installed(file: str) -> bool:
    """Tell whether a file of Python code is part of Python, or of a package that is installed."""
    return file.startswith(("<frozen", *_PLACES)) or any(folder in file for folder in _FOLDERS)


def _whole(thing: Any) -> Any:
    """Return what a partial was made of."""
    while isinstance(thing, partial):
        thing = thing.func
    return thing


def _key(thing: Any) -> Any:
    """Return the plain function behind a method, a partial or a decorator; any other object as it is."""
    whole = _whole(thing)
    plain: Callable[..., Any] = inspect.unwrap(whole) if callable(whole) else whole
    return getattr(plain, "__func__", plain)


def _class(plain: Any) -> type[Any]:
    return plain if isinstance(plain, type) else type(plain)


def _functions(thing: Any) -> list[FunctionType]:
    """Return the functions that a thing is written in: itself, or those that its class defines."""
    plain = _key(thing)
    if isinstance(plain, FunctionType):
        return [plain]
    defined = [_key(each) for each in vars(_class(plain)).values() if isinstance(each, _IN_CLASSES)]
    return [each for each in defined if isinstance(each, FunctionType)]
