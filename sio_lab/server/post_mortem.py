"""What the newest failures left behind, for the debugger: kept outside the log, and only a few."""

from __future__ import annotations

import sysconfig
import threading
import traceback
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sio_lab.core.story import Story
from sio_lab.core.traffic import is_row
from sio_lab.errors import LabError, RecordDropped
from sio_lab.server import failures

if TYPE_CHECKING:
    from types import TracebackType

    from sio_lab.core.log import Log
    from sio_lab.server.moments import Moment

MOST = 50
"""How many failures are kept."""

_INSTALLED = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure: what was raised, and what the handler was called with."""

    seq: int
    """The row that it is part of; of a background task, the seq of its start."""

    what: str
    """What failed: `'chat' in /`, `task tick`."""

    error: BaseException
    """What was raised, as the reader raised it."""

    event: str | None = None
    """What the client named it; None of a task."""

    namespace: str | None = None
    sid: str | None = None
    args: tuple[Any, ...] = ()
    """What the handler was called with: the same objects, which it may have changed."""

    moment: Moment | None = None
    """Flask's side of it; None without Flask, and where no handler was reached."""

    @property
    def trace(self) -> TracebackType | None:
        """The traceback from the reader's own frame on; the whole of it where none is."""
        whole = self.error.__traceback__
        return failures.users_part(whole) or whole

    @property
    def place(self) -> int:
        """Which entry of `trace` to look at first: the reader's innermost one, though a library raised it."""
        frames = [frame for frame, _ in traceback.walk_tb(self.trace)]
        own = [number for number, frame in enumerate(frames) if not _is_installed(frame.f_code.co_filename)]
        return own[-1] if own else len(frames) - 1

    @property
    def text(self) -> str:
        """The traceback in words."""
        return failures.shown(self.error)

    @property
    def names(self) -> dict[str, Any]:
        """What the event was, by the names that handlers use; of a task, nothing."""
        if self.event is None:
            return {}
        told = {"args": self.args, "sid": self.sid, "event": self.event, "namespace": self.namespace}
        return told if self.moment is None else {"request": self.moment.request, **told}


class PostMortem:
    """The newest failures, oldest out first: at most `MOST` of them.

    Each keeps its exception, and with that all local variables of the frames it passed: their number is bounded here,
    their bytes are not. `clear` lets go of all; nothing else refers to them but what the reader keeps.
    """

    def __init__(self) -> None:
        self._kept: OrderedDict[int, Failure] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """How many are kept."""
        return len(self._kept)

    def keep(self, failure: Failure) -> None:
        """Keep a failure, in place of the oldest one where there are too many."""
        with self._lock:
            self._kept[failure.seq] = failure
            self._kept.move_to_end(failure.seq)
            gone = self._kept.popitem(last=False) if len(self._kept) > MOST else None
        del gone  # what its locals do when they go, they do outside the lock

    def find(self, seq: int) -> Failure | None:
        """Return a row's failure; None where it is not, or no longer, kept."""
        return self._kept.get(seq)

    def newest(self) -> Failure | None:
        """Return the newest failure; None where there is none."""
        with self._lock:
            return self._kept[next(reversed(self._kept))] if self._kept else None

    def clear(self) -> None:
        """Let go of all."""
        with self._lock:
            gone, self._kept = self._kept, OrderedDict()
        gone.clear()


def of_event(seq: int, event: str, client: tuple[str, str], args: tuple[Any, ...], error: BaseException) -> Failure:
    """Return the failure of a handler; `client` is its namespace and sid, `args` what the handler was called with."""
    namespace, sid = client
    noted = failures.noted.get()
    moment = noted.moment if noted is not None else None
    return Failure(seq, f"{event!r} in {namespace}", error, event, namespace, sid, args, moment)


def find_failure(log: Log, kept: PostMortem, which: int | str) -> Failure:
    """Return the failure of row `which`, or the `last` one.

    Raises LabError where nothing failed, or the row did not fail; RecordDropped where it has left the log, or the
    failure is no longer kept.
    """
    failure = kept.newest() if isinstance(which, str) else kept.find(which)
    if failure is not None:
        return failure
    if isinstance(which, str):
        raise LabError("There is no failure to debug: none has happened yet, or the lab was closed since.")
    raise _why_none(log, which)


def _why_none(log: Log, seq: int) -> LabError:
    """Return an error that says why there is nothing to debug of a row."""
    record = log.get(seq)
    if not is_row(record):
        return LabError(f"Record {seq} ({type(record).__name__}) is no row of the traffic table: nothing failed there.")
    story = Story(log, record)
    cells, handled = story.cells(record), story.handled(record)
    if cells["status"] != "raised":
        told = f"{cells['status']} {cells['kind']}" if cells["status"] else str(cells["kind"])
        return LabError(f"Row {seq} did not fail ({told}): there is nothing to debug. %sio errors lists what did.")
    if handled is not None and handled.traceback is None:
        return LabError(f"Row {seq} failed when its handler had returned, so no frame is left: {handled.error}")
    return RecordDropped(
        f"The traceback of row {seq} is not kept any more: those of the newest {MOST} failures are. "
        f"%sio rerun {seq} runs its handler again, and %debug then works; %sio replay {seq} compares the outcomes."
    )


def _is_installed(file: str) -> bool:
    """Tell whether a file is the standard library's or an installed package's."""
    return file.startswith("<frozen ") or any(Path(file).is_relative_to(folder) for folder in _INSTALLED)
