"""What cells have defined, by key: the newest counts, and what lies under it comes back when that goes.

One book serves one object, as a SocketIO or a Flask app. It holds items and knows nothing of them; `apply` is told of
each key that has changed, and brings the object in line with what the book says.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from sio_lab.core.cells import Owner

Item = TypeVar("Item")


@dataclass(slots=True)
class Group(Generic[Item]):
    """What one run of a cell defined for one key."""

    owner: Owner | None
    items: list[Item] = field(default_factory=list)


class Book(Generic[Item]):
    """Key -> groups of items, the newest last.

    With `many`, a run may define several items for a key, as a function may have two routes; else the last one counts.
    """

    def __init__(self, apply: Callable[[Hashable], None], *, many: bool = False) -> None:
        self._apply = apply
        self._many = many
        self._groups: dict[Hashable, list[Group[Item]]] = {}
        self.lock = threading.RLock()

    def add(self, key: Hashable, owner: Owner | None, item: Item) -> None:
        """Define an item: it counts from now on, above what other runs and cells have defined for the same key."""
        with self.lock:
            groups = self._groups.setdefault(key, [])
            group = next((group for group in groups if _is_same_run(group.owner, owner)), None)
            if group is None or owner is None:
                # What belongs to no cell is replaced, as without a book.
                groups[:] = [each for each in groups if each is not group]
                group = Group(owner)
                groups.append(group)
            group.items[:] = [*group.items, item] if self._many else [item]
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
            return [key for key in self.keys() if self._sweep(key, owner)]

    def drop(self, cell: str) -> list[Hashable]:
        """Remove all that a cell has ever defined; returns the keys."""
        with self.lock:
            return [key for key in self.keys() if self._take(key, lambda each: each is not None and each.cell == cell)]

    def remove(self, key: Hashable) -> bool:
        """Remove all that was defined for a key; tells whether there was anything."""
        with self.lock:
            return self._take(key, lambda _owner: True)

    def carry(self, other: Book[Item], without: Collection[str] = ()) -> None:
        """Take over what another book holds, beneath what this one has; what the cells `without` own stays behind."""
        with other.lock:
            groups = [(key, group) for key in list(other._groups) for group in other.groups(key)]
        with self.lock:
            for key, group in reversed(groups):
                if group.owner is None or group.owner.cell not in without:
                    self._carry(key, group)

    def _carry(self, key: Hashable, group: Group[Item]) -> None:
        groups = self._groups.setdefault(key, [])
        if not any(_is_same_run(each.owner, group.owner) for each in groups):
            groups.insert(0, Group(group.owner, list(group.items)))
            self._apply(key)

    def _sweep(self, key: Hashable, owner: Owner) -> bool:
        """Remove a key's outdated groups; tells whether the cell had defined it and no longer does."""
        is_new = any(_is_same_run(group.owner, owner) for group in self._groups[key])
        return self._take(key, lambda each: _is_outdated(each, owner, is_new=is_new)) and not is_new

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


def _is_outdated(old: Owner | None, owner: Owner, *, is_new: bool) -> bool:
    """Tell whether a run of `owner` puts an end to what `old` defined; `is_new` where it defined the same key."""
    if old is None or old.run >= owner.run:
        return False
    if old.cell == owner.cell:
        return is_new or not old.kept
    # Without ids, an edited cell looks like another one.
    return is_new and old.anonymous and owner.anonymous
