"""A registered handler, and how its runs went; part of `state`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sio_lab.core.handler_records import HandlerRegistered

RECENT_RUNS = 500


@dataclass(slots=True)
class HandlerState:
    """One registered handler, and how its runs went."""

    registered: HandlerRegistered
    calls: int = 0
    errors: int = 0
    total_ms: float = 0.0
    last_at: int | None = None
    recent_ms: deque[float] = field(default_factory=lambda: deque(maxlen=RECENT_RUNS))
    """Durations of the newest runs, for the 95th percentile."""

    beneath: str | None = None
    """The function of another cell that it covers."""

    @property
    def mean_ms(self) -> float | None:
        """Mean duration of all runs, in milliseconds."""
        return self.total_ms / self.calls if self.calls else None

    @property
    def p95_ms(self) -> float | None:
        """95th percentile (nearest rank) of the newest 500 durations, in milliseconds."""
        ordered = sorted(self.recent_ms)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else None
