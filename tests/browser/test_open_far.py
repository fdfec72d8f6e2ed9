"""Pages of the server, opened in a notebook on a hub, behind TLS, of which the browser doesn't know that it is near.

The tests of this file share a page, and are run in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.book import FAR, Book, write
from tests.browser.desk import BASE
from tests.browser.looks import faint_texts
from tests.browser.opened import CELLS, DASHBOARD, FIRST, OWN, PROGRAM, SECOND, SOON, STOP, source, talks
from tests.browser.tls_front import running_tls_front

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


@pytest.fixture(scope="module")
def folder(desk: Desk) -> Path:
    made = desk.folder("far")
    write(made, "far.ipynb", *CELLS)
    return made


@pytest.fixture(scope="module")
def far(desk: Desk, folder: Path, window: Page) -> Iterator[Book]:
    address = urlsplit(desk.address(folder))
    with running_tls_front(folder, address.port or 0) as port:
        there = address._replace(scheme="https", netloc=f"{FAR}:{port}").geturl()
        with Book(window, there, "far.ipynb", height=5000, far=True) as book:
            book.run(0, PROGRAM, OWN, FIRST)
            yield book


def test_on_a_hub_behind_tls_the_labs_page_comes_through_the_proxy(far: Book) -> None:
    assert re.fullmatch(rf"https://{FAR}:\d+{BASE}proxy/\d+/_lab/", source(far.view(OWN)))


def test_there_a_page_of_the_program_is_asked_for_once(far: Book) -> None:
    view = far.view(FIRST)
    agree = view.get_by_role("button", name="Show it through the proxy")
    expect(view).to_contain_text("could read your files and run code in your notebooks", timeout=SOON)
    expect(view.locator("iframe")).to_have_count(0)
    assert faint_texts(view) == {}
    agree.click()
    page = talks(view)
    assert re.fullmatch(rf"https://{FAR}:\d+{BASE}proxy/\d+/talk", source(view))
    far.run(SECOND)
    other = talks(far.view(SECOND))
    page.locator("#say").click()
    expect(other.locator("#said li")).to_have_text(["hello"], timeout=SOON)


def test_there_the_dashboard_has_no_dead_link(far: Book) -> None:
    far.run(DASHBOARD)
    link = far.view(DASHBOARD).locator("a.sio-dash-address")
    expect(link).to_have_attribute("href", re.compile(rf"^https://{FAR}:\d+{BASE}proxy/\d+/_lab/$"), timeout=SOON)


def test_a_saved_notebook_says_where_it_was(far: Book, folder: Path) -> None:
    far.run(STOP)
    expect(far.output(FIRST)).to_contain_text("Shown here", timeout=SOON)
    far.save()
    shown = nbformat.read(folder / "far.ipynb", 4).cells[FIRST].outputs[0].data
    assert shown.keys() == {"text/plain", "text/html"}
    assert f"{BASE}proxy/" in shown["text/html"]
    assert "<a " not in shown["text/html"]
    far.open()
    expect(far.output(FIRST)).to_contain_text("Run the cell again to open it.", timeout=SOON)
    far.forgive("/api/kernels/")  # a page that is loaded anew leaves its kernel's WebSocket in the middle
