"""A page in a frame, as the refresher and a saved notebook have it."""

from __future__ import annotations

import pytest

from sio_lab.errors import LabError, Usage
from sio_lab.views import esm
from sio_lab.views.open_page import FEED, OpenPageView, ServerFeed

URL = "http://127.0.0.1:5000"


def view(path: str = "/chat", title: str = "Page /chat") -> OpenPageView:
    return OpenPageView(path, title, lambda: URL, {"where": lambda **given: given})


def test_the_feed_tells_where_the_server_is_and_then_what_is_new() -> None:
    urls: list[str | None] = [URL]
    feed = ServerFeed(lambda: urls[-1])
    assert feed.state() == {"url": URL}
    assert feed.patch() is None
    urls.append(None)
    assert feed.patch() == {"url": None}
    assert feed.patch() is None
    with pytest.raises(Usage, match="port"):
        feed.want({"port": 1})


def test_the_page_is_told_which_page_it_is() -> None:
    assert view().options() == {"path": "/chat", "title": "Page /chat"}
    assert view().on == {FEED}
    assert view().answer("where", {"path": "/chat"}) == {"path": "/chat"}
    with pytest.raises(LabError, match="dance"):
        view().answer("dance", {})


def test_a_still_says_what_was_there_and_where_without_a_link() -> None:
    shown = view()
    assert "Run the cell again" in shown.still()["text/plain"]
    shown.answer("shown_at", {"address": "http://localhost:5000/chat", "how": "direct"})
    still = shown.still()
    assert "shown at http://localhost:5000/chat (direct)" in still["text/plain"]
    assert "http://localhost:5000/chat (direct)" in still["text/html"]
    assert "<a" not in still["text/html"]
    assert "<iframe" not in still["text/html"]


def test_what_a_page_says_is_data() -> None:
    shown = view(title="Page /<b>")
    shown.answer("shown_at", {"address": "<img src=x onerror=alert(1)>" * 1000, "how": "\x1b[31m"})
    still = shown.still()
    assert "<img" not in still["text/html"]
    assert "<b>" not in still["text/html"]
    assert "\x1b" not in still["text/plain"]
    assert len(still["text/plain"]) < 1000


def test_its_module_and_style_are_there() -> None:
    assert "mountFrame" in esm.module("open_page")
    assert ".sio-open" in esm.read("open_page.css")
