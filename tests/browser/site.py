"""A lab whose pages are looked at: its handlers, its server, and a page that says what it complains of."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import flask_socketio
from playwright.sync_api import expect

import sio_lab
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Locator, Page

SOON = 1000 * DEADLINE
RELATIVE = re.compile(r"(?:href|src)=\"([^\"]+)\"")
MARKUP = "<img src=x onerror=alert(1)>"
WATCH = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => window.violations.push(event.violatedDirective));
"""


@contextmanager
def running_lab(**options: Any) -> Iterator[Any]:
    """Serve handlers that a lesson has; yields the lab."""
    lab = sio_lab.Lab()
    lab.start(**options)
    define(lab)
    try:
        yield lab
    finally:
        lab.close()


def define(lab: Any) -> None:
    """Define what the pages are tried with."""
    on = lab.socketio.on
    on("echo")(lambda *args: args[0] if args else None)
    on("say")(lambda *args: flask_socketio.emit("said", args[0], broadcast=True))
    on("join")(lambda data: flask_socketio.join_room(data["room"]))
    on("leave")(lambda data: flask_socketio.leave_room(data["room"]))
    on("my event")(lambda data: flask_socketio.emit("my response", {"data": data["data"]}))
    on("my broadcast event")(lambda data: flask_socketio.emit("my response", {"data": data["data"]}, broadcast=True))
    on("echo", namespace="/chat")(lambda *args: args[0])

    lab.ws("/echo")(raw_echo)


def raw_echo(ws: Any) -> None:
    """Answer raw WebSockets with what they send; `bye` with a code of its own."""
    while True:
        told = ws.receive()
        if told == "bye":
            ws.close(4001, "as you like")
        ws.send(told)


class Client:
    """A page in a browser, with what its console and its policy complain of."""

    def __init__(self, browser: Browser, url: str, *, width: int = 1200, height: int = 800, **options: Any) -> None:
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": height}, **options)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", lambda told: told.type in {"error", "warning"} and self.complaints.append(told.text))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.add_init_script(WATCH)
        self.page.goto(url)

    def connect(self, transport: str = "both", namespace: str = "/", name: str = "") -> None:
        """Fill in the form and connect."""
        self.page.get_by_label("Name", exact=True).fill(name)
        self.page.get_by_label("Namespace").fill(namespace)
        self.page.get_by_label("Transport").select_option(transport)
        self.page.get_by_role("button", name="Connect", exact=True).click()
        expect(self.page.locator("#state-word")).to_have_text("Connected", timeout=SOON)

    def emit(self, event: str, argument: str | None = None) -> None:
        """Emit an event, with one argument as it is typed."""
        self.page.get_by_label("Event").fill(event)
        if argument is not None:
            self.page.get_by_label("Argument", exact=True).fill(argument)
        self.page.get_by_role("button", name="Emit").click()

    @property
    def rows(self) -> Locator:
        return self.page.locator("#log-rows > li")

    def row(self, text: str) -> Locator:
        """Return the rows of the log that contain a text."""
        return self.rows.filter(has_text=text)

    def close(self, *expected: str) -> None:
        """Assert that nothing was complained of but what contains one of these, and close the page."""
        assert self.page.evaluate("violations") == []
        self.page.close()
        assert [each for each in self.complaints if not any(text in each for text in expected)] == []
