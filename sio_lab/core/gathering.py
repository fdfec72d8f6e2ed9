"""The traffic table of a whole log, made of columns as they are packed: the same cells as `traffic.tabulate` has.

Events and emits, of which there may be a million, are made column by column; rows of all other classes record by record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.bulk import payloads
from sio_lab.core.chunk import Chunk, Long
from sio_lab.core.columns import Columns
from sio_lab.core.packing import Coded, Packed, Same, mapped, pack
from sio_lab.core.stacked import Either, Link, Linked, Order, Piece, Stacked
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sio_lab.core.chunk import Strain, Strand
    from sio_lab.core.log import Stretch
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder


def gather(stretch: Stretch, state: State, read: Decoder | None = decode) -> Columns:
    """Build the traffic table of all records in a stretch of the log."""
    return Columns(traffic.TRAFFIC, Gathered(stretch, state, read), ("seq",))


class Gathered(Mapping[str, "Sequence[Any]"]):
    """The cells of the traffic table, by column; each column is made when it is first looked at."""

    def __init__(self, stretch: Stretch, state: State, read: Decoder | None) -> None:
        self.state = state
        self.read = read
        self._strands = _long_strands(stretch)
        self._made: dict[str, Sequence[Any]] = {}

    def __getitem__(self, name: str) -> Sequence[Any]:
        made = self._made.get(name)
        if made is None:
            made = self._made[name] = self.stacked(name).cells()
        return made

    def __iter__(self) -> Iterator[str]:
        return (column.name for column in traffic.TRAFFIC)

    def __len__(self) -> int:
        return len(traffic.TRAFFIC)

    def stacked(self, name: str) -> Stacked:
        """Return a column as it is packed."""
        pieces = [_pieces(name, block) for block in self._blocks]
        if self._others.rows:
            cells = traffic.tabulate(self._others, self.state, self.read).cells[name]
            pieces.append(list(cells))
        return Stacked(pieces or [[]], self._order)

    def long(self, kind: type[r.Record], is_row: bool = False) -> Strand | None:
        """Return all records of one strain; None where there are none."""
        return self._strands.get((kind, is_row))

    @cached_property
    def handled(self) -> Strand | None:
        """How handlers ended."""
        return self.long(r.Handled)

    @cached_property
    def acks(self) -> Acks:
        """What was acknowledged, in the order of the log: who comes last counts."""
        sent, received = self.long(r.AckSent), self.long(r.AckReceived)
        return Acks([strand for strand in (sent, received) if strand is not None])

    @cached_property
    def outcomes(self) -> dict[int, int]:
        """Seq of a `ConnectAsked` -> seq of the row that tells how it ended."""
        ends = [strand for strand in (self.long(r.Connected, True), self.long(r.Refused, True)) if strand]
        pairs = chain.from_iterable(zip(strand.columns["seq"], strand.columns["asked"], strict=True) for strand in ends)
        return {asked: seq for seq, asked in sorted(pairs, key=lambda pair: pair[0]) if asked is not None}

    @cached_property
    def _blocks(self) -> list[Block]:
        strands = ((kind, self.long(kind, True)) for kind in (r.EventReceived, r.Emitted))
        return [Block(self, strand) for _, strand in strands if strand is not None]

    @cached_property
    def _others(self) -> traffic.Merged:
        """The rows of all other classes, and what belongs to them."""
        quick = {r.EventReceived, r.Emitted}
        strands = [strand for (kind, is_row), strand in self._strands.items() if is_row and kind not in quick]
        rows = sorted(chain.from_iterable(strand.records() for strand in strands), key=lambda row: row.seq)
        merged = traffic.Merged(list(rows), outcomes=self.outcomes if rows else {})
        asked = self.long(r.ConnectAsked)
        for records, found in ((self.handled, merged.handled), (asked, merged.asked)):
            if records is not None and rows:
                found.update(_named(records, rows))
        merged.acks.update(self.acks.named(rows))
        return merged

    @cached_property
    def _order(self) -> Order:
        seqs: list[Packed] = [block.columns["seq"] for block in self._blocks]
        return Order([*seqs, [row.seq for row in self._others.rows]] if self._others.rows else seqs)
