"""A notebook that opens pages of its server below its cells, and how its frames are looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.talk import SOURCE

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator, Locator

SOON = 30_000
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


def frame(view: Locator) -> FrameLocator:
    return view.frame_locator("iframe")


def talks(view: Locator, transport: str = "websocket") -> FrameLocator:
    page = frame(view)
    expect(page.locator("#transport")).to_have_text(transport, timeout=SOON)
    return page


def source(view: Locator) -> str:
    """Return where its frame leads, without what only the page itself is told."""
    return (view.locator("iframe").get_attribute("src", timeout=SOON) or "").partition("#")[0]
