"""Captures: what happened in a lab, kept in a file, and opened again without a server."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, Protocol

from sio_lab.core.cells import Cells
from sio_lab.errors import LabError
from sio_lab.results import Kept, Status
from sio_lab.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from sio_lab.clients import Clients
    from sio_lab.core.capture_file import Origin
    from sio_lab.core.capture_reading import Opened
    from sio_lab.core.log import Log
    from sio_lab.core.recorder import Recorder
    from sio_lab.core.wire import Decoder
    from sio_lab.explaining import Explanation
    from sio_lab.server.stage import Stage
    from sio_lab.showing import Showing
    from sio_lab.shows import Shows


class Source(Protocol):
    """What is kept: a lab."""

    log: Log
    say: Callable[[str], object]
    live: bool

    def close(self) -> None:
        """End all that goes on."""

    @property
    def showing(self) -> Showing:
        """What makes its views, and keeps those on display."""

    @property
    def staged(self) -> Stage | None:
        """What is served, where there is something yet."""


@dataclass(frozen=True, slots=True)
class About:
    """What a capture says of itself."""

    path: str
    made_at: str
    """When it was begun: ISO 8601, UTC."""

    made_by: str
    """Name and version of what made it."""

    codec: str
    """`json` or `msgpack`."""

    records: int
    """How many records were read."""

    missing: int
    """How many numbers between the first and the last record have none: they had left the log too soon."""

    complete: bool
    """Whether it was ended; else what made it was killed, or still records."""

    notes: tuple[str, ...] = ()
    """What could not be read, in sentences."""

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        return f"Capture {Path(self.path).name} of {self.made_at[:16].replace('T', ' ')} UTC"

    def __repr__(self) -> str:
        """Return what it is in one line, and what is missing."""
        counted = f"{self.title}: {self.records:,} record{'' if self.records == 1 else 's'}, made by {self.made_by}."
        missing = f"{self.missing:,} records had left the log before they were kept." if self.missing else None
        cut_off = None if self.complete else "It was not ended: at most the last 250 ms are missing."
        return "\n".join(filter(None, (counted, cut_off, missing, *self.notes)))


class Capture(Shelf):
    """What happened in a lab, opened again: the same tables, DataFrames, filters and views, without a server."""

    def __init__(self, path: Path, opened: Opened, lab: Source | None = None) -> None:
        self.path = path
        """The file."""

        self.log = opened.log
        self.cells = Cells()
        self.live = lab is None or lab.live
        """Whether tables and views answer to what is clicked after they are shown; else they are pictures."""

        self._lab = lab
        self.about = _about(path, opened)
        """What it says of itself."""

    @property
    def reader(self) -> Decoder:
        """What reads the packets."""
        from sio_lab.server.decoding import read_any

        return read_any

    @cached_property
    def showing(self) -> Showing:
        """What makes the views, and keeps those on display."""
        from sio_lab.acting import Answering
        from sio_lab.addressing import Addressing
        from sio_lab.showing import Showing

        reach, lab = Addressing(self.log).reach, self._lab
        answering = Answering(self.log, self.reader, reach=reach, refuse=self._refuse, why=self.why)
        return Showing(self, answering, self.about.title, None if lab is None else lambda: lab.showing)

    @cached_property
    def named_clients(self) -> Clients:
        """The own clients, by name: a capture has none that could be talked to."""
        from sio_lab.clients import Clients
        from sio_lab.frames import frame

        return Clients(self.log, frame)

    def panels(self, *names: str) -> Shows:
        """Raise LabError: a panel is of a client that is there."""
        said = f" of {', '.join(names)}" if names else ""
        raise LabError(f"A capture has no panels{said}: .traffic.where('client:NAME') shows what a client did.")

    def why(self, which: int | str = "last") -> Explanation:
        """Say why nothing arrived, or why it failed: of the row numbered so, or of the newest that is worth it.

        Raises RecordDropped where the row is not in the capture, Usage for what is no number of a row.
        """
        from sio_lab.explaining import explain

        return explain(self.log, which, self.reader, now=self.log.now())

    def status(self) -> Status:
        """Return how things were at its end."""
        with self.log.lock:
            state = self.log.state
            rooms = sum(not state.is_personal(room) for rooms in state.rooms.values() for room in rooms)
            handlers = len({*state.functions, *state.methods})
            clients = len(state.clients)
        counts = (False, None, clients, rooms, handlers, len(self.log), self.log.dropped)
        return Status(*counts, capture=repr(self.about), long=self.about.notes)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise LabError(f"This is a capture, {self.path.name}: there is no server that could do it.")

    def _ipython_display_(self) -> None:
        self.dashboard()._ipython_display_()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {**self.dashboard()._repr_mimebundle_(), "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Return what it is, and what can be asked of it."""
        return (
            f"{self.about!r}\nLook at its .traffic, .clients, .rooms, .handlers, .errors, .sequence() and .dashboard()."
        )


def load(path: str | PathLike[str], *, partly: bool = False) -> Capture:
    """Open a capture.

    Raises LabError where there is none, or where it is damaged or of a newer sio_lab; where `partly`, what can be read
    of it is read, and `.about.notes` says what could not.
    """
    return load_beside(None, path, partly=partly)


def load_beside(lab: Source | None, path: str | PathLike[str], *, partly: bool) -> Capture:
    """Open a capture whose views end with those of a lab; raises LabError as `load` does."""
    from sio_lab.core.capture_reading import open_capture

    where = _path(path)
    return Capture(where, open_capture(where, partly=partly), lab)


def save(lab: Source, path: str | PathLike[str]) -> Kept:
    """Save what is in a lab's log; raises LabError where that can't be."""
    from sio_lab.core.capture_file import save as save_log

    count = save_log(lab.log, _path(path), _origin(lab))
    dropped = f"The {lab.log.dropped:,} before them had left the log." if lab.log.dropped else None
    return Kept(str(path), count, "Saved", dropped)


def record(lab: Source, before: Recorder | None, path: str | PathLike[str] | None) -> tuple[Recorder | None, Kept]:
    """Record a lab to a path, or end what is recorded; returns the recorder from now on, and what to tell.

    Where it is recorded to that path already, that goes on. Raises LabError where the file can't be written.
    """
    from sio_lab.core.recorder import Recorder

    where = None if path is None else _path(path)
    if before is not None and before.is_on and where is not None and where.absolute() == before.path.absolute():
        return before, Kept(str(path), before.count, "Recording")
    after = None if where is None else Recorder(lab.log, where, _origin(lab), lab.say, lab.close)
    if before is not None:
        before.stop()
    if after is None:
        return None, _ended(before)
    return after, Kept(str(path), 0, "Recording")


def _ended(before: Recorder | None) -> Kept:
    if before is None:
        return Kept(None, 0)
    missing = f"{before.missing:,} had left the log too soon." if before.missing else None
    return Kept(str(before.path), before.count, "Recorded", missing)


def _origin(lab: Source) -> Origin:
    from sio_lab.core.capture_file import Origin
    from sio_lab.server.decoding import codec_of

    staged = lab.staged
    return Origin(
        f"sio_lab {sys.modules['sio_lab'].__version__}",
        codec_of(staged.host.server if staged and staged.host else None),
    )


def _path(path: str | PathLike[str]) -> Path:
    return Path(path).expanduser()


def _about(path: Path, opened: Opened) -> About:
    told = opened.meta.get
    made = told("made_at") or "?", told("made_by") or "?", told("codec") or "json"
    return About(str(path), *made, len(opened.log), opened.log.missing, told("complete") == "yes", tuple(opened.notes))
