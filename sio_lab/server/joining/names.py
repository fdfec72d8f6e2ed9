"""Which names are taken, and how a connection gets one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.errors import Usage
from sio_lab.server.joining.naming import clean, likeness, unlike

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sio_lab.core.log import Log

NOBODY: frozenset[str] = frozenset()


class Names:
    """Gives out names; nobody gets one that looks like another's, or like a room, a sid, or a client of the lab."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self.lock = threading.RLock()
        """Held while a name is chosen and given; the log's may be taken inside it, never the other way round."""

        self.of_the_lab: Callable[[], Collection[str]] = tuple
        """Returns the names of the lab's own clients, connected or not; set by the lab."""

        self.of_pupils: Callable[[], Collection[str]] = tuple
        """Returns the names of pupils, connected or not; set while there is a class."""

    def choose(self, asked: str, instead_of: str | None = None, *, but: Collection[str] = NOBODY) -> str:
        """Return `asked` cleaned, with a number where it is taken; an empty text where nothing is left of it.

        `instead_of` is the name it is to replace; the connections `but` (eio_sids) do not count. Call it with the lock.
        """
        name = clean(asked)
        if not name:
            return ""
        taken = {*self._in_use(but), *self.of_the_lab(), *self.of_pupils()}
        return unlike(name, taken - {instead_of} if instead_of else taken)

    def rename(self, eio_sid: str, name: str) -> str:
        """Give one connection a name; returns the one it has got. Raises Usage where the name is empty."""
        with self.lock:
            chosen = self.choose(name, but={eio_sid})
            if not chosen:
                raise no_name(name)
            self.give(eio_sid, chosen)
        return chosen

    def give(self, eio_sid: str, name: str) -> None:
        """Have a connection appear under a name, if it is still there."""
        with self._log.lock:
            if eio_sid in self._log.state.connections:
                self._log.append(r.ClientNamed(eio_sid, name))

    def _in_use(self, but: Collection[str]) -> set[str]:
        with self._log.lock:
            state = self._log.state
            names = {one.name for eio_sid, one in state.connections.items() if one.name and eio_sid not in but}
            rooms = {str(room) for rooms in state.rooms.values() for room in rooms if room is not None}
        return names | rooms | {"server"}


def no_name(name: str) -> Usage:
    """Return the error of a name of which nothing is left."""
    return Usage(f"{name!r} is no name: it needs a letter or a digit.")


def is_like(one: str, other: str) -> bool:
    """Tell whether a reader would take two names for the same."""
    return likeness(one) == likeness(other)
