"""What went wrong in a handler, of whatever it was: what it raised, and what is wrong with what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.absent import put_back
from sio_lab.core.reason import Reason
from sio_lab.core.telling import below, first_line, lasted, listed, quoted, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.acks import Asked
    from sio_lab.core.surroundings import Surroundings


def raised(around: Surroundings, row: r.Record, handled: r.Handled) -> Reason:
    """Say what a handler raised, and what it was waiting for where that is why."""
    where = f" ({handled.cell})" if handled.cell else ""
    hint = hints.beside_no_ack(handled.hint)
    if hint == hints.CALL_IN_CONNECT:
        return call_in_connect(
            f"it raised {first_line(handled.error)} after {handled.ms:,.0f} ms (record {handled.seq})"
        )
    waited = [_late(around, one, handled) for one in around.asked_by(row)] if _is_timeout(handled) else []
    asked = f"; no ack came in time of {listed(filter(None, waited))}" if any(waited) else ""
    cell = f"in its cell{where}" if where else "where it is defined"
    mend = f"Mend it {cell} and run that again, then: %sio replay {row.seq}. "
    mend += f"To look around where it was raised: %sio debug {row.seq}"
    return Reason(
        "handler raised",
        f"{handled.handler or 'The handler'}{where} raised {first_line(handled.error)}",
        f"its traceback is in lab.traffic[{row.seq}]{asked}",
        f"{sentence(hint)} {mend}" if hint else mend,
        is_failure=True,
    )


def _is_timeout(handled: r.Handled) -> bool:
    return "TimeoutError" in first_line(handled.error)


def _late(around: Surroundings, one: Asked, handled: r.Handled) -> str:
    """Say of an emit whose ack had not come when a handler gave up; empty where it had."""
    asked = f"row {one.emit.seq}, {quoted(one.emit.event)} to {around.who(one.sid)}"
    if one.ack is None:
        return f"{asked}: {one.why(around.listening)}"
    late = one.ack.at > handled.at
    return f"{asked}: it came {lasted(one.ack.at - handled.at)} too late (record {one.ack.seq})" if late else ""


def call_in_connect(evidence: str) -> Reason:
    """Say that a connect handler calls the client that it lets in."""
    return Reason(
        "call in connect",
        "A connect handler called the client that it lets in. That always waits in vain: the client is told that it "
        "is connected, and what it answers is read, when the handler has returned.",
        evidence,
        below(
            "Call it later, from an event that the client sends then, or from a task:",
            "socketio.start_background_task(lambda sid: socketio.call('ask', to=sid), request.sid)",
        ),
        is_failure=True,
    )


def what_followed(around: Surroundings, row: r.Record, handled: r.Handled) -> Iterator[Reason]:
    """Yield what is wrong with what a handler did, beside what it raised."""
    hint = hints.beside_no_ack(handled.hint)
    if handled.status == "handled" and hint:
        yield from _told(row, handled, hint)
    for task, ended in around.tasks.get(row.seq, ()):
        if ended.error is not None:
            yield task_raised(task, ended)
    for left in around.past.left_own_rooms(_cause(row)):
        yield _left_its_room(around, left)


def task_raised(task: r.TaskStarted, ended: r.TaskEnded) -> Reason:
    """Say what a background task raised."""
    cell = f" ({task.cell})" if task.cell else ""
    error = first_line(ended.error)
    name = "emit outside a handler" if "outside of request context" in error else "task raised"
    return Reason(
        name,
        f"The background task {task.name}{cell} raised {error}",
        f"it began at record {task.seq} and ended at {ended.seq}",
        sentence(ended.hint) if ended.hint else "Mend it, and run its cell again.",
        is_failure=True,
    )


def _told(row: r.Record, handled: r.Handled, hint: str) -> Iterator[Reason]:
    evidence = f"record {handled.seq} says that {handled.handler or 'a function'} answered row {row.seq}"
    if hint.startswith(hints.HIDES):
        step = "Name one of the two otherwise, or remove the function: %sio off EVENT -n NAMESPACE"
        if isinstance(row, r.EventReceived):
            step = f"Rename one of the two, or remove the function: lab.off({quoted(row.event)}, {row.namespace!r})"
        yield Reason("hidden method", sentence(hint), evidence, step, is_failure=False)
    elif hint.startswith(hints.ASYNC):
        step = "Write def in place of async def, without await."
        yield Reason("never ran", sentence(hint), evidence, step, is_failure=True)


def _left_its_room(around: Surroundings, left: r.Left) -> Reason:
    return Reason(
        "left its personal room",
        f"The handler took {around.who(left.sid)} out of its personal room, the room of its own sid: replies to it, "
        "and all that is emitted to its sid, go nowhere from then on.",
        f"record {left.seq}: it left room {quoted(left.room)} of {left.namespace}",
        below(
            "Don't write leave_room(request.sid): a client leaves rooms of yours only. To put it back:",
            put_back(left.sid, left.namespace),
        ),
        is_failure=True,
    )


def _cause(row: r.Record) -> int:
    """Return the seq that what a handler did names as its cause."""
    return getattr(row, "asked", None) or row.seq
