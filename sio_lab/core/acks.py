"""The acks table: what the server asked clients to acknowledge, one row for each client that was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.columns import Column, Columns, from_rows
from sio_lab.core.traffic import Merged, payload_of
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder

ACKS = (
    Column("seq", "integer", "the emit's row in the traffic table"),
    Column("time", "time", "when it was emitted"),
    Column("event", "category", "the event's name"),
    Column("namespace", "category", "the namespace it was emitted in"),
    Column("sid", "category", "the client that was asked for an ack"),
    Column("client", "category", "that client's name, where it is one of the lab's own"),
    Column("ack_id", "integer", "the number that ties the ack to the emit"),
    Column("state", "category", "waiting, acknowledged, gone (left without an ack) or nobody (sent to no client)"),
    Column("ms", "number", "from the emit to the ack, in milliseconds"),
    Column("ack", "object", "what was acknowledged, a tuple"),
)


def acks(merged: Merged, state: State, read: Decoder = decode) -> Columns:
    """Return who was asked for an ack and who gave it, in the order of the emits; several rows for a broadcast."""
    given = {(ack.of, ack.sid): ack for ack in _received(merged)}
    emits = (row for row in merged.rows if type(row) is r.Emitted and row.ack_id is not None)
    asked = ((emit, sid) for emit in emits for sid in emit.recipients or (None,))
    rows = (_row(emit, sid, given.get((emit.seq, sid)), state, read) for emit, sid in asked)
    return from_rows(ACKS, ("seq",), rows)


def _received(merged: Merged) -> Iterator[r.AckReceived]:
    yield from (ack for ack in merged.acks.values() if isinstance(ack, r.AckReceived))
    yield from (row for row in merged.rows if type(row) is r.AckReceived)


def _row(emit: r.Emitted, sid: str | None, ack: r.AckReceived | None, state: State, read: Decoder) -> tuple[Any, ...]:
    return (
        emit.seq,
        emit.at,
        emit.event,
        emit.namespace,
        sid,
        state.name_of(sid),
        _ack_id(emit, sid, ack),
        _state(sid, ack, state),
        ack and ack.ms,
        ack and payload_of(ack.wire, read),
    )


def _ack_id(emit: r.Emitted, sid: str | None, ack: r.AckReceived | None) -> int | None:
    # Each recipient of a broadcast is given a number of its own, and the emit knows the first one's only.
    if ack is not None:
        return ack.ack_id
    return emit.ack_id if sid is None or sid == emit.recipients[0] else None


def _state(sid: str | None, ack: r.AckReceived | None, state: State) -> str:
    if ack is not None:
        return "acknowledged"
    if sid is None:
        return "nobody"
    return "waiting" if sid in state.clients else "gone"
