"""The lessons in which a browser is the point, in a real JupyterLab: what their pages and cards do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.book import Book, nbformat_text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.desk import Desk

NOTEBOOKS = Path(__file__).parent.parent.parent / "notebooks"
SOON = 30_000

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def without_its_end(folder: Path, name: str) -> list[str]:
    """Write a lesson's code cells into a notebook, but for the last one, which stops the server; returns them."""
    lesson = nbformat.read(NOTEBOOKS / name, as_version=4)
    lesson.cells = [cell for cell in lesson.cells if cell.cell_type == "code"][:-1]
    folder.joinpath(name).write_text(nbformat_text(lesson), encoding="utf-8")
    return [cell.source for cell in lesson.cells]


def test_raw_websockets_are_spoken_in_the_frame_of_the_lesson(desk: Desk, window: Page) -> None:
    name = "09-transports-and-raw-websockets.ipynb"
    folder = desk.folder("frame")
    cells = without_its_end(folder, name)
    with Book(window, desk.address(folder), name) as book:
        book.run_all(len(cells))
        page = book.view(cells.index("%sio open")).frame_locator("iframe")
        page.get_by_role("tab", name="Raw WebSocket").wait_for(timeout=SOON)
        next(frame for frame in book.page.frames if "/_lab/" in frame.url).wait_for_load_state()
        page.get_by_role("tab", name="Raw WebSocket").click()
        page.locator("#raw-path").fill("/echo")
        page.get_by_role("button", name="Open", exact=True).click()
        expect(page.locator("#raw-state")).to_have_text("Open.", timeout=SOON)
        page.locator("#raw-text").fill("hello")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text(re.compile("HELLO")).first).to_be_visible(timeout=SOON)  # as the last cell says it


def test_the_class_of_the_lesson_is_on_its_card(desk: Desk, window: Page) -> None:
    name = "10-classroom.ipynb"
    folder = desk.folder("card")
    cells = without_its_end(folder, name)
    with Book(window, desk.address(folder), name) as book:
        book.run_all(len(cells))
        card = book.view(cells.index("%sio classroom"))
        expect(card).to_contain_text("9 students in", timeout=SOON)
        expect(card).to_contain_text("Björn Borg", timeout=SOON)
        expect(card.get_by_role("button", name="Unlock")).to_be_visible(timeout=SOON)
