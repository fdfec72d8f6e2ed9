"""The part of a lab that explains, replays, keeps and exports what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from os import PathLike

    from sio_lab.captures import Capture
    from sio_lab.core.log import Log
    from sio_lab.core.recorder import Recorder
    from sio_lab.results import Kept
    from sio_lab.server.stage import Stage
    from sio_lab.showing import Showing


class Debugging:
    """The verbs of debugging, one short method each."""

    log: Log
    """All that happened."""

    say: Callable[[str], object]
    """Tells the reader something beside what a call returns."""

    live: bool
    """Whether tables and views go on after they are shown; else they are pictures."""

    _recording: Recorder | None = None

    @property
    def showing(self) -> Showing:
        """What makes the views, and keeps those on display."""
        raise NotImplementedError

    @property
    def staged(self) -> Stage | None:
        """What is served, where there is something yet."""
        raise NotImplementedError

    def why(self, which: int | str = "last") -> Any:
        """Say why nothing arrived, or why it failed: of the row numbered so, or of the newest that is worth it."""
        raise NotImplementedError

    # --- again --------------------------------------------------------------------------------------------------

    def replay(
        self, *which: Any, live: bool = False, speed: float | None = None, timeout: float = 5, source: Any = None
    ) -> Any:
        """Run captured events against the handlers as they are now."""
        raise NotImplementedError

    def rerun(self, which: int | str = "last", *, live: bool = False) -> Any:
        """Run a row's handler again in this thread, so that breakpoints work."""
        raise NotImplementedError

    # --- post mortem --------------------------------------------------------------------------------------------

    def debug(self, which: int | str = "last") -> None:
        """Open the debugger on what a row's handler raised."""
        raise NotImplementedError

    # --- keeping ------------------------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> Kept:
        """Save what is in the log to a file; a capture that is there already is replaced.

        Raises LabError where the file can't be written, or something else than a capture is there.
        """
        from sio_lab.captures import save

        return save(self, path)

    def record(self, path: str | PathLike[str] | None = None) -> Kept:
        """Record to a new file from now on, until the lab is closed; without a path, recording ends.

        A kernel that is killed loses the last 250 ms at most. Raises LabError where the file can't be written, or is
        there already.
        """
        if path is None and self._recording is None:
            from sio_lab.results import Kept

            return Kept(None, 0)
        from sio_lab.captures import record

        self._recording, kept = record(self, self._recording, path)
        return kept

    def load(self, path: str | PathLike[str], *, partly: bool = False) -> Capture:
        """Open a capture: tables, views and DataFrames as a lab has them, without a server.

        Raises LabError where there is none, or where it is damaged or of a newer sio_lab; where `partly`, what can be
        read of it is read.
        """
        from sio_lab.captures import load_beside

        return load_beside(self, path, partly=partly)

    # --- comparing ----------------------------------------------------------------------------------------------

    def diff(self, before: Any, after: Any) -> Any:
        """Compare two captures."""
        raise NotImplementedError

    # --- exporting ----------------------------------------------------------------------------------------------

    def export(self, form: str, path: str | PathLike[str], filter_text: str = "", *, app: str | None = None) -> Any:
        """Write what happened to a file, as `pytest` or `asyncapi`."""
        raise NotImplementedError
