"""What was seen of each event, in each namespace and direction: the matter of an API document."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.traffic import Merged
    from sio_lab.core.wire import Wire

CONNECT = "connect"


@dataclass
class Exchange:
    """One event in one direction, or the connects of a namespace, with what came back."""

    action: str
    """`receive` where clients send it, `send` where the server does: as AsyncAPI has it, from the server's side."""

    event: str
    packets: list[Wire] = field(default_factory=list)
    """What was sent, oldest first; of connects only those with an auth."""

    replies: list[Wire] = field(default_factory=list)
    """The acks; of connects the refusals."""

    count: int = 0
    """How often it happened."""

    asked: int = 0
    """How often an ack was asked for."""

    handlers: set[str] = field(default_factory=set)
    """The functions that answered it."""

    statuses: Counter[str] = field(default_factory=Counter)
    """How its handlers ended."""


@dataclass
class Place:
    """One namespace."""

    connects: Exchange = field(default_factory=lambda: Exchange("receive", CONNECT))
    exchanges: dict[tuple[str, str], Exchange] = field(default_factory=dict)
    """(action, event) -> what was seen of it, in the order of their first times."""

    rooms: set[str] = field(default_factory=set)
    """Rooms that were joined."""

    def exchange(self, action: str, event: str) -> Exchange:
        """Return what was seen of an event so far."""
        return self.exchanges.setdefault((action, event), Exchange(action, event))


def observe(rows: Merged) -> dict[str, Place]:
    """Sort rows by namespace, direction and event; namespaces in the order of their first rows."""
    return _Observer(rows).places


class _Observer:
    def __init__(self, merged: Merged) -> None:
        self.merged = merged
        self.places: dict[str, Place] = {}
        self._emits: dict[int, Exchange] = {}
        tell: dict[type[r.Record], Callable[[Any], object]] = {
            r.EventReceived: self._received,
            r.Emitted: self._emitted,
            r.AckReceived: self._acked,
            r.Connected: self._connected,
            r.Refused: self._refused,
            r.Joined: self._joined,
        }
        for row in merged.rows:
            if type(row) in tell:
                tell[type(row)](row)

    def _place(self, namespace: str) -> Place:
        return self.places.setdefault(namespace, Place())

    def _received(self, row: r.EventReceived) -> None:
        exchange = self._place(row.namespace).exchange("receive", row.event)
        self._note(exchange, row)
        handled = self.merged.handled.get(row.seq)
        if handled is not None:
            exchange.statuses[handled.status] += 1
        if handled is not None and handled.handler:
            exchange.handlers.add(handled.handler)

    def _emitted(self, row: r.Emitted) -> None:
        self._emits[row.seq] = exchange = self._place(row.namespace).exchange("send", row.event)
        self._note(exchange, row)

    def _note(self, exchange: Exchange, row: r.EventReceived | r.Emitted) -> None:
        exchange.count += 1
        exchange.asked += row.ack_id is not None
        exchange.packets.append(row.wire)
        ack = self.merged.acks.get(row.seq)
        if ack is not None:
            exchange.replies.append(ack.wire)

    def _acked(self, row: r.AckReceived) -> None:
        exchange = self._emits.get(row.of or 0)
        if exchange is not None:
            exchange.replies.append(row.wire)

    def _connected(self, row: r.Connected) -> None:
        self._asked(row)

    def _refused(self, row: r.Refused) -> None:
        self._asked(row).replies.append(row.wire)

    def _asked(self, row: r.Connected | r.Refused) -> Exchange:
        connects = self._place(row.namespace).connects
        connects.count += 1
        asked = self.merged.asked.get(row.asked or 0)
        if asked is not None:
            connects.packets.append(asked.wire)
        return connects

    def _joined(self, row: r.Joined) -> None:
        place = self.places.get(row.namespace)
        if place is not None:
            place.rooms.add(str(row.room))
