"""Why a client did not get in, or is gone again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.cause import REMARK
from sio_lab.core.cause_path import UNSERVED, unserved
from sio_lab.core.cause_request import rejected as cause_of_rejected
from sio_lab.core.reason import Reason
from sio_lab.core.running import ADVICE, LONGER_THAN_SECONDS
from sio_lab.core.telling import lasted, quoted, sentence
from sio_lab.core.why_handler import raised, what_followed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.surroundings import Surroundings

_MEANINGS = {
    "client disconnect": "the client said goodbye",
    "server disconnect": "the server sent it away: disconnect(), lab.kick, or a stop",
    "ping timeout": "it answered no ping in time: its network died, or its page was put to sleep",
    "transport close": "its connection closed without a goodbye: the page was closed or reloaded, or the network died",
    "transport error": "its connection broke",
}
_LOST = frozenset({"ping timeout", "transport error"})


def refused(around: Surroundings, row: r.Refused) -> Iterator[Reason]:
    """Yield why a client may not enter a namespace."""
    handled = around.handled(row)
    if handled is not None and handled.status == "raised":
        yield raised(around, row, handled)
    elif row.sid is None and row.reason == UNSERVED:
        yield _unserved(around, row)
    else:
        by = handled.handler if handled is not None and handled.handler else "the connect handler"
        yield Reason(
            "refused",
            f"{by} refused the client: {quoted(row.reason)}.",
            f"the client got {quoted(row.wire.text)}",
            f"A connect handler refuses by return False, or by raising ConnectionRefusedError(...): see what it asks "
            f"for. Its auth was {_auth(around, row)}.",
            is_failure=True,
        )
    if handled is not None:
        yield from what_followed(around, row, handled)


def _auth(around: Surroundings, row: r.Refused) -> str:
    asked = around.story.merged.asked.get(row.asked or 0)
    args = around.args(asked) if asked is not None else ()
    return quoted(args[0]) + ", leaves hidden" if args else "empty"


def _unserved(around: Surroundings, row: r.Refused) -> Reason:
    cause = unserved(row)
    if cause is None:
        step = "Use the client that is connected: one connection has one client in each namespace."
        told = sentence(row.hint or row.reason)
        return Reason("connected already", told, f"row {row.seq}: {row.reason}", step, is_failure=True)
    served = sorted({ns for ns, _ in (*around.state.functions, *around.state.methods)} - {"*"})
    evidence = f"{row.hint or row.reason}; with handlers there are now: {', '.join(served) or 'none'}"
    return Reason(cause.name, cause.what, evidence, cause.next_step, is_failure=True)


def rejected(_around: Surroundings, row: r.Rejected) -> Iterator[Reason]:
    """Yield why Engine.IO would not have a request or a packet."""
    status = f"HTTP status {row.status}" if row.status is not None else "it came over an open connection"
    packet = f", {quoted(row.wire.text)}" if row.wire.text else ""
    cause = cause_of_rejected(row)
    evidence = f"{row.reason[:200]}; {status}, from {row.address or 'an unknown address'}{packet}"
    yield Reason(cause.name, cause.what, evidence, cause.next_step, is_failure=cause.grade < REMARK)


def disconnected(around: Surroundings, row: r.Disconnected) -> Iterator[Reason]:
    """Yield why a client is gone, and what its handler did."""
    handled = around.handled(row)
    if handled is not None and handled.status == "raised":
        yield raised(around, row, handled)
    if row.reason in _LOST:
        yield Reason(
            "connection lost",
            f"{around.who(row.sid)} is gone: {meaning(row.reason)}.",
            f"row {row.seq}: {row.reason}",
            "A client that connects again gets a new sid and is in no rooms: have its connect handler put it back.",
            is_failure=False,
        )
    if handled is not None:
        yield from what_followed(around, row, handled)


def meaning(reason: str) -> str:
    """Say what it means that a client is gone for this reason."""
    return _MEANINGS.get(reason, reason or "no reason was given")


def connected(around: Surroundings, row: r.Connected) -> Iterator[Reason]:
    """Yield what is wrong with what a connect handler did that let its client in."""
    handled = around.handled(row)
    if handled is not None:
        # With `always_connect` a client is let in before its handler ends.
        if handled.status == "raised":
            yield raised(around, row, handled)
        yield from what_followed(around, row, handled)


def polls_only(around: Surroundings, row: r.Connected) -> Iterator[Reason]:
    """Yield the remark that a client goes by long polling, where it is there and never came further."""
    connection = around.state.connections.get(row.eio_sid)
    if connection is not None and connection.transport == "polling" and row.sid in around.state.clients:
        yield Reason(
            "polling only",
            f"{around.who(row.sid)} goes by long polling: each packet to it waits for a request of its own.",
            f"no upgrade in {lasted(around.now - row.at)}",
            "Let the client use websocket, and see that no proxy in between keeps it from that.",
            is_failure=False,
        )


def undecided(around: Surroundings, asked: r.ConnectAsked) -> Iterator[Reason]:
    """Yield that a connect handler still runs."""
    took = around.now - asked.at
    calls = [one for one in around.unanswered(asked) if hints.CALL_IN_CONNECT in (one.emit.hint or "")]
    waits = f"; it waits for an ack of row {calls[0].emit.seq}, which can't come" if calls else ""
    yield Reason(
        "still running",
        f"The connect handler has been running for {lasted(took)}; its client waits to be let in.",
        f"no record says how it ended{waits}",
        sentence(hints.CALL_IN_CONNECT if calls else ADVICE),
        is_failure=bool(calls) or took > LONGER_THAN_SECONDS * 1e9,
    )
