"""What one run of a cell's code writes: kept, within bounds, and passed on in whole lines.

Several runs may write at once. A line goes on its way in one piece, so that none is torn by another run's.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Put: TypeAlias = Callable[[str], object]
"""Writes a text where it belongs."""

MOST_KEPT = 20_000
"""Characters that are kept of what a run writes: half from its beginning, half from its end."""

MOST_HELD = 8_000
"""Characters of a line that wait for its end."""


def newest(text: str, most: int) -> str:
    """Return the last `most` characters of a text, an ellipsis before them where there were more."""
    return text if len(text) <= most else f"…{text[len(text) - most + 1 :]}"


class Console:
    """Takes what one run writes.

    Nothing of it is held back for longer than the run takes: what is written later still goes on as it comes.
    """

    __slots__ = ("_begin", "_count", "_end", "_held", "_is_over", "_lock", "_passing")

    def __init__(self) -> None:
        self._begin = self._end = ""
        self._count = 0
        self._held: dict[Put, str] = {}
        self._is_over = self._passing = False
        # A thread that a handler starts with a copy of its context writes here, too.
        self._lock = threading.RLock()

    @property
    def text(self) -> str | None:
        """What was written, how much is left out where it was much; None for nothing."""
        if not self._count:
            return None  # as of nearly all
        missing = self._count - len(self._begin) - len(self._end)
        note = f"\n… {missing:,} characters left out …\n" if missing else ""
        return f"{self._begin}{note}{self._end}"

    def write(self, text: str, put: Put) -> None:
        """Keep a text, and put its whole lines; the rest waits until its line is whole, or for `flush`."""
        if self._is_over:
            put(text)
            return
        with self._lock:
            if not self._passing:
                self._keep(text)
                text = self._whole_lines(text, put)
            # Where a stream writes to another one that is listened to, it has been kept.
            if text:
                self._pass_on(partial(put, text))

    def show(self, text: str, put: Callable[[], T]) -> T:
        """Have something shown that a text stands for, behind all that was written before; returns what `put` does."""
        if self._is_over:
            return put()
        with self._lock:
            if not self._passing:
                self.flush()
                self._keep(text)
            return self._pass_on(put)

    def flush(self) -> None:
        """Put the beginnings of lines that wait."""
        with self._lock:
            held, self._held = self._held, {}
            for put, text in held.items():
                self._pass_on(partial(put, text))

    def end(self) -> None:
        """Note that the run is over. A stream that was closed meanwhile gets nothing more, and hinders nobody."""
        self._is_over = True
        with suppress(Exception):
            self.flush()

    def _keep(self, text: str) -> None:
        half = MOST_KEPT // 2
        self._count += len(text)
        room = half - len(self._begin)
        if room > 0:
            self._begin += text[:room]
            text = text[room:]
        if text:
            self._end = (self._end + text[-half:])[-half:]

    def _whole_lines(self, text: str, put: Put) -> str:
        line = self._held.pop(put, "") + text
        end = max(line.rfind("\n"), line.rfind("\r")) + 1
        if len(line) - end > MOST_HELD:
            return line
        if end < len(line):
            self._held[put] = line[end:]
        return line[:end]

    def _pass_on(self, put: Callable[[], T]) -> T:
        outside, self._passing = self._passing, True
        try:
            return put()
        finally:
            self._passing = outside


OVER = Console()
"""That of all runs that wrote nothing, once they are over."""

OVER.end()
