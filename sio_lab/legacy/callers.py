"""Whose code asks: the reader's own, or a library's.

Stand-ins are for the reader's code only. A library that finds `gevent` importable would take it for the real one, as
Engine.IO does, which then serves with it.
"""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sio_lab.core.cells import LIBRARIES, is_installed

if TYPE_CHECKING:
    from types import FrameType

MACHINERY = frozenset({"importlib", "_frozen_importlib", "_frozen_importlib_external"})
"""Python's own import machinery, which stands between who imports and who is asked."""

TOOLS = frozenset({"IPython", "ipykernel", "jedi", "inspect", "pydoc"})
"""Libraries that look at names on the reader's behalf: completion, help."""

_OURS = f"{Path(__file__).parent.parent}{os.sep}"


def is_library(frame: FrameType) -> bool:
    """Tell whether a frame runs code of a library: Python's, an installed one's or the lab's own."""
    return _package(frame) in LIBRARIES or is_installed(frame.f_code.co_filename)


def is_library_file(file: str) -> bool:
    """Tell whether a file of Python code is a library's: Python's, an installed one's or the lab's own."""
    return is_installed(file) or file.startswith(_OURS)


def is_readers(frame: FrameType | None) -> bool:
    """Tell whether a frame runs the reader's own code, or a tool that looks something up for the reader."""
    return frame is not None and (_package(frame) in TOOLS or not is_library(frame))


def asker() -> FrameType | None:
    """Return the frame that imports something, or looks up a module's name: past the machinery, and past our own."""
    frame = inspect.currentframe()
    while frame is not None and (_package(frame) in MACHINERY or _module(frame).startswith("sio_lab.legacy")):
        frame = frame.f_back
    return frame


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def _package(frame: FrameType) -> str:
    return _module(frame).partition(".")[0]
