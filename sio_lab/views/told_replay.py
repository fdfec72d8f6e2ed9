"""What a replay came to beside what had happened, as the detail pane is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Iterable


class Line(Protocol):
    """One part of two outcomes."""

    @property
    def label(self) -> str:
        """What is compared: `status`, `ack`, `emits`, ..."""

    @property
    def before(self) -> object:
        """What the log has."""

    @property
    def now(self) -> object:
        """What the replay came to."""

    @property
    def differs(self) -> bool:
        """Whether the two are to be told apart."""


class Compared(Protocol):
    """Two outcomes of one row."""

    @property
    def lines(self) -> Iterable[Line]:
        """Its parts, in order."""

    @property
    def notes(self) -> Iterable[str]:
        """What is to be known of the replay."""


def told_replay(compared: Compared) -> dict[str, Any]:
    """Return as JSON what `lab.replay` gave for one row: the parts that differ, those that don't, and the notes."""
    lines = list(compared.lines)
    differing = [_told_line(line) for line in lines if line.differs]
    same = [_told_line(line) for line in lines if not line.differs]
    return {
        "differing": differing,
        "same": same,
        "notes": [values.visible(str(each), values.LONG) for each in compared.notes],
    }


def _told_line(line: Line) -> list[str]:
    return [values.visible(line.label), _shown(line.before), _shown(line.now)]


def _shown(value: object) -> str:
    """Return a side of a comparison as text; a traceback keeps its lines."""
    return "" if value is None else values.lines(str(value))
