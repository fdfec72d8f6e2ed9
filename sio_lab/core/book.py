"""What cells have defined, by key: the newest counts, and what lies under it comes back when that goes.

One book serves one object, as a SocketIO or a Flask app. It holds items and knows nothing of them; `apply` is told of
each key that has changed, and brings the object in line with what the book says.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from sio_lab.core.cells import Owner

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, eq=False)
class Group(Generic[Item]):
    """What one run of a cell defined for one key."""

    owner: Owner | None
    items: list[Item]


class Book(Generic[Item]):
    """Key -> groups of items, the newest last.

    With `many`, a run may define several items for a key, as a function may have two routes; else the last one counts.
    """

    def __init__(self, apply: Callable[[Hashable], None], *, many: bool = False) -> None:
        self._apply = apply
        self._many = many
        self._groups: dict[Hashable, list[Group[Item]]] = {}
        self._ended: dict[str, int] = {}
        """Cell -> the run that put an end to what earlier ones define; a handler of theirs may still be running."""

        self._newest = 0
        """The newest run that it has heard of."""

        self.lock = threading.RLock()

    def add(self, key: Hashable, owner: Owner | None, item: Item) -> None:
        """Define an item: it counts from now on, above what other runs and cells have defined for the same key.

        What comes too late is left out: its cell has been deleted since, or has run again and ended well.
        """
        with self.lock:
            if self._is_late(owner):
                return
            groups = self._groups.get(key, [])
            own = [group for group in groups if _is_same_run(group.owner, owner)]
            # What belongs to no cell is replaced, as without a book.
            before = own[0].items if own and self._many and owner is not None else []
            self._groups[key] = [*(group for group in groups if group not in own), Group(owner, [*before, item])]
            self._apply(key)

    def active(self, key: Hashable) -> list[Item]:
        """Return what counts for a key; empty where nothing does."""
        with self.lock:
            groups = self._groups.get(key)
            return list(groups[-1].items) if groups else []

    def groups(self, key: Hashable) -> list[Group[Item]]:
        """Return all that was defined for a key, the newest last."""
        with self.lock:
            return list(self._groups.get(key, ()))

    def keys(self) -> list[Hashable]:
        """Return all keys, in the order they were first defined."""
        with self.lock:
            return list(self._groups)

    def sweep(self, owner: Owner) -> list[Hashable]:
        """Remove what earlier runs of the owner's cell defined; returns the keys that this run no longer defines."""
        with self.lock:
            self._hear_of(owner.run)
            self._ended[owner.cell] = max(owner.run, self._ended.get(owner.cell, 0))
            return [key for key in self.keys() if self._sweep(key, owner)]

    def drop(self, cell: str) -> list[Hashable]:
        """Remove all that a cell has ever defined; returns the keys."""
        with self.lock:
            self._ended[cell] = self._newest + 1
            return [key for key in self.keys() if self._take(key, lambda each: each is not None and each.cell == cell)]

    def remove(self, key: Hashable) -> bool:
        """Remove all that was defined for a key; tells whether there was anything."""
        with self.lock:
            return self._take(key, lambda _owner: True)

    def carry(self, other: Book[Item], without: Collection[str] = ()) -> None:
        """Take over what another book holds, beneath what this one has; what the cells `without` own stays behind."""
        with other.lock:
            held, ended = {key: list(groups) for key, groups in other._groups.items()}, dict(other._ended)
        with self.lock:
            self._hear_of(other._newest)
            self._ended = {cell: max(run, self._ended.get(cell, 0)) for cell, run in (self._ended | ended).items()}
            for key, groups in held.items():
                self._carry(key, [group for group in groups if group.owner is None or group.owner.cell not in without])

    def _hear_of(self, run: int) -> None:
        self._newest = max(run, self._newest)

    def _is_late(self, owner: Owner | None) -> bool:
        if owner is None:
            return False
        self._hear_of(owner.run)
        return not owner.kept and owner.run < self._ended.get(owner.cell, 0)

    def _carry(self, key: Hashable, groups: list[Group[Item]]) -> None:
        own = self._groups.get(key, [])
        new = [group for group in groups if not any(_is_same_run(each.owner, group.owner) for each in own)]
        if new:
            self._groups[key] = [*new, *own]
            self._apply(key)

    def _sweep(self, key: Hashable, owner: Owner) -> bool:
        """Remove a key's outdated groups; tells whether the cell had defined it and no longer does."""
        new = next((group.owner for group in self._groups[key] if _is_same_run(group.owner, owner)), None)
        return self._take(key, lambda each: _is_outdated(each, owner, new)) and new is None

    def _take(self, key: Hashable, is_gone: Callable[[Owner | None], bool]) -> bool:
        """Remove those groups of a key whose owner `is_gone`; tells whether there were any."""
        before = self._groups.get(key, [])
        after = [group for group in before if not is_gone(group.owner)]
        if len(after) == len(before):
            return False
        self._groups[key] = after
        if not after:
            del self._groups[key]
        self._apply(key)
        return True


def _is_same_run(one: Owner | None, other: Owner | None) -> bool:
    if one is None or other is None:
        return one is other
    return (one.cell, one.run) == (other.cell, other.run)


def _is_outdated(old: Owner | None, owner: Owner, new: Owner | None) -> bool:
    """Tell whether a run of `owner` puts an end to what `old` defined; `new` is who, in that run, defined the key."""
    if old is None or old.run >= owner.run:
        return False
    if old.kept and (new is None or not new.kept):
        return False
    # Without ids, an edited cell looks like another one.
    return old.cell == owner.cell or (new is not None and old.anonymous and owner.anonymous)
