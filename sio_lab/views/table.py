"""One table, live: its feed, what its rows can be asked and do, and its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.views.feed import Feed


class TableView(View):
    """A table as a cell shows it. `still` makes its picture of the moment."""

    stem = "table"

    def __init__(
        self, title: str, feed: Feed, answers: Mapping[str, Callable[..., Any]], still: Callable[[], dict[str, str]]
    ) -> None:
        super().__init__({title: feed}, answers)
        self._title = title
        self._still = still

    def options(self) -> dict[str, Any]:
        """Return the title, which is the feed's name too."""
        return {"title": self._title, "feed": self._title}

    def still(self) -> dict[str, str]:
        """Return the picture of now."""
        return self._still()
