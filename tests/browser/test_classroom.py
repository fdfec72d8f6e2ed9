"""The class's card in a real JupyterLab: large, in light and dark, and its controls act on real clients.

The tests of this file share a page for each theme, and are run in order.
"""

from __future__ import annotations

import base64
import json
import os
import re
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import segno
import socketio
from playwright.sync_api import expect

from tests.browser.book import Book, write
from tests.browser.looks import faint_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.desk import Desk

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

SOON = 30_000
HANDLERS, CARD, INVITED, NAMES, DASHBOARD, STOP, SLEEP = range(1, 8)
ODD = '<img src=x onerror="document.title=1">'
TURNED = "\u202eevil"
CELLS = (
    "@socketio.on('chat')\ndef chat(text):\n    return text",
    "%sio stop\n%sio start --join",
    "shown = lab.classroom(); print('invited', lab.url, shown.link, shown.code)",
    "print(sorted(lab.classroom().names))",
    "%sio",
    "%sio stop",
    "import time; time.sleep(8)",
)
SECONDS = 10
_MODULES = """async (element, [picture, size]) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + picture;
  await image.decode();
  const canvas = Object.assign(document.createElement('canvas'), { width: image.width, height: image.height });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const at = (place) => Math.floor(((place + 0.5) * image.width) / size);
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) =>
    context.getImageData(at(x), at(y), 1, 1).data[0] < 128 ? 1 : 0));
}"""
"""Reads a picture of a QR code as a camera would: what is dark where each module has its centre."""


class Room:
    """A notebook with a class in it, and what the students need."""

    def __init__(self, book: Book, folder: Path) -> None:
        self.book = book
        self.folder = folder
        book.run(0, HANDLERS)
        book.run(CARD)
        book.run(INVITED)
        told = re.search(r"invited (\S+) (\S+) (\S+)", book.output(INVITED).inner_text())
        assert told is not None
        self.url, self.link, self.code = told.groups()

    @property
    def card(self) -> Locator:
        return self.book.view(CARD)

    def button(self, name: str) -> Locator:
        return self.card.get_by_role("button", name=name, exact=True)

    @contextmanager
    def student(self, name: str) -> Iterator[socketio.Client]:
        sent = json.dumps({"code": self.code, "name": name}).encode()
        request = Request(f"{self.url}/_lab/join", sent, {"Content-Type": "application/json"})  # noqa: S310 - http
        with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - likewise
            told = json.load(answer)
        client = socketio.Client(reconnection=False)
        client.connect(self.url, headers={"X-Sio-Lab-Pass": told["pass"]})
        try:
            yield client
        finally:
            client.disconnect()


@pytest.fixture(scope="module", params=["light", "dark"])
def room(request: pytest.FixtureRequest, desk: Desk, window: Page) -> Iterator[Room]:
    folder = desk.folder(request.param)
    write(folder, "class.ipynb", *CELLS)
    with Book(window, desk.address(folder, dark=request.param == "dark"), "class.ipynb", height=1800) as book:
        yield Room(book, folder)


def test_link_code_and_qr_are_read_from_the_last_row(room: Room) -> None:
    card = room.card
    expect(card.locator(".sio-class-link")).to_have_text(room.link.rstrip("/"), timeout=SOON)
    expect(card.locator(".sio-class-code")).to_have_text(room.code)
    assert size_of(card.locator(".sio-class-link")) >= 48
    assert size_of(card.locator(".sio-class-code")) >= 48
    assert room.card.locator(".sio-class-link").evaluate("each => each.scrollWidth <= each.clientWidth")
    assert_qr_says(room, card.locator(".sio-qr"))
    look(room, "empty")


def test_students_appear_by_name_and_names_are_data(room: Room) -> None:
    chips = room.card.locator(".sio-class-name")
    with room.student("Ada"), room.student(ODD), room.student(TURNED), room.student("名前 " * 12):
        expect(room.card.locator(".sio-class-count")).to_have_text("4 students in", timeout=SOON)
        expect(chips).to_have_count(4)
        expect(chips.nth(1)).to_contain_text("<img src=x")
        assert room.card.locator("img").count() == 0
        assert room.book.page.title() != "1"
        assert chips.nth(0).locator("bdi").evaluate("each => getComputedStyle(each).unicodeBidi") == "isolate"
        assert all(chip.bounding_box()["width"] < 260 for chip in chips.all())
        assert faint_texts(room.card) == {}
        look(room, "four")
    expect(room.card.locator(".sio-class-count")).to_have_text("0 students in", timeout=SOON)


def test_the_controls_act_on_real_clients_while_a_cell_runs(room: Room) -> None:
    with room.student("Ada") as ada:
        told: list[Any] = []
        ada.on("announcement", told.append)
        expect(room.card.locator(".sio-class-name")).to_have_count(1, timeout=SOON)
        room.book.run(SLEEP, wait=False)
        assert ada.call("chat", "one", timeout=SECONDS) == "one"
        room.button("Pause").click()
        expect(room.button("Resume")).to_be_visible(timeout=SOON)
        assert ada.call("chat", "two", timeout=SECONDS)["refused"] == "paused"
        look(room, "paused")
        room.button("Resume").click()
        expect(room.button("Pause")).to_be_visible(timeout=SOON)
        assert ada.call("chat", "three", timeout=SECONDS) == "three"
        expect(room.book.cell(SLEEP).locator(".jp-InputPrompt")).to_have_text("[*]:")
        room.card.get_by_label("text for all students").fill("Five more minutes")
        room.button("Announce").click()
        expect(room.card).to_contain_text("Announced to 1 student", timeout=SOON)
        assert ada.call("chat", "four", timeout=SECONDS) == "four"
        assert told == [{"text": "Five more minutes"}]
        room.book.ran(SLEEP)


