"""The errors of sio_lab.

LabError                what went wrong, which value, what to do next
├── NotRunning          a verb that needs a server, and none runs
├── PortTaken           the address is in use by somebody else
├── Usage               a verb, an option or an argument that can't be read
│   └── FilterError     a word of a filter that can't be read
├── TargetError         a WHO that names nobody, or more than one
├── RecordDropped       a row that has left the bounded log, or never was
├── ClientRefused       the server refused a client; carries its message and data
└── CallFailed          a call that got no ack, and why
"""

from __future__ import annotations

import traceback

__all__ = [
    "CallFailed",
    "ClientRefused",
    "FilterError",
    "LabError",
    "NotRunning",
    "PortTaken",
    "RecordDropped",
    "TargetError",
    "Usage",
]

HIDDEN = frozenset({"sio_lab", "IPython", "ipykernel"})
"""Packages whose frames tell the reader nothing."""


class LabError(Exception):
    """Base of every error that sio_lab raises on purpose; its text is meant for the reader."""

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the reader's own lines that led here and the text, none of our frames."""
        frames = [
            traceback.FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name)
            for frame, line in traceback.walk_tb(self.__traceback__)
            if str(frame.f_globals.get("__name__", "")).partition(".")[0] not in HIDDEN
        ]
        return [*"".join(traceback.format_list(frames)).splitlines(), f"{type(self).__name__}: {self}"]


class NotRunning(LabError):
    """A verb needs a running server, and there is none."""


class PortTaken(LabError):
    """The address asked for is in use by another program."""

    place: tuple[str, int] | None = None
    """Host and port that were asked for."""


class Usage(LabError):
    """A verb, an option or an argument can't be read."""

    place: int | None = None
    """The number of the character in what was typed that is to blame; None where no single one is."""


class FilterError(Usage):
    """A word of a filter can't be read; the text names the word and says why."""


class TargetError(LabError):
    """A WHO names nobody, or more than one; the text lists candidates."""


class RecordDropped(LabError):
    """The row asked for has left the bounded log, or never was in it."""


class ClientRefused(LabError):
    """The server refused a client."""

    def __init__(self, text: str, message: str | None = None, data: object = None) -> None:
        super().__init__(text)
        self.message = message
        self.data = data


class CallFailed(LabError):
    """A call got no ack: its handler raised, there is none, or time ran out."""
