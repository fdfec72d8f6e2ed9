"""The rows that events and emits make in the traffic table, column by column."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.bulk import payloads
from sio_lab.core.packing import Coded, Packed, Same, mapped, pack
from sio_lab.core.stacked import Either, Link, Linked, Piece
from sio_lab.core.traffic import ROWS, origin_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sio_lab.core.chunk import Strand
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder


class Acks:
    """All acks that may belong to a row, in the order of the log: of those of one row the last counts."""

    def __init__(self, *strands: Strand | None) -> None:
        self.strands = [strand for strand in strands if strand is not None]
        """Those sent, and those received that make no row."""

    def column(self, name: str) -> Packed:
        """Return one field of them; None where the class has no such field."""
        parts = [_column(strand, name) for strand in self.strands]
        if len(parts) == 1:
            return parts[0]
        flat = list(chain.from_iterable(parts))
        return [flat[place] for place in self._order]

    @cached_property
    def _order(self) -> list[int]:
        seqs = list(chain.from_iterable(strand.columns["seq"] for strand in self.strands))
        return sorted(range(len(seqs)), key=seqs.__getitem__)


class Belongings:
    """What other records tell of rows."""

    def __init__(self, handled: Strand | None, acks: Acks, outcomes: Mapping[int, int]) -> None:
        self.handled = handled
        self.acks = acks
        self.outcomes = outcomes
        """Seq of a `ConnectAsked` -> seq of the row that tells how it ended."""

    @cached_property
    def errors(self) -> Packed:
        """What went wrong in handlers, and what to do next."""
        return _told(self.handled.columns["error"], self.handled.columns["hint"]) if self.handled else []

    def ack_payloads(self, read: Decoder | None) -> Packed:
        """Return what was acknowledged."""
        return payloads(self.acks.column("wire.text"), self.acks.column("wire.attachments"), read)


class Block:
    """The rows of one class: events received, or emits."""

    def __init__(self, strand: Strand, belongings: Belongings, state: State, read: Decoder | None) -> None:
        self.columns = strand.columns
        self.kind = strand.kind
        """The class of their records."""

        self._count = len(strand)
        self._belongings = belongings
        self._state = state
        self._read = read

    def piece(self, name: str) -> Piece:
        """Return the cells of one column."""
        if name in _OF_BOTH:
            return _OF_BOTH[name](self)
        maker = _OF_EMITS.get(name) if self.kind is r.Emitted else _OF_EVENTS.get(name)
        return maker(self) if maker else Same(None, self._count)

    def same(self, value: Any) -> Packed:
        """Return a column that says the same of all rows."""
        return Same(value, self._count)

    def handled(self, field: str) -> Piece:
        """Return what is told of the handlers' ends."""
        handled = self._belongings.handled
        return Linked(handled.columns[field], self._of_handled) if handled else self.same(None)

    def status(self) -> Piece:
        """Return how it went: that nobody handles what the server itself emits is nothing to remark on."""
        is_event = self.kind is r.EventReceived
        handled = self._belongings.handled
        if handled is None:
            return self.same("running" if is_event else None)
        told = handled.columns["status"]
        if is_event:
            return Linked(told, self._of_handled, "running")
        return Linked(mapped(told, lambda status: None if status == "no-handler" else status), self._of_handled)

    def ms(self) -> Piece:
        """Return how long the handler took, or else the ack."""
        acks = self._belongings.acks
        handled = self.handled("ms")
        return Either(handled, Linked(acks.column("ms"), self._of_acks)) if acks.strands else handled

    def error(self) -> Piece:
        """Return what went wrong, and what to do next."""
        handled = self._belongings.handled
        hints = self.columns["hint"] if self.kind is r.Emitted else self.same(None)
        if handled is None:
            return _told(hints)
        if isinstance(hints, Same) and hints.value is None:
            return Linked(self._belongings.errors, self._of_handled)
        return _told(list(self.handled("error")), list(self.handled("hint")), hints)

    def cause(self) -> Piece:
        """Return what made it happen: of what a connect handler did, the row of its outcome."""
        causes, outcomes = self.columns["cause"], self._belongings.outcomes
        if not outcomes or isinstance(causes, Same):
            return mapped(causes, lambda cause: outcomes.get(cause, cause)) if isinstance(causes, Same) else causes
        return pack([outcomes.get(cause, cause) for cause in causes])

    def client(self) -> Piece:
        """Return the client's name: by its sid, or else by its connection."""
        name_of = self._state.name_of
        by_sid = mapped(_some(self.piece("sid")), name_of)
        by_connection = mapped(self.columns["eio_sid"], name_of) if self.kind is r.EventReceived else self.same(None)
        if all(_table(by_sid)):
            return by_sid
        if not any(name is not None for name in _table(by_connection)):
            return mapped(by_sid, lambda name: name or None)
        return [one or other for one, other in zip(by_sid, by_connection, strict=True)]

    def args(self) -> Piece:
        """Return what the packets carry; nothing where there is none."""
        texts = self.columns["wire.text"]
        read = payloads(texts, self.columns["wire.attachments"], self._read)
        return read if all(texts) else [args if text else None for args, text in zip(read, texts, strict=True)]

    def acks(self) -> Piece:
        """Return what was acknowledged."""
        if not self._belongings.acks.strands:
            return self.same(None)
        return Linked(self._belongings.ack_payloads(self._read), self._of_acks)

    def bytes(self) -> Piece:
        """Return the packets' length on the wire; nothing where there is none."""
        texts, sizes = self.columns["wire.text"], self.columns["wire.size"]
        return sizes if all(texts) else [size if text else None for text, size in zip(texts, sizes, strict=True)]

    @cached_property
    def _of_handled(self) -> Link:
        return Link(self.columns["seq"], self._belongings.handled.columns["of"] if self._belongings.handled else [])

    @cached_property
    def _of_acks(self) -> Link:
        return Link(self.columns["seq"], self._belongings.acks.column("of"))


