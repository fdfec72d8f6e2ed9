"""The room map: who is in which room, live, and who would hear an emit."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sio_lab.core.membership import LONGEST_WORD, membership, word
from sio_lab.errors import LabError
from sio_lab.views import text, values
from sio_lab.views.room_still import NAME, as_html, as_text, full_client, full_room, label, room_text
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.core.log import Log
    from sio_lab.core.membership import Membership, Place, RoomMembers

LARGE = 120
"""Clients and rooms from which on a map counts as large."""

EVERY = 0.5
"""Seconds between two patches of a large map, at least: whole namespaces are told anew."""


class MapFeed:
    """Clients and rooms by namespace; a patch tells the namespaces in which something changed, whole.

    State: `{namespaces: [...], more}`. A namespace: `{namespace, text, clients: [[sid, label, eio_sid, full]...],
    rooms: [{key, text, full, type, name, to, members: [position...], count}...], clients_count, rooms_count}`.
    `type` is given of rooms that are no texts; `name` is what joins it, `to` the WHO that means it: null where a page
    can't say that. Patch: `{namespaces: [those changed], order: [all names], more}`.
    """

    def __init__(self, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._told: Membership | None = None
        self._due = 0.0
        self._keys: dict[tuple[str, Any], int] = {}
        self._last_key = 0

    def state(self) -> dict[str, Any]:
        """Return the whole map."""
        now = self._now()
        # Later on, another page may know less than this one is told now: patches go on from the last one.
        self._told = self._told or now
        return {"namespaces": [self._place(place) for place in now.places], "more": now.more}

    def patch(self) -> dict[str, Any] | None:
        """Return the namespaces that have changed, and the names of all; None where nothing has changed."""
        at = self._clock()
        if at < self._due:
            return None
        now, told = self._now(), self._told
        if told is None or now == told:
            self._told = now
            return None
        self._told = now
        if sum(len(place.clients) + len(place.rooms) for place in now.places) > LARGE:
            self._due = at + EVERY
        self._forget(now)
        before = {place.namespace: place for place in told.places}
        changed = [self._place(place) for place in now.places if before.get(place.namespace) != place]
        return {"namespaces": changed, "order": [place.namespace for place in now.places], "more": now.more}

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Raise LabError: there is nothing to choose."""
        raise LabError(f"The room map always shows all rooms; it can't be asked for {', '.join(map(repr, wishes))}.")

    def _now(self) -> Membership:
        with self._log.lock:
            now = membership(self._log.state)
        # A page could not say which one it means; and what it can't say, it need not be told.
        sayable = tuple(place for place in now.places if len(place.namespace) <= LONGEST_WORD)
        return replace(now, places=sayable, more=now.more + len(now.places) - len(sayable))

    def _place(self, place: Place) -> dict[str, Any]:
        others = {room.room for room in place.rooms}
        return {
            "namespace": place.namespace,
            "text": values.visible(place.namespace, NAME),
            "clients": [[client.sid, label(client), client.eio_sid, full_client(client)] for client in place.clients],
            "rooms": [self._room(place.namespace, room, others) for room in place.rooms],
            "clients_count": place.clients_count,
            "rooms_count": place.rooms_count,
        }

    def _room(self, namespace: str, room: RoomMembers, others: set[Any]) -> dict[str, Any]:
        to = word(room.room, others)
        is_text = isinstance(room.room, str)
        name = room.room if to is not None and (is_text or isinstance(to, int)) else None
        return {
            "key": self._key(namespace, room.room),
            "text": room_text(room.room),
            "full": full_room(room.room),
            "type": "" if is_text else type(room.room).__name__,
            "name": name,
            "to": to,
            "members": list(room.members),
            "count": room.count,
        }

    def _key(self, namespace: str, room: Any) -> int:
        """Return a room's number on the page; its name may be long, or look like that of another."""
        if (namespace, room) not in self._keys:
            self._last_key += 1
            self._keys[namespace, room] = self._last_key
        return self._keys[namespace, room]

    def _forget(self, now: Membership) -> None:
        there = {(place.namespace, room.room) for place in now.places for room in place.rooms}
        self._keys = {key: number for key, number in self._keys.items() if key in there}


class RoomMapView(View):
    """The map in a cell. `answers` are those of the lab: reach, join, leave, kick, close_room.

    `reach {to, skip, namespace}` -> `{text, sids, names}`, and `count` where not all are told one by one; `to` and
    `skip` are lists of WHO as `membership.word` has them, null for everybody and nobody.
    """

    stem = "room_map"

    def __init__(self, log: Log, answers: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__({"map": MapFeed(log)}, answers)
        self._log = log

    def still(self) -> dict[str, str]:
        """Return the picture of now, as aligned lists and as HTML."""
        with self._log.lock:
            now = membership(self._log.state)
        return {"text/plain": as_text(now, text.terminal_width()), "text/html": as_html(now)}
