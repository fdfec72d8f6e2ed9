"""An IPython shell in this process, to run cells in as a notebook does."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def ipython(folder: Path) -> Iterator[InteractiveShell]:
    """Make a shell that keeps its things in `folder`, and no history."""
    main = sys.modules["__main__"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder))
        yield InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    sys.modules["__main__"] = main


class Cells:
    """Runs cells in a shell, each with its number; those with an id as in JupyterLab."""

    def __init__(self, shell: InteractiveShell, **names: Any) -> None:
        self.shell = shell
        self.names: dict[str, Any] = shell.user_ns
        self._deleted: list[str] = []
        self.names.update(names)
        vars(shell)["get_parent"] = lambda: {"metadata": {"deletedCells": self._deleted}}

    def run(self, code: str, cell: str | None = None, deleted: tuple[str, ...] = (), **options: Any) -> Any:
        """Run a cell, which may fail; returns IPython's account of it."""
        self._deleted[:] = deleted
        return self.shell.run_cell(code, cell_id=cell, **{"store_history": True, **options})

    def fine(self, code: str, cell: str | None = None, deleted: tuple[str, ...] = (), **options: Any) -> Any:
        """Run a cell that succeeds; returns its value."""
        done = self.run(code, cell, deleted, **options)
        done.raise_error()
        return done.result

    def close(self) -> None:
        """Leave the shell as if no cell had been run."""
        vars(self.shell).pop("get_parent", None)
        self.shell.reset(new_session=False)
