"""Pages of the server, opened below cells of a real JupyterLab: they are found, and it is told when their server ends.

The tests of this file share a page, and are run in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book, write
from tests.browser.desk import BASE
from tests.browser.looks import faint_texts
from tests.browser.opened import (
    BESIDE,
    CELLS,
    DASHBOARD,
    ENDED,
    FIRST,
    OWN,
    SECOND,
    SHOWN,
    SOON,
    frame,
    source,
    talks,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def near(desk: Desk, window: Page) -> Iterator[Book]:
    folder = desk.folder("open")
    write(folder, "near.ipynb", *CELLS)
    with Book(window, desk.address(folder), "near.ipynb", height=5000) as book:
        book.run_all(SHOWN)
        yield book


def test_the_labs_page_comes_through_the_proxy(near: Book) -> None:
    view = near.view(OWN)
    assert re.fullmatch(rf"http://localhost:\d+{BASE}proxy/\d+/_lab/", source(view))
    expect(view).to_contain_text("through Jupyter's proxy")
    assert (view.locator("a").get_attribute("href") or "").partition("#")[0] == source(view)


def test_a_page_of_the_program_has_an_origin_of_its_own(near: Book) -> None:
    view = near.view(FIRST)
    talks(view)
    assert re.fullmatch(r"http://localhost:\d+/talk", source(view))
    expect(view).to_contain_text("direct")
    assert faint_texts(view) == {}


def test_two_frames_are_two_browsers(near: Book) -> None:
    first, second = talks(near.view(FIRST)), talks(near.view(SECOND))
    first.locator("#say").click()
    for page in (first, second):
        expect(page.locator("#said li")).to_have_text(["hello"], timeout=SOON)
    expect(first.locator("#ack")).to_have_text("sent")


def test_two_stand_side_by_side_in_one_cell(near: Book) -> None:
    views = near.view(BESIDE)
    expect(views).to_have_count(2, timeout=SOON)
    for place in range(2):
        talks(views.nth(place))
    one, other = (views.nth(place).bounding_box() for place in range(2))
    assert one is not None
    assert other is not None
    assert other["x"] >= one["x"] + one["width"]
    assert abs(one["y"] - other["y"]) <= 1
    assert abs(one["width"] - other["width"]) <= 20


def test_its_height_is_changed_by_keys_and_by_dragging(near: Book) -> None:
    view = near.view(FIRST)
    edge = view.get_by_role("separator")
    edge.focus()
    edge.press("ArrowUp")
    expect(edge).to_have_attribute("aria-valuenow", "440")
    box = edge.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    mouse = near.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - 200, steps=5)
    mouse.up()
    expect(edge).to_have_attribute("aria-valuenow", "240")


def test_the_dashboards_address_leads_there(near: Book) -> None:
    link = near.view(DASHBOARD).locator("a.sio-dash-address")
    expect(link).to_have_attribute("href", re.compile(r"^http://localhost:\d+/$"), timeout=SOON)


def test_after_a_reload_it_is_found_again(near: Book) -> None:
    near.save()
    near.open()
    talks(near.view(FIRST))


def test_a_server_that_ends_is_told_in_words(near: Book) -> None:
    frame(near.view(OWN)).get_by_role("tab", name="Socket.IO").wait_for(timeout=SOON)
    own = next(each for each in near.page.frames if "/_lab/" in each.url)
    own.wait_for_load_state("networkidle", timeout=SOON)  # what it still asks for would fail
    near.run(ENDED)
    expect(near.view(FIRST)).to_contain_text("The server is stopped", timeout=SOON)
    expect(near.view(FIRST).locator("iframe")).to_have_count(0)
    # The frames' own clients go on asking until their frames are gone.
    for expected in ("ERR_CONNECTION_REFUSED", "500 (Internal Server Error)"):
        near.forgive(expected)
