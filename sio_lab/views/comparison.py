"""Outcomes side by side: as text for a terminal, as HTML for a notebook; what is equal is folded."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.views import html as markup
from sio_lab.views import text as terminal
from sio_lab.views import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sio_lab.core.compare import Comparison, Line

_LABEL = 11
_TOOK = "duration"
_NONE = "—"
_DIFFERS, _EQUAL = "≠", "="


def text(comparisons: Sequence[Comparison], width: int | None = None) -> str:
    """Return comparisons as text at most `width` columns wide; None for the terminal's width."""
    width = width or terminal.terminal_width()
    several, shared = _without_shared(comparisons)
    lines = [*(line for each in several for line in _lines(each, width)), *_told(shared, "of all, ", width)]
    return "\n".join(terminal.clip(line, width) for line in lines)


def html(comparisons: Iterable[Comparison], head: str = "") -> str:
    """Return comparisons as HTML, their style with them; `head` stands above them."""
    title = markup.element("p", markup.element("bdi", escape(values.visible(head, values.LONG)))) if head else ""
    several, shared = _without_shared(tuple(comparisons))
    of_all = markup.element("div", _listed(shared), look="sio-card sio-comparison", role="note") if shared else ""
    return markup.page("comparison", title + "".join(map(_card, several)) + of_all)


def verdict(comparison: Comparison) -> str:
    """Say in a few words how two outcomes compare: `raised → handled`, `differs`, `the same`."""
    status = next((line for line in comparison.lines if line.label == "status"), None)
    if status is not None and status.differs:
        return f"{status.before} → {status.now}"
    return "differs" if comparison.differs else "the same"


def _without_shared(comparisons: Sequence[Comparison]) -> tuple[list[Comparison], list[str]]:
    """Return comparisons without the notes that all of several have, and these, to be told once."""
    first = comparisons[0].notes if len(comparisons) > 1 else ()
    shared = [note for note in first if all(note in each.notes for each in comparisons)]
    own = [tuple(note for note in each.notes if note not in shared) for each in comparisons]
    return [replace(each, notes=notes) for each, notes in zip(comparisons, own, strict=True)], shared


def _lines(comparison: Comparison, width: int) -> list[str]:
    sides = [_side(side) for line in comparison.lines if line.differs for side in (line.before, line.now)]
    room = min(max((width - _LABEL - 8) // 2, 12), max(map(wcswidth, sides), default=12))
    event = values.visible(comparison.event)
    told = [f"row {comparison.seq} {event} - {verdict(comparison)}", _columns(" ", "", "before", "now", room)]
    for line in comparison.lines:
        if line.differs:
            told += _wrapped(line, room)
    equal = [line for line in comparison.lines if not line.differs]
    if equal:
        told.append(f"  {_EQUAL} {_counted(equal)}")
    return [*told, *_told(comparison.notes, "", width)]


def _told(notes: Sequence[str], whose: str, width: int) -> list[str]:
    told = (f"{whose}note: {values.visible(note, values.LONG)}" for note in notes)
    return [f"  {line}" for note in told for line in terminal.wrap(note, width - 2)]


def _wrapped(line: Line, room: int) -> list[str]:
    sides = [terminal.wrap(_side(side), room) for side in (line.before, line.now)]
    count = max(map(len, sides))
    before, now = (side + [""] * (count - len(side)) for side in sides)
    heads = [(_DIFFERS, line.label), *[(" ", "")] * (count - 1)]
    return [_columns(*head, old, new, room) for head, old, new in zip(heads, before, now, strict=True)]


def _columns(mark: str, label: str, before: str, now: str, room: int) -> str:
    gap = " " * max(room - wcswidth(before), 0)
    return f"  {mark} {label:{_LABEL}} {before}{gap}  {now}".rstrip()


def _side(side: str | None) -> str:
    return _NONE if side is None else values.visible(side, values.LONG) or "(empty)"


def _counted(lines: Sequence[Line]) -> str:
    """Say what is the same, what is known of one side only, and how long both took."""
    took = next((f"took {_side(line.now)}, then {_side(line.before)}" for line in lines if line.label == _TOOK), "")
    moot = _named(f"{line.label}, {_side(line.now)}" for line in lines if line.is_moot)
    others = [line for line in lines if line.label != _TOOK and not line.is_moot]
    same = _named(line.label for line in others if line.before is not None)
    loose = _named(line.label for line in others if line.before is None)
    heads = ("the same", same), ("nothing to compare", moot), ("not known of before", loose)
    told = (*(f"{head}: {labels}" for head, labels in heads if labels), took)
    return "; ".join(part for part in told if part)


def _named(labels: Iterable[str]) -> str:
    counts = Counter(labels)
    return ", ".join(f"{label} ({count})" if count > 1 else label for label, count in counts.items())


def _card(comparison: Comparison) -> str:
    mark = markup.element("span", escape(verdict(comparison)), look="sio-status")
    event = markup.element("strong", markup.element("bdi", escape(values.visible(comparison.event))))
    seq = markup.element("span", f"row {comparison.seq}", look="sio-seq")
    different = [line for line in comparison.lines if line.differs]
    equal = [line for line in comparison.lines if not line.differs]
    body = _table(different) if different else ""
    folded = _folded(equal) if equal else ""
    look = f"sio-card sio-comparison{' sio-differs' if different else ''}"
    top = markup.element("p", f"{event} {mark} {seq}", look="sio-top")
    return markup.element("div", top + body + folded + _listed(comparison.notes), look=look, role="group")


def _listed(notes: Sequence[str]) -> str:
    items = "".join(markup.element("li", escape(values.visible(note, values.LONG))) for note in notes)
    return markup.element("ul", items, look="sio-notes") if notes else ""


def _folded(lines: Sequence[Line]) -> str:
    summary = markup.element("summary", escape(_counted(lines)))
    return markup.element("details", summary + _table(lines))


def _table(lines: Sequence[Line]) -> str:
    cells = "".join(markup.element("th", escape(name), scope="col") for name in ("", "before", "now"))
    head = markup.element("thead", markup.element("tr", cells))
    return markup.element("table", head + markup.element("tbody", "".join(map(_row, lines))))


def _row(line: Line) -> str:
    label = markup.element("th", escape(line.label), scope="row")
    sides = (_cell(line.before, "sio-before"), _cell(line.now, "sio-now"))
    return markup.element("tr", label + "".join(sides), look="sio-different" if line.differs else "")


def _cell(side: str | None, look: str) -> str:
    if side is None:
        return markup.element("td", _NONE, "nothing", f"{look} sio-none")
    return markup.element("td", markup.element("bdi", escape(_side(side)), dir="auto"), look=look)
