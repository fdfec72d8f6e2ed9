"""What clients send is data, whatever it is: in the dark theme, where all of it can be read, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.book import Book, write
from tests.browser.chat import BEHIND, PLACES, cells
from tests.browser.looks import element_count, faint_texts, frame_ms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

SOON = 15_000
MARKUP = "<img src=x onerror=alert(1)>"
HOSTILE = f"""
import sys

limit = sys.getrecursionlimit()
sys.setrecursionlimit(10_000)  # so that the deep one can be sent at all
markup = {MARKUP!r}
deep = []
for level in range(500):
    deep = [deep]
payloads = {{
    markup: markup,
    "long": "x" * 900_000,
    "many": {{f"key {{n}}": n for n in range(10_000)}},
    "deep": deep,
    "controls": "\\0\\x07\\x1b[31m red \\r\\n \\u202e turned",
    "wide": "\\u0645\\u0631\\u062d \\u4f60\\u597d " + "\\U0001f469\\u200d\\U0001f467" + " a\\u0301" * 50,
}}


@socketio.on("*")
def anything(event, *args):
    emit(event, args[0] if args else None)


odd = lab.client(markup)
for number in range(200):
    odd.emit("enter", f"{{number}} {{markup}} \\u0645\\u0631\\u062d\\u0628\\u0627" + "r" * (number * 10))
for event, value in payloads.items():
    odd.emit(event, value)
odd.emit("x" * 5_000, 1)
lab.settle(10)
sys.setrecursionlimit(limit)
"""
PANELS, FAILS = BEHIND + 1, BEHIND + 2
FAILING = """
@socketio.on("fails")
def fails(text):
    raise ValueError(text)


odd.emit("fails", markup)
odd.emit("nobody knows", 1, namespace="/")
lab.settle()
"""


@pytest.fixture(scope="module")
def book(desk: Desk, window: Page) -> Iterator[Book]:
    folder = desk.folder("hostile")
    write(folder, "chat.ipynb", *cells(HOSTILE, "lab.panels(markup)", FAILING))
    with Book(window, desk.address(folder, dark=True), "chat.ipynb", height=4600) as opened:
        opened.run_all(BEHIND + 3)
        yield opened
        assert opened.dialogs == []


def test_every_view_shows_it_as_text_and_stays_small(book: Book) -> None:
    for name in ("traffic", "clients", "dashboard", "sequence", "map"):
        expect(book.view(PLACES[name])).to_contain_text(MARKUP, timeout=SOON)
    expect(book.view(PANELS)).to_contain_text(MARKUP, timeout=SOON)
    is_quick(book)
    tabs = book.view(PLACES["dashboard"]).get_by_role("tab")
    for place in range(tabs.count()):
        tabs.nth(place).click()
        is_quick(book)
    tabs.first.click()


def test_every_detail_shows_it_as_text_and_stays_small(book: Book) -> None:
    traffic = book.view(PLACES["traffic"])
    for event in ("long", "many", "deep", "controls", "wide"):
        told = detail_of(traffic, event)
        expect(told).to_contain_text("request.event")
        is_quick(book)
    told = detail_of(traffic, "fails")
    expect(told.get_by_label("traceback")).to_contain_text(f"ValueError: {MARKUP}", timeout=SOON)
    assert faint_texts(told) == {}


def test_all_that_is_written_can_be_read(book: Book) -> None:
    book.view(PLACES["traffic"]).get_by_label("filter traffic").fill("colour:red")
    expect(book.view(PLACES["traffic"]).locator(".sio-problem").first).to_be_visible(timeout=SOON)
    for number in (*PLACES.values(), PANELS):
        assert faint_texts(book.view(number)) == {}
    tabs = book.view(PLACES["dashboard"]).get_by_role("tab")
    for place in range(tabs.count()):
        tabs.nth(place).click()
        assert faint_texts(book.view(PLACES["dashboard"])) == {}
    tabs.first.click()


def detail_of(traffic: Locator, event: str) -> Locator:
    """Open the detail of the only event of a name."""
    traffic.get_by_label("filter traffic").fill(f"kind:event event:{event}")
    row = traffic.locator(".sio-body [data-column=event]")
    expect(row).to_have_text([event], timeout=SOON)
    row.click()
    told = traffic.locator(".sio-detail")
    expect(told.locator(".sio-what")).to_contain_text(event, timeout=SOON)
    return told


def is_quick(book: Book) -> None:
    """Assert that the page answers, and that what it shows is a part of all there is."""
    assert frame_ms(book.page) < 1_000
    for number in (*PLACES.values(), PANELS):
        assert element_count(book.view(number)) < 6_000
        assert book.view(number).locator("img").count() == 0
