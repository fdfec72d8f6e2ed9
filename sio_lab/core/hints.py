"""What to do next: the sentences that go with silent failures."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from sio_lab.core.absent import causes
from sio_lab.core.telling import LISTED, counted, decorator, listed, quoted, who

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from sio_lab.core.records import Room
    from sio_lab.core.state import State

_NO_NAME = re.compile(r"\W+")


NO_HANDLER = "no handler for"
"""How it begins what is said of an event that nothing answers."""

NO_ACK = "no ack is sent: the client waits for it in vain"
"""What comes of it where an event asked for an ack, and its handler raised, or there is none."""

ASYNC = "an async handler never runs: Flask-SocketIO calls handlers in threads, so write def, without async"
HIDES = "the function"
"""How it begins what is said of a function that keeps a method from answering."""

RUN_ALREADY = "handlers of this client's events run already, and none has ended: it is not handled"
"""How it ends what is said of an event that comes while too many run."""

REPLACED = "another program was taking this one's place: the client gets no ack, and may send it again to the new one"
BROADCAST_CALLBACK = "its callback is called once for each client that answers"
LOST = "goes out without it"
"""What is said of an emit that loses its value, beside more."""

CALL_IN_CONNECT = (
    "call() to the client that connects always waits in vain: it is told that it is connected, and what it answers is "
    "read, when the connect handler has returned. Call it from an event that it sends then, or from "
    "socketio.start_background_task(...)"
)
_RESERVED = frozenset({"connect", "disconnect", "*"})


def no_handler(state: State, namespace: str, event: str) -> str:
    """Say that nothing answers `event` in `namespace`, and which handler may have been meant."""
    beginning = f"{NO_HANDLER} {event!r} in {namespace}"
    elsewhere = sorted({ns for ns, name in (*state.functions, *state.methods) if name == event and ns != namespace})
    if elsewhere:
        return f"{beginning}; there is one in {', '.join(elsewhere)}"
    misnamed = _misnamed(state, namespace, event)
    if misnamed is not None:
        return f"{beginning}: {misnamed}"
    near = list(near_handlers(state, namespace, event))
    if near:
        return f"{beginning}; did you mean {' or '.join(near)}?"
    return f"{beginning}: define one with {decorator(event, namespace)}"


def near_handlers(state: State, namespace: str, event: str) -> Iterator[str]:
    """Yield the event with a handler that is most like `event`, in this namespace and in all others."""
    known = [key for key in (*state.functions, *state.methods) if key[1] not in _RESERVED]
    near = nearest(event, (name for ns, name in known if ns == namespace))
    if near is not None:
        yield repr(near)
    others = {name: ns for ns, name in known if ns != namespace}
    other = nearest(event, others)
    if other is not None and other != near:
        yield f"{other!r} in {others[other]}"


def _misnamed(state: State, namespace: str, event: str) -> str | None:
    """Say why an event misses the handler that was meant, where its name is the reason; None for all others."""
    named = _NO_NAME.sub("_", event)
    if named != event and (namespace, named) in state.methods:
        return (
            f"no method can be named for it; on_{named} answers {named!r}. Have the client send {named!r}, or define "
            f"a function: {decorator(event, namespace)}"
        )
    if event == "message" and (namespace, "json") in state.functions:
        return (
            f"a client's send() always sends 'message', and the handler of 'json' does not answer that. Define "
            f"{decorator('message', namespace)}, or have the client emit('json', ...)"
        )
    return None


def namespace_not_served(state: State, namespace: str) -> str:
    """Say that no handler makes the server accept `namespace`, and which one may have been meant."""
    served = sorted({"/", *(ns for ns, _ in (*state.functions, *state.methods))} - {"*"})
    near = nearest(namespace, served)
    meant = f"did you mean {near!r}?" if near else f"served are {', '.join(served)}."
    return f"nobody serves {namespace}; {meant} A handler makes one: {decorator('my event', namespace)}"


def not_in_namespace(state: State, namespace: str, eio_sid: str) -> str:
    """Say that a connection sent an event to a namespace it is not connected to."""
    mine = [state.clients[sid].namespace for sid in state.sids_of(eio_sid) if sid in state.clients]
    where = f"only to {', '.join(mine)}" if mine else "to no namespace"
    return f"its client is not connected to {namespace}, {where}: connect to it first"


def reserved(event: str) -> str:
    """Say that a client may not send an event of that name."""
    return f"{event!r} is Socket.IO's own event; no client may send one of that name: use another"


def nobody_reached(
    state: State, namespace: str, rooms: Collection[Room], skip: Collection[str] = (), *, wants_ack: bool = False
) -> str:
    """Say why an emit reached nobody, and who is elsewhere; `wants_ack` where something waits for an ack of it."""
    told = [each.what for _, each in causes(state, state.rooms, (namespace, tuple(rooms), tuple(skip)))]
    in_vain = ["so no ack can come, and a call waits in vain"] if wants_ack else []
    return "; ".join([*told[:LISTED], *in_vain])


def without_ack(hint: str | None) -> str:
    """Add to a hint that the client which asked for an ack gets none; where it does not say so already."""
    if hint is None:
        return NO_ACK
    return hint if "no ack" in hint else f"{hint}; {NO_ACK}"


def beside_no_ack(hint: str | None) -> str | None:
    """Return what a hint says beside that no ack is sent; None where that is nothing."""
    return (hint or "").removesuffix(NO_ACK).removesuffix("; ") or None


def not_acknowledged(state: State, event: str, target: tuple[str, Room], timeout: float) -> str:
    """Say why a call to (namespace, sid or room) got no ack within `timeout` seconds."""
    namespace, to = target
    longer = f"A longer wait: timeout={timeout * 2:g}."
    members = state.members(namespace, to)
    if members:
        whom = listed(who(state, sid) for sid in members)
        return (
            f"{whom} did not acknowledge {quoted(event)} within {timeout:g} s: no listener for it that calls back, or "
            f"that one is busy. {longer}"
        )
    gone = state.departed.get(to) if isinstance(to, str) else None
    if gone is not None and gone.namespace == namespace:
        return f"{who(state, gone.sid)} left before it acknowledged {quoted(event)}: row {gone.seq}, {gone.reason}."
    return f"{nobody_reached(state, namespace, (to,))}: nobody could acknowledge {quoted(event)}."


def too_many(most: int) -> str:
    """Say that an event comes while so many handlers of its client run."""
    return f"{most} {RUN_ALREADY}"


def broadcast_callback(count: int) -> str:
    """Say what comes of a callback on an emit to so many clients."""
    return f"{BROADCAST_CALLBACK}, up to {counted(count, 'time')}; a call returns the first answer"


def shadowing(function: str, method: str) -> str:
    """Say that a function answers what a class-based namespace has a method for."""
    return f"{HIDES} {function} hides {method}: that method does not run"


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the one of `words` most like `word`, upper and lower case alike; None where none is like it."""
    by_folded = {other.casefold(): other for other in words}
    close = difflib.get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
