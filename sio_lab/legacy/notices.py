"""Telling the reader what is no longer written that way: the line, and what to write instead."""

from __future__ import annotations

import inspect
import linecache
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sio_lab.legacy.callers import is_library

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the reader's code."""

    file: str
    line: int

    label: str
    """What the reader knows the file by: `In [3]`, `chat.py`."""

    source: str
    """The line itself; empty where it is not to be had."""

    def __str__(self) -> str:
        return f"{self.label}, line {self.line}"


class Notices:
    """Gives notices, each once for a line.

    `say` tells the reader; `is_cell` tells the frames of cells' code, and `label` what a reader knows its cell by.
    """

    def __init__(
        self,
        say: Callable[[str], object],
        is_cell: Callable[[FrameType], bool] = lambda _frame: False,
        label: Callable[[FrameType], str | None] = lambda _frame: None,
    ) -> None:
        self._say = say
        self._is_cell = is_cell
        self._label = label
        self._given: set[tuple[str, int, str]] = set()
        self._lock = threading.Lock()

    def give(self, text: str) -> None:
        """Tell what to write instead, with the line of the reader's code that runs; once for each line and text."""
        place = self.place()
        key = (place.file, place.line, text) if place else ("", 0, text)
        with self._lock:
            if key in self._given:
                return
            self._given.add(key)
        self._say(self.at(place, text))

    def located(self, text: str) -> str:
        """Return a text with the line of the reader's code that runs, as `give` tells it."""
        return self.at(self.place(), text)

    def place(self) -> Place | None:
        """Return the line of the reader's code that runs here; None where a library's thread runs none."""
        frame = inspect.currentframe()
        while frame is not None and is_library(frame) and not self._is_cell(frame):
            frame = frame.f_back
        return self._place(frame) if frame is not None else None

    @staticmethod
    def at(place: Place | None, text: str) -> str:
        """Return a text with a line in front of it, and that line's source beneath it."""
        if place is None:
            return text
        return f"{place}: {text}" + (f"\n    {place.source}" if place.source else "")

    def _place(self, frame: FrameType) -> Place:
        file, line = frame.f_code.co_filename, frame.f_lineno
        label = self._label(frame) or ("this cell" if self._is_cell(frame) else Path(file).name)
        return Place(file, line, label, linecache.getline(file, line, frame.f_globals).strip())
