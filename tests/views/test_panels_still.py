"""The picture of panels: each client with its connection and its conversation, and nothing of it markup."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core.log import Log
from sio_lab.views import panels_still
from sio_lab.views.panels import PanelsFeed
from tests import factories as make
from tests.views.phones import StandIn
from tests.views.test_html import Page

TAGS = {"div", "style", "span", "bdi", "b"}


def told(value: str = "hi", event: str = "chat") -> list[dict[str, Any]]:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN, name="bob")
    make.join(log, make.ADA, value)
    ada, bob = StandIn({"/": make.ADA}, ["/", "/chat"]), StandIn({"/": make.BEN})
    chat = make.receive(log, make.ADA, event, value, ack_id=1)
    make.acknowledge(log, chat, "ok")
    make.handle(log, make.receive(log, make.BEN, "caht"), "no-handler")
    make.receive(log, make.BEN, "slow", ack_id=1)
    bob.receive(event, value)
    bob.drop()
    feed = PanelsFeed(log, {"ada": ada, "bob": bob}.get, ["ada", "bob"])
    phones: list[dict[str, Any]] = feed.state()["phones"]
    return phones


def test_text_has_each_client_with_its_rooms_and_what_it_sent_and_received() -> None:
    lines = panels_still.text(told(), 100).split("\n")
    assert lines == [
        "ada: connected, received 0",
        "  /  sid ada01234  rooms hi",
        "  /chat  -",
        "  · / connected as sid ada01234, in no room",
        "  · / entered hi",
        "  → / chat 'hi'  ack 'ok'",
        "bob: not connected: connection lost (transport close), received 1",
        "  /  -",
        "  · connected as sid ben01234, in no room",
        "  → caht  ✕ no handler",
        "  → slow  no ack yet",
        "  ← chat 'hi'",
    ]
    assert panels_still.text([]) == "no panels"


def test_html_marks_who_is_cut_off_and_which_side_spoke() -> None:
    seen = Page(panels_still.html(told()))
    looks = [div.get("class") for div in seen.all("div")]
    assert (looks.count("sio-phone"), looks.count("sio-phone sio-cut")) == (1, 1)
    assert (looks.count("sio-said sio-in"), looks.count("sio-said sio-out")) == (1, 3)
    assert {"ack 'ok'", "✕ no handler", "connected as sid ada01234, in no room"} <= set(seen.texts)
    assert seen.open == []


@given(st.text(), st.text(min_size=1), st.integers(20, 150))
def test_no_line_is_wider_than_the_terminal_and_no_payload_is_markup(value: str, event: str, width: int) -> None:
    phones = told(value, event)
    assert all(0 <= wcswidth(line) <= width for line in panels_still.text(phones, width).split("\n"))
    seen = Page(panels_still.html(phones))
    assert seen.open == []
    assert {tag for tag, _ in seen.elements} <= TAGS
