"""Printing what handlers raise: once, on stderr, and before the log says that the handler has ended.

So whoever waits for the end, as a cell does that emits, has the traceback too.
"""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from sio_lab.server import failures
from sio_lab.server.blank_locals import lasting

if TYPE_CHECKING:
    from collections.abc import Callable


class Showing:
    """While inside, what is raised is shown; a class, since each event passes one."""

    __slots__ = ("_display",)

    def __init__(self, display: Display) -> None:
        self._display = display

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        return self._display.late(error)


class Display:
    """Shows the failures of one server's handlers; to a test client it leaves them, which wants them raised."""

    def __init__(self, inline: Callable[[], bool]) -> None:
        self._inline = inline
        self._now = lasting()

    def showing(self) -> Showing:
        """Return what shows what is raised inside, unless it has been, and goes on; a test client gets it raised."""
        return Showing(self)

    def late(self, error: BaseException | None) -> bool:
        """Show what was raised in the end; tells whether that has been taken care of."""
        is_ours = isinstance(error, Exception) and not self._inline()
        if is_ours and isinstance(error, Exception):
            self._show(error)
        self._now.shown = None
        return is_ours

    def early(self, error: BaseException) -> None:
        """Show what a handler raised, as soon as it has."""
        if isinstance(error, Exception) and not self._inline():
            self._show(error)

    def _show(self, error: Exception) -> None:
        """Print a failure where plain Flask-SocketIO would, from the handler's own frame on."""
        told = failures.unwrap(error) or error
        if getattr(self._now, "shown", None) is not told:
            self._now.shown = told
            advice = failures.advice(told)
            with suppress(Exception):  # it may be closed, or there may be none
                sys.stdout.flush()  # what the handler has printed comes first
            sys.stderr.write(failures.shown(told) + (f"What to do: {advice}\n" if advice else ""))
            sys.stderr.flush()
