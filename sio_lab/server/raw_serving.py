"""The function that serves a raw WebSocket: whose it is, how it ended, and what becomes of it when it is replaced."""

from __future__ import annotations

import inspect
import time
import weakref
from typing import TYPE_CHECKING, Any

import flask
from wsproto.frame_protocol import CloseReason

from sio_lab.core import records as r
from sio_lab.core.cells import acting_for
from sio_lab.core.console import OVER
from sio_lab.server import failures
from sio_lab.server.lookup import describe
from sio_lab.server.post_mortem import Failure
from sio_lab.server.urls import placed_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.server.applied import Force
    from sio_lab.server.raw_line import Line
    from sio_lab.server.raw_lines import Lines

RAISED = "the function that serves it raised"
"""What a client is told of an error: nothing more, since it may hold anything."""


class Serving:
    """One request for a raw WebSocket, while it is served."""

    def __init__(self, lines: Lines, line: Line) -> None:
        self.lines = lines
        self.line = line

    def serve(self, rule: Any, view: Any, served: Served | None, dispatch: Callable[[], Any]) -> Any:
        """Have the route answer; what it raises once the WebSocket is open closes that with 1011."""
        owner = None
        if served is not None and view is not None:
            owner = served.owner(view)
            served.add(self, view, is_managed=placed_of(rule).is_managed)
        began, acting = time.perf_counter_ns(), acting_for(owner)
        try:
            with acting:
                answer = dispatch()
        except Exception as error:
            if not self.line.is_open:
                raise
            self._raised(error, view, acting, (time.perf_counter_ns() - began) / 1e6)
            return flask.Response()
        if self.line.is_open:
            self._ended("handled", view, acting, (time.perf_counter_ns() - began) / 1e6)
        return answer

    def hang_up(self, error: Exception | None) -> None:
        """Close it with 1011 where an `error` was raised beside all routes, or an HTTP answer was made of one."""
        if error is not None and not self.line.over.is_set():
            self._raised(error, None, None, 0.0)
        self.line.close(CloseReason.INTERNAL_ERROR, RAISED)
        self.line.finish()

    def _raised(self, error: Exception, view: Any, acting: acting_for | None, ms: float) -> None:
        owner = None if acting is None else acting.owner
        with acting_for(owner):
            self.lines.show(error)
        if self.lines.post_mortem is not None:
            self.lines.post_mortem.keep(Failure(self.line.seq or 0, f"the WebSocket {self.line.path}", error))
        told = {"error": failures.one_line(error), "traceback": failures.shown(error)}
        self._ended("raised", view, acting, ms, **told, hint=failures.advice(error))
        self.line.close(CloseReason.INTERNAL_ERROR, RAISED)

    def _ended(self, status: str, view: Any, acting: acting_for | None, ms: float, **told: Any) -> None:
        console, owner = (None, None) if acting is None else (acting.console, acting.owner)
        output = None if console is None or console is OVER else console.text
        name, cell = (None if view is None else describe(view)), (owner.label if owner else None)
        self.lines.log.append(r.Handled(self.line.seq or 0, status, ms, handler=name, cell=cell, output=output, **told))


class Served:
    """The raw WebSockets that the routes of one app serve: each as long as its function is in force."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells
        self._open: weakref.WeakKeyDictionary[Serving, Any] = weakref.WeakKeyDictionary()
        self._force: Force = {}

    def owner(self, view: Any) -> Owner | None:
        """Return the run of the cell that a view belongs to."""
        return self._cells.of(view) or self._cells.written_by(inspect.unwrap(view))

    def add(self, serving: Serving, view: Any, *, is_managed: bool) -> None:
        """Note who is about to serve one; where that was replaced in the meantime, the WebSocket ends as it begins."""
        if is_managed:
            self._open[serving] = view
            serving.line.opened = lambda: self._part([serving])

    def part(self, force: Force) -> None:
        """Close those whose function is no longer in force: pages connect again, and get the new one."""
        self._force = force
        if self._open:
            self._part(list(self._open))

    def _part(self, servings: list[Serving]) -> None:
        functions = {id(piece.function) for pieces in self._force.values() for piece in pieces}
        by_lines: dict[Lines, list[Line]] = {}
        for serving in servings:
            if id(self._open.get(serving)) not in functions:
                by_lines.setdefault(serving.lines, []).append(serving.line)
        for lines, gone in by_lines.items():
            lines.part(gone, CloseReason.SERVICE_RESTART)
