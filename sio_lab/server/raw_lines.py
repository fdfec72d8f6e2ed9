"""All raw WebSockets of one program: how they begin, who serves them, and how all of them end."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from sio_lab.server.raw_line import FAREWELL_SECONDS, Line
from sio_lab.server.raw_serving import Serving

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.core.log import Log
    from sio_lab.server.post_mortem import PostMortem

LINE = "sio_lab.line"
"""Where a request's environ keeps what becomes of it where it asks for a raw WebSocket: a `Serving`."""

STOP_SECONDS = 0.3
"""How long clients may take to answer the last Close frames of a server that stops."""


class Limits(NamedTuple):
    """What holds for one raw WebSocket."""

    limit: int | None
    """The length of the longest message, in letters or bytes; None for any."""

    idle_seconds: float
    """After so long without a byte a client is pinged, and after as long again given up."""


class Lines:
    """The raw WebSockets of one program."""

    def __init__(self, log: Log, limits: Callable[[], Limits], show: Callable[[BaseException], object]) -> None:
        self._log = log
        self._limits = limits
        self.show = show
        """Prints what a function raised."""

        self.post_mortem: PostMortem | None = None
        """Keeps what was raised, for the debugger; None where nobody asks for it."""

        self._open: set[Line] = set()
        self._farewells: set[threading.Thread] = set()

    @property
    def log(self) -> Log:
        """The log that is told of them."""
        return self._log

    def connect(self, environ: dict[str, Any]) -> dict[str, Any]:
        """Return what the app is to see of a request for a raw WebSocket: all it sends and receives is recorded."""
        if environ.get("werkzeug.socket") is None:
            return environ
        line = Line(self._log, environ, *self._limits())
        self._open.add(line)
        return {**environ, "werkzeug.socket": line.socket, LINE: Serving(self, line)}

    def ended(self, line: Line) -> None:
        """Forget one, whose request has ended."""
        line.lost()
        self._open.discard(line)

    def close_all(self, code: int) -> None:
        """Close all, and wait for a moment until the clients have answered; a second call does nothing."""
        self._wait(_closed(list(self._open), code), time.monotonic() + STOP_SECONDS)
        for thread in list(self._farewells):
            thread.join(STOP_SECONDS)

    def part(self, lines: list[Line], code: int) -> None:
        """Close some; who does not answer is cut off in the end, by a thread that lasts as long as that takes."""
        closed = _closed(lines, code)
        if closed:
            thread = threading.Thread(target=self._see_off, args=(closed,), name="sio-lab-farewell", daemon=True)
            self._farewells.add(thread)
            thread.start()

    def part_from(self, is_gone: Callable[[dict[str, Any]], bool], code: int) -> None:
        """Close those of whom `is_gone`, given the WSGI environment of a request, says that they are to go."""
        self.part([line for line in list(self._open) if is_gone(line.environ)], code)

    def _see_off(self, lines: list[Line]) -> None:
        try:
            self._wait(lines, time.monotonic() + FAREWELL_SECONDS)
        finally:
            self._farewells.discard(threading.current_thread())

    def _wait(self, lines: Iterable[Line], deadline: float) -> None:
        for line in lines:
            if not line.over.wait(max(0.0, deadline - time.monotonic())):
                line.socket.cut()


def _closed(lines: Iterable[Line], code: int) -> list[Line]:
    """Close those that are open; returns them."""
    closing = [line for line in lines if line.is_open and not line.over.is_set()]
    for line in closing:
        line.close(code)
    return closing


def hang_up(environ: dict[str, Any], error: Exception | None, body: Any = None) -> None:
    """End what a request has become, if that was a raw WebSocket: then there is no HTTP answer any more.

    Raises ConnectionError there, at which Werkzeug writes nothing.
    """
    serving: Serving | None = environ.get(LINE)
    if serving is None:
        return
    try:
        is_open = serving.line.is_open
        if is_open:
            getattr(body, "close", bool)()
            serving.hang_up(error)
    finally:
        serving.lines.ended(serving.line)
    if is_open:
        raise ConnectionError("the WebSocket has ended") from None
