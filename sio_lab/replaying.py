"""Replaying for a lab: which rows, of which log, against the handlers of now; and what is given back."""

from __future__ import annotations

import operator
import traceback
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from sio_lab.core import compare
from sio_lab.core import records as r
from sio_lab.core.outcome import shown
from sio_lab.core.scene import check_any, scenes
from sio_lab.core.selection import Selection
from sio_lab.core.story import Story
from sio_lab.errors import LabError, NotRunning, Usage
from sio_lab.server.context import watched
from sio_lab.server.replays import entering, replayed
from sio_lab.views import comparison

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import pandas as pd

    from sio_lab.core.compare import Comparison
    from sio_lab.core.log import Log
    from sio_lab.core.scene import Scene
    from sio_lab.core.wire import Decoder
    from sio_lab.server.host import Host
    from sio_lab.server.reentry import Reentry
    from sio_lab.server.stage import Stage

OURS = frozenset({"sio_lab", "socketio", "flask_socketio", "engineio", "flask", "werkzeug", "contextlib", "functools"})
"""Packages whose frames lead to a handler."""


class Replayed(Sequence["Comparison"]):
    """Events that were replayed, each compared with how it went; shows both sides, and makes a DataFrame."""

    def __init__(self, comparisons: Iterable[Comparison]) -> None:
        self._comparisons = tuple(comparisons)

    @overload
    def __getitem__(self, which: int) -> Comparison: ...
    @overload
    def __getitem__(self, which: slice) -> Sequence[Comparison]: ...
    def __getitem__(self, which: int | slice) -> Comparison | Sequence[Comparison]:
        """Return one comparison by its place, or several."""
        return self._comparisons[which]

    def __len__(self) -> int:
        """How many events were replayed."""
        return len(self._comparisons)

    @property
    def differs(self) -> bool:
        """Whether anything came out differently."""
        return any(each.differs for each in self)

    @property
    def df(self) -> pd.DataFrame:
        """The comparisons as a DataFrame: a row for each part of each event, with `before`, `now` and `differs`."""
        from sio_lab.frames import frame

        return frame(compare.columns(self))

    def __repr__(self) -> str:
        return comparison.text(self)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": comparison.text(self), "text/html": comparison.html(self)}


@dataclass(frozen=True)
class Rerun:
    """What a handler returned that was run again, and what it sent, or would have sent."""

    value: Any
    """What the handler returned, itself."""

    comparison: Comparison
    """How that compares with how it went."""

    def __repr__(self) -> str:
        return f"returned {shown(self.value)}\n{comparison.text((self.comparison,))}"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {
            "text/plain": repr(self),
            "text/html": comparison.html((self.comparison,), f"returned {shown(self.value)}"),
        }


def host_of(stage: Stage | None) -> Host:
    """Return the host whose handlers are run. Raises NotRunning where no server has been made yet."""
    if stage is None:
        raise NotRunning("No server has been made yet, so there is no handler to run: %sio start makes one.")
    return stage.hosted()


def scenes_of(which: Iterable[Any], log: Log, read: Decoder, source: Any = None) -> list[Scene]:
    """Return what to run again: seqs, rows of the traffic table, tables of them; of the log, or of a capture.

    Raises RecordDropped, and Usage where something is no row or can't be run again.
    """
    told = (log, read) if source is None else (source.log, source.reader)
    found = list(_rows(which, *told))
    by_log = {id(each[0]): each[:2] for each in found}
    made = {
        key: iter(scenes(of, [seq for each, _, seq in found if each is of], reads, is_of_another_log=of is not log))
        for key, (of, reads) in by_log.items()
    }
    return check_any([next(made[id(of)]) for of, _, _ in found])


def replay(host: Host, rows: list[Scene], *, live: bool, speed: float | None, timeout: float) -> Replayed:
    """Run events again, in their order, and compare. Raises Usage where a number is not positive."""
    for name, number in (("speed", speed), ("timeout", timeout)):
        if number is not None and not (isinstance(number, (int, float)) and number > 0):
            raise Usage(f"{name}={number!r}: give a number above 0.")
    ran = replayed(host, rows, live=live, speed=speed, timeout=timeout)
    return Replayed(_compared(*each) for each in ran)


def _compared(reentry: Reentry, notes: tuple[str, ...]) -> Comparison:
    scene, now = reentry.scene, reentry.outcome()
    where = (f"to see where it raised: %sio rerun {scene.seq}",) if now.status == "raised" else ()
    return compare.compare(scene.seq, scene.event, scene.before, now, (*notes, *where))


def rerun(host: Host, scene: Scene, *, live: bool) -> Rerun:
    """Run one event's handler in this very thread; raises what it raises, from the handler's own frame on."""
    __tracebackhide__ = True
    from sio_lab.debugger import breakpoints

    with entering(host, live=live) as enter:
        reentry = enter(scene)
        with watched(), breakpoints():
            reentry.run()
        reentry.finish()
        # What it printed stands there to be read, and all that was said to a debugger with it.
        now = replace(reentry.outcome(), output=None)
        compared = compare.compare(scene.seq, scene.event, scene.before, now, reentry.notes)
    if reentry.raised is not None:
        raise _as_the_handlers(reentry.raised)
    return Rerun(reentry.value, compared)


def newest(log: Log) -> int:
    """Return the seq of the newest event, failed ones first. Raises LabError where there is none."""
    records = log.since()
    events = [each.seq for each in records if isinstance(each, r.EventReceived)]
    failed = [each.of for each in records if isinstance(each, r.Handled) and each.status == "raised"]
    if not events and not failed:
        raise LabError("No event has arrived yet: there is nothing to run again.")
    return (failed or events)[-1]


def _rows(which: Iterable[Any], log: Log, read: Decoder) -> Iterator[tuple[Log, Decoder, int]]:
    """Yield of each row the log that tells of it, what reads it, and its number; rows and tables know their own log."""
    for each in which:
        story, selection = getattr(each, "story", None), getattr(each, "selection", None)
        if isinstance(story, Story):
            yield story.log, story.read, each.record.seq
        elif isinstance(selection, Selection):
            yield from ((selection.log, selection.read, row.seq) for row in selection.merged().rows)
        elif isinstance(each, Iterable) and not isinstance(each, (str, bytes, Mapping)):
            yield from _rows(each, log, read)
        else:
            yield log, read, _number(each.get("seq") if isinstance(each, Mapping) else each)


def _number(which: Any) -> int:
    """Return a number that may be of any package's kind, as a DataFrame's index has them."""
    try:
        return operator.index(which)
    except TypeError:
        raise Usage(f"{shown(which)} is no row: give its number, as in lab.replay(7), or lab.traffic[7].") from None


def _as_the_handlers(error: BaseException) -> BaseException:
    """Return an error as if it had been raised in the cell: its traceback begins with the handler's frame."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None and _is_ours(trace):
        trace = trace.tb_next
    told = traceback.format_exception(type(error), error, trace or error.__traceback__)
    lines = "".join(told).splitlines()
    with suppress(AttributeError, TypeError):
        # IPython shows what this returns: not the frames that the error passes on its way through us.
        vars(error)["_render_traceback_"] = lambda: lines
    return error.with_traceback(trace or error.__traceback__)


def _is_ours(trace: TracebackType) -> bool:
    return str(trace.tb_frame.f_globals.get("__name__", "")).partition(".")[0] in OURS
