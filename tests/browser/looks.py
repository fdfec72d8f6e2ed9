"""What a page looks like, measured in it: contrast of its texts, how many elements it has, how soon it answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

_FAINT = Path(__file__).with_name("faint_texts.js").read_text(encoding="utf-8")
_FRAME = """() => new Promise((done) => {
  const began = performance.now();
  requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


def faint_texts(view: Locator, least: float = 4.5) -> dict[str, str]:
    """Return the texts in sight whose contrast with what is below them is less: element -> contrast and text."""
    faint: dict[str, str] = view.evaluate(_FAINT, least)
    return faint


def frame_ms(page: Page) -> float:
    """Return how many milliseconds the page takes to draw once more, and to do what comes then."""
    taken: float = page.evaluate(_FRAME)
    return taken


def element_count(view: Locator) -> int:
    """Return how many elements a view consists of."""
    count: int = view.evaluate("root => root.querySelectorAll('*').length")
    return count
