"""Whose lane it is: sids and connections -> lanes of the sequence diagram, also of clients that have left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log

SERVER = "server"
OTHERS = "others"
"""The keys of the two lanes that are no client's; those have a colon in them."""

REMEMBERED = 10_000
"""How many sids, connections and lanes are known; the oldest are forgotten first."""

SHORT = 8
_GROUPS = 64

Known: TypeAlias = "Callable[[str], tuple[str | None, str | None]]"
"""What else is known of a sid, or of an eio_sid: its connection, and its client's name."""

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Lane:
    """One lane: of the server, of a client, or of several for which there is no room."""

    key: str
    """What steps name it by."""

    name: str | None = None
    """What the client is called."""

    sid: str | None = None
    """The client's first sid; of a client that was never let in, the id of its connection."""

    count: int = 1
    """How many clients share it."""

    @property
    def label(self) -> str:
        """What stands at its head: a name, a short sid, `server` or `4 others`."""
        if self.key == OTHERS:
            return f"{self.count} others"
        return self.name or (self.sid or self.key)[:SHORT]


class LaneKeys:
    """Learns from records who is who. A named client keeps its lane over reconnects, others have one a connection."""

    def __init__(self, known: Known) -> None:
        self._known = known
        self._connections: dict[str, str] = {}
        self._keys: dict[str, str] = {}
        self._lanes: dict[str, Lane] = {}
        self._groups: dict[tuple[str, ...], tuple[str, ...]] = {}

    def learn(self, record: r.Record) -> dict[str, str]:
        """Take in what a record tells; returns old key -> new key of lanes that turn out to be another one."""
        if isinstance(record, r.ClientNamed):
            return self._rekey(record.eio_sid, f"name:{record.name}", record.name)
        if isinstance(record, r.SocketOpened):
            self._new(record.sid, f"ws:{record.sid}", f"{record.path} {record.sid}", record.sid)
        moved: dict[str, str] = {}
        for sid, eio_sid in _pairs(record):
            if self._connections.get(sid) != eio_sid:
                moved |= self._connect(sid, eio_sid)
        return moved

    def of(self, sid: str | None, eio_sid: str | None = None) -> str:
        """Return the key of a client's lane."""
        eio_sid = eio_sid or self._connections.get(sid or "") or self._look_up(sid or "")
        if eio_sid is None:
            return self._keys.get(sid or "") or self._new(sid or "", f"sid:{sid}", None, sid)
        return self._keys.get(eio_sid) or self._of_connection(eio_sid, sid)

    def of_all(self, sids: tuple[str, ...]) -> tuple[str, ...]:
        """Return the keys of several clients' lanes, each once; the next emit to the same clients finds them again."""
        keys = self._groups.get(sids)
        if keys is None:
            keys = tuple(dict.fromkeys(map(self.of, sids)))
            remember(self._groups, sids, keys, _GROUPS)
        return keys

    def lane(self, key: str) -> Lane:
        """Return a lane by its key."""
        if key == SERVER:
            return Lane(key, name=key)
        return self._lanes.get(key) or Lane(key, sid=key.partition(":")[2])

    def _of_connection(self, eio_sid: str, sid: str | None) -> str:
        name = self._known(eio_sid)[1]
        return self._new(eio_sid, f"name:{name}" if name else f"eio:{eio_sid}", name, sid)

    def _look_up(self, sid: str) -> str | None:
        eio_sid, name = self._known(sid)
        if eio_sid is not None:
            remember(self._connections, sid, eio_sid)
        elif name is not None and sid not in self._keys:
            self._new(sid, f"name:{name}", name, sid)
        return eio_sid

    def _new(self, found_by: str, key: str, name: str | None, sid: str | None) -> str:
        remember(self._keys, found_by, key)
        known = self._lanes.get(key)
        if known is None or (known.sid is None and sid):
            remember(self._lanes, key, Lane(key, name, sid or (None if name else found_by)))
        return key

    def _connect(self, sid: str, eio_sid: str) -> dict[str, str]:
        self._groups.clear()
        remember(self._connections, sid, eio_sid)
        alone = self._keys.pop(sid, None)
        key = self._keys.get(eio_sid) or self._of_connection(eio_sid, sid)
        lane = self.lane(key)
        if lane.sid in {None, eio_sid}:
            self._lanes[key] = Lane(key, lane.name, sid)
        return {} if alone is None or alone == key else {alone: key}

    def _rekey(self, eio_sid: str, key: str, name: str) -> dict[str, str]:
        self._groups.clear()
        before = self._keys.get(eio_sid)
        self._new(eio_sid, key, name, self.lane(before).sid if before else None)
        return {} if before is None or before == key else {before: key}


def known_of(log: Log) -> Known:
    """Return what a log's state knows beyond the records that are looked at."""

    def known(sid: str) -> tuple[str | None, str | None]:
        with log.lock:
            client = log.state.clients.get(sid)
            return client.eio_sid if client else None, log.state.name_of(sid)

    return known


def _pairs(record: r.Record) -> Iterator[tuple[str, str]]:
    """Yield the sids that a record names, each with its connection."""
    if isinstance(record, r.Snapshot):
        yield from ((member.sid, member.eio_sid) for member in record.members)
    elif isinstance(record, r.Upgraded):
        yield from ((sid, record.eio_sid) for sid in record.sids)
    elif isinstance(record, (r.Connected, r.Joined, r.EventReceived, r.Disconnected)) and record.sid and record.eio_sid:
        yield record.sid, record.eio_sid


def remember(table: dict[K, V], key: K, value: V, most: int = REMEMBERED) -> None:
    """Note a value as the newest, and forget the oldest where there are too many."""
    table[key] = value
    if len(table) > most:
        del table[next(iter(table))]
