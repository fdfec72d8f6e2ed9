"""The acks table: what the server asked clients to acknowledge, one row for each client that was asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core import records as r
from sio_lab.core.columns import Column, Columns, from_rows
from sio_lab.core.traffic import Merged, payload_of
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder

Listening: TypeAlias = Callable[[str, str, str], "bool | None"]
"""Tells whether the client of a sid, in a namespace, has a listener for an event; None where that can't be told."""

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
    Column("waited_s", "integer", "how long it has been waited for, or was until the client left, in whole seconds"),
    Column("why", "category", "why there is no ack"),
)


_WAITED_FOR = {
    None: "no listener of the client has called back yet",
    True: "its listener has not returned yet, or raised",
    False: "it has no listener; the event has not arrived yet",
}


def not_known(_sid: str, _namespace: str, _event: str) -> bool | None:
    """Tell nothing of who listens: a log alone does not know."""
    return None


@dataclass(frozen=True)
class Asked:
    """One client that was asked for an ack, and what came of it."""

    emit: r.Emitted
    sid: str | None
    """None where the emit reached nobody."""

    ack: r.AckReceived | None
    gone: r.Disconnected | None
    """How the client left, where it has."""

    is_there: bool
    """Whether it is connected."""

    @property
    def state(self) -> str:
        """One of waiting, acknowledged, gone and nobody."""
        if self.ack is not None:
            return "acknowledged"
        if self.sid is None:
            return "nobody"
        return "waiting" if self.is_there else "gone"

    @property
    def ack_id(self) -> int | None:
        """The number that ties the ack to the emit, where it is known."""
        # Each recipient of a broadcast is given a number of its own, and the emit knows the first one's only.
        if self.ack is not None:
            return self.ack.ack_id
        return self.emit.ack_id if self.sid is not None and self.sid == self.emit.recipients[0] else None

    def waited(self, now: int) -> int | None:
        """Return how long the ack has been waited for, in nanoseconds; None where it came, or nobody was asked."""
        if self.ack is not None or self.sid is None:
            return None
        return max(0, (self.gone.at if self.gone is not None else now) - self.emit.at)

    def why(self, listening: Listening = not_known) -> str | None:
        """Say why there is no ack; None where there is one."""
        if self.ack is not None:
            return None
        if self.sid is None:
            return self.emit.hint or "it was sent to no client"
        if not self.is_there:
            return "the client left" + (f": row {self.gone.seq}, {self.gone.reason}" if self.gone else "")
        return _WAITED_FOR[listening(self.sid, self.emit.namespace, self.emit.event)]


def asked(emit: r.Emitted, given: Mapping[tuple[int | None, str | None], r.AckReceived], state: State) -> list[Asked]:
    """Return who was asked for an ack of an emit; `given` are the acks by the seq of their emit and their sid."""
    sids: tuple[str | None, ...] = emit.recipients or (None,)
    return [
        Asked(emit, sid, given.get((emit.seq, sid)), state.departed.get(sid or ""), sid in state.clients)
        for sid in sids
    ]


def given_acks(merged: Merged) -> dict[tuple[int | None, str | None], r.AckReceived]:
    """Return the acks that came, by the seq of their emit and their sid."""
    return {(ack.of, ack.sid): ack for ack in _received(merged)}


def acks(
    merged: Merged,
    state: State,
    read: Decoder = decode,
    *,
    now: int | None = None,
    listening: Listening = not_known,
) -> Columns:
    """Return who was asked for an ack and who gave it, in the order of the emits; several rows for a broadcast.

    `now` in nanoseconds since 1970 is what those still waited for are measured by; without it they are not.
    """
    given = given_acks(merged)
    emits = (row for row in merged.rows if type(row) is r.Emitted and row.ack_id is not None)
    every = (one for emit in emits for one in asked(emit, given, state))
    return from_rows(ACKS, ("seq",), (_row(one, state, read, now, listening) for one in every))


def _received(merged: Merged) -> Iterator[r.AckReceived]:
    yield from (ack for ack in merged.acks.values() if isinstance(ack, r.AckReceived))
    yield from (row for row in merged.rows if type(row) is r.AckReceived)


def _row(one: Asked, state: State, read: Decoder, now: int | None, listening: Listening) -> tuple[Any, ...]:
    emit, ack = one.emit, one.ack
    waited = None if now is None else one.waited(now)
    return (
        emit.seq,
        emit.at,
        emit.event,
        emit.namespace,
        one.sid,
        state.name_of(one.sid),
        one.ack_id,
        one.state,
        ack and ack.ms,
        ack and payload_of(ack.wire, read),
        None if waited is None else waited // 10**9,
        one.why(listening),
    )
