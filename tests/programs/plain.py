"""Programs run by plain Python, for tests."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.programs.reading import furnish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.programs.reading import Program

LAUNCHER = Path(__file__).with_name("launcher.py")


@dataclass(frozen=True)
class Served:
    """A program that is running."""

    url: str
    handlers: list[tuple[str, str]]
    """Namespace and event of each, sorted."""

    is_plain: bool
    """Whether it runs without the lab."""


class PlainPython:
    """One process of plain Python that runs programs, in a folder made for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._number = 0
        self._handlers: dict[str, list[tuple[str, str]]] = {}
        self._log = (folder / "stderr.txt").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-u", LAUNCHER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            cwd=folder,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._process:
            self._process.terminate()
        self._log.close()

    @property
    def stderr(self) -> str:
        """All that the programs have put out there so far."""
        return Path(self._log.name).read_text()

    def handlers(self, program: Program) -> list[tuple[str, str]]:
        """Return namespace and event of each handler that a program has, sorted."""
        if program.name not in self._handlers:
            with self.serve(program) as served:
                self._handlers[program.name] = served.handlers
        return self._handlers[program.name]

    @contextmanager
    def serve(self, program: Program) -> Iterator[Served]:
        """Run a program, beside templates/, as long as the block runs."""
        told = self._run(self._put(program))
        try:
            assert "port" in told, self.stderr
            yield Served(f"http://127.0.0.1:{told['port']}", [tuple(key) for key in told["handlers"]], told["is_plain"])
        finally:
            os.kill(told["pid"], signal.SIGKILL)

    def _put(self, program: Program) -> Path:
        self._number += 1
        folder = self._folder / f"{program.name}-{self._number}"
        folder.mkdir()
        furnish(folder)
        return Path(shutil.copy(program.path, folder))

    def _run(self, path: Path) -> dict:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