def test_a_limit_holds_and_ends(room: Room) -> None:
    field = room.card.get_by_label("events a second each student may send")
    with room.student("Ada") as ada:
        field.fill("1")
        room.button("Set").click()
        expect(room.card).to_contain_text("each student may send 1 event a second", timeout=SOON)
        answers = [ada.call("chat", "x", timeout=SECONDS) for _ in range(6)]
        assert any(isinstance(answer, dict) and answer["refused"] == "limit" for answer in answers)
        field.fill("")
        field.press("Enter")
        expect(room.card).to_contain_text("No limit", timeout=SOON)
        assert [ada.call("chat", "x", timeout=SECONDS) for _ in range(6)] == ["x"] * 6


def test_a_locked_class_takes_nobody_else(room: Room) -> None:
    room.button("Lock").click()
    expect(room.button("Unlock")).to_be_visible(timeout=SOON)
    expect(room.card.locator(".sio-class-state")).to_contain_text("nobody else comes in")
    with pytest.raises(HTTPError, match="423"), room.student("Late"):
        pass
    room.button("Unlock").click()
    expect(room.button("Lock")).to_be_visible(timeout=SOON)


def test_a_student_is_renamed_and_sent_out_by_keyboard(room: Room) -> None:
    with room.student("Bea") as bea:
        chip = room.card.locator(".sio-class-name")
        expect(chip).to_have_text("Bea", timeout=SOON)
        chip.focus()
        chip.press("Enter")
        room.button("Rename…").press("Enter")
        room.card.get_by_label("new name").fill("Grace")
        look(room, "rename")
        room.card.get_by_label("new name").press("Enter")
        expect(chip).to_have_text("Grace", timeout=SOON)
        expect(room.card.locator(".sio-class-bar")).to_be_hidden()
        room.book.run(NAMES)
        expect(room.book.output(NAMES)).to_contain_text("['Grace']")
        ended = threading.Event()
        bea.on("disconnect", lambda *_: ended.set())
        chip.click()
        room.button("Send out…").click()
        room.button("Send out").click()
        assert ended.wait(SECONDS)
        expect(chip).to_have_count(0, timeout=SOON)


def test_the_dashboard_has_the_link_and_on_click_the_card(room: Room) -> None:
    room.book.run(DASHBOARD)
    dashboard = room.book.view(DASHBOARD)
    with room.student("Ada"):
        expect(dashboard.locator(".sio-class-line")).to_contain_text(room.link, timeout=SOON)
        expect(dashboard.locator(".sio-class-line-count")).to_contain_text("1 student in", timeout=SOON)
        dashboard.get_by_role("button", name="Show code and QR").click()
        expect(dashboard.locator(".sio-class-code")).to_have_text(room.code, timeout=SOON)
        assert_qr_says(room, dashboard.locator(".sio-qr"))
        look(room, "dashboard", dashboard)
        dashboard.get_by_role("button", name="Hide code and QR").click()
        expect(dashboard.locator(".sio-qr")).to_have_count(0)


def test_what_is_saved_holds_no_code(room: Room) -> None:
    room.book.cell(INVITED).locator(".cm-content").click()
    room.book.page.keyboard.press("Control+a")
    room.book.page.keyboard.type("1")
    room.book.run(INVITED)
    room.book.save()
    saved = (room.folder / "class.ipynb").read_text(encoding="utf-8")
    assert "A class at" in saved
    assert room.code not in saved
    room.book.run(STOP)
    expect(room.book.output(CARD)).to_contain_text("A class at", timeout=SOON)
    expect(room.card).to_have_count(0)
    room.book.save()
    saved = (room.folder / "class.ipynb").read_text(encoding="utf-8")
    assert room.code not in saved
    assert "widget-view" not in saved


def size_of(element: Locator) -> float:
    size: float = element.evaluate("each => parseFloat(getComputedStyle(each).fontSize)")
    return size


def assert_qr_says(room: Room, qr: Locator) -> None:
    """Assert that the picture is the code of the invitation, dark on white, large, with its light edge."""
    box = qr.bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 320
    matrix = [list(row) for row in segno.make(f"{room.link}_lab/join/{room.code}", error="m", boost_error=False).matrix]
    size = len(matrix) + 8
    # Larger than it is shown, so that every module has pixels of its own.
    picture = base64.b64encode(qr.screenshot()).decode()
    seen = qr.evaluate(_MODULES, [picture, size])
    assert [row[4:-4] for row in seen[4:-4]] == matrix
    edge = [*seen[:4], *seen[-4:], *(row[:4] + row[-4:] for row in seen)]
    assert not any(map(any, edge))


def look(room: Room, name: str, view: Locator | None = None) -> None:
    """Keep a picture, where somebody wants to see them."""
    folder = os.environ.get("SIO_LAB_PICTURES")
    if folder:
        (view or room.card).screenshot(path=f"{folder}/class-{room.folder.name}-{name}.png")
