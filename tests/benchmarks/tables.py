"""Tables as text that reads well in a terminal and is Markdown, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.figures import Spread

NOTHING = "-"
"""Stands where nothing was measured."""


def markdown(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table: the first column to the left, numbers to the right."""
    widths = [max(len(line[place]) for line in (header, *lines)) for place in range(len(header))]
    rule = [f"{'-' * width}" if place == 0 else f"{'-' * (width - 1)}:" for place, width in enumerate(widths)]
    return "\n".join(_line(line, widths) for line in (header, rule, *lines))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = zip(cells, widths, strict=True)
    return f"| {' | '.join([first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)])} |"


def number(value: float) -> str:
    """Write a figure with about three digits."""
    for least, digits in ((100, 0), (10, 1), (0, 2)):
        if abs(value) >= least:
            return f"{value:,.{digits}f}"
    return str(value)


def ratio(values: Spread) -> str:
    """Write a ratio with its spread."""
    return f"{values.median:.2f}x ({values.least:.2f}-{values.most:.2f})"
