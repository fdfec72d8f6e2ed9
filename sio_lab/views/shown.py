"""One view on display: its widget, what the page has been told, and what the page says."""

from __future__ import annotations

import threading
import uuid
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError
from sio_lab.views.widget import LabWidget

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.views.asking import Asking
    from sio_lab.views.view import View

_SWITCHES = ("on", "paused")
"""What a page may want of any feed: that it is sent at all, and that it is left as it is for a while."""


class Shown:
    """A view, and the widget that shows it. All but `snapshot` and `hear` is for the refresher's thread."""

    def __init__(self, view: View, asking: Asking, post: Callable[[Callable[[], None]], None]) -> None:
        self.view = view
        self.display_id = uuid.uuid4().hex
        self.is_away = False
        """Whether its last page has closed; it may come back."""

        self.snapshots = 0
        """How often a page has begun with it: more than once where a page was loaded anew."""

        self._asking = asking
        self._post = post
        self._numbers = dict.fromkeys(view.feeds, 0)
        self._paused: set[str] = set()
        self._pages: set[str] = set()
        # A snapshot is made in the thread that a page's question comes in.
        self._lock = threading.RLock()
        self._is_open = True
        self.widget = LabWidget(view.stem, self.snapshot, self.hear)

    def snapshot(self) -> dict[str, Any]:
        """Return all that a page needs to begin: what is true now."""
        with self._lock:
            self.snapshots += 1
            feeds = {name: self._told(name) for name in self.view.feeds} if self._is_open else {}
            return {"options": self.view.options(), "asks": sorted(self.view.answers), "feeds": feeds}

    def hear(self, message: dict[str, Any]) -> None:
        """Take in what the page says; it is acted on by others than the thread it comes in."""
        if isinstance(message, dict) and isinstance(message.get("k"), str):
            self._post(lambda: self._act(message))

    def flush(self) -> None:
        """Send what has changed, as one message."""
        if self.is_away:
            return
        with self._lock:
            patches = [patch for name in self.view.feeds if (patch := self._patch(name))]
            if patches:
                self._send({"k": "patches", "patches": patches})

    def still(self) -> dict[str, str]:
        """Return the picture of now; what is being told the page meanwhile comes first, or after."""
        with self._lock:
            return self.view.still()

    def close(self) -> None:
        """Close the widget, here and on the page. A second call does nothing."""
        with self._lock:
            if self._is_open:
                self._is_open = False
                self.widget.close()

    def _told(self, name: str) -> dict[str, Any]:
        is_on = name in self.view.on
        state = {**self.view.feeds[name].state(), "paused": name in self._paused} if is_on else None
        return {"number": self._numbers[name], "on": is_on, "state": state}

    def _patch(self, name: str) -> dict[str, Any] | None:
        is_sent = name in self.view.on and name not in self._paused
        patch = self.view.feeds[name].patch() if is_sent else None
        if patch is None:
            return None
        self._numbers[name] += 1
        return {"feed": name, "from": self._numbers[name] - 1, "patch": patch}

    def _act(self, message: dict[str, Any]) -> None:
        kind = message["k"]
        if kind in {"here", "gone"}:
            self._come_or_go(str(message.get("page")), is_here=kind == "here")
        elif kind == "ask":
            self._ask(message)
        elif kind == "ping":
            self._send({"k": "pong"})
        elif message.get("feed") in self.view.feeds:
            self._wanted(message["feed"], message if kind == "want" else {})

    def _come_or_go(self, page: str, *, is_here: bool) -> None:
        """Note which pages show it: while none does, nothing is sent, and the first to come back is told all."""
        (self._pages.add if is_here else self._pages.discard)(page)
        was_away, self.is_away = self.is_away, not self._pages
        if was_away and is_here:
            for name in self.view.on:
                self._tell(name)

    def _wanted(self, name: str, message: dict[str, Any]) -> None:
        """Heed what the page wants of a feed, and tell it anew; a feed that is paused is left as the page has it."""
        wishes = {key: value for key, value in message.items() if key not in {"k", "feed", *_SWITCHES}}
        with self._lock:
            for switch, names in (("on", self.view.on), ("paused", self._paused)):
                if switch in message:
                    (names.add if message[switch] else names.discard)(name)
            try:
                if wishes:
                    self.view.feeds[name].want(wishes)
            except LabError as error:
                self._send({"k": "problem", "feed": name, "problem": str(error)})
                return
            if name not in self._paused or wishes:
                self._tell(name)

    def _tell(self, name: str) -> None:
        with self._lock:
            if name in self.view.on:
                self.view.feeds[name].patch()  # which the state tells already
                told = self._told(name)
                self._send({"k": "state", "feed": name, "number": told["number"], "state": told["state"]})

    def _ask(self, message: dict[str, Any]) -> None:
        number, what, given = message.get("ask"), message.get("what"), message.get("given")
        if isinstance(what, str) and isinstance(given, dict):
            self._asking.ask(what, lambda: self.view.answer(what, given), lambda told: self._answer(number, told))

    def _answer(self, number: Any, told: dict[str, Any]) -> None:
        self._post(lambda: self._send({"k": "answer", "ask": number, **told}))

    def _send(self, message: dict[str, Any]) -> None:
        if self._is_open:
            self.widget.send(message)
