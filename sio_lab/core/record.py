"""What all records share."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeAlias

from sio_lab.core.quick import quick
from sio_lab.core.wire import NO_WIRE, Wire

Room: TypeAlias = Hashable
"""A room's name; `None` is a namespace's list of all its clients, a sid the personal room of that client."""

FIXED_BYTES = 350
"""What a record costs beside its payload and recipients, in bytes: the largest seen with tracemalloc (164 to 345)."""


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
