"""Pages of the log: objects at first, columns later, and the same records all the time."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.page import PAGE, Page
from sio_lab.core.record import stamp
from sio_lab.core.wire import Wire

FIRST = 5_001


def full_page() -> Page:
    page = Page(FIRST)
    for place in range(PAGE):
        kind = place % 3
        record: r.Record = r.EventReceived("/", "chat", "sid", "eio", place, Wire(f'2["{place}"]'))
        if kind:
            record = r.Handled(FIRST + place - 1, "handled", 1.5) if kind == 1 else r.AckSent(1, "sid", Wire("3[]"))
        page.records.append(stamp(record, FIRST + place, place))
        page.sizes.append(record.size)
    return page


@pytest.fixture(params=["objects", "packed"])
def page(request: pytest.FixtureRequest) -> Page:
    page = full_page()
    if request.param == "packed":
        page.pack(page.chunk())
    return page


def test_a_page_is_packed_once_it_is_told_to_be() -> None:
    page = full_page()
    assert (page.is_packed, page.is_done) == (False, True)
    page.pack(page.chunk())
    assert (page.is_packed, page.is_done, page.records) == (True, False, [])


def test_a_page_that_is_not_full_or_not_folded_is_not_done() -> None:
    assert not Page(1).is_done
    page = full_page()
    page.sizes.pop()
    assert not page.is_done


@pytest.mark.parametrize(("seq", "until"), [(0, 10**6), (5_100, 5_200), (FIRST, FIRST), (5_500, 10**6), (0, FIRST)])
def test_records_are_by_number(page: Page, seq: int, until: int) -> None:
    assert page.since(seq, until) == [each for each in full_page().records if each and seq < each.seq <= until]


def test_a_record_is_found(page: Page) -> None:
    assert [page.find(seq) for seq in (FIRST, FIRST + 1, FIRST + PAGE - 1)] == [
        full_page().records[place] for place in (0, 1, PAGE - 1)
    ]


def test_what_is_dropped_is_weighed_and_let_go() -> None:
    page = full_page()
    assert page.drop(FIRST) == page.sizes[0] > 0
    assert page.find(FIRST) is None
    assert page.since(0, FIRST + 1) == [full_page().records[1]]
    assert [each.seq for each in page.chunk().records()][:2] == [FIRST + 1, FIRST + 2]


def test_what_is_dropped_from_a_packed_page_takes_its_place_until_the_page_goes() -> None:
    page = full_page()
    page.pack(page.chunk())
    assert page.drop(FIRST) == page.sizes[0]
    assert len(page.since(FIRST, FIRST + PAGE)) == PAGE - 1


def test_packing_twice_changes_nothing() -> None:
    page = full_page()
    first = page.chunk()
    page.pack(first)
    page.pack(full_page().chunk())
    assert page.chunk() is first
