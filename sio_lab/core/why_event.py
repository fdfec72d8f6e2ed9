"""Why an event was not answered: nobody there to answer, a handler that raised, or one that still runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import hints, telling
from sio_lab.core import records as r
from sio_lab.core.reason import Reason
from sio_lab.core.running import ADVICE, LONGER_THAN_SECONDS
from sio_lab.core.telling import below, counted, lasted, listed, quoted, rows, sentence
from sio_lab.core.why_handler import raised, what_followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.handler_state import HandlerState
    from sio_lab.core.surroundings import Surroundings

_RESERVED = frozenset({"connect", "disconnect"})


def reasons(around: Surroundings, event: r.EventReceived) -> Iterator[Reason]:
    """Yield why an event was not answered, and what went wrong with what its handler did."""
    handled = around.handled(event)
    if handled is None:
        yield _running(around, event)
        return
    if handled.status == "no-handler":
        yield _unanswered(around, event, handled)
    elif handled.status == "raised":
        yield raised(around, event, handled)
    elif handled.status == "refused":
        yield _refused(event, handled)
    if handled.status not in {"handled", "refused"} and event.ack_id is not None:
        yield _no_ack(around, event, handled)
    yield from what_followed(around, event, handled)


def remarks(around: Surroundings, event: r.EventReceived) -> Iterator[Reason]:
    """Yield what is worth knowing of an event that was answered."""
    handled, ack = around.handled(event), around.story.merged.acks.get(event.seq)
    is_empty = handled is not None and handled.status == "handled" and handled.value is None
    if event.ack_id is not None and ack is not None and is_empty:
        yield Reason(
            "ack of nothing",
            f"The client asked for an ack, and {handled.handler if handled else 'the handler'} returned None: the ack "
            "says that it is done, and carries no value.",
            f"ack {event.ack_id} left as {quoted(ack.wire.text)}",
            "Where the client is to get an answer, end the handler with: return value",
            is_failure=False,
        )


# --- nobody answers -----------------------------------------------------------------------------------------------


def _unanswered(around: Surroundings, event: r.EventReceived, handled: r.Handled) -> Reason:
    hint = hints.beside_no_ack(handled.hint) or ""
    if event.event in _RESERVED:
        what, step = f"Row {event.seq}: {hint}.", "Have the client send an event of another name."
        return Reason("reserved name", what, _no_handler_ran(handled), step, is_failure=True)
    if event.sid is None:
        return _not_connected(around, event, handled)
    if hints.RUN_ALREADY in hint:
        return Reason("too many running", sentence(hint), _no_handler_ran(handled), sentence(ADVICE), is_failure=True)
    if hint == hints.REPLACED:
        step = "Have the client send it again."
        return Reason("not handled", sentence(hint), _no_handler_ran(handled), step, is_failure=True)
    return _no_handler(around, event, handled, hint)


def _not_connected(around: Surroundings, event: r.EventReceived, handled: r.Handled) -> Reason:
    clients, name = around.state.clients, around.state.name_of(event.eio_sid) or "ada"
    places = [clients[sid].namespace for sid in around.state.sids_of(event.eio_sid) if sid in clients]
    connect = f"lab.client({name!r}, namespace={[*places, event.namespace]!r})"
    return Reason(
        "not connected to the namespace",
        f"{quoted(event.event)} was sent to {quoted(event.namespace)}, to which its client is not connected: "
        "no handler is asked.",
        f"{_no_handler_ran(handled)}; now that connection is connected to: {listed(places) or 'none'}",
        below(
            f"Have the client connect first, in JavaScript with io({event.namespace!r}), here with:",
            connect if len(event.namespace) <= telling.PASTED else "",
        ),
        is_failure=True,
    )


def _no_handler(around: Surroundings, event: r.EventReceived, handled: r.Handled, hint: str) -> Reason:
    here, place = _handlers_of(around, event.namespace), event.namespace[: telling.LONGEST]
    answered = f"{place} has handlers of {listed(map(quoted, here))}" if here else f"{place} has no handler"
    meant = hint.removeprefix(f"{hints.NO_HANDLER} {event.event!r} in {event.namespace}").partition(": define one")[0]
    return Reason(
        "no handler",
        sentence(f"nothing answers {quoted(event.event)} in {quoted(event.namespace)}{meant}"),
        f"{_no_handler_ran(handled)}; {answered}",
        _define(around, event),
        is_failure=True,
    )


def _handlers_of(around: Surroundings, namespace: str) -> list[str]:
    state = around.state
    return sorted({event for ns, event in (*state.functions, *state.methods) if ns == namespace})


def _define(around: Surroundings, event: r.EventReceived) -> str:
    since = _defined_since(around, event)
    if since is not None:
        told = since.registered
        cell = f", {told.cell}" if told.cell else ""
        return f"By now {told.function}{cell} answers it: have the client send it again, or: %sio replay {event.seq}"
    near = " or ".join(hints.near_handlers(around.state, event.namespace, event.event))
    elsewhere = sorted(ns for ns, name in _keys(around) if name == event.event and ns != event.namespace)
    if elsewhere:
        first = f"Have the client send it to {listed(elsewhere)}, where it is answered, or define it here:"
    else:
        first = f"Have the client send {near}, or define it:" if near else "Define it in a cell:"
    code = telling.handler(event.event, event.namespace, len(around.args(event)))
    return below(first, code) if code else "Have the client send an event that is answered."


def _keys(around: Surroundings) -> set[tuple[str, str]]:
    return {*around.state.functions, *around.state.methods}


def _defined_since(around: Surroundings, event: r.EventReceived) -> HandlerState | None:
    key = (event.namespace, event.event)
    handler = around.state.functions.get(key) or around.state.methods.get(key)
    return handler if handler is not None and handler.registered.seq > event.seq else None


def _no_handler_ran(handled: r.Handled) -> str:
    return f"no handler ran (record {handled.seq})"


def _refused(event: r.EventReceived, handled: r.Handled) -> Reason:
    rule, _, step = (handled.hint or "").partition(": ")
    answered = "its ack says so" if event.ack_id is not None else "its client is told by an event 'refused'"
    return Reason(
        "refused by the class's rules",
        f"{sentence(rule)} So {quoted(event.event)} was refused; {answered}.",
        _no_handler_ran(handled),
        sentence(step),
        is_failure=False,
    )


# --- no ack, and no end -------------------------------------------------------------------------------------------


def _no_ack(around: Surroundings, event: r.EventReceived, handled: r.Handled) -> Reason:
    ack = around.story.merged.acks.get(event.seq)
    if ack is not None:
        return Reason(
            "ack of nothing",
            f"The client got an ack all the same, an empty one: {quoted(event.namespace)} has a class, which "
            "acknowledges even what it has no method for.",
            f"ack {event.ack_id} left as {quoted(ack.wire.text)} (record {ack.seq})",
            "Don't take an ack as a sign that a handler ran; have it return a value, and look at that.",
            is_failure=False,
        )
    raises = handled.status == "raised"
    return Reason(
        "no ack",
        f"{around.who(event.sid or event.eio_sid)} asked for ack {event.ack_id} and gets none: "
        f"{'a handler that raises' if raises else 'an event that nothing answers'} is not acknowledged, so the client "
        "waits in vain.",
        f"there is no ack among the records of row {event.seq}",
        "Have the client wait for a bounded time, in JavaScript: socket.timeout(5000).emit(...)"
        + (", and have the handler return what went wrong in place of raising it." if raises else "."),
        is_failure=True,
    )


def _running(around: Surroundings, event: r.EventReceived) -> Reason:
    took = around.now - event.at
    waiting = around.unanswered(event)
    asked = [f"{around.who(one.sid)}, {quoted(one.emit.event)}" for one in waiting]
    seqs = sorted({one.emit.seq for one in waiting})
    waits = f"ack {event.ack_id} leaves when it returns; " if event.ack_id is not None else ""
    pending = f"it has asked for {counted(len(asked), 'ack')} that did not come yet: {listed(asked)} ({rows(seqs)}); "
    return Reason(
        "still running",
        f"Its handler has been running for {lasted(took)} and has not returned.",
        f"{waits}{pending if asked else ''}no record says that it ended",
        sentence(ADVICE),
        is_failure=took > LONGER_THAN_SECONDS * 1e9,
    )
