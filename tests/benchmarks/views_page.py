"""A notebook page that is measured: what arrives on its WebSocket, and how evenly it draws."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.book import Book

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocket

_FRAMES = """seconds => new Promise(done => {
  const gaps = []; let last = performance.now(); const end = last + 1000 * seconds;
  const frame = now => { gaps.push(now - last); last = now; now < end ? requestAnimationFrame(frame) : done(gaps); };
  requestAnimationFrame(frame);
})"""


@dataclass
class Seen:
    """What was measured in some seconds."""

    bytes_a_second: float
    messages_a_second: float
    """Messages of widgets, not of the kernel's other business."""

    gap_p95: float
    """95th percentile of the time between two frames, in milliseconds."""


class MeasuredBook(Book):
    """A notebook whose WebSocket is listened to."""

    def __init__(self, page: Page, address: str, name: str) -> None:
        self.count = self.messages = 0
        super().__init__(page, address, name, height=1400)

    def open(self) -> None:
        """Open the page, listening from the first frame on."""
        self.page.on("websocket", self._listen)
        super().open()

    def measure(self, seconds: float) -> Seen:
        """Count what arrives, and how long the page takes from frame to frame."""
        count, messages, began = self.count, self.messages, time.perf_counter()
        gaps = sorted(self.page.evaluate(_FRAMES, seconds)[2:])
        took = time.perf_counter() - began
        p95 = gaps[int(0.95 * len(gaps))]
        return Seen((self.count - count) / took, (self.messages - messages) / took, p95)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._count)

    def _count(self, payload: bytes | str) -> None:
        self.count += len(payload)
        data = payload if isinstance(payload, bytes) else payload.encode()
        self.messages += b'"comm_msg"' in data
