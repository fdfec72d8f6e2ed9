"""Records of a few classes, picked out of a log without making all the others anew."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sio_lab.core.log import Stretch
    from sio_lab.core.record import Record


def picked(stretch: Stretch, *kinds: type[Record]) -> list[Record]:
    """Return the records of these classes, oldest first."""
    strands = (strand for chunk in stretch.chunks for strand in chunk.strands.values() if strand.kind in kinds)
    found = (record for strand in strands for record in strand.records())
    return sorted((each for each in found if stretch.first <= each.seq <= stretch.last), key=attrgetter("seq"))
