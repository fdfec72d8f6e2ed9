"""The part of a lab that explains, replays, keeps and exports what happened."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

from sio_lab.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.captures import Capture
    from sio_lab.comparing import Diff
    from sio_lab.core.recorder import Recorder
    from sio_lab.explaining import Explanation
    from sio_lab.exporting import Exported
    from sio_lab.replaying import Replayed, Rerun
    from sio_lab.results import Kept
    from sio_lab.server.stage import Stage


class Debugging(Shelf):
    """The verbs of debugging, one short method each."""

    say: Callable[[str], object]
    """Tells the reader something beside what a call returns."""

    live: bool
    """Whether tables and views go on after they are shown; else they are pictures."""

    _recording: Recorder | None = None

    @property
    def staged(self) -> Stage | None:
        """What is served, where there is something yet."""
        raise NotImplementedError

    def close(self) -> None:
        """End all that goes on."""
        raise NotImplementedError

    def why(self, which: int | str = "last") -> Explanation:
        """Say why nothing arrived, or why it failed: of the row numbered so, or of the newest that is worth it.

        Raises RecordDropped where the row left the log or never was in it, Usage for what is no number of a row.
        """
        from sio_lab.explaining import explain

        return explain(self.log, which, self.reader, listening=self.named_clients.listens, now=self.log.now())

    # --- again --------------------------------------------------------------------------------------------------

    def replay(
        self, *which: Any, live: bool = False, speed: float | None = None, timeout: float = 5, source: Any = None
    ) -> Replayed:
        """Run events again with the handlers as they are now, and return both outcomes side by side.

        `which` are numbers of rows, rows or tables of them; `source` a capture, or its path, whose rows they are.
        Nothing is sent, and nobody joins or leaves, unless `live`; what else the handlers' Python does, it does.
        `speed` keeps the pace, as many times as fast; a handler that takes more than `timeout` seconds is given up.
        Raises RecordDropped for a row that has left the log, Usage for one that can't be run again, NotRunning where no
        server has been made yet.
        """
        from sio_lab import replaying

        host = replaying.host_of(self.staged)
        captured = self.load(source) if isinstance(source, (str, PathLike)) else source
        scenes = replaying.scenes_of(which, self.log, self.reader, captured)
        return replaying.replay(host, scenes, live=live, speed=speed, timeout=timeout)

    def rerun(self, which: Any = "last", *, live: bool = False) -> Rerun:
        """Run a row's handler again in this thread, so that breakpoints work, and %debug after an error.

        Nothing is sent unless `live`, as with `replay`. Returns its value and what it would have sent; raises what the
        handler raises, and LabErrors as `replay` does. `last` is the newest failure, or else the newest event.
        """
        __tracebackhide__ = True
        from sio_lab import replaying

        host = replaying.host_of(self.staged)
        row = replaying.newest(self.log) if which == "last" else which
        (scene,) = replaying.scenes_of([row], self.log, self.reader)
        return replaying.rerun(host, scene, live=live)

    # --- post mortem --------------------------------------------------------------------------------------------

    def debug(self, which: int | str = "last") -> None:
        """Open the debugger on what a row's handler raised, or on the `last` failure, a background task's included.

        Returns when the reader leaves it. Raises LabError where nothing failed, and where nobody can type commands;
        RecordDropped where the row, or its traceback, is no longer kept.
        """
        from sio_lab.debugger import open_debugger
        from sio_lab.server.post_mortem import PostMortem, find_failure

        kept = self.staged.post_mortem if self.staged else PostMortem()
        open_debugger(find_failure(self.log, kept, which))

    # --- keeping ------------------------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> Kept:
        """Save what is in the log to a file; a capture that is there already is replaced.

        Raises LabError where the file can't be written, or something else than a capture is there.
        """
        from sio_lab.captures import save

        return save(self, path)

    def record(self, path: str | PathLike[str] | None = None) -> Kept:
        """Record to a new file from now on, until the lab is closed; without a path, recording ends.

        Of a kernel that is killed, all that was in the log 250 ms before is in the file, which can be read as it is.
        Raises LabError where the file can't be written, or is there already.
        """
        if path is None and self._recording is None:
            from sio_lab.results import Kept

            return Kept(None, 0)
        from sio_lab.captures import record

        self._recording, kept = record(self, self._recording, path)
        return kept

    @property
    def _recorded(self) -> Kept | None:
        """What is being recorded, so far."""
        from sio_lab.results import Kept

        now = self._recording
        return Kept(str(now.path), now.count, "Recording") if now is not None and now.is_on else None

    def load(self, path: str | PathLike[str], *, partly: bool = False) -> Capture:
        """Open a capture: tables, views and DataFrames as a lab has them, without a server.

        Raises LabError where there is none, or where it is damaged or of a newer sio_lab; where `partly`, what can be
        read of it is read.
        """
        from sio_lab.captures import load_beside

        return load_beside(self, path, partly=partly)

    # --- comparing ----------------------------------------------------------------------------------------------

    def diff(self, before: Any, after: Any) -> Diff:
        """Return what changed from one capture to another: errors, acks, events, counts, timings; `.df` has it all.

        Each is a path, an opened capture, a lab, or a traffic table for its rows alone. Raises LabError where it is
        none of these, or the file can't be read.
        """
        from sio_lab.comparing import compare

        return compare(before, after, self.load)

    # --- exporting ----------------------------------------------------------------------------------------------

    def export(
        self, form: str, path: str | PathLike[str], filter_text: str = "", *, app: str | None = None
    ) -> Exported:
        """Write what happened to a file, as `pytest` or `asyncapi`; returns what is in it.

        The rows that a filter matches, all of them without one. A pytest file tests the handlers there are, or those
        of the module that `app` names, as in `chat:socketio`. A file that is no such export is never written over.
        Raises Usage, FilterError, and LabError where a test can't be made of these rows or handlers.
        """
        from sio_lab.exporting import export

        return export(self, form, path, filter_text, app)
