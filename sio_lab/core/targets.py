"""WHO: names, sids, prefixes and rooms -> who an emit reaches.

An exact match comes first: a client's name, a sid, a room; then a prefix of a name or a sid, from 4 characters.
`client:`, `sid:` and `room:` decide what a word stands for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sio_lab.core.hints import nearest
from sio_lab.errors import TargetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sio_lab.core.records import Room
    from sio_lab.core.state import State

Who: TypeAlias = "str | int | list[str | int] | tuple[str | int, ...] | None"
SHORTEST_PREFIX = 4
LISTED = 12


@dataclass(frozen=True, slots=True)
class Match:
    """One thing a word may stand for."""

    kind: str
    """`client`, `sid` or `room`."""

    namespace: str
    room: Room
    """What to address: a room, or a sid, which is its client's personal room."""

    label: str
    """As it would be typed to mean just this."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address: rooms and sids in one namespace; no room means everybody in it."""

    namespace: str
    rooms: tuple[Room, ...] = ()


def resolve(state: State, who: Who, namespace: str | None = None) -> Target:
    """Return what `who` addresses; without a namespace, the only one where it fits.

    Raises TargetError, listing candidates, where it names nobody, several, or clients of several namespaces.
    """
    if who is None:
        return Target(namespace or "/")
    words = list(who) if isinstance(who, (list, tuple)) else [who]
    if not words:
        raise TargetError("WHO is an empty list: name a client, a sid or a room, or leave it out for everybody.")
    places = _shared_namespaces(state, words, namespace)
    matches = [_one(state, word, places) for word in words]
    return Target(matches[0].namespace, tuple(dict.fromkeys(match.room for match in matches)))


def reach(state: State, target: Target, skip: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the sids an emit to `target` goes to, in the order the server sends, those in `skip` left out."""
    rooms: tuple[Room, ...] = target.rooms or (None,)
    sids = dict.fromkeys(sid for room in rooms for sid in state.members(target.namespace, room))
    left_out = set(skip)
    return tuple(sid for sid in sids if sid not in left_out)


def resolve_skip(state: State, skip: Who, namespace: str) -> tuple[str, ...]:
    """Return the sids that `skip` stands for: of a room, its members now. Raises TargetError as `resolve` does."""
    return () if skip is None else reach(state, resolve(state, skip, namespace))


def _shared_namespaces(state: State, words: list[str | int], namespace: str | None) -> list[str]:
    """Return the namespaces to look in: of several words, those that fit all of them."""
    if namespace is not None:
        return [namespace]
    found = [{match.namespace for match in _matches(state, word, sorted(state.rooms))} for word in words]
    shared = set.intersection(*found)
    if not shared and all(found):
        listed = "; ".join(f"{word} in {', '.join(sorted(places))}" for word, places in zip(words, found, strict=True))
        raise TargetError(f"No namespace has all of them: {listed}. Address one namespace at a time.")
    return sorted(shared or state.rooms)


def _one(state: State, word: str | int, namespaces: list[str]) -> Match:
    matches = list(dict.fromkeys(_matches(state, word, namespaces)))
    if not matches:
        raise TargetError(_nobody(state, word, namespaces))
    if len({match.room for match in matches}) == 1 and len({match.namespace for match in matches}) == 1:
        return matches[0]
    raise TargetError(_several(word, matches))


def _matches(state: State, word: str | int, namespaces: list[str]) -> list[Match]:
    kind, value = _split(word)
    known = [match for place in namespaces for match in _known(state, place) if kind in {None, match.kind}]
    exact = [match for match in known if value in {_bare(match.label), match.room}]
    if not exact and isinstance(value, int):
        exact = [match for match in known if match.room == str(value)]
    if kind == "room":
        # "5" is a room beside 5, which is typed without `room:`.
        exact = [match for match in exact if match.room == value] or exact
    if not exact and kind == "room":
        # An empty room is a room: to address it is no mistake.
        exact = [Match("room", place, value, f"room:{value}") for place in namespaces[:1]]
    if exact or not isinstance(value, str) or len(value) < SHORTEST_PREFIX:
        return exact
    people = (match for match in known if match.kind != "room")
    return [match for match in people if _bare(match.label).startswith(value) or str(match.room).startswith(value)]


def _known(state: State, namespace: str) -> Iterator[Match]:
    rooms = state.rooms.get(namespace, {})
    sids = rooms.get(None, ())
    # Who comes back before the old connection has timed out has two of one name: the newest is the one that lives.
    newest = {name: sid for sid, name in zip(sids, map(state.name_of, sids), strict=True) if name is not None}
    for sid in sids:
        name = state.name_of(sid)
        if name is not None and newest[name] == sid:
            yield Match("client", namespace, sid, f"client:{name}")
        yield Match("sid", namespace, sid, f"sid:{sid}")
    for room in rooms:
        if not state.is_personal(room):
            yield Match("room", namespace, room, f"room:{room}")


def _split(word: str | int) -> tuple[str | None, str | int]:
    if isinstance(word, int):
        return None, word
    kind, colon, value = word.partition(":")
    return (kind, value) if colon and kind in {"client", "sid", "room"} else (None, word)


def _bare(label: str) -> str:
    return label.partition(":")[2]


def _several(word: str | int, matches: list[Match]) -> str:
    places = sorted({match.namespace for match in matches})
    if len(places) > 1 and len({match.kind for match in matches}) == 1:
        return f"{word!r} is in several namespaces: say which with -n {' or -n '.join(places)}."
    listed = ", ".join(match.label for match in matches[:LISTED])
    return f"{word!r} may stand for several: {listed}. Write one of these."


def _nobody(state: State, word: str | int, namespaces: list[str]) -> str:
    known = [match for place in namespaces for match in _known(state, place)]
    labels = [_bare(match.label) for match in known if match.kind != "sid" or state.name_of(str(match.room)) is None]
    where = f" in {namespaces[0]}" if len(namespaces) == 1 else ""
    if not labels:
        elsewhere = ", ".join(sorted(set(state.rooms) - set(namespaces)))
        return f"{word!r} names nobody{where}: nobody is connected there. {_elsewhere(elsewhere)}".rstrip()
    near = nearest(str(word), labels)
    meant = f" Did you mean {near!r}?" if near else ""
    return f"{word!r} names no client, sid or room{where}.{meant} There are: {', '.join(labels[:LISTED])}."


def _elsewhere(namespaces: str) -> str:
    return f"Clients are in {namespaces}: say so with -n." if namespaces else "Connect one: lab.client('ada')."
