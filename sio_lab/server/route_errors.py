"""What a route raises: Flask's own traceback of it, and beside that, in the notebook, a way out that is known."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import flask
import jinja2

from sio_lab.server import failures

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from sio_lab.core.cells import Cells

TEXT = "<template>"
"""What Jinja calls the file of a template that is a text, as that of `%%sio page`."""


def leave_out_ours(trace: TracebackType | None) -> None:
    """Take the lab's own frames out of a traceback, which says then what it says in plain Flask.

    The last frame stays, whosever it is.
    """
    while trace is not None:
        after = trace.tb_next
        while after is not None and after.tb_next is not None and _is_ours(after):
            after = after.tb_next
        trace.tb_next = after
        trace = after


def _is_ours(trace: TracebackType) -> bool:
    return str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == __name__.partition(".")[0]


class RouteErrors:
    """Watches one Flask app for requests that fail on a template which is not there."""

    def __init__(self, app: flask.Flask, cells: Cells, say: Callable[[str], object]) -> None:
        self._app = app
        self._cells = cells
        self._say = say

    def watch(self) -> None:
        """Begin; a second call does nothing."""
        flask.got_request_exception.connect(self._raised, self._app)

    def leave(self) -> None:
        """End; a second call does nothing."""
        flask.got_request_exception.disconnect(self._raised, self._app)

    def _raised(self, _app: Any, exception: BaseException, **_more: Any) -> None:
        if isinstance(exception, jinja2.TemplateNotFound):
            self._say(f"{self._place(exception)}{failures.no_template(exception)}")

    def _place(self, error: BaseException) -> str:
        """Return the line of the reader's own code that led to an error, `In [3], line 12: `; else the page's path."""
        for frame, line in traceback.walk_tb(error.__traceback__):
            file = frame.f_code.co_filename
            if file != TEXT and not self._cells.is_library(frame):
                return f"{self._cells.place(file, line)}: "
        return f"{flask.request.method} {flask.request.path}: "
