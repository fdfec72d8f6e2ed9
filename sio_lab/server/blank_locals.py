"""Giving a thread that is used again the blank `threading.local`s of a new one.

Plain Flask-SocketIO runs each event in a thread of its own, so that what a handler keeps in a `threading.local` is gone
with it. Here threads are used again, and what was kept since is taken from them. CPython lets that be done where it
does it itself at a thread's end; whether this Python does is tried out once, at import.
"""

from __future__ import annotations

import ctypes
import gc
import sys
import threading
import weakref
from typing import Any

_lasting: weakref.WeakSet[threading.local] = weakref.WeakSet()
_lock = threading.Lock()


def lasting() -> threading.local:
    """Return a `threading.local` of the lab's own: what is kept in it stays, which is quicker than to make it anew."""
    local = threading.local()
    with _lock:
        _lasting.add(local)
    return local


_PREFIX = "thread.local."
"""What the names of `threading.local`s in a thread's own dictionary begin with (Modules/_threadmodule.c, to 3.12)."""


def _touch_lasting() -> None:
    """Have this thread's part of each of the lab's own locals be there before anybody else's."""
    with _lock:
        every = list(_lasting)
    for local in every:
        vars(local)


class _Dictionary:
    """Up to Python 3.12: a thread's locals hang on entries of the dictionary of its state."""

    def __init__(self) -> None:
        _touch_lasting()
        get = ctypes.pythonapi.PyThreadState_GetDict
        get.restype = ctypes.c_void_p
        self._kept: dict[Any, Any] = ctypes.cast(get(), ctypes.py_object).value
        self._before = self._kept.copy()

    def wipe(self) -> None:
        """Take away what was kept since this was made."""
        if self._kept == self._before:
            return
        before, self._before = self._before, {}
        # Other threads may drop a local meanwhile, and so may what is freed here: each is looked at in a copy.
        for name, value in self._kept.copy().items():
            if before.get(name) is value or not str(name).startswith(_PREFIX):
                self._before[name] = value
            else:
                self._kept.pop(name, None)


class _Sentinel:
    """From Python 3.13 on: each local weakly refers to a sentinel of the thread, and forgets it when that is gone."""

    def __init__(self) -> None:
        _touch_lasting()
        probe = threading.local()
        probe.here = True
        watched = [each for each in gc.get_referents(probe) if isinstance(each, set)]
        values = [each for each in gc.get_referents(probe) if isinstance(each, dict)]
        if not watched or not values:
            raise NotImplementedError
        self._sentinel = next(sentinel for reference in watched[0] if (sentinel := reference()) is not None)
        del probe
        self._before = weakref.getweakrefs(self._sentinel)
        self._count = len(self._before)

    def wipe(self) -> None:
        """Take away what was kept since this was made."""
        if weakref.getweakrefcount(self._sentinel) == self._count:
            return
        before = {id(reference) for reference in self._before}
        for reference in weakref.getweakrefs(self._sentinel):
            if id(reference) not in before and reference.__callback__ is not None:
                reference.__callback__(reference)


Blank = _Dictionary if sys.version_info < (3, 13) else _Sentinel
"""What wipes the locals of the thread that makes it; to be used in that thread alone."""


def _works() -> bool:
    """Try it out in a thread, where nobody else's locals are at stake."""
    told: list[bool] = []

    def attempt() -> None:
        try:
            blank = Blank()
            mine = threading.local()
            for value in range(2):
                mine.value = value
                blank.wipe()
                told.append(not hasattr(mine, "value"))
        except Exception:  # noqa: BLE001 - another Python may go wrong in any way: then it can't be done there
            told.append(False)

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return all(told)


WORKS = _works()
"""Whether this Python lets it be done; where it does not, handlers run in new threads."""
