"""A registered handler, and how its runs went; part of `state`."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sio_lab.core.console import newest

if TYPE_CHECKING:
    from sio_lab.core.handler_records import HandlerRegistered
    from sio_lab.core.records import Handled

RECENT_RUNS = 500
MOST_OUTPUT = 2_000
"""Characters of its output that a handler's console keeps: the newest."""


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

    output: str = ""
    """Its console: the newest of what its runs printed and displayed, and the last line of what they raised."""

    def ended(self, record: Handled, *, again: bool) -> None:
        """Take in how a run ended; `again` where what it returned could not be sent, after its end had been told."""
        self.calls += not again
        self.errors += record.status == "raised"
        self.last_at = record.at
        if not again:
            self.total_ms += record.ms
            self.recent_ms.append(record.ms)
        if record.output is not None and not again:
            self._print(record.output)
        if record.error is not None:
            self._print(record.error)

    def _print(self, text: str) -> None:
        line_end = "" if text.endswith("\n") else "\n"
        self.output = newest(f"{self.output}{text}{line_end}", MOST_OUTPUT)

    @property
    def mean_ms(self) -> float | None:
        """Mean duration of all runs, in milliseconds."""
        return self.total_ms / self.calls if self.calls else None

    @property
    def p95_ms(self) -> float | None:
        """95th percentile (nearest rank) of the newest 500 durations, in milliseconds."""
        ordered = sorted(self.recent_ms)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)] if ordered else None
