"""One Jupyter server for the notebooks of many tests: to start one takes long."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.browser.jupyter import PATHS, running_jupyter, write_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "/user/ada/"
"""As on a hub; servers at `/` are those that tests start for themselves."""


@dataclass(frozen=True)
class Desk:
    """A running Jupyter server, JupyterLab and Notebook 7 alike, and the folder that it serves."""

    root: Path
    served: str
    """Its address for JupyterLab, with NAME for a notebook."""

    def folder(self, name: str) -> Path:
        """Return a new folder for the notebooks of one file of tests."""
        made = self.root / name
        made.mkdir()
        return made

    def address(self, folder: Path, front_end: str = "jupyterlab", *, dark: bool = False) -> str:
        """Return the address of a notebook named NAME in one of its folders; sets the theme for what is opened next."""
        write_settings(self.root / ".home", dark=dark)
        inside = f"{folder.relative_to(self.root)}/NAME"
        return self.served.replace(PATHS["jupyterlab"], PATHS[front_end].replace("NAME", inside))


@contextmanager
def running_desk(root: Path) -> Iterator[Desk]:
    """Serve a folder of folders."""
    with running_jupyter(root, "jupyterlab", base_url=BASE) as served:
        yield Desk(root, served)
