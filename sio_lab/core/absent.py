"""Why an emit finds nobody under what it is addressed to: the names that silence has."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from sio_lab.core.telling import PASTED, SHORT_SID, counted, listed, quoted, who

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from sio_lab.core import records as r
    from sio_lab.core.past import Rooms
    from sio_lab.core.state import State

_SID = re.compile(r"[A-Za-z0-9_-]{20}")
"""What sids look like: Engine.IO makes them."""

_NUMBER = re.compile(r"-?[0-9]{1,18}")
MOST_COMPARED = 20
"""Where there are more rooms, a program has made their names: all are alike, and none is meant in place of another."""


@dataclass(frozen=True)
class Absent:
    """Why nobody is found under a room or a sid."""

    name: str
    """What it is called: `empty room`, `client left`."""

    what: str
    """What is so, without a full stop."""

    next_step: str
    """What to do, a sentence."""


@dataclass(frozen=True)
class Address:
    """What an emit is addressed to, and who was where at that moment."""

    state: State
    rooms: Rooms
    namespace: str
    room: r.Room

    @property
    def here(self) -> Mapping[r.Room, Collection[str]]:
        """The rooms of the namespace."""
        return self.rooms.get(self.namespace, {})

    @property
    def sids(self) -> Collection[str]:
        """All clients of the namespace."""
        return self.here.get(None, ())

    def called(self, sid: object) -> str:
        """Return a client's name with its sid; of one without a name the sid."""
        name = self.state.name_of(str(sid))
        return f"client {quoted(sid)}" if name is None else f"client {name} ({str(sid)[:SHORT_SID]}…)"


def absent(state: State, rooms: Rooms, namespace: str, room: r.Room) -> Absent:
    """Say why nobody is found under `room` in `namespace`; `rooms` tells who was where."""
    address = Address(state, rooms, namespace, room)
    found = (look(address) for look in _LOOKS)
    return next((each for each in found if each is not None), None) or _empty(address)


def nobody_there(rooms: Rooms, namespace: str) -> Absent:
    """Say that a namespace has no clients, and which one has."""
    elsewhere = [f"{ns} has {len(of[None])}" for ns, of in sorted(rooms.items()) if of.get(None)]
    return Absent(
        "nobody connected",
        f"nobody is connected to {namespace}" + (f"; {listed(elsewhere)}" if elsewhere else ""),
        f"Emit to a namespace that has clients, or have one connect: lab.client('ada', namespace={namespace!r}).",
    )


def _personal(address: Address) -> Absent | None:
    if address.room not in address.sids:
        return None
    return Absent(
        "left its personal room",
        f"{address.called(address.room)} is connected, but has left its personal room: "
        "what is sent to its sid goes nowhere",
        "Don't have a client leave the room of its own sid: leave_room(request.sid). "
        f"To put it back: {put_back(str(address.room), address.namespace)}",
    )


def _elsewhere(address: Address) -> Absent | None:
    for namespace, rooms in address.rooms.items():
        if namespace != address.namespace and address.room in rooms.get(None, ()):
            return Absent(
                "not in this namespace",
                f"{address.called(address.room)} is connected to {namespace}, not to {address.namespace}",
                f"Give the emit namespace={namespace!r}; a client has another sid in each namespace.",
            )
    return None


def _left(address: Address) -> Absent | None:
    gone = address.state.departed.get(address.room) if isinstance(address.room, str) else None
    if gone is None:
        return None
    return Absent(
        "client left",
        f"{address.called(gone.sid)} has left {gone.namespace} (row {gone.seq}: {gone.reason or 'no reason given'})",
        "A client that connects again gets a new sid: ask for request.sid in its connect handler, or keep its clients "
        "in a room of your own: join_room(name).",
    )


def _connection(address: Address) -> Absent | None:
    if not isinstance(address.room, str) or address.room not in address.state.connections:
        return None
    sids = [sid for sid in address.state.sids_of(address.room) if sid in address.sids]
    its = f": its client in {address.namespace} has the sid {sids[0]!r}" if sids else ""
    return Absent(
        "not a sid",
        f"{quoted(address.room)} is the id of a connection (eio_sid), not a sid{its}",
        "Emit to request.sid, which is another one in each namespace.",
    )


