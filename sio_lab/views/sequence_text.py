"""The sequence diagram as aligned text, for terminals: lanes are columns, and no line is wider than the terminal."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from wcwidth import wcswidth

from sio_lab.core.lane_keys import OTHERS
from sio_lab.views import text as terminal
from sio_lab.views.cells import FAILED
from sio_lab.views.diagram import Diagram, Head

if TYPE_CHECKING:
    from sio_lab.views.diagram import Arrow

MOST_STEPS = 40
"""How many steps are told: the newest."""

_TIME = 14
_NARROWEST = 15
_WIDEST = 30
_LIFELINE = "│"
_PASSED = "┼"
_STEMS = {"in": "─", "out": "─", "ack": "╌"}


def sequence(diagram: Diagram, width: int | None = None) -> str:
    """Return the diagram as text at most `width` columns wide; None for the terminal's width."""
    width = width or terminal.terminal_width()
    steps = diagram.arrows[-MOST_STEPS:]
    fitting = _fitted(replace(diagram, arrows=steps), width)
    drawing = _Drawing(fitting, width)
    earlier = diagram.earlier + len(diagram.arrows) - len(steps)
    before = f", {earlier:,} earlier not shown" if earlier else ""
    asked = f"  [{diagram.filter}]" if diagram.filter else ""
    counted = f"{len(steps)} step{'' if len(steps) == 1 else 's'}{before}" if steps else "nothing yet"
    caption = terminal.clip(f"sequence: {counted}{asked}", width)
    lines = [drawing.heads(), *map(drawing.line, fitting.arrows)] if steps else []
    return "\n".join((caption, *(line.rstrip() for line in lines)))


def _fitted(diagram: Diagram, width: int) -> Diagram:
    """Have the quietest clients share a lane where there is no room for each."""
    most = max((width - _TIME) // _NARROWEST, 3)
    server, *clients = diagram.heads
    if len(clients) < most:
        return diagram
    busy = Counter(key for arrow in diagram.arrows for key in (arrow.source, *arrow.targets[:1]))
    ranked = sorted((head for head in clients if head.key != OTHERS), key=lambda head: -busy[head.key])
    kept = {head.key for head in ranked[: most - 2]}
    # What was folded before stands for several already; how many is in its label.
    folded = sum(_count(head) for head in clients if head.key not in kept)
    shown = [head for head in clients if head.key in kept]
    heads = (server, *shown, Head(OTHERS, f"{folded} others", "", "others"))
    keys = {head.key for head in heads}
    return replace(diagram, heads=heads, arrows=tuple(_folded(arrow, keys) for arrow in diagram.arrows))


def _count(head: Head) -> int:
    return int(head.label.split()[0]) if head.key == OTHERS else 1


def _folded(arrow: Arrow, keys: set[str]) -> Arrow:
    targets = tuple(dict.fromkeys(key if key in keys else OTHERS for key in arrow.targets))
    return replace(arrow, source=arrow.source if arrow.source in keys else OTHERS, targets=targets)


class _Drawing:
    """Where the lanes are, in columns of the terminal."""

    def __init__(self, diagram: Diagram, width: int) -> None:
        count = len(diagram.heads)
        self.width = width
        self.room = max(min((width - _TIME) // count, _WIDEST), 3)
        self.labels = [head.label for head in diagram.heads]
        self.places = {head.key: _TIME + self.room * place + 4 for place, head in enumerate(diagram.heads)}

    def heads(self) -> str:
        """Return the line above the lanes: each label begins at its lane."""
        row = [" "] * self.width
        for label, place in zip(self.labels, self.places.values(), strict=True):
            _write(row, place - 1, terminal.clip(label, self.room - 2))
        return "".join(row)

    def line(self, arrow: Arrow) -> str:
        """Return the line of one step."""
        row = [" "] * self.width
        for place in self.places.values():
            _write(row, place, _LIFELINE)
        _write(row, 0, terminal.clip(arrow.time, _TIME - 1))
        if arrow.look == "line":
            self._across(row, arrow)
        elif not arrow.targets:
            self._note(row, arrow)
        else:
            self._between(row, arrow)
        return "".join(row)

    def _across(self, row: list[str], arrow: Arrow) -> None:
        row[_TIME:] = ["═"] * (self.width - _TIME)
        _write(row, _TIME + 6, terminal.clip(f" {_whole(arrow)} ", self.width - _TIME - 8))

    def _note(self, row: list[str], arrow: Arrow) -> None:
        place = self.places[arrow.source]
        text = f" {_whole(arrow)} "
        _write(row, place, FAILED if arrow.failed else "◆")
        _write(row, place + 1, terminal.clip(text, self.width - place - 1))

    def _between(self, row: list[str], arrow: Arrow) -> None:
        start, ends = self.places[arrow.source], sorted({self.places[key] for key in arrow.targets})
        left, right = min(start, *ends), max(start, *ends)
        if left == right:
            self._note(row, arrow)
            return
        for place in range(left + 1, right):
            row[place] = _STEMS.get(arrow.look, "─")
        for place in self.places.values():
            if left < place < right:
                row[place] = _LIFELINE if place in ends else _PASSED
        for end in ends:
            is_right = end > start
            row[end - 1 if is_right else end + 1] = FAILED if arrow.failed else ">" if is_right else "<"
        nearest = min((end for end in ends if end > start), default=right)
        self._label(row, arrow, left, nearest if len(ends) > 1 else right)
        if arrow.aside:
            last = max(self.places.values())
            _write(row, last + 2, terminal.clip(arrow.aside, self.width - last - 2))

    def _label(self, row: list[str], arrow: Arrow, left: int, right: int) -> None:
        text = terminal.clip(f" {arrow.caption} ", right - left - 5)
        _write(row, left + 1 + (right - left - 1 - wcswidth(text)) // 2, text)


def _whole(arrow: Arrow) -> str:
    return f"{arrow.caption} · {arrow.aside}" if arrow.aside else arrow.caption


def _write(row: list[str], place: int, text: str) -> None:
    """Put a text over a row, each cell one column of the terminal; marks without a width join the letter before."""
    done = 0
    for number, letter in enumerate(text, 1):
        # A letter's width depends on those before it: half a flag, a vowel sign.
        width = max(wcswidth(text[:number]) - done, 0)
        if place + width > len(row):
            return
        if width == 0:
            row[max(place - 1, 0)] += letter
            continue
        row[place : place + width] = [letter, *([""] * (width - 1))]
        place += width
        done += width
