"""The dashboard: how the server is, all tables, the sequence diagram and the room map behind tabs, and an emit form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.views import values
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.views.feed import Feed
    from sio_lab.views.view import Answer

STATUS = "status"
"""The feed that is always sent; the others are while their tab is chosen."""

CLASS = "class"
"""The feed of the class, sent likewise where there is one."""

TITLES = {
    "traffic": "Traffic",
    "clients": "Clients",
    "rooms": "Rooms",
    "namespaces": "Namespaces",
    "handlers": "Handlers",
    "tasks": "Tasks",
    "errors": "Errors",
    "acks": "Acks",
    "sequence": "Sequence",
    "map": "Map",
}
"""Feed -> what its tab says, in the order of the tabs."""


class DashboardView(View):
    """The dashboard; what it shows and does is handed to it.

    `feeds` holds `status`, any of TITLES, and `class` where one may come in; `answers`, those of the tables, the
    emit form and the class, and start, stop and restart, each of which returns {text}; `still` makes the picture for
    where nothing is live; `capture` says what is shown where it is a capture, and no server.
    """

    stem = "dashboard"

    def __init__(
        self,
        feeds: Mapping[str, Feed],
        answers: Mapping[str, Answer],
        still: Callable[[], dict[str, str]],
        capture: str | None = None,
    ) -> None:
        first = next((name for name in TITLES if name in feeds), STATUS)
        super().__init__(feeds, answers, on=(STATUS, CLASS, first) if CLASS in feeds else (STATUS, first))
        self._still = still
        self._capture = capture

    def options(self) -> dict[str, Any]:
        """Return the title, the tabs' titles by feed, whether there are an emit form and a class, and what capture."""
        titles = {name: title for name, title in TITLES.items() if name in self.feeds}
        capture = None if self._capture is None else values.visible(self._capture)
        told = {"title": "sio_lab", "feeds": titles, "emit": "emit" in self.answers, "class": CLASS in self.feeds}
        return {**told, "capture": capture}

    def still(self) -> dict[str, str]:
        """Return the picture of now."""
        return self._still()
