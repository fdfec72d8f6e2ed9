"""What the tests in browsers share, for as long as they run: one browser, one page for notebooks, one Jupyter server.

Not for longer: while Playwright runs, no other test may start an event loop in this thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.book import FAR_AWAY
from tests.browser.desk import running_desk
from tests.browser.jupyter import running_browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

    from tests.browser.desk import Desk


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with running_browser(FAR_AWAY) as running:
        yield running


@pytest.fixture(scope="package")
def window(browser: Browser) -> Iterator[Page]:
    """Yield the page that notebooks are shown on, one after another: it need not read the front end's scripts anew."""
    page = browser.new_page(ignore_https_errors=True)
    yield page
    page.close()


@pytest.fixture(scope="package")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with running_desk(tmp_path_factory.mktemp("desk")) as running:
        yield running
