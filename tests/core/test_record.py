"""What all records share."""

from __future__ import annotations

from dataclasses import dataclass

from sio_lab.core import record
from sio_lab.core import records as r
from sio_lab.core.quick import quick
from sio_lab.core.wire import Wire


@quick
@dataclass(frozen=True, slots=True)
class Seen(record.Record):
    wire: Wire


def test_a_record_without_a_packet_costs_what_every_record_costs() -> None:
    assert record.Record().size == record.FIXED_BYTES


def test_a_packet_counts() -> None:
    assert Seen(Wire("51-[]", (b"abc",))).size == record.FIXED_BYTES + 8


def test_it_has_no_number_and_no_time_until_the_log_gives_them() -> None:
    assert (record.Record().seq, record.Record().at) == (0, 0)


def test_all_of_it_is_found_among_the_records() -> None:
    assert (r.Record, r.Room, r.FIXED_BYTES) == (record.Record, record.Room, record.FIXED_BYTES)
