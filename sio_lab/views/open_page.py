"""A page of the server, in a frame below a cell: found by the browser, which alone knows where the notebook is shown.

Tried in JupyterLab and Notebook 7. In VS Code the page is looked for on this machine, where VS Code forwards ports to;
that is as its documentation has it, and not tested.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any, ClassVar

from sio_lab.errors import Usage
from sio_lab.views import html as markup
from sio_lab.views import values
from sio_lab.views.view import View

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.views.view import Answer

FEED = "server"
LENGTH = 300


class ServerFeed:
    """Where the server listens: {url}, null while it is stopped."""

    def __init__(self, url: Callable[[], str | None]) -> None:
        self._url = url
        self._told: str | None = None

    def state(self) -> dict[str, Any]:
        """Return where it listens."""
        self._told = self._url()
        return {"url": self._told}

    def patch(self) -> dict[str, Any] | None:
        """Return where it listens now, if that is news."""
        return self.state() if self._url() != self._told else None

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Raise Usage: there is nothing to choose."""
        raise Usage(f"Where the server listens can't be chosen here: {', '.join(wishes)}.")


class OpenPageView(View):
    """A page of the server in a frame.

    `url` tells where it listens, None while it is stopped. `answers` has `where {path, host}`, which is
    `Pointer.where`, and `allow`, by which the reader agrees that pages of the program come through Jupyter's proxy.
    """

    stem: ClassVar[str] = "open_page"

    def __init__(self, path: str, title: str, url: Callable[[], str | None], answers: Mapping[str, Answer]) -> None:
        super().__init__({FEED: ServerFeed(url)}, {**answers, "shown_at": self._shown_at})
        self._path = path
        self._title = title
        self._place = ""

    def options(self) -> dict[str, Any]:
        """Return which page it is, and what it is called."""
        return {"path": self._path, "title": values.visible(self._title)}

    def still(self) -> dict[str, str]:
        """Return what is left of it: what stood here, and where; no link, which would lead nowhere later on."""
        title = values.visible(self._title)
        how = "Run the cell again to open it."
        plain = f"{title}, {f'shown at {self._place}' if self._place else 'shown in the notebook'}. {how}"
        head = markup.element("p", markup.element("strong", escape(title)), look="sio-top")
        place = f"Shown here {markup.element('code', escape(self._place))}. " if self._place else "It was shown here. "
        body = markup.element("p", place + escape(how))
        return {
            "text/plain": plain,
            "text/html": markup.page("card", markup.element("div", head + body, look="sio-card", role="group")),
        }

    def _shown_at(self, address: str, how: str) -> None:
        """Take in where a page has found it."""
        self._place = f"{values.visible(str(address)[:LENGTH])} ({values.visible(str(how)[:LENGTH])})"
