"""Pages of the server, opened in Notebook 7, by a kernel that dies, and where jupyter-server-proxy is not installed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.book import FAR, Book, write
from tests.browser.desk import BASE
from tests.browser.jupyter import running_jupyter
from tests.browser.looks import faint_texts
from tests.browser.opened import CELLS, DIE, FIRST, OWN, PROGRAM, SECOND, SOON, source, talks
from tests.browser.tls_front import running_tls_front

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def without_proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Yield the address of a JupyterLab at `/` that has no proxy."""
    folder = tmp_path_factory.mktemp("plain")
    for name in ("near.ipynb", "far.ipynb"):
        write(folder, name, *CELLS)
    with running_jupyter(folder, "jupyterlab", has_proxy=False) as address:
        yield address


@pytest.mark.thorough
def test_without_the_proxy_it_is_reached_directly(without_proxy: str, window: Page) -> None:
    with Book(window, without_proxy, "near.ipynb") as book:
        book.run(0, PROGRAM, OWN, FIRST)
        assert re.fullmatch(r"http://localhost:\d+/_lab/", source(book.view(OWN)))
        talks(book.view(FIRST))
        book.forgive("404")  # Jupyter has no such page as the proxy's


@pytest.mark.thorough
def test_far_away_without_the_proxy_it_says_what_to_install(without_proxy: str, window: Page, tmp_path: Path) -> None:
    address = urlsplit(without_proxy)
    with running_tls_front(tmp_path, address.port or 0) as port:
        there = address._replace(scheme="https", netloc=f"{FAR}:{port}").geturl()
        with Book(window, there, "far.ipynb", far=True) as book:
            # As from another machine: what is at this one's ports is not the lab.
            book.page.route(re.compile(r"^http://(localhost|127\.0\.0\.1)"), lambda route: route.abort())
            book.run(0, OWN)
            expect(book.view(OWN)).to_contain_text("pip install jupyter-server-proxy", timeout=SOON)
            expect(book.view(OWN)).to_contain_text("SioMagics.public_url")
            assert faint_texts(book.view(OWN)) == {}
            for expected in ("404", "ERR_FAILED"):
                book.forgive(expected)


def test_in_notebook_7(desk: Desk, window: Page) -> None:
    folder = desk.folder("seven")
    write(folder, "seven.ipynb", *CELLS)
    with Book(window, desk.address(folder, "notebook"), "seven.ipynb") as book:
        book.run(0, PROGRAM, OWN, FIRST, SECOND)
        assert re.fullmatch(rf"http://localhost:\d+{BASE}proxy/\d+/_lab/", source(book.view(OWN)))
        page = book.view(OWN).frame_locator("iframe")
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=SOON)
        talks(book.view(FIRST)).locator("#say").click()
        expect(talks(book.view(SECOND)).locator("#said li")).to_have_text(["hello"], timeout=SOON)


def test_a_kernel_that_has_gone_is_told_in_words(desk: Desk, window: Page) -> None:
    folder = desk.folder("gone")
    write(folder, "gone.ipynb", *CELLS)
    with Book(window, desk.address(folder), "gone.ipynb") as book:
        book.run(0, PROGRAM, FIRST)
        talks(book.view(FIRST))
        book.run(DIE, wait=False)
        expect(book.view(FIRST)).to_contain_text("The kernel has stopped", timeout=SOON)
        expect(book.view(FIRST)).to_contain_text("Binder ends idle ones after about 10 minutes")
        expect(book.view(FIRST).locator("iframe")).to_have_count(0)
        for expected in ("Comm not found", "ERR_CONNECTION", "WebSocket connection to", "Canceled"):
            book.forgive(expected)
