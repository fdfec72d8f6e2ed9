"""Who was in which room at any moment that the log still knows, and who came and went when."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from sio_lab.core import records as r
from sio_lab.core.picking import picked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from sio_lab.core.log import Log

Rooms: TypeAlias = "Mapping[str, Mapping[r.Room, Collection[str]]]"
"""Namespace -> room -> the sids in it; of room None, all clients in the namespace."""

Change: TypeAlias = r.Joined | r.Left


class Past:
    """Who came and went, read once; where somebody was at a moment follows from where he is now, undone."""

    def __init__(self, log: Log) -> None:
        self._log = log
        stretch = log.stretch()
        self._changes = _changes(picked(stretch, r.Joined, r.Left))
        self._read_to = stretch.last

    def rooms(self, seq: int) -> Rooms:
        """Return who was where just before record `seq`."""
        with self._log.lock:
            self._read_on()
            then = {
                namespace: {room: set(sids) for room, sids in rooms.items()}
                for namespace, rooms in self._log.state.rooms.items()
            }
        for change in reversed(self._changes):
            if change.seq < seq:
                break
            sids = then.setdefault(change.namespace, {}).setdefault(change.room, set())
            (sids.discard if isinstance(change, r.Joined) else sids.add)(change.sid)
        return {namespace: {room: sids for room, sids in of.items() if sids} for namespace, of in then.items()}

    def members(self, namespace: str, room: r.Room, seq: int) -> set[str]:
        """Return the sids that were in a room just before record `seq`."""
        with self._log.lock:
            self._read_on()
            sids = set(self._log.state.members(namespace, room))
        for change in reversed(self._changes):
            if change.seq < seq:
                break
            if (change.namespace, change.room) == (namespace, room):
                (sids.discard if isinstance(change, r.Joined) else sids.add)(change.sid)
        return sids

    def last_before(self, seq: int, namespace: str, room: r.Room) -> Change | None:
        """Return the newest change of a room before record `seq`, as far as the log reaches back."""
        of = (each for each in reversed(self._changes) if each.seq < seq)
        return next((each for each in of if (each.namespace, each.room) == (namespace, room)), None)

    def first_join_after(self, seq: int, namespace: str, room: r.Room) -> r.Joined | None:
        """Return who entered a room first after record `seq`."""
        for each in self._changes:
            if each.seq > seq and isinstance(each, r.Joined) and (each.namespace, each.room) == (namespace, room):
                return each
        return None

    def left_own_rooms(self, cause: int) -> list[r.Left]:
        """Return the clients that what a row made happen took out of their personal rooms, and that stayed."""
        left = self._left_by_cause.get(cause, [])
        gone = {each.sid for each in left if each.room is None}
        return [each for each in left if each.room == each.sid and each.sid not in gone]

    @cached_property
    def _left_by_cause(self) -> dict[int | None, list[r.Left]]:
        by_cause: dict[int | None, list[r.Left]] = {}
        for each in self._changes:
            if isinstance(each, r.Left):
                by_cause.setdefault(each.cause, []).append(each)
        return by_cause

    def _read_on(self) -> None:
        newer = self._log.since(self._read_to)
        self._changes += _changes(newer)
        self._read_to = newer[-1].seq if newer else self._read_to


def _changes(records: Iterable[r.Record]) -> list[Change]:
    return [each for each in records if isinstance(each, (r.Joined, r.Left))]
