"""What happened to background tasks; part of `records`."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core.quick import quick
from sio_lab.core.record import FIXED_BYTES, Record


@quick
@dataclass(frozen=True, slots=True)
class TaskStarted(Record):
    """A background task begins; or a thread of the user's own, seen at its first `socketio.sleep`."""

    name: str
    """Its function's qualified name."""

    cell: str | None = None
    """The notebook cell it belongs to, which ends it when it is run again."""

    source: str | None = None
    """File and line of its function's definition."""

    cause: int | None = None
    """The seq of the event whose handler started it."""


@quick
@dataclass(frozen=True, slots=True)
class TaskLingers(Record):
    """A task that is to end goes on."""

    of: int
    """The seq of its `TaskStarted`."""

    why: str
    """What keeps it from ending."""


@quick
@dataclass(frozen=True, slots=True)
class TaskEnded(Record):
    """A task is over."""

    of: int
    """The seq of its `TaskStarted`."""

    how: str
    """`finished` of itself, `raised`, or `ended` by the lab."""

    error: str | None = None
    """The exception, as its last traceback line."""

    traceback: str | None = None
    """The whole traceback, from the user's own frame on."""

    hint: str | None = None
    """What to do next."""

    @property
    def size(self) -> int:
        """What it counts against the log's bound, in bytes."""
        return FIXED_BYTES + len(self.error or "") + len(self.traceback or "") + len(self.hint or "")
