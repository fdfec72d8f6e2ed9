"""What all live views have in common: feeds, answers to what the page asks, and a still picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.views.feed import Feed

    Answer = Callable[..., Any]


class View:
    """One view, as it is shown once: its widget runs `static/STEM.js`."""

    stem: ClassVar[str]
    """The name of its module in `static/`, and of the file its class is in."""

    def __init__(self, feeds: Mapping[str, Feed], answers: Mapping[str, Answer], *, on: tuple[str, ...] = ()) -> None:
        self.feeds = dict(feeds)
        """Name -> feed."""

        self.answers = dict(answers)
        """What the page may ask -> what answers, given keywords; its value is JSON, and it may raise LabError."""

        self.on = set(on or feeds)
        """The feeds that are sent; the page switches them on and off."""

    def options(self) -> dict[str, Any]:
        """Return what the page is told once, beside the feeds, as JSON."""
        return {}

    def still(self) -> dict[str, str]:
        """Return the picture of now, for where nothing is live: text/plain and text/html."""
        raise NotImplementedError

    def answer(self, what: str, given: Mapping[str, Any]) -> Any:
        """Return what the page asked for. Raises LabError where it can't be had."""
        answers = self.answers.get(what)
        if answers is None:
            raise LabError(f"This view can't do {what!r}.")
        return answers(**given)
