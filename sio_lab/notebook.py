"""Follows the notebook: which cell runs, how it ended, which were deleted; and has the lab act on it."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sio_lab.core.cells import Cells
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult, InteractiveShell

    from sio_lab.core.cells import Owner
    from sio_lab.lab import Lab
    from sio_lab.server.stage import Stage


MOST_REQUESTS = 1_000
"""Cells whose output areas are remembered: those that ran last."""


class Notebook:
    """Tells `cells` of the cells that one shell runs."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self.cells = Cells(shell.user_global_ns)
        self._lab: Lab | None = None
        self._ended: Callable[[], object] = lambda: None
        self._next = shell.execution_count
        """The number of the cell that is run next: while one begins, IPython's own account differs by version."""

        self._requests: dict[str, Any] = {}

    def follow(self, lab: Lab, ended: Callable[[], object] = lambda: None) -> None:
        """Begin; the cell that loads the extension counts from here on. `ended` is called after each cell."""
        self._lab = lab
        self._ended = ended
        self._next = self._shell.execution_count
        self._shell.events.register("pre_run_cell", self._begin)
        self._shell.events.register("post_run_cell", self._end)
        running: Any = getattr(self._shell.displayhook, "exec_result", None)
        if running is not None and not running.info.silent:
            self._enter(running.info, running.execution_count or self._next)

    def leave(self) -> None:
        """End; the shell is as it was."""
        self._shell.events.unregister("pre_run_cell", self._begin)
        self._shell.events.unregister("post_run_cell", self._end)
        self._lab = None

    def _begin(self, info: ExecutionInfo) -> None:
        is_outermost = self.cells.current is None
        self._enter(info, self._next if is_outermost else self._shell.execution_count)
        if is_outermost:
            self._drop_views(info.cell_id)
            self._drop_deleted(info)

    def _enter(self, info: ExecutionInfo, number: int) -> None:
        self.cells.begin(info.cell_id or None, f"In [{number}]", self._file(info, number))
        if self.cells.current is not None:
            self._note_request(self.cells.current)

    def _note_request(self, owner: Owner) -> None:
        """Remember what asked for this run of a cell: the newest one's output stands below the cell."""
        self._requests.pop(owner.cell, None)
        # What it holds of the cell's code is of no use here, and may be long.
        self._requests[owner.cell] = {**self._request, "content": {}}
        if len(self._requests) > MOST_REQUESTS:
            del self._requests[next(iter(self._requests))]

    def request_of(self, owner: Owner) -> dict[str, Any] | None:
        """Return the request that had the front end show the newest run of a cell; None where that is not known."""
        return self._requests.get(owner.cell)

    def _end(self, result: ExecutionResult | None) -> None:
        # Without a result where a cell that awaits something was interrupted.
        info: Any = result.info if result is not None else None
        owner = self._emptied(info) if info is not None and _is_blank(info.raw_cell) else self.cells.end()
        if self.cells.current is None:
            self._next = self._shell.execution_count
        stage = self._stage
        if owner is None or stage is None:
            return
        try:
            removed = stage.cell_ended(owner, succeeded=result is not None and bool(result.success))
        except LabError as error:
            sys.stderr.write(f"{error}\n")
            return
        _tell("Removed, since this cell no longer defines it", removed)
        self._ended()
        for line in stage.news():
            sys.stdout.write(f"{line}\n")

    def _drop_views(self, *cells: str | None) -> None:
        """Close the views below cells whose output is gone."""
        on_display = self._lab.on_display if self._lab is not None else None
        if on_display is not None:
            for cell in cells:
                on_display.drop(cell)

    def _drop_deleted(self, info: ExecutionInfo) -> None:
        """Remove what the cells defined and displayed that were deleted since the last one was run."""
        self._drop_views(*self._deleted())
        for cell in self._deleted():
            self._requests.pop(cell, None)
        stage = self._stage
        if stage is not None:
            gone = [name for cell in self._deleted() if cell != info.cell_id for name in stage.cell_deleted(cell)]
            _tell("Removed with the cells that you deleted", gone)

    @property
    def _stage(self) -> Stage | None:
        return self._lab.staged if self._lab is not None else None

    def _emptied(self, info: Any) -> Owner | None:
        """Return the owner of a cell with nothing in it, which runs without having begun: what it had defined goes."""
        if self.cells.current is not None:
            return None  # nothing that a cell has run in turn: the cell itself goes on
        self._drop_deleted(info)
        return self.cells.mint(info.cell_id, f"In [{self._next}]") if info.cell_id else None

    def _file(self, info: ExecutionInfo, number: int) -> str:
        """Return the file name that IPython compiles the cell's code under."""
        name: Callable[..., str] = self._shell.compile.get_code_name
        raw: Any = info.raw_cell
        transformed: str | None = getattr(info, "transformed_cell", None)
        if transformed is None:  # IPython tells it from 9 on
            transformed = self._transformed(raw)
        return name(raw, transformed, number)

    def _transformed(self, raw: str) -> str:
        transform: Callable[[str], str] = self._shell.transform_cell
        with suppress(Exception):  # what a transformer of the user's own raises, IPython is about to show
            return transform(raw)
        return raw

    @property
    def _request(self) -> dict[str, Any]:
        """What the front end asked the kernel for; without a kernel, nothing."""
        parent: Any = getattr(self._shell, "get_parent", dict)()
        return parent if isinstance(parent, dict) else {}

    def _deleted(self) -> list[str]:
        """Return the cells that JupyterLab says were deleted since the last one was run."""
        deleted = (self._request.get("metadata") or {}).get("deletedCells")
        return [cell for cell in deleted if isinstance(cell, str)] if isinstance(deleted, list) else []


def _is_blank(raw: str | None) -> bool:
    """Tell whether there is nothing in a cell: then IPython ends it without having begun it."""
    return not raw or raw.isspace()


def _tell(what: str, names: list[str]) -> None:
    if names:
        sys.stdout.write(f"{what}: {', '.join(names)}.\n")
