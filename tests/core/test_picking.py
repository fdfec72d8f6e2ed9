"""A few classes of records, out of many."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE
from sio_lab.core.picking import picked
from tests import factories as make


def test_they_come_in_order_from_every_page() -> None:
    log = Log(max_records=2 * PAGE)
    make.connect(log, make.ADA)
    for number in range(3 * PAGE):
        (make.join if number % 3 else make.emit)(log, make.ADA, f"room {number}")
    every = [each for each in log.since() if isinstance(each, (r.Joined, r.Emitted))]
    assert picked(log.stretch(), r.Joined, r.Emitted) == every
    after = every[10].seq
    assert picked(log.stretch(after, after + 20), r.Joined) == [
        each for each in every if isinstance(each, r.Joined) and after < each.seq <= after + 20
    ]


def test_none_of_an_empty_log() -> None:
    assert picked(Log().stretch(), r.Joined) == []
