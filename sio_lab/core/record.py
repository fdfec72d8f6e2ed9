"""What all records share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from sio_lab.core.quick import quick
from sio_lab.core.wire import NO_WIRE, Wire

Room: TypeAlias = Hashable
"""A room's name; `None` is a namespace's list of all its clients, a sid the personal room of that client."""

FIXED_BYTES = 250
"""What a record costs beside its payload and recipients, in bytes, once it is packed by column.

Seen with tracemalloc: 107 for echoes (event, handled, ack) of 50 clients; 100 to 260, class by class, where each record
names ids that no other one does, and 350 for an emit to one such. Not packed yet, as the newest few thousand are, it
costs up to 350 more; so does an event whose handler still runs, since the state holds it, too.
"""


@quick
@dataclass(frozen=True, slots=True)
class Record:
    """Base of all records."""

    seq: int = field(default=0, init=False)
    """Position in the log, from 1; never used twice. 0 until the log has stamped it."""

    at: int = field(default=0, init=False)
    """When the log took it: nanoseconds since 1970, UTC; never decreasing."""

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        wire: Wire = getattr(self, "wire", NO_WIRE)
        return FIXED_BYTES + wire.size


R = TypeVar("R", bound=Record)

# Bound once, and past the refusal to assign: half the price of `object.__setattr__`.
set_seq = vars(Record)["seq"].__set__
set_at = vars(Record)["at"].__set__


def stamp(record: R, seq: int, at: int) -> R:
    """Give a record its number and its time, and return it: the log's to do, once, and of those who make it anew."""
    set_seq(record, seq)
    set_at(record, at)
    return record
