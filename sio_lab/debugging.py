"""The part of a lab that explains, replays, keeps and exports what happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from os import PathLike

    from sio_lab.exporting import Exported


class Debugging:
    """The verbs of debugging, one short method each."""

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
