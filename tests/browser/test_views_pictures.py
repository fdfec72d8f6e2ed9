"""What is left of the views in a saved notebook: pictures, in a front end without its kernel and as a web page."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import nbclient
import nbformat
import pytest
from playwright.sync_api import expect

from sio_lab import Lab
from sio_lab.core import records as r
from tests.browser.book import Book, write
from tests.browser.chat import BEHIND, FIRST_VIEW, PLACES, cells
from tests.browser.looks import faint_texts

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from tests.browser.desk import Desk

pytestmark = pytest.mark.browser

SOON = 30_000
STOP = BEHIND
WIDGET = "application/vnd.jupyter.widget-view+json"
SAID = {
    "traffic": "'lobby'",
    "clients": "ada",
    "dashboard": "Serving at",
    "sequence": "ada",
    "map": "lobby",
    "panels": "'lobby'",
}
"""View -> what its picture says of the moment before the server was stopped."""


@pytest.fixture(scope="module")
def folder(desk: Desk, window: Page) -> Path:
    """Save a notebook thrice: with live views, after %sio stop, and after its kernel was shut down with views on."""
    folder = desk.folder("pictures")
    write(folder, "chat.ipynb", *cells("%sio stop"))
    with Book(window, desk.address(folder), "chat.ipynb") as book:
        book.run_all(BEHIND)
        expect(book.view(PLACES["panels"])).to_contain_text("lobby", timeout=SOON)
        save_as(book, folder, "live.ipynb")
        restart(book)
        for view in SAID:
            expect(book.view(PLACES[view])).to_contain_text("The kernel behind this view is gone", timeout=SOON)
        book.run_all(BEHIND)
        book.run(STOP)
        are_pictures(book)
        save_as(book, folder, "stopped.ipynb")
        book.run_all(BEHIND)
        expect(book.view(PLACES["panels"])).to_contain_text("lobby", timeout=SOON)
        shut_down(book)
        are_pictures(book)
        save_as(book, folder, "shut_down.ipynb")
        # At a restart JupyterLab forgets all comms at once, and wonders about a kernel's last words.
        book.forgive("Comm not found")
    return folder


def save_as(book: Book, folder: Path, name: str) -> None:
    book.save()
    saved = nbformat.read(folder / "chat.ipynb", 4)
    saved.metadata.kernelspec = {"name": "gone", "display_name": "Gone", "language": "python"}
    nbformat.write(saved, folder / name)


def shut_down(book: Book) -> None:
    """Shut the kernel down by the menu."""
    book.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    book.page.get_by_role("menuitem", name="Shut Down Kernel", exact=True).click()


def restart(book: Book) -> None:
    """Restart the kernel by the menu."""
    book.page.get_by_role("menuitem", name="Kernel", exact=True).click()
    book.page.get_by_role("menuitem", name=re.compile("^Restart Kernel…")).click()
    book.page.locator(".jp-Dialog .jp-mod-accept").click()


def are_pictures(book: Book) -> None:
    for name, text in SAID.items():
        expect(book.output(PLACES[name])).to_contain_text(text, timeout=SOON)
        expect(book.output(PLACES[name]).locator(".jupyter-widgets")).to_have_count(0, timeout=SOON)
    expect(book.page.get_by_text("Error displaying widget")).to_have_count(0)


def mimes(path: Path) -> list[set[str]]:
    shown = nbformat.read(path, 4).cells[FIRST_VIEW:BEHIND]
    return [{mime for output in cell.outputs for mime in output.data} for cell in shown]


@pytest.mark.thorough
def test_pictures_are_shown_where_no_kernel_is(desk: Desk, folder: Path, window: Page) -> None:
    for name in ("stopped.ipynb", "shut_down.ipynb"):
        assert mimes(folder / name) == [{"text/plain", "text/html"}] * len(SAID)
        with Book(window, desk.address(folder), name) as book:
            are_pictures(book)
            for picture in book.page.locator(".jp-OutputArea .sio-lab").all():
                assert faint_texts(picture) == {}


@pytest.mark.thorough
def test_made_into_a_page_a_live_notebook_shows_pictures(folder: Path, browser: Browser) -> None:
    assert all(WIDGET in found for found in mimes(folder / "live.ipynb"))
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "live.ipynb"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=60)
    page = browser.new_page()
    page.route("http*://**/*", lambda route: route.abort())
    page.goto(folder.joinpath("live.html").as_uri())
    for text in ("traffic", "'lobby'", "entered lobby"):
        expect(page.get_by_text(text).first).to_be_visible()
    page.close()


def test_executed_without_a_page_it_holds_pictures_only(tmp_path: Path) -> None:
    write(tmp_path, "chat.ipynb", *cells("print(len(lab.showing))"))
    book = nbformat.read(tmp_path / "chat.ipynb", 4)
    nbclient.NotebookClient(book, timeout=60).execute()
    nbformat.write(book, tmp_path / "executed.ipynb")
    assert mimes(tmp_path / "executed.ipynb") == [{"text/plain", "text/html"}] * len(SAID)
    assert book.cells[BEHIND].outputs[0].text == "0\n"


@pytest.mark.parametrize("ground", ["white", "#111"])
def test_an_error_is_read_in_lines_of_some_words_though_its_row_has_little_else(browser: Browser, ground: str) -> None:
    lab = Lab()
    lab.log.append(
        r.Rejected("Not an accepted origin.", "127.0.0.1", 400, hint="a page of https://a.example may not " * 3)
    )
    picture = lab.errors._repr_mimebundle_()["text/html"]
    page = browser.new_page(
        viewport={"width": 900, "height": 300}, color_scheme="light" if ground == "white" else "dark"
    )
    page.set_content(
        f"<body style='background: {ground}; color: {'black' if ground == 'white' else 'white'}'>{picture}"
    )
    box = page.locator("td.sio-remark").bounding_box()
    assert box is not None
    assert box["width"] >= 400
    assert faint_texts(page.locator(".sio-lab")) == {}
    page.close()
