"""QR codes: as a path for the page to draw, and as half blocks for a terminal."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

import segno

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

QUIET = 4
"""Modules that stay light around a code: readers need them to find it."""

_TERMINAL_QUIET = 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """A QR code as one SVG path, in modules."""

    size: int
    """Modules from edge to edge, the light ones around it among them."""

    path: str
    """What is dark, as the `d` of a path."""


@lru_cache(maxsize=32)
def drawing(text: str) -> Drawing:
    """Return the code of a text: of medium error correction, so that glare on a projector's wall hides no link."""
    rows = [bytes(row) for row in _code(text).matrix]
    pieces = [piece for y, row in enumerate(rows) for piece in _dark(row, y)]
    return Drawing(len(rows) + 2 * QUIET, "".join(pieces))


def half_blocks(text: str) -> str:
    """Return the code of a text as lines of half blocks: its light modules are drawn, for a dark terminal."""
    out = io.StringIO()
    _code(text).terminal(out=out, border=_TERMINAL_QUIET, compact=True)
    return out.getvalue().rstrip("\n")


def _code(text: str) -> Any:
    return segno.make(text, error="m", micro=False, boost_error=False)


def _dark(row: Iterable[int], y: int) -> Iterator[str]:
    """Yield each run of dark modules in a row as a rectangle."""
    x = QUIET
    for is_dark, run in groupby(row):
        width = len(list(run))
        if is_dark:
            yield f"M{x} {y + QUIET}h{width}v1h-{width}z"
        x += width
