"""Why an emit did not arrive, or not as it was meant: nobody to receive it, nobody to acknowledge it, a value lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import absent, hints, telling
from sio_lab.core import records as r
from sio_lab.core.reason import Reason
from sio_lab.core.telling import below, counted, lasted, listed, quoted, sentence
from sio_lab.core.why_handler import call_in_connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.acks import Asked
    from sio_lab.core.surroundings import Surroundings

PATIENCE_SECONDS = 5.0
"""An ack that has not come after so long counts as one that does not come: a call of the lab's gives up then."""


def reasons(around: Surroundings, emit: r.Emitted) -> Iterator[Reason]:
    """Yield why an emit did not arrive as it was meant."""
    hint = emit.hint or ""
    if hints.CALL_IN_CONNECT in hint:
        yield call_in_connect(f"row {emit.seq} was emitted while the connect handler ran; its hint says so")
    if not emit.recipients:
        yield from _reached_nobody(around, emit)
    yield from _lost(emit, hint)
    waiting = [one for one in around.asked(emit) if one.ack is None and one.sid is not None]
    if waiting and hints.CALL_IN_CONNECT not in hint:
        yield from _no_acks(around, waiting)
    if emit.ack_id is not None and len(emit.recipients) > 1:
        yield _callback_on_a_broadcast(around, emit)


def remarks(around: Surroundings, emit: r.Emitted) -> Iterator[Reason]:
    """Yield what is worth knowing of an emit that arrived."""
    yield from _nobody_listens(around, emit)
    yield from _outsider(around, emit)


# --- nobody received it -------------------------------------------------------------------------------------------


def _reached_nobody(around: Surroundings, emit: r.Emitted) -> Iterator[Reason]:
    then = around.past.rooms(emit.seq)
    target = (emit.namespace, emit.to, emit.skip)
    for room, found in absent.causes(around.state, then, target):
        in_vain = " Nobody can acknowledge it, so its callback never runs." if emit.ack_id is not None else ""
        yield Reason(
            found.name,
            sentence(found.what) + in_vain,
            f"row {emit.seq} has no recipients{_around(around, emit, room)}",
            found.next_step,
            is_failure=True,
        )


def _around(around: Surroundings, emit: r.Emitted, room: r.Room) -> str:
    """Say who was there last, and who came first afterwards."""
    before = around.past.last_before(emit.seq, emit.namespace, room)
    after = around.past.first_join_after(emit.seq, emit.namespace, room)
    told = ""
    if isinstance(before, r.Left):
        told += f"; the last one in it, {around.who(before.sid)}, left {lasted(emit.at - before.at)} before"
        told += f" (record {before.seq})"
    if after is not None:
        told += f"; {around.who(after.sid)} came {lasted(after.at - emit.at)} later (record {after.seq}): too late"
    return told


# --- it lost something, or is acknowledged otherwise than meant ---------------------------------------------------


def _lost(emit: r.Emitted, hint: str) -> Iterator[Reason]:
    if hints.LOST in hint:
        what = sentence(hint.partition(". ")[0])
        step = below("Write the value in second place:", f"emit({emit.event!r}, value)")
        yield Reason("lost value", what, f"row {emit.seq} carries {quoted(emit.wire.text)}", step, is_failure=True)
    elif emit.recipients and hint and hints.BROADCAST_CALLBACK not in hint and hint != hints.CALL_IN_CONNECT:
        step = "Change the line that emits."
        yield Reason("misused call", sentence(hint), f"row {emit.seq} says so", step, is_failure=False)


def _callback_on_a_broadcast(around: Surroundings, emit: r.Emitted) -> Reason:
    given = [one for one in around.asked(emit) if one.ack is not None]
    return Reason(
        "callback on a broadcast",
        f"It was sent to {counted(len(emit.recipients), 'client')}, each of which may answer: the callback is called "
        "once for each answer, and is not told whose it is. A call would return the first answer, and drop the others.",
        f"row {emit.seq} has {counted(len(emit.recipients), 'recipient')}; "
        f"{counted(len(given), 'ack')} came{_from(around, given)}",
        below(
            "Emit to each client by itself, with a callback that knows whom it asks:",
            f"for sid in sids:\n    socketio.emit({_pasted(emit.event)}, to=sid, "
            f"namespace={_pasted(emit.namespace)}, callback=functools.partial(answered, sid))",
        ),
        is_failure=False,
    )


