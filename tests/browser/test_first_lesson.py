"""The first lesson in a real JupyterLab, in the dark: it runs, shows its tables, and fetches nothing from afar."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.book import Book
from tests.browser.jupyter import MILLISECONDS

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.desk import Desk

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "00-start-here.ipynb"

pytestmark = [pytest.mark.browser, pytest.mark.thorough]


def test_runs_and_shows_its_tables(desk: Desk, window: Page) -> None:
    folder = desk.folder("lesson")
    shutil.copy(LESSON, folder)
    with Book(window, desk.address(folder, dark=True), LESSON.name) as book:
        run_all(book.page)
        see_tables(book.page)


def run_all(page: Page) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-Notebook .jp-CodeCell").last
    last.get_by_text("The server is stopped.").wait_for(timeout=MILLISECONDS)


def see_tables(page: Page) -> None:
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.error']").count() == 0
    captions = page.locator(".jp-RenderedHTMLCommon table caption").all_inner_texts()
    assert any("traffic" in caption for caption in captions), captions
    assert any("rooms" in caption for caption in captions), captions
    assert page.get_by_text("did you mean 'my event'?").count() >= 1
