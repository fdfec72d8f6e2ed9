"""Who is in which room, namespace by namespace, as one value: what a map of the rooms draws, and compares."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Iterable

    from sio_lab.core.records import Room
    from sio_lab.core.state import State

MOST_NAMESPACES = 50
MOST_CLIENTS = 500
MOST_ROOMS = 200
MOST_MEMBERSHIPS = 10_000
"""How many of each are told in full, of all namespaces together; the rest are counted."""

LONGEST_WORD = 1_000
"""Characters of a room's name that still can be asked for from a page."""

LARGEST_NUMBER = 2**53 - 1
"""The largest integer that JavaScript keeps as it is."""


@dataclass(frozen=True, slots=True)
class Client:
    """One client in one namespace."""

    sid: str
    eio_sid: str
    """The connection that carries it, and its sisters in other namespaces."""

    name: str | None
    """What the lab calls it, where it is one of the lab's own."""


@dataclass(frozen=True, slots=True)
class RoomMembers:
    """One room; personal ones are left out."""

    room: Room
    members: tuple[int, ...]
    """Positions of its members among the namespace's clients, in the order they entered."""

    count: int
    """How many are in it; more than `members` where not all are told."""


@dataclass(frozen=True, slots=True)
class Place:
    """One namespace: its clients and its rooms, each in the order they came."""

    namespace: str
    clients: tuple[Client, ...]
    rooms: tuple[RoomMembers, ...]
    clients_count: int
    """How many there are; more than `clients` where not all are told."""

    rooms_count: int
    """Likewise."""


@dataclass(frozen=True, slots=True)
class Membership:
    """All namespaces that have clients or handlers, sorted."""

    places: tuple[Place, ...]
    more: int = 0
    """How many namespaces are not told."""


@dataclass(slots=True)
class _Left:
    """What may still be told in full: of this namespace, and memberships of all that follow."""

    clients: int
    rooms: int
    memberships: int = MOST_MEMBERSHIPS


def membership(state: State) -> Membership:
    """Return who is in which room now; to be called under the log's lock, and quick: it copies, and writes nothing."""
    # Those with clients first, where there are too many: an empty one shows the least.
    names = sorted((name for name in state.namespaces() if name != "*"), key=lambda name: name not in state.rooms)
    told = sorted(names[:MOST_NAMESPACES])
    clients = _shares([len(state.members(name)) for name in told], MOST_CLIENTS)
    shared = {name: [room for room in state.rooms.get(name, ()) if not state.is_personal(room)] for name in told}
    rooms = _shares([len(shared[name]) for name in told], MOST_ROOMS)
    left = _Left(0, 0)
    places = []
    for name, left.clients, left.rooms in zip(told, clients, rooms, strict=True):
        places.append(_place(state, name, shared[name], left))
    return Membership(tuple(places), max(len(names) - MOST_NAMESPACES, 0))


def word(room: Room, others: Container[Room]) -> str | int | None:
    """Return the WHO that means just this room, as JSON can carry it; None where there is none.

    `others` are the rooms of its namespace: 5 and "5" are two rooms, and so are ("a", 1) and its text.
    """
    if type(room) is int and abs(room) <= LARGEST_NUMBER:
        return room
    text = room if isinstance(room, str) else _text(room)
    if text is None or len(text) > LONGEST_WORD or (text is not room and text in others) or not _is_sendable(text):
        return None
    return f"room:{text}"


def _shares(wanted: list[int], most: int) -> list[int]:
    """Return how many of `most` each gets: who wants little gets all of it, the others as much as each other."""
    shares = [0] * len(wanted)
    for rank, position in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        shares[position] = min(wanted[position], most // (len(wanted) - rank))
        most -= shares[position]
    return shares


def _place(state: State, namespace: str, shared: list[Room], left: _Left) -> Place:
    rooms = state.rooms.get(namespace, {})
    sids = list(rooms.get(None, ()))
    told = sids[: left.clients]
    positions = {sid: position for position, sid in enumerate(told)}
    members = tuple(_room(room, rooms[room], positions, left) for room in shared[: left.rooms])
    return Place(namespace, tuple(_client(state, sid) for sid in told), members, len(sids), len(shared))


def _client(state: State, sid: str) -> Client:
    client = state.clients.get(sid)
    return Client(sid, client.eio_sid if client else "", state.name_of(sid))


def _room(room: Room, sids: Iterable[str], positions: dict[str, int], left: _Left) -> RoomMembers:
    every = list(sids)
    members = tuple(positions[sid] for sid in every if sid in positions)[: left.memberships]
    left.memberships -= len(members)
    return RoomMembers(room, members, len(every))


def _text(room: Room) -> str | None:
    # str() of a room is code of its class, or refuses integers of many digits.
    with suppress(Exception):
        return str(room)
    return None


def _is_sendable(text: str) -> bool:
    with suppress(UnicodeEncodeError):
        return bool(text.encode()) or not text
    return False
