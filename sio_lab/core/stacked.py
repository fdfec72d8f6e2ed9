"""Columns of a table as they are packed, so that who can work on buffers need not walk a million objects."""

from __future__ import annotations

from array import array
from functools import cached_property
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sio_lab.core.packing import Packed


class Link:
    """Which record of some belongs to each row: the last one that names the row's key."""

    def __init__(self, keys: Packed, of: Packed) -> None:
        self.keys = keys
        """The seq by which each row is named."""

        self.of = of
        """The seq that each record names."""

        self.buffer: Any = None
        """`places` in the form that suits who works on buffers: theirs to make and to keep here."""

    @cached_property
    def places(self) -> array[int]:
        """For each row the place of its record among them; -1 where it has none."""
        known = dict(zip(self.of, range(len(self.of)), strict=True))
        return array("q", map(known.get, self.keys, repeat(-1)))


class Linked:
    """For each row what its record holds in a column; `other` where it has no record."""

    def __init__(self, source: Packed, link: Link, other: Any = None) -> None:
        self.source = source
        self.link = link
        self.other = other

    def __len__(self) -> int:
        return len(self.link.keys)

    def __iter__(self) -> Iterator[Any]:
        source, other = self.source, self.other
        return (source[place] if place >= 0 else other for place in self.link.places)


class Either:
    """For each row the one value, or the other where that is None."""

    def __init__(self, one: Piece, other: Piece) -> None:
        self.one = one
        self.other = other

    def __len__(self) -> int:
        return len(self.one)

    def __iter__(self) -> Iterator[Any]:
        return (other if one is None else one for one, other in zip(self.one, self.other, strict=True))


Piece: TypeAlias = "Packed | Linked | Either"


class Order:
    """In which order rows of several classes stand in a table: that of their seqs."""

    def __init__(self, seqs: Sequence[Packed]) -> None:
        self.seqs = [part for part in seqs if len(part)]
        """Of each class that has rows, ascending."""

        self.buffer: Any = None
        """`places` in the form that suits who works on buffers: theirs to make and to keep here."""

    @cached_property
    def places(self) -> Sequence[int]:
        """For each row of the table, its place among all rows, those of one class after those of the other."""
        flat = list(chain.from_iterable(self.seqs))
        return sorted(range(len(flat)), key=flat.__getitem__)


class Stacked:
    """One column of a table: a piece for each class of rows, and the order that makes one column of them."""

    def __init__(self, pieces: Sequence[Piece], order: Order) -> None:
        self.pieces = [piece for piece in pieces if len(piece)]
        self.order = order

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def cells(self) -> list[Any]:
        """Return the cells as plain values, in the order of the table."""
        flat = list(chain.from_iterable(self.pieces))
        return flat if len(self.order.seqs) == 1 else [flat[place] for place in self.order.places]
