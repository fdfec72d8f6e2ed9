"""What a page's end of the widgets' comms would see, where there is no kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import comm
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator


class FakeComm:
    """One comm: what was sent on it, and whether it is open."""

    def __init__(self, data: dict[str, Any], comm_id: str) -> None:
        self.comm_id = comm_id
        self.state: dict[str, Any] = data["state"]
        self.sent: list[dict[str, Any]] = []
        self.is_open = True

    def on_msg(self, callback: Any) -> None:
        self.callback = callback

    def send(self, data: dict[str, Any], **_: Any) -> None:
        self.sent.append(data)

    def close(self, **_: Any) -> None:
        self.is_open = False

    @property
    def told(self) -> list[dict[str, Any]]:
        """The custom messages that were sent."""
        return [data["content"] for data in self.sent if data["method"] == "custom"]

    def say(self, message: object) -> None:
        """Have the page send a custom message."""
        data = {"method": "custom", "content": message}
        self.callback({"content": {"data": data}, "buffers": []})

    def load_anew(self) -> None:
        """Have a page ask for the whole state, as one does that was loaded anew."""
        self.callback({"content": {"data": {"method": "request_state"}}, "buffers": []})


class Comms(list[FakeComm]):
    """All comms that were opened, in order."""

    def open(self, **given: Any) -> FakeComm:
        self.append(FakeComm(given["data"], given.get("comm_id") or f"comm{len(self)}"))
        return self[-1]

    @property
    def views(self) -> list[FakeComm]:
        """Those of widgets that show something; their layouts have some, too."""
        return [each for each in self if "shown" in each.state]

    @property
    def left(self) -> list[FakeComm]:
        return [each for each in self if each.is_open]


@pytest.fixture
def comms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Comms]:
    """Stand in for the kernel's comms."""
    opened = Comms()
    monkeypatch.setattr(comm, "create_comm", opened.open)
    yield opened
    assert opened.left == [], "a test leaves its comms closed, as the lab does"
