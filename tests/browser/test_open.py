"""Pages of the server, opened below cells of a real JupyterLab and a real Notebook 7, near and far.

The tests of one notebook share its page, and are run in order.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import nbformat
import pytest
from playwright.sync_api import expect

from tests.browser.book import FAR, FAR_AWAY, Book, write
from tests.browser.jupyter import running_browser, running_jupyter
from tests.browser.looks import faint_texts
from tests.browser.talk import SOURCE
from tests.browser.tls_front import running_tls_front

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, FrameLocator, Locator

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SOON = 30_000
BASE = "/user/ada/"
CELLS = (
    SOURCE,
    "%sio open",
    "%sio open /talk",
    'lab.open("/talk")',
    'from ipywidgets import HBox\n\nHBox([lab.open("/talk").widget, lab.open("/talk").widget])',
    "lab",
    "lab.stage.host.stop();",
    "%sio stop",
    "import os, signal\n\nos.kill(os.getpid(), signal.SIGKILL)",
)
PROGRAM, OWN, FIRST, SECOND, BESIDE, DASHBOARD, ENDED, STOP, DIE = range(1, 1 + len(CELLS))
SHOWN = DASHBOARD + 1


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with running_browser(FAR_AWAY) as running:
        yield running


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("open")
    for name in ("near.ipynb", "far.ipynb", "gone.ipynb", "plain.ipynb"):
        write(made, name, *CELLS)
    return made


@pytest.fixture(scope="module")
def jupyterlab(folder: Path) -> Iterator[str]:
    with running_jupyter(folder, "jupyterlab", base_url=BASE) as address:
        yield address


@pytest.fixture(scope="module")
def near(jupyterlab: str, browser: Browser) -> Iterator[Book]:
    with Book(browser, jupyterlab, "near.ipynb", height=5000) as book:
        book.run_all(SHOWN)
        yield book


@pytest.fixture(scope="module")
def far(folder: Path, jupyterlab: str, browser: Browser) -> Iterator[Book]:
    """A notebook on a hub, behind TLS, of which the browser doesn't know that it is on this machine."""
    address = urlsplit(jupyterlab)
    with running_tls_front(folder, address.port or 0) as port:
        there = address._replace(scheme="https", netloc=f"{FAR}:{port}").geturl()
        with Book(browser, there, "far.ipynb", height=5000, far=True) as book:
            book.run(0, PROGRAM, OWN, FIRST)
            yield book


def frame(view: Locator) -> FrameLocator:
    return view.frame_locator("iframe")


def talks(view: Locator, transport: str = "websocket") -> FrameLocator:
    page = frame(view)
    expect(page.locator("#transport")).to_have_text(transport, timeout=SOON)
    return page


def source(view: Locator) -> str:
    """Return where its frame leads, without what only the page itself is told."""
    return (view.locator("iframe").get_attribute("src", timeout=SOON) or "").partition("#")[0]


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


@pytest.mark.thorough
def test_after_a_reload_it_is_found_again(near: Book) -> None:
    near.save()
    near.open()
    talks(near.view(FIRST))


def test_a_server_that_ends_is_told_in_words(near: Book) -> None:
    near.run(ENDED)
    expect(near.view(FIRST)).to_contain_text("The server is stopped", timeout=SOON)
    expect(near.view(FIRST).locator("iframe")).to_have_count(0)
    # The frames' own clients go on asking until their frames are gone.
    near.forgive("ERR_CONNECTION_REFUSED")


@pytest.mark.thorough
def test_on_a_hub_behind_tls_the_labs_page_comes_through_the_proxy(far: Book) -> None:
    assert re.fullmatch(rf"https://{FAR}:\d+{BASE}proxy/\d+/_lab/", source(far.view(OWN)))


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_there_the_dashboard_has_no_dead_link(far: Book) -> None:
    far.run(DASHBOARD)
    link = far.view(DASHBOARD).locator("a.sio-dash-address")
    expect(link).to_have_attribute("href", re.compile(rf"^https://{FAR}:\d+{BASE}proxy/\d+/_lab/$"), timeout=SOON)


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_kernel_that_has_gone_is_told_in_words(jupyterlab: str, browser: Browser) -> None:
    with Book(browser, jupyterlab, "gone.ipynb") as book:
        book.run(0, PROGRAM, FIRST)
        talks(book.view(FIRST))
        book.run(DIE, wait=False)
        expect(book.view(FIRST)).to_contain_text("The kernel has stopped", timeout=SOON)
        expect(book.view(FIRST)).to_contain_text("Binder ends idle ones after about 10 minutes")
        expect(book.view(FIRST).locator("iframe")).to_have_count(0)
        for expected in ("Comm not found", "ERR_CONNECTION", "WebSocket connection to", "Canceled"):
            book.forgive(expected)


@pytest.mark.thorough
def test_without_the_proxy_it_is_reached_directly(folder: Path, browser: Browser) -> None:
    with (
        running_jupyter(folder, "jupyterlab", has_proxy=False) as address,
        Book(browser, address, "plain.ipynb") as book,
    ):
        book.run(0, PROGRAM, OWN, FIRST)
        assert re.fullmatch(r"http://localhost:\d+/_lab/", source(book.view(OWN)))
        talks(book.view(FIRST))
        book.forgive("404")  # Jupyter has no such page as the proxy's


@pytest.mark.thorough
def test_far_away_without_the_proxy_it_says_what_to_install(folder: Path, browser: Browser) -> None:
    with running_jupyter(folder, "jupyterlab", has_proxy=False) as here:
        address = urlsplit(here)
        with running_tls_front(folder, address.port or 0) as port:
            there = address._replace(scheme="https", netloc=f"{FAR}:{port}").geturl()
            with Book(browser, there, "plain.ipynb", far=True) as book:
                # As from another machine: what is at this one's ports is not the lab.
                book.page.route(re.compile(r"^http://(localhost|127\.0\.0\.1)"), lambda route: route.abort())
                book.run(0, OWN)
                expect(book.view(OWN)).to_contain_text("pip install jupyter-server-proxy", timeout=SOON)
                expect(book.view(OWN)).to_contain_text("SioMagics.public_url")
                assert faint_texts(book.view(OWN)) == {}
                for expected in ("404", "ERR_FAILED"):
                    book.forgive(expected)


def test_in_notebook_7(folder: Path, browser: Browser) -> None:
    with (
        running_jupyter(folder, "notebook", base_url=BASE) as address,
        Book(browser, address, "plain.ipynb") as book,
    ):
        book.run(0, PROGRAM, OWN, FIRST, SECOND)
        assert re.fullmatch(rf"http://localhost:\d+{BASE}proxy/\d+/_lab/", source(book.view(OWN)))
        page = book.view(OWN).frame_locator("iframe")
        page.get_by_role("button", name="Connect", exact=True).click()
        expect(page.get_by_text("Connected", exact=True)).to_be_visible(timeout=SOON)
        talks(book.view(FIRST)).locator("#say").click()
        expect(talks(book.view(SECOND)).locator("#said li")).to_have_text(["hello"], timeout=SOON)