def _name(address: Address) -> Absent | None:
    sids = [sid for sid, name in address.state.names.items() if name == address.room and sid in address.sids]
    if not sids:
        return None
    return Absent(
        "not a sid",
        f"{quoted(address.room)} is what the lab calls a client: the server knows its sid and its rooms only",
        f"Use the lab's own, lab.emit(..., to={address.room!r}), or the sid: to={sids[0]!r}.",
    )


def _other_type(address: Address) -> Absent | None:
    room = address.room
    other: r.Room = str(room) if isinstance(room, int) else int(room) if _is_number(room) else None
    if other is None or other not in address.here:
        return None
    return Absent(
        "room of another type",
        f"nobody is in room {quoted(room)} ({type(room).__name__}), but somebody is in {quoted(other)} "
        f"({type(other).__name__})",
        f"Use one type where clients join and where you emit: to={quoted(other)}.",
    )


def _is_number(room: r.Room) -> TypeGuard[str]:
    return isinstance(room, str) and _NUMBER.fullmatch(room) is not None


def _room_elsewhere(address: Address) -> Absent | None:
    there = {ns: of[address.room] for ns, of in address.rooms.items() if of.get(address.room)}
    if not there:
        return None
    counts = listed(f"{counted(len(sids), 'client')} in {namespace}" for namespace, sids in sorted(there.items()))
    return Absent(
        "room in another namespace",
        f"nobody is in room {quoted(address.room)} of {address.namespace}; a room of that name has {counts}",
        f"Each namespace has rooms of its own. Give the emit namespace={min(there)!r}, or have clients join in "
        f"{address.namespace}.",
    )


def _unknown(address: Address) -> Absent | None:
    if not isinstance(address.room, str) or not _SID.fullmatch(address.room):
        return None
    there = listed(sorted(who(address.state, sid) for sid in address.sids))
    return Absent(
        "unknown sid",
        f"no client of {address.namespace} has the sid {quoted(address.room)}, and no room has that name",
        f"Connected to {address.namespace} are {there or 'none'}; lab.clients shows their sids.",
    )


def _empty(address: Address) -> Absent:
    rooms = [room for room in address.here if room is not None and room not in address.sids]
    names = {str(room): room for room in rooms if len(rooms) <= MOST_COMPARED}
    near = difflib.get_close_matches(str(address.room)[:PASTED], names, n=1, cutoff=0.6)
    meant = f"; did you mean {names[near[0]]!r}?" if near else ""
    instead = f"Rooms of {address.namespace} were {listed(map(quoted, rooms))}. " if rooms else ""
    return Absent(
        "empty room",
        f"there is no client and no room {quoted(address.room)} in {address.namespace}{meant}",
        f"{instead}A room is there as long as somebody is in it: join_room({quoted(address.room)}) in a handler, or "
        f"lab.join(WHO, {quoted(address.room)}).",
    )


def all_skipped(state: State, skip: tuple[str, ...], where: str) -> Absent:
    """Say that an emit left out everybody that it would have reached."""
    names = listed(who(state, sid) for sid in skip)
    return Absent(
        "everybody skipped",
        f"everybody in {where} was skipped" + (f": {names}" if names else ""),
        "Leave out skip_sid=, or include_self=False, for these to receive it.",
    )


def causes(
    state: State, rooms: Rooms, emit: tuple[str, tuple[r.Room, ...], tuple[str, ...]]
) -> Iterator[tuple[r.Room, Absent]]:
    """Yield why an emit to (namespace, rooms, skipped sids) reached nobody, with the room where it is of one."""
    namespace, to, skip = emit
    here = rooms.get(namespace, {})
    if any(here.get(room) for room in to or (None,)):
        yield None, all_skipped(state, skip, listed(_called(state, room) for room in to) or namespace)
    elif not to:
        yield None, nobody_there(rooms, namespace)
    for room in to:
        if not here.get(room):
            yield room, nobody_there(rooms, namespace) if room is None else absent(state, rooms, namespace, room)


def put_back(sid: str, namespace: str) -> str:
    """Return the code that puts a client back into its personal room."""
    return f"socketio.server.enter_room({sid!r}, {sid!r}, namespace={namespace!r})"


def _called(state: State, room: r.Room) -> str:
    return state.name_of(str(room)) or str(room)[:100]


_LOOKS: tuple[Callable[[Address], Absent | None], ...] = (
    _personal,
    _elsewhere,
    _left,
    _connection,
    _name,
    _other_type,
    _room_elsewhere,
    _unknown,
)
"""What is looked for, the surest first."""
