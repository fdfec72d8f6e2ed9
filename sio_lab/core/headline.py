"""What happened to one row, in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.telling import counted, lasted, listed, quoted, rows
from sio_lab.core.why_connect import meaning
from sio_lab.core.why_socket import closed_line, frame_line, opened_line

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.surroundings import Surroundings


def headline(around: Surroundings, record: Any) -> str:
    """Say what happened to a row."""
    return _HEADLINES.get(type(record), _other)(around, record)


def _event(around: Surroundings, event: r.EventReceived) -> str:
    who = around.who(event.sid or event.eio_sid)
    sent = f"{quoted(event.event)} from {who} in {quoted(event.namespace)}"
    handled = around.handled(event)
    if handled is None:
        return f"{sent} is being handled, for {lasted(around.now - event.at)} by now."
    how = {"no-handler": "was answered by nobody", "raised": f"was given to {handled.handler}, which raised"}
    if handled.status in how:
        return f"{sent} {how[handled.status]}{_effects(around, event)}."
    if handled.status == "refused":
        return f"{sent} was refused, as the class's rules say{_effects(around, event)}."
    took = f"in {lasted(handled.ms * 1e6)} by {handled.handler}"
    return f"{sent} was handled {took}{_ack(around, event)}{_effects(around, event)}."


def _ack(around: Surroundings, event: r.EventReceived) -> str:
    ack = around.story.merged.acks.get(event.seq)
    if event.ack_id is None:
        return "; no ack was asked for"
    if ack is None:
        return f"; ack {event.ack_id} has not left"
    return f"; ack {quoted(around.args(ack))} went to {around.who(event.sid)}"


def _effects(around: Surroundings, record: r.Record) -> str:
    """Say what a row made happen, by its rows."""
    by_kind: dict[str, list[int]] = {}
    for effect in around.story.effects(record):
        by_kind.setdefault(traffic.ROWS[type(effect)][0], []).append(effect.seq)
    told = [f"{counted(len(seqs), kind)} ({rows(seqs)})" for kind, seqs in by_kind.items()]
    return f"; it made {listed(told)}" if told else ""


def _emit(around: Surroundings, emit: r.Emitted) -> str:
    to = listed(quoted(around.state.name_of(str(room)) or room) for room in emit.to) or "everybody"
    skipped = f", without {listed(map(around.who, emit.skip))}" if emit.skip else ""
    sent = f"{quoted(emit.event)} to {to} in {quoted(emit.namespace)}{skipped}"
    if not emit.recipients:
        return f"{sent} reached nobody."
    clients = counted(len(emit.recipients), "client")
    acks = [one for one in around.asked(emit) if one.ack is not None]
    asked = f"; {len(acks)} of {clients} acknowledged it" if emit.ack_id is not None else ""
    return f"{sent} was sent to {clients}: {listed(map(around.who, emit.recipients))}{asked}."


def _connected(around: Surroundings, row: r.Connected) -> str:
    handled = around.handled(row)
    by = f" by {handled.handler} in {lasted(handled.ms * 1e6)}" if handled is not None and handled.handler else ""
    return f"{around.who(row.sid)} was let into {quoted(row.namespace)}{by}{_effects(around, row)}."


def _asked(around: Surroundings, row: r.ConnectAsked) -> str:
    return f"{around.who(row.eio_sid)} has asked for {quoted(row.namespace)}, and is not let in yet."


def _refused(around: Surroundings, row: r.Refused) -> str:
    return f"{around.who(row.eio_sid)} was refused in {quoted(row.namespace)}: {quoted(row.reason)}."


def _rejected(around: Surroundings, row: r.Rejected) -> str:
    what = "A request" if row.status is not None else "A packet"
    return f"{what} from {around.who(row.eio_sid) if row.eio_sid else row.address} was rejected."


def _disconnected(around: Surroundings, row: r.Disconnected) -> str:
    return f"{around.who(row.sid)} left {quoted(row.namespace)}: {meaning(row.reason)}{_effects(around, row)}."


def _membership(around: Surroundings, row: r.Joined | r.Left) -> str:
    verb = "joined" if isinstance(row, r.Joined) else "left"
    return f"{around.who(row.sid)} {verb} room {quoted(row.room)} of {quoted(row.namespace)}{_by(around, row)}."


def _room_closed(around: Surroundings, row: r.RoomClosed) -> str:
    return f"Room {quoted(row.room)} of {quoted(row.namespace)} was closed: all in it have left it{_by(around, row)}."


def _by(around: Surroundings, row: r.Record) -> str:
    cause = around.cause(row)
    return f", by the handler of row {cause.seq}" if cause is not None else ""


def _ack_received(around: Surroundings, ack: r.AckReceived) -> str:
    of = f"row {ack.of}" if ack.of is not None else "nothing that is known"
    took = f" after {lasted(ack.ms * 1e6)}" if ack.ms is not None else ""
    return f"{around.who(ack.sid)} acknowledged {of}{took}: {quoted(around.args(ack))}."


def _request(_around: Surroundings, row: r.HttpRequest) -> str:
    return f"{row.method} {row.path[:200]} was answered with HTTP status {row.status} in {lasted(row.ms * 1e6)}."


def _task(around: Surroundings, task: r.TaskStarted) -> str:
    row = around.state.row_of(task.cause)
    by = f", by the handler of row {row}" if row is not None else ""
    return f"Background task {task.name} was started{by}."


def _other(_around: Surroundings, record: r.Record) -> str:
    what = {
        r.ServerStarted: "The server began to listen.",
        r.ServerStopped: "The server has stopped.",
        r.Snapshot: "The lab was attached to a server that ran already.",
        r.Upgraded: "The connection went from polling to a WebSocket.",
    }
    return what.get(type(record), type(record).__name__)


_HEADLINES: dict[type[r.Record], Callable[[Surroundings, Any], str]] = {
    r.EventReceived: _event,
    r.Emitted: _emit,
    r.Connected: _connected,
    r.ConnectAsked: _asked,
    r.Refused: _refused,
    r.Rejected: _rejected,
    r.Disconnected: _disconnected,
    r.Joined: _membership,
    r.Left: _membership,
    r.RoomClosed: _room_closed,
    r.AckReceived: _ack_received,
    r.HttpRequest: _request,
    r.SocketOpened: opened_line,
    r.FrameReceived: frame_line,
    r.FrameSent: frame_line,
    r.SocketClosed: closed_line,
    r.TaskStarted: _task,
}