def _from(around: Surroundings, given: list[Asked]) -> str:
    return f", from {listed(around.who(one.sid) for one in given)}" if given else ""


def _pasted(name: str) -> str:
    return repr(name) if len(name) <= telling.PASTED else "name"


def _no_acks(around: Surroundings, waiting: list[Asked]) -> Iterator[Reason]:
    there = [one for one in waiting if one.is_there]
    gone = [one for one in waiting if not one.is_there]
    if gone:
        yield _client_gone(around, gone)
    if there:
        yield _not_acknowledged(around, there)


def _client_gone(around: Surroundings, gone: list[Asked]) -> Reason:
    names = listed(around.who(one.sid) for one in gone)
    rows = listed(f"row {one.gone.seq}: {one.gone.reason}" for one in gone if one.gone is not None)
    return Reason(
        "client gone",
        f"{names} left without acknowledging {quoted(gone[0].emit.event)}: no ack will come.",
        rows or "no longer connected",
        "Don't count on an ack: a callback may never be called. A call gives up: socketio.call(..., timeout=5).",
        is_failure=True,
    )


def _not_acknowledged(around: Surroundings, there: list[Asked]) -> Reason:
    emit = there[0].emit
    waited, names = around.now - emit.at, listed(around.who(one.sid) for one in there)
    return Reason(
        "no ack yet",
        f"{quoted(emit.event)} was sent {lasted(waited)} ago, and not acknowledged by {names}.",
        listed(f"{around.who(one.sid)}: {one.why(around.listening)}" for one in there),
        "The client's listener must call back: in JavaScript call the function that it gets as its last argument, "
        f"socket.on({quoted(emit.event)}, (..., callback) => callback(value)); in Python return a value. "
        "%sio acks shows who is waited for.",
        is_failure=waited > PATIENCE_SECONDS * 1e9,
    )


# --- it arrived ---------------------------------------------------------------------------------------------------


def _nobody_listens(around: Surroundings, emit: r.Emitted) -> Iterator[Reason]:
    deaf = [sid for sid in emit.recipients if around.listening(sid, emit.namespace, emit.event) is False]
    if not deaf:
        return
    name = around.who(deaf[0])
    in_namespace = "" if emit.namespace == "/" else f", namespace={_pasted(emit.namespace)}"
    code = f"@{name}.on({_pasted(emit.event)}{in_namespace})\ndef {telling.function_name(emit.event)}(*args):\n    ..."
    yield Reason(
        "no listener",
        f"It was sent, but nothing listens for {quoted(emit.event)} at {listed(map(around.who, deaf))}: "
        "no code runs there.",
        f"the lab asked {counted(len(deaf), 'client')} of its own; their .received has the event all the same",
        below("Look at .received, or have the client listen:", code if name.isidentifier() else ""),
        is_failure=False,
    )


def _outsider(around: Surroundings, emit: r.Emitted) -> Iterator[Reason]:
    sid = _sender(around, emit)
    here = around.state.members(emit.namespace)
    sids = {*here, *emit.recipients, *around.state.departed}
    rooms = [room for room in emit.to if room not in sids]
    outside = [room for room in rooms if sid not in around.past.members(emit.namespace, room, emit.seq)]
    if sid is None or not outside:
        return
    yield Reason(
        "outsider",
        f"The handler that emitted this ran for {around.who(sid)}, which was not in room "
        f"{listed(map(quoted, outside))}: rooms say who receives, not who may send.",
        f"row {emit.cause} came from {around.who(sid)}; no record has it join before row {emit.seq}",
        below(
            "Where only members may send, ask first:",
            f"if {outside[0]!r} not in flask_socketio.rooms():\n    return",
        ),
        is_failure=False,
    )


def _sender(around: Surroundings, emit: r.Emitted) -> str | None:
    """Return for which client the handler ran that emitted, where that client is in the emit's namespace."""
    if emit.origin != "handler" or emit.cause is None or not emit.to:
        return None
    cause = around.cause(emit)
    return cause.sid if isinstance(cause, r.EventReceived) and cause.namespace == emit.namespace else None
