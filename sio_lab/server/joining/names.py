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

        self.of_the_lab: set[str] = set()
        """The names of the lab's own clients, gone or not: a cell that is run again wants its name back."""

        self._asked: set[str] = set()
        """The connections (eio_sids) that go by a name which their page asked for."""

        self.of_pupils: Callable[[], Collection[str]] = tuple
        """Returns the names of pupils, connected or not; set while there is a class."""

    def choose(self, asked: str, instead_of: str | None = None, *, but: Collection[str] = NOBODY) -> str:
        """Return `asked` cleaned, with a number where it is taken; an empty text where nothing is left of it.

        `instead_of` is the name it is to replace; the connections `but` (eio_sids) do not count. Call it with the lock.
        """
        name = clean(asked)
        if not name:
            return ""
        others = set(self.of_pupils()) - {instead_of}
        return unlike(name, {*self._in_use(but), *self.of_the_lab, *others})

    def rename(self, eio_sid: str, name: str) -> str:
        """Give one connection a name; returns the one it has got. Raises Usage where the name is empty."""
        with self.lock:
            chosen = clean(name) if self._is_its_own(eio_sid, name) else self.choose(name, but={eio_sid})
            if not chosen:
                raise no_name(name)
            self.give(eio_sid, chosen)
        return chosen

    def _is_its_own(self, eio_sid: str, name: str) -> bool:
        """Tell whether a connection has a name already, but for small and big letters."""
        connection = self._log.state.connections.get(eio_sid)
        present = (connection.name if connection is not None else None) or ""
        return present != "" and likeness(clean(name)) == likeness(present)

    def note(self, eio_sid: str) -> None:
        """Note a connection that has got the name that its page asked for."""
        with self.lock:
            connections = self._log.state.connections
            if len(self._asked) > 2 * len(connections):
                self._asked.intersection_update(list(connections))
            self._asked.add(eio_sid)

    def make_way(self) -> None:
        """Give connections whose page asked for a name that has become a client's of the lab another one."""
        with self.lock:
            for eio_sid in list(self._asked):
                connection = self._log.state.connections.get(eio_sid)
                if connection is not None and connection.name and self.is_of_the_lab(connection.name):
                    self.give(eio_sid, self.choose(connection.name, but={eio_sid}))

    def is_of_the_lab(self, name: str) -> bool:
        """Tell whether a reader would take a name for that of a client of the lab."""
        return likeness(name) in set(map(likeness, self.of_the_lab))

    def give(self, eio_sid: str, name: str) -> None:
        """Have a connection appear under a name, if it is still there."""
        with self._log.lock:
            if eio_sid in self._log.state.connections:
                self._log.append(r.ClientNamed(eio_sid, name, is_own=False))

    def _in_use(self, but: Collection[str]) -> set[str]:
        with self._log.lock:
            state = self._log.state
            names = {one.name for eio_sid, one in state.connections.items() if one.name and eio_sid not in but}
            rooms = {str(room) for rooms in state.rooms.values() for room in rooms if room is not None}
        return names | rooms | {"server"}


def no_name(name: str) -> Usage:
    """Return the error of a name of which nothing is left."""
    return Usage(f"{name!r} is no name: it needs a letter or a digit.")
