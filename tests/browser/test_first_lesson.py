"""The first lesson in a real JupyterLab, in the dark: it runs, shows its tables, and fetches nothing from afar."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.browser.jupyter import MILLISECONDS, running_browser, running_jupyterlab

if TYPE_CHECKING:
    from playwright.sync_api import Page

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "00-start-here.ipynb"
LOCAL = {"localhost", "127.0.0.1", ""}

pytestmark = pytest.mark.browser


@pytest.mark.timeout(180)
def test_runs_and_shows_its_tables(tmp_path: Path) -> None:
    shutil.copy(LESSON, tmp_path)
    asked: list[str] = []
    complaints: list[str] = []
    with running_jupyterlab(tmp_path, dark=True) as address, running_browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 3600})
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address.replace("NAME", LESSON.name))
        run_all(page)
        see_tables(page)
        page.screenshot(path=tmp_path / "lesson.png")
    assert {urlsplit(url).hostname or "" for url in asked} <= LOCAL
    assert complaints == []


def run_all(page: Page) -> None:
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=MILLISECONDS)
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
