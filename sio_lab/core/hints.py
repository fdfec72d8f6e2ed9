"""What to do next: the sentences that go with silent failures."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sio_lab.core.records import Room
    from sio_lab.core.state import State

_NO_NAME = re.compile(r"\W+")


def no_handler(state: State, namespace: str, event: str) -> str:
    """Say that nothing answers `event` in `namespace`, and which handler may have been meant."""
    known = [*state.functions, *state.methods]
    elsewhere = sorted({ns for ns, name in known if name == event and ns != namespace})
    if elsewhere:
        return f"no handler for {event!r} in {namespace}; there is one in {', '.join(elsewhere)}"
    misnamed = _misnamed(state, namespace, event)
    if misnamed is not None:
        return f"no handler for {event!r} in {namespace}: {misnamed}"
    near = nearest(event, (name for ns, name in known if ns == namespace))
    if near is not None:
        return f"no handler for {event!r} in {namespace}; did you mean {near!r}?"
    return f"no handler for {event!r} in {namespace}: define one with {_decorator(event, namespace)}"


def _misnamed(state: State, namespace: str, event: str) -> str | None:
    """Say why an event misses the handler that was meant, where its name is the reason; None for all others."""
    named = _NO_NAME.sub("_", event)
    if named != event and (namespace, named) in state.methods:
        return (
            f"no method can be named for it; on_{named} answers {named!r}. Have the client send {named!r}, or define "
            f"a function: {_decorator(event, namespace)}"
        )
    if event == "message" and (namespace, "json") in state.functions:
        return (
            f"a client's send() always sends 'message', and the handler of 'json' does not answer that. Define "
            f"{_decorator('message', namespace)}, or have the client emit('json', ...)"
        )
    return None


def namespace_not_served(state: State, namespace: str) -> str:
    """Say that no handler makes the server accept `namespace`, and which one may have been meant."""
    served = sorted({"/", *(ns for ns, _ in (*state.functions, *state.methods))} - {"*"})
    near = nearest(namespace, served)
    meant = f"did you mean {near!r}?" if near else f"served are {', '.join(served)}."
    return f"nobody serves {namespace}; {meant} A handler makes one: {_decorator('my event', namespace)}"


def not_in_namespace(state: State, namespace: str, eio_sid: str) -> str:
    """Say that a connection sent an event to a namespace it is not connected to."""
    mine = [state.clients[sid].namespace for sid in state.sids_of(eio_sid) if sid in state.clients]
    where = f"only to {', '.join(mine)}" if mine else "to no namespace"
    return f"its client is not connected to {namespace}, {where}: connect to it first"


def reserved(event: str) -> str:
    """Say that a client may not send an event of that name."""
    return f"{event!r} is Socket.IO's own event; no client may send one of that name: use another"


def nobody_reached(state: State, namespace: str, rooms: Collection[Room]) -> str:
    """Say why an emit reached nobody, and who is elsewhere."""
    names = ", ".join(state.name_of(str(room)) or str(room) for room in rooms)
    if any(state.members(namespace, room) for room in rooms or (None,)):
        return f"everybody in {names or namespace} was skipped"
    if state.members(namespace):
        return f"there is no client and no room {names} in {namespace}"
    elsewhere = [f"{ns} has {len(rooms_[None])}" for ns, rooms_ in sorted(state.rooms.items()) if None in rooms_]
    return f"nobody is connected to {namespace}" + (f"; {', '.join(elsewhere)}" if elsewhere else "")


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` most like `word`, upper and lower case alike; None where none is like it."""
    by_folded = {other.casefold(): other for other in words}
    close = difflib.get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None


def _decorator(event: str, namespace: str) -> str:
    place = "" if namespace == "/" else f", namespace={namespace!r}"
    return f"@socketio.on({event!r}{place})"
