"""All live views of one lab: shown, kept up to date, and turned into still pictures at the end."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from sio_lab.views import screen
from sio_lab.views.asking import Asking
from sio_lab.views.refresh import Refresher
from sio_lab.views.shown import Shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.views.view import View

MOST = 50
"""How many views may be live at once; the oldest becomes a picture, those that no page shows first."""


class Live:
    """Keeps what is on display. `cell` says which cell runs, so that its views go when it is run again."""

    def __init__(self, log: Log, cell: Callable[[], str | None]) -> None:
        self._cell = cell
        self._shown: dict[Shown, str | None] = {}
        self._refresher = Refresher(log)
        self._asking = Asking()

    def __len__(self) -> int:
        """How many views are live."""
        return len(self._shown)

    def show(self, view: View) -> Shown:
        """Display a view below the cell that runs."""
        shown = self.keep(view)
        screen.show({**shown.widget.bundle, **shown.still()}, shown.display_id)
        return shown

    def keep(self, view: View) -> Shown:
        """Make a view live that something else displays: its widget stands among others."""
        shown = Shown(view, self._asking, self._refresher.post)
        self._shown[shown] = self._cell()
        self._refresher.add(shown)
        while len(self._shown) > MOST:
            self._still(next((each for each in self._shown if each.is_away), next(iter(self._shown))))
        return shown

    def drop(self, cell: str | None) -> None:
        """Close what a cell displayed: it is run anew, or was deleted, and its output is gone."""
        for shown, owner in list(self._shown.items()):
            if owner == cell and owner is not None:
                self._close(shown)

    def still(self, *, at_the_end: bool = False) -> None:
        """Put a picture of now in the place of every view: what a saved notebook holds then is true for good.

        A page that was loaded anew no longer knows what was displayed under which id, so nothing can be put in its
        place. Such a view stays, and goes on when the server does, but for the end.
        """
        for shown in list(self._shown):
            self._still(shown, stays=shown.snapshots > 1 and not at_the_end)

    def _still(self, shown: Shown, *, stays: bool = False) -> None:
        with suppress(Exception):  # at the kernel's end its channels may be gone: then there is nothing to be shown on
            screen.replace(shown.still(), shown.display_id)
        if not stays:
            self._close(shown)

    def _close(self, shown: Shown) -> None:
        self._shown.pop(shown, None)
        if not self._shown:
            self._asking.close()
        self._refresher.discard(shown)
        with suppress(Exception):  # likewise
            shown.close()
