"""Records by column: made anew, each is the one that went in."""

from __future__ import annotations

from hypothesis import given, settings

from sio_lab.core import records as r
from sio_lab.core.chunk import Chunk
from sio_lab.core.packing import Coded, Numbers, Same
from sio_lab.core.record import stamp
from sio_lab.core.wire import Wire
from tests.core.any_record import RECORDS


def stamped(records: list[r.Record]) -> list[r.Record]:
    return [stamp(record, place * 2 + 1, place) for place, record in enumerate(records)]


@settings(deadline=None)
@given(RECORDS)
def test_the_records_of_a_chunk_are_those_it_was_made_of(records: list[r.Record]) -> None:
    given_in = stamped(records)
    made = Chunk(given_in).records()
    assert [repr(record) for record in made] == [repr(record) for record in given_in]
    assert list(map(type, made)) == list(map(type, given_in))


@settings(deadline=None)
@given(RECORDS)
def test_each_record_is_found_by_its_number_and_no_other_is(records: list[r.Record]) -> None:
    given_in = stamped(records)
    chunk = Chunk(given_in)
    assert [repr(chunk.find(record.seq)) for record in given_in] == list(map(repr, given_in))
    assert [chunk.find(seq) for seq in range(0, len(records) * 2 + 2, 2)] == [None] * (len(records) + 1)


@settings(deadline=None)
@given(RECORDS)
def test_packets_are_weighed(records: list[r.Record]) -> None:
    for strand in Chunk(stamped(records)).strands.values():
        if "wire.size" in strand.columns:
            weighed = [record.wire.size for record in strand.records()]  # type: ignore[attr-defined]
            assert list(strand.columns["wire.size"]) == weighed


def test_records_that_make_rows_are_apart_from_those_of_their_class_that_make_none() -> None:
    rooms: list[r.Room] = [None, "ada", "lobby", 5]
    chunk = Chunk(stamped([r.Joined("/", room, "ada", "eio") for room in rooms]))
    told = {is_row: list(strand.columns["room"]) for (_, is_row), strand in chunk.strands.items()}
    assert told == {False: [None, "ada"], True: ["lobby", 5]}


def test_what_repeats_costs_little() -> None:
    events = [r.EventReceived("/", "chat", f"sid{n % 5}", "eio", n, Wire(f"2{n}"), None) for n in range(100)]
    (strand,) = Chunk(stamped(list(events))).strands.values()
    forms = {name: type(column) for name, column in strand.columns.items()}
    assert forms["namespace"] is forms["event"] is forms["ack_id"] is Same
    assert (forms["sid"], forms["number"], forms["wire.text"]) == (Coded, Numbers, list)
