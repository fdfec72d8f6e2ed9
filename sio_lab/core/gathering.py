"""The traffic table of a whole log, made of packed columns: the same cells as `traffic.tabulate` has.

Events and emits, of which there may be a million, come column by column (see `blocks`); all other rows one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.blocks import Acks, Belongings, Block
from sio_lab.core.chunk import Chunk, Long
from sio_lab.core.columns import Columns
from sio_lab.core.stacked import Order, Stacked
from sio_lab.core.wire import decode

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sio_lab.core.chunk import Strain, Strand
    from sio_lab.core.log import Stretch
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder

_BY_COLUMN = (r.EventReceived, r.Emitted)


def gather(stretch: Stretch, state: State, read: Decoder | None = decode) -> Columns:
    """Build the traffic table of all records in a stretch of the log."""
    return Columns(traffic.TRAFFIC, Gathered(stretch, state, read), ("seq",))


def count_rows(stretch: Stretch) -> int:
    """Return how many rows the table of a stretch has."""
    chunks = (_within(chunk, stretch) for chunk in stretch.chunks)
    return sum(len(strand) for chunk in chunks for (_, is_row), strand in chunk.strands.items() if is_row)


class Gathered(Mapping[str, "Sequence[Any]"]):
    """The cells of the traffic table, by column; each column is made when it is first looked at."""

    def __init__(self, stretch: Stretch, state: State, read: Decoder | None) -> None:
        self._strands = _joined(stretch)
        self._state = state
        self._read = read
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
        pieces = [block.piece(name) for block in self._blocks]
        return Stacked([*pieces, list(self._others[name])], self._order)

    def chosen(self, seqs: Collection[int]) -> traffic.Merged:
        """Return some of the rows as records, with all that belongs to them."""
        rows = (row for (_, is_row), strand in self._strands.items() if is_row for row in _those(strand, seqs))
        return self._merged(sorted(rows, key=attrgetter("seq")))

    @cached_property
    def _blocks(self) -> list[Block]:
        belongings = Belongings(self._handled, self._acks, self._outcomes)
        rows = filter(None, (self._strands.get((kind, True)) for kind in _BY_COLUMN))
        return [Block(strand, belongings, self._state, self._read) for strand in rows]

    @cached_property
    def _handled(self) -> Strand | None:
        return self._strands.get((r.Handled, False))

    @cached_property
    def _acks(self) -> Acks:
        return Acks(self._strands.get((r.AckSent, False)), self._strands.get((r.AckReceived, False)))

    @cached_property
    def _outcomes(self) -> dict[int, int]:
        """Seq of a `ConnectAsked` -> seq of the row that tells how it ended: the last one that does."""
        ends = filter(None, (self._strands.get((kind, True)) for kind in (r.Connected, r.Refused)))
        pairs = [pair for end in ends for pair in zip(end.columns["seq"], end.columns["asked"], strict=True)]
        return {asked: seq for seq, asked in sorted(pairs, key=lambda pair: pair[0]) if asked is not None}

    @cached_property
    def _others(self) -> Mapping[str, Sequence[Any]]:
        """The cells of all other rows."""
        strands = [strand for (kind, is_row), strand in self._strands.items() if is_row and kind not in _BY_COLUMN]
        rows = sorted(chain.from_iterable(strand.records() for strand in strands), key=attrgetter("seq"))
        return traffic.tabulate(self._merged(rows), self._state, self._read).cells

    def _merged(self, rows: list[Any]) -> traffic.Merged:
        if not rows:
            return traffic.Merged()
        asked = {seq for row in rows for seq in (row.seq, getattr(row, "asked", None)) if seq}
        return traffic.Merged(
            rows,
            _naming(asked, self._handled, "of"),
            {seq: ack for strand in self._acks.strands for seq, ack in _naming(asked, strand, "of").items()},
            _naming(asked, self._strands.get((r.ConnectAsked, False)), "seq"),
            self._outcomes,
        )

    @cached_property
    def _order(self) -> Order:
        return Order([*(block.columns["seq"] for block in self._blocks), list(self._others["seq"])])


def _joined(stretch: Stretch) -> dict[Strain, Strand]:
    strands: dict[Strain, list[Strand]] = {}
    for chunk in stretch.chunks:
        for strain, strand in _within(chunk, stretch).strands.items():
            strands.setdefault(strain, []).append(strand)
    return {strain: Long(parts) for strain, parts in strands.items()}


def _within(chunk: Chunk, stretch: Stretch) -> Chunk:
    """Return a chunk without what lies beyond the stretch: of all but the outer ones that is nothing."""
    seqs = [strand.columns["seq"] for strand in chunk.strands.values()]
    if all(seq[0] >= stretch.first and seq[-1] <= stretch.last for seq in seqs):
        return chunk
    return Chunk(record for record in chunk.records() if stretch.first <= record.seq <= stretch.last)


def _those(strand: Strand, seqs: Collection[int]) -> Iterator[r.Record]:
    # To make one anew costs ten times what it costs among all of them.
    if len(seqs) * 10 > len(strand):
        return (record for record in strand.records() if record.seq in seqs)
    return (strand.at(place) for place, seq in enumerate(strand.columns["seq"]) if seq in seqs)


def _naming(seqs: Collection[int], strand: Strand | None, field: str) -> dict[int, Any]:
    """Return by the seq they name, in `field`, those records that name one of `seqs`."""
    if strand is None:
        return {}
    named = enumerate(strand.columns[field])
    return {seq: strand.at(place) for place, seq in named if seq in seqs}
