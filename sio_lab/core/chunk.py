"""Records that follow each other, kept by column: smaller than as objects, and most of a table already."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import fields
from functools import cache
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from sio_lab.core import records as r
from sio_lab.core.packing import Packed, Same, join, pack
from sio_lab.core.record import stamp
from sio_lab.core.traffic import is_row
from sio_lab.core.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

Strain: TypeAlias = "tuple[type[r.Record], bool]"
"""A class of records, and whether they make rows of the traffic table."""

_ROWS_AT_TIMES = frozenset({r.Joined, r.Left, r.AckReceived})
_STAMPS = frozenset({"seq", "at"})
_PACKET = ("wire.text", "wire.attachments")


class Strand:
    """The records of one strain in a chunk, in order."""

    __slots__ = ("columns", "kind")

    def __init__(self, kind: Any, records: Sequence[r.Record]) -> None:
        self.kind: Any = kind
        """Their class."""

        names, values_of = _taken_apart(kind)
        values = map(list, zip(*map(values_of, records), strict=True))
        self.columns: dict[str, Packed] = dict(zip(names, map(_packed, names, values), strict=True))
        """Field -> what it holds. Packets are in two, `wire.text` and `wire.attachments`, and weighed: `wire.size`."""

        if "wire.text" in self.columns:
            self.columns["wire.size"] = pack(_sizes(*map(self.columns.__getitem__, _PACKET)))

    def __len__(self) -> int:
        return len(self.columns["seq"])

    def records(self) -> Iterator[r.Record]:
        """Make the records anew."""
        return self._made(iter)

    def find(self, seq: int) -> r.Record | None:
        """Make the record of this number anew; None where it is not among them."""
        seqs = self.columns["seq"]
        place = bisect_left(seqs, seq)
        if place == len(seqs) or seqs[place] != seq:
            return None
        return self.at(place)

    def at(self, place: int) -> r.Record:
        """Make the record at a place anew."""
        return next(self._made(lambda column: iter((column[place],))))

    def _made(self, read: Callable[[Packed], Iterator[Any]]) -> Iterator[r.Record]:
        """Make those records anew whose fields `read` reads from the columns."""
        given = [self._field(name, read) for name in _names(self.kind)]
        return map(stamp, map(self.kind, *given), read(self.columns["seq"]), read(self.columns["at"]))

    def _field(self, name: str, read: Callable[[Packed], Iterator[Any]]) -> Iterator[Any]:
        if name == "wire":
            return map(Wire, *(read(self.columns[piece]) for piece in _PACKET))
        return read(self.columns[name])


class Long(Strand):
    """The records of one strain in several chunks, one after the other; a column is joined when it is asked for."""

    __slots__ = ()

    def __init__(self, strands: Sequence[Strand]) -> None:
        self.kind = strands[0].kind
        self.columns = _Joint(strands)


class _Joint(dict[str, Packed]):
    def __init__(self, strands: Sequence[Strand]) -> None:
        super().__init__()
        self._strands = strands

    def __missing__(self, name: str) -> Packed:
        parts = [strand.columns[name] for strand in self._strands]
        # Payloads hardly ever repeat: see `_packed`.
        joined = self[name] = list(chain.from_iterable(parts)) if name == "wire.text" else join(parts)
        return joined


class Chunk:
    """Records that follow each other, by strain."""

    __slots__ = ("strands",)

    def __init__(self, records: Iterable[r.Record]) -> None:
        self.strands: dict[Strain, Strand] = {
            strain: Strand(strain[0], members) for strain, members in _by_strain(records).items()
        }

    def records(self) -> list[r.Record]:
        """Make the records anew, in the order of the log."""
        made = chain.from_iterable(strand.records() for strand in self.strands.values())
        return sorted(made, key=attrgetter("seq"))

    def find(self, seq: int) -> r.Record | None:
        """Make the record of this number anew; None where it is not in here."""
        found = (strand.find(seq) for strand in self.strands.values())
        return next((record for record in found if record is not None), None)


def _by_strain(records: Iterable[r.Record]) -> dict[Strain, list[r.Record]]:
    by_kind: dict[type[r.Record], list[r.Record]] = {}
    for record in records:
        by_kind.setdefault(type(record), []).append(record)
    strains: dict[Strain, list[r.Record]] = {}
    for kind, members in by_kind.items():
        if kind not in _ROWS_AT_TIMES:
            strains[kind, is_row(members[0])] = members
            continue
        for record in members:
            strains.setdefault((kind, is_row(record)), []).append(record)
    return strains


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Return the fields that a record is made of: the log stamps the others."""
    return tuple(field.name for field in fields(kind) if field.name not in _STAMPS)


@cache
def _taken_apart(kind: Any) -> tuple[tuple[str, ...], Callable[[r.Record], tuple[Any, ...]]]:
    """Return the columns of a class of records, and what reads their values from one."""
    pieces = (piece for name in _names(kind) for piece in (_PACKET if name == "wire" else (name,)))
    names = ("seq", "at", *pieces)
    return names, attrgetter(*names)


def _packed(name: str, values: list[Any]) -> Packed:
    # Payloads hardly ever repeat: to look for it would cost as much as all other fields.
    return values if name == "wire.text" else pack(values)


def _sizes(texts: Packed, attachments: Packed) -> list[int]:
    """Weigh packets, as `Wire.size` does."""
    has_attachments = not isinstance(attachments, Same) or attachments.value
    if not has_attachments and set(map(type, texts)) == {str} and all(map(str.isascii, texts)):
        return list(map(len, texts))
    return [Wire(*packet).size for packet in zip(texts, attachments, strict=True)]