_OF_BOTH: dict[str, Callable[[Block], Piece]] = {
    "seq": lambda of: of.columns["seq"],
    "time": lambda of: of.columns["at"],
    "direction": lambda of: of.same(ROWS[of.kind][1]),
    "kind": lambda of: of.same(ROWS[of.kind][0]),
    "namespace": lambda of: of.columns["namespace"],
    "event": lambda of: of.columns["event"],
    "client": Block.client,
    "args": Block.args,
    "ack_id": lambda of: of.columns["ack_id"],
    "ack": Block.acks,
    "ms": Block.ms,
    "bytes": Block.bytes,
    "status": Block.status,
    "handler": lambda of: of.handled("handler"),
    "cell": lambda of: of.handled("cell"),
    "error": Block.error,
}
_OF_EVENTS: dict[str, Callable[[Block], Piece]] = {
    "sid": lambda of: of.columns["sid"],
    "cause": lambda of: mapped(of.columns["replays"], lambda replays: replays or None),
    "origin": lambda of: mapped(of.columns["replays"], origin_of),
}
_OF_EMITS: dict[str, Callable[[Block], Piece]] = {
    "sid": lambda of: mapped(of.columns["recipients"], lambda sids: sids[0] if len(sids) == 1 else None),
    "to": lambda of: mapped(of.columns["to"], lambda rooms: ", ".join(map(str, rooms)) or None),
    "recipients": lambda of: mapped(of.columns["recipients"], len),
    "cause": Block.cause,
    "origin": lambda of: of.columns["origin"],
}


def _column(strand: Strand, name: str) -> Packed:
    has_none = name == "ms" and strand.kind is r.AckSent
    return Same(None, len(strand)) if has_none else strand.columns[name]


def _table(packed: Packed) -> Iterable[Any]:
    """Return all that stands in a column, once or more often."""
    return packed.table if isinstance(packed, Coded) else (packed.value,) if isinstance(packed, Same) else packed


def _some(piece: Piece) -> Packed:
    return list(piece) if isinstance(piece, (Linked, Either)) else piece


def _told(*parts: Packed) -> Packed:
    """Join what several columns say, in their order."""
    if all(isinstance(part, Same) and part.value is None for part in parts):
        return parts[0]
    return pack([" - ".join(filter(None, told)) or None for told in zip(*parts, strict=True)])
