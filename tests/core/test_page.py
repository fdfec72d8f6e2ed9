"""Pages of the log: objects at first, columns later, and the same records all the time."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.chunk import Chunk
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
        page.pack(Chunk(held(page)))
    return page


def test_a_page_is_packed_once_it_is_told_to_be() -> None:
    page = full_page()
    assert (page.is_packed, page.is_done) == (False, True)
    page.pack(Chunk(held(page)))
    assert (page.is_packed, page.is_done, page.records) == (True, False, [])


def test_a_page_that_is_not_full_or_not_folded_is_not_done() -> None:
    assert not Page(1).is_done
    page = full_page()
    page.sizes.pop()
    assert not page.is_done


def held(page: Page) -> list[r.Record]:
    kept = page.held()
    return kept.records() if isinstance(kept, Chunk) else kept


def test_what_it_holds_are_its_records(page: Page) -> None:
    assert held(page) == full_page().records


@pytest.mark.parametrize(("seq", "until"), [(0, 10**6), (5_100, 5_200), (FIRST, FIRST), (5_500, None), (0, FIRST)])
def test_records_of_a_range_are_by_number(seq: int, until: int | None) -> None:
    expected = [each for each in full_page().records if each and seq < each.seq <= (until or 10**6)]
    assert full_page().held(seq, until) == expected


def test_what_it_held_stays_what_it_was(page: Page) -> None:
    kept = page.held()
    page.drop(FIRST)
    assert (kept.records() if isinstance(kept, Chunk) else kept) == full_page().records


def test_a_record_is_found(page: Page) -> None:
    assert [page.find(seq) for seq in (FIRST, FIRST + 1, FIRST + PAGE - 1)] == [
        full_page().records[place] for place in (0, 1, PAGE - 1)
    ]


def test_what_is_dropped_is_weighed_and_let_go() -> None:
    page = full_page()
    assert page.drop(FIRST) == page.sizes[0] > 0
    assert page.find(FIRST) is None
    assert held(page) == full_page().records[1:]


def test_what_is_dropped_from_a_packed_page_takes_its_place_until_the_page_goes() -> None:
    page = full_page()
    page.pack(Chunk(held(page)))
    assert page.drop(FIRST) == page.sizes[0]
    assert len(held(page)) == PAGE


def test_packing_twice_changes_nothing() -> None:
    page = full_page()
    first = Chunk(held(page))
    page.pack(first)
    page.pack(Chunk(held(full_page())))
    assert page.held() is first


def test_its_last_record_is_counted_from_its_first() -> None:
    assert (full_page().last, Page(1).last) == (FIRST + PAGE - 1, 0)
