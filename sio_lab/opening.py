"""The lab's client page, or one of the program's, in a frame below a cell.

In Colab it is shown by Colab's own call, as its documentation has it; that is not tested, since Colab runs nowhere
else.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from sio_lab.core.elsewhere import told_place
from sio_lab.errors import NotRunning, Usage
from sio_lab.server.web.pointer import OWN_PAGE
from sio_lab.shows import Shows
from sio_lab.views.open_page import OpenPageView

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.reaching import Reaching
    from sio_lab.views.view import View

COLAB_HEIGHT = 480
_LOWEST_CHARACTER = "!"


class Opened(Shows):
    """A page that shows itself below the cell. In a terminal it is a line that says where it is."""

    def __init__(self, make: Callable[[], View], lab: Any, path: str) -> None:
        super().__init__(make, lab.showing.show)
        self._lab = lab
        self._path = path

    @property
    def widget(self) -> Any:
        """The live view as a widget, to stand among others: `ipywidgets.HBox([lab.open().widget, ...])`."""
        return self._lab.showing.displayed.keep(self._make()).widget

    def _ipython_display_(self) -> None:
        if "google.colab" in sys.modules:
            _show_in_colab(self._lab.port, self._path)
        else:
            super()._ipython_display_()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from sio_lab.views import screen

        return super()._repr_mimebundle_() if screen.is_kept() else {"text/plain": repr(self)}

    def __repr__(self) -> str:
        """Say where it is."""
        return f"The server listens {told_place(self._lab.url)}; the page is at {self._path}"


def opened(lab: Reaching, path: str | None = None) -> Opened:
    """Return a view of the lab's client page, or of the page of the program at `path`.

    Raises NotRunning, Usage for what is no path.
    """
    served: Any = lab
    if not served.running:
        raise NotRunning("There is no page to open: no server runs. Start it: %sio start, lab.start()")
    wanted = OWN_PAGE if path is None else _checked(path)
    title = "Client page" if wanted == OWN_PAGE else f"Page {wanted}"
    answers = {"where": served.showing.acting.where, "allow": served.stage.pointer.allow}
    return Opened(lambda: OpenPageView(wanted, title, lambda: served.url, answers), served, wanted)


def _checked(path: object) -> str:
    """Return the path of a page. Raises Usage for what is none."""
    if not isinstance(path, str) or not path.startswith("/"):
        raise Usage(f"{path!r} is no path of your program: one begins with a slash, as in %sio open {_meant(path)}")
    if any(character < _LOWEST_CHARACTER or character == "\\" for character in path):
        raise Usage(f"The path {path!r} has characters that addresses don't have: write a space as %20.")
    if ".." in unquote(urlsplit(f"//x{path}").path).split("/"):
        raise Usage(f"The path {path!r} leads out of the server: write it without '..'.")
    return path


def _meant(path: object) -> str:
    """Return the path that may have been meant: the one in a URL, or what lacks its slash."""
    text = path if isinstance(path, str) and path.isprintable() else ""
    with suppress(ValueError):
        text = urlsplit(text).path if "://" in text else text
    text = text.lstrip("/")
    return f"/{text}" if text and " " not in text else "/chat"


def _show_in_colab(port: int, path: str) -> None:
    """Show a page by Colab's own call. Its proxy passes no WebSockets, so the lab's page is told to poll."""
    output: Any = import_module("google.colab.output")
    shown = f"{path}#transport=polling" if path.startswith(OWN_PAGE) else path
    output.serve_kernel_port_as_iframe(port, path=shown, height=str(COLAB_HEIGHT))
