"""Rows of events and emits, column by column; that all cells are right is shown in test_gathering."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.blocks import Acks, Belongings, Block
from sio_lab.core.chunk import Strand
from sio_lab.core.packing import Same
from sio_lab.core.record import stamp
from sio_lab.core.state import State
from sio_lab.core.wire import Wire, decode

EVENT = r.EventReceived("/", "chat", "ada", "eio-ada", 1, Wire('2["chat",1]'))


def strand(*records: r.Record) -> Strand:
    return Strand(type(records[0]), [stamp(record, place + 1, 0) for place, record in enumerate(records)])


def block(handled: Strand | None = None, *acks: Strand) -> Block:
    return Block(strand(EVENT), Belongings(handled, Acks(*acks), {}), State(), decode)


def test_an_event_is_running_until_it_is_handled() -> None:
    assert list(block().piece("status")) == ["running"]
    assert list(block(strand(r.Handled(1, "raised", 2.0))).piece("status")) == ["raised"]


def test_columns_that_say_nothing_cost_nothing() -> None:
    assert all(isinstance(block().piece(name), Same) for name in ("to", "recipients", "cause", "origin", "error"))


def test_of_several_acks_the_last_one_counts() -> None:
    first, second = r.AckSent(1, "ada", Wire("3[1]")), r.AckSent(1, "ada", Wire("3[2]"))
    assert list(block(None, strand(first, second)).piece("ack")) == [(2,)]


def test_acks_of_both_directions_are_in_the_order_of_the_log() -> None:
    received = stamp(r.AckReceived(1, "/", "ada", 1, Wire("3[7]"), 5.0), 3, 0)
    sent = [stamp(r.AckSent(1, "ada", Wire(f"3[{seq}]")), seq, 0) for seq in (2, 4)]
    acks = Acks(Strand(r.AckSent, sent), Strand(r.AckReceived, [received]))
    assert acks.column("wire.text") == ["3[2]", "3[7]", "3[4]"]
    assert acks.column("ms") == [None, 5.0, None]


def test_a_client_is_named_by_its_sid_or_its_connection() -> None:
    state = State()
    both = strand(EVENT, r.EventReceived("/", "chat", "ben", "eio-ben", 1, Wire("2[]")))
    rows = Block(both, Belongings(None, Acks(), {}), state, None)
    assert list(rows.piece("client")) == [None, None]
    state.names["eio-ben"] = "Ben"
    assert list(rows.piece("client")) == [None, "Ben"]
    state.names["ada"] = "Ada"
    assert list(rows.piece("client")) == ["Ada", "Ben"]
