"""Printing what handlers raise: once, on stderr, and before the log says that the handler has ended.

So whoever waits for the end, as a cell does that emits, has the traceback too.
"""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sio_lab.server import failures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Display:
    """Shows the failures of one server's handlers; to a test client it leaves them, which wants them raised."""

    def __init__(self, inline: Callable[[], bool]) -> None:
        self._inline = inline
        self._now = threading.local()

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Show what is raised inside, unless it has been, and go on; a test client gets it raised."""
        try:
            yield
        except Exception as error:
            if self._inline():
                raise
            self._show(error)
        finally:
            self._now.shown = None

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
            sys.stderr.write(failures.shown(told) + (f"What to do: {advice}\n" if advice else ""))
            sys.stderr.flush()
