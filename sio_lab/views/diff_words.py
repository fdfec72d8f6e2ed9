"""The differences of two captures in words: what changed of each event, a line a change."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sio_lab.views import values
from sio_lab.views.cells import ARROWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.differ import Change, Differences
    from sio_lab.core.profile import What

MOST_LINES = 8
"""Changes of one kind that are shown of an event; the others are counted."""

_LABELS = {
    "no-handler": "no handler",
    "running": "still running",
    "unanswered": "no ack came",
    "args": "arguments",
    "count": "times",
    "p95_ms": "95th percentile",
}
_WHOLE = frozenset({"seen", "handler", "client"})
"""What tells that something is there as a whole, or is not."""

_GRAVE = frozenset({"error", "raised", "no-handler"})
_MARKS = {"new": "+", "gone": "\u2212"}  # a minus sign, which is as wide as a plus sign
_SIGNS = {"more": "↑", "fewer": "↓", "slower": "↑", "faster": "↓", "changed": "≠"}


@dataclass(frozen=True, slots=True)
class Line:
    """One change."""

    mark: str
    label: str
    before: str
    """Empty where there was nothing."""

    after: str
    look: str
    """`failed`, `mended` or nothing."""

    full: str = ""
    """More of it, for a tooltip."""


@dataclass(frozen=True, slots=True)
class Group:
    """What changed of one event."""

    what: What
    lines: tuple[Line, ...]
    look: str
    """`failed`, `new`, `gone` or nothing."""


def groups(differences: Differences) -> list[Group]:
    """Return what changed, event by event, the gravest first."""
    return [_group(what, list(changes)) for what, changes in groupby(differences.changes, key=lambda each: each.of)]


def name(what: What) -> str:
    """Return what an event is called: its direction, its kind where it is no event, its name."""
    kind = "" if what.kind in {"event", "emit"} else f"{what.kind} "
    return f"{ARROWS[what.direction]} {kind}{values.visible(what.event)}".rstrip()


def place(what: What) -> str:
    """Return the namespace that something is in, where that has to be said."""
    return "" if what.namespace in {"", "/"} else values.visible(what.namespace)


def counted(differences: Differences) -> str:
    """Return how many differences there are; where there is none, how much is the same."""
    changes, parts = len(differences.changes), len({each.of for each in differences.changes})
    if changes:
        said = f"{changes:,} difference{'' if changes == 1 else 's'}"
        return f"{said} in {parts:,} place{'' if parts == 1 else 's'}"
    same = len(differences.same)
    return (
        f"no difference: {same:,} {'is' if same == 1 else 'are'} the same"
        if same
        else "no difference: nothing is in them"
    )


def _group(what: What, changes: list[Change]) -> Group:
    lines = tuple(
        line for kind, some in groupby(changes, key=lambda each: each.what) for line in _lines(kind, list(some))
    )
    looks = [line.look for line in lines]
    seen = next((each.change for each in changes if each.what in _WHOLE), "")
    return Group(what, lines, "failed" if "failed" in looks else seen)


def _lines(kind: str, changes: list[Change]) -> Iterator[Line]:
    yield from map(_line, changes[:MOST_LINES])
    if len(changes) > MOST_LINES:
        yield Line("", _LABELS.get(kind, kind), "", f"and {len(changes) - MOST_LINES:,} more: .df has all", "")


def _line(change: Change) -> Line:
    before, after = (_shown(change.what, value) for value in (change.before, change.after))
    mark = _MARKS.get(change.change) or _SIGNS[change.change]
    full = "" if change.what != "ack" else f"{_long(change.before)} → {_long(change.after)}"
    return Line(mark, _label(change), before, after + _ratio(change), _look(change), full)


def _label(change: Change) -> str:
    if change.args is not None:
        return f"ack of ({values.arguments(change.args, 60)})" if change.args else "ack"
    if change.what in _WHOLE:
        return change.change
    if change.what == "ms":
        return "time to ack" if change.of.kind == "emit" else "median time"
    return _LABELS.get(change.what, change.what)


def _look(change: Change) -> str:
    if change.what in _GRAVE:
        return "mended" if change.change in {"gone", "fewer"} else "failed"
    if change.what == "unanswered":
        return "failed" if change.change == "more" else "mended"
    return ""


def _ratio(change: Change) -> str:
    if change.change not in {"slower", "faster"} or not change.before or not change.after:
        return ""
    ratio = max(change.before, change.after) / min(change.before, change.after)
    return f", {ratio:,.1f}\u00d7 {change.change}"


def _shown(what: str, value: Any) -> str:
    if value is None:
        return ""
    if what in {"ms", "p95_ms"}:
        return values.duration(value)
    if what == "seen":
        return f"{value:,} time{'' if value == 1 else 's'}"
    if what == "ack":
        return " or ".join(map(_ack, value)) if isinstance(value, list) else _ack(value)
    if isinstance(value, tuple):
        return values.visible(" or ".join(map(str, value)))
    return f"{value:,}" if isinstance(value, int) else values.visible(value)


def _ack(ack: Any) -> str:
    return values.arguments(ack) or "()"


def _long(value: Any) -> str:
    several = value if isinstance(value, list) else [value]
    return " or ".join(values.arguments(each, values.LONG) or "()" for each in several[:MOST_LINES])
