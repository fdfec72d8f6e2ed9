"""A page in a browser hears why its raw WebSocket ended, and finds the new function when it connects again."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.raw_routes import websocket_route
from tests.browser.jupyter import MILLISECONDS
from tests.server.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

ECHO = """
@ws("/echo")
def echo(ws):
    while True:
        text = ws.receive()
        ws.send(f"NAME {len(text)} {1 / len(text):.1f}")
"""
"""A cell that raises where it is sent an empty text."""

CONNECT = """
() => new Promise((resolve, reject) => {
  window.socket = new WebSocket("ws://" + location.host + "/echo");
  window.socket.binaryType = "arraybuffer";
  window.ended = new Promise((done) => { window.socket.onclose = (e) => done([e.code, e.reason, e.wasClean]); });
  window.socket.onopen = () => resolve(window.socket.extensions);
  window.socket.onerror = reject;
})
"""
SAY = """
(text) => new Promise((resolve) => {
  window.socket.onmessage = (e) => resolve(e.data);
  window.socket.send(text);
})
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_default_timeout(MILLISECONDS)
    yield page
    page.close()


@pytest.fixture
def lesson() -> Iterator[Sheet]:
    sheet = Sheet().start()
    sheet.names["ws"] = partial(websocket_route, sheet.names["app"])
    sheet.run("page", "@app.route('/')\ndef index(): return 'a page'")
    yield sheet
    sheet.close()


def ended(page: Page) -> Any:
    return page.evaluate("() => window.ended")


def test_each_end_has_its_code(page: Page, lesson: Sheet) -> None:
    lesson.run("1", ECHO.replace("NAME", "old"))
    page.goto(lesson.url)
    assert page.evaluate(CONNECT).startswith("permessage-deflate")
    assert page.evaluate(SAY, "x" * 500) == "old 500 0.0"
    lesson.run("1", ECHO.replace("NAME", "new"))
    assert ended(page) == [1012, "", True]
    page.evaluate(CONNECT)
    assert page.evaluate(SAY, "hello") == "new 5 0.2"
    page.evaluate("() => window.socket.send('')")
    assert ended(page) == [1011, "the function that serves it raised", True]
    page.evaluate(CONNECT)
    page.evaluate("() => window.socket.send('x'.repeat(2_000_000))")
    assert ended(page) == [1009, "Message is too big", True]
    page.evaluate(CONNECT)
    page.evaluate("() => window.socket.close(4000, 'enough')")
    assert ended(page) == [4000, "enough", True]
    page.evaluate(CONNECT)
    assert lesson.stage.stop() == []
    assert ended(page) == [1001, "", True]
