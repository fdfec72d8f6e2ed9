"""The part of a lab that explains, replays, keeps and exports what happened."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.replaying import Replayed, Rerun
    from sio_lab.server.stage import Stage


class Debugging:
    """The verbs of debugging, one short method each."""

    log: Log
    """All that happened."""

    @property
    def reader(self) -> Decoder:
        """What reads the packets of the server that is served."""
        raise NotImplementedError

    @property
    def staged(self) -> Stage | None:
        """The stage, where there is one yet."""
        raise NotImplementedError

    def why(self, which: int | str = "last") -> Any:
        """Say why nothing arrived, or why it failed: of the row numbered so, or of the newest that is worth it."""
        raise NotImplementedError

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
        """Open the debugger on what a row's handler raised."""
        raise NotImplementedError

    # --- keeping ------------------------------------------------------------------------------------------------

    def save(self, path: str | PathLike[str]) -> Any:
        """Save what is in the log to a file."""
        raise NotImplementedError

    def record(self, path: str | PathLike[str] | None = None) -> Any:
        """Record to a file from now on; without one, recording ends."""
        raise NotImplementedError

    def load(self, path: str | PathLike[str]) -> Any:
        """Open a capture."""
        raise NotImplementedError

    # --- comparing ----------------------------------------------------------------------------------------------

    def diff(self, before: Any, after: Any) -> Any:
        """Compare two captures."""
        raise NotImplementedError

    # --- exporting ----------------------------------------------------------------------------------------------

    def export(self, form: str, path: str | PathLike[str], filter_text: str = "", *, app: str | None = None) -> Any:
        """Write what happened to a file, as `pytest` or `asyncapi`."""
        raise NotImplementedError
