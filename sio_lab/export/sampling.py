"""Which packets of many are read, and what they carry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.core.wire import Decoder, Packet, Wire

MOST_SAMPLES = 200
"""Packets of one message that are read, spread evenly over all of them."""


@dataclass(frozen=True, slots=True)
class Samples:
    """What some packets carry."""

    args: list[tuple[Any, ...]]
    """The arguments of each event, the values of each ack; of CONNECT and CONNECT_ERROR its data alone."""

    seen: int
    """How many packets there were."""

    taken: int
    """How many of them were looked at."""

    unreadable: int
    """How many of those are no packets that the decoder can read."""

    @property
    def said(self) -> str:
        """What a reader is to know of it; empty where all were read."""
        some = f" Told from {self.taken:,} of {self.seen:,}, spread evenly." if self.taken < self.seen else ""
        return some + (f" {self.unreadable:,} could not be read." if self.unreadable else "")


def sample(packets: Sequence[Wire], read: Decoder) -> Samples:
    """Read at most 200 of the packets; one that says nothing, as a CONNECT without auth, counts for none."""
    chosen = spread(packets, MOST_SAMPLES)
    found = [packet for packet in (_read(wire, read) for wire in chosen) if packet is not None]
    args = [carried for carried in map(_carried, found) if carried is not None]
    return Samples(args, len(packets), len(chosen), len(chosen) - len(found))


def spread(items: Sequence[Wire], most: int) -> list[Wire]:
    """Return at most so many of the items, spread evenly: the first and the last are among them."""
    if len(items) <= most:
        return list(items)
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


def _read(wire: Wire, read: Decoder) -> Packet | None:
    try:
        return read(wire)
    except ValueError:
        return None


def _carried(packet: Packet) -> tuple[Any, ...] | None:
    if packet.type in {"CONNECT", "CONNECT_ERROR"}:
        return (packet.data,) if packet.data else None
    return packet.args
