"""A notebook into which programs are pasted, one after another."""

from __future__ import annotations

import json
import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any, Self

from tests.kernel.notebook import Kernel
from tests.programs.reading import DEFAULT_PORT, furnish
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.kernel.notebook import Ran
    from tests.programs.reading import Program

APP = "%%sio app"
WAYS: dict[str, Callable[[Program], list[str]]] = {
    "whole": lambda program: [program.code],
    "in pieces": lambda program: program.pieces,
    "under %%sio app": lambda program: [f"{APP}\n{program.code}"],
}
"""How a program may be pasted; each returns the cells it makes."""

_SERVING = re.compile(r"(?<=Serving at )http://(?:127\.0\.0\.1|localhost):(\d+)")

# What is to end may take a moment: to wait for it is the log's business.
_LOOK = """
import json
def _tasks():
    return [str(name) for name in lab.tasks.df["task"]]
lab.log.wait(lambda: len(names := _tasks()) == len(set(names)), 5)
print(json.dumps({"url": lab.url, "handlers": [list(key) for key in lab.handlers.df.index], "tasks": _tasks()}))
"""


@dataclass(frozen=True)
class Seen:
    """What the lab shows."""

    url: str | None
    handlers: list[tuple[str, str]]
    """Namespace and event of each handler, sorted."""

    tasks: list[str]
    """The names of the tasks that run, sorted; where two had the same one, those that end were waited for."""


class ListeningKernel(Kernel):
    """A kernel that keeps what it says at any time, for whichever cell."""

    def __enter__(self) -> Self:
        super().__enter__()
        self.heard = ""
        """All that stood in the output of any cell since this was emptied."""

        self._next = self._client.get_iopub_msg
        self._client.get_iopub_msg = self._listen
        return self

    def listen_for(self, words: str) -> None:
        """Wait until a cell's output says `words`."""
        while words not in self.heard:
            try:
                self._listen(DEADLINE)
            except Empty:
                raise AssertionError(f"{words!r} was not said, but: {self.heard}") from None

    def _listen(self, timeout: float) -> dict[str, Any]:
        message: dict[str, Any] = self._next(timeout=timeout)
        self.heard += message["content"].get("text", "")
        return message


class PastingNotebook:
    """A notebook whose kernel runs in a folder of its own; `with_ids`, its cells have ids, as in JupyterLab."""

    def __init__(self, kernel: ListeningKernel, *, with_ids: bool = True) -> None:
        self._kernel = kernel
        self._with_ids = with_ids
        self.address: str | None = None
        """Where the program that was pasted last has said that it is served."""

        self.port: int | None = None
        self._pasted: tuple[str, str] | None = None
        self._cells: list[str] = []
        """The ids of the cells that the last program is in."""

    def run(self, code: str, cell_id: str | None = None, deleted: tuple[str, ...] = ()) -> Ran:
        """Run a cell that is to succeed."""
        ran = self._kernel.run(code, cell_id, deleted)
        assert ran.error == "", ran.error
        assert ran.err == "", ran.err
        return ran

    def paste(self, program: Program, way: str, code: Callable[[str], str] = lambda code: code) -> str:
        """Paste a program and run it, cell by cell; returns what the cells have printed.

        The same again is run again, in the same cells. The cells of the program before it are deleted.
        """
        deleted: tuple[str, ...] = ()
        pieces = WAYS[way](program)
        if self._pasted != (program.name, way):
            deleted = tuple(self._cells) if self._with_ids else ()
            self._cells = [f"{program.name} {way} {number}" for number, _ in enumerate(pieces)]
            self._pasted = (program.name, way)
        printed = ""
        for cell, piece in zip(self._cells, pieces, strict=True):
            ran = self.run(code(piece), cell if self._with_ids else None, deleted)
            printed += ran.out
            deleted = ()
        self._note_address(printed)
        return printed

    def _note_address(self, printed: str) -> None:
        told = _SERVING.search(printed)
        self.address = told[0] if told else None
        self.port = int(told[1]) if told else None

    def try_to_paste(self, program: Program) -> Ran:
        """Paste a program as one cell, and run it; returns what came of that. What is heard from now on is kept."""
        self._kernel.heard = ""
        deleted, self._cells = tuple(set(self._cells) - {program.name}), [program.name]
        return self._kernel.run(program.code, program.name, deleted)

    def hear(self, texts: tuple[str, ...]) -> None:
        """Wait until all of these have been said, by a cell or by what runs in the background."""
        for text in texts:
            self._kernel.listen_for(text)

    @property
    def url(self) -> str:
        """Where the lab serves."""
        return self.run("print(lab.url)").out.strip()

    def look(self) -> Seen:
        """Look at the lab's tables."""
        seen = json.loads(self.run(_LOOK).out)
        handlers = sorted((namespace, event) for namespace, event in seen["handlers"])
        return Seen(seen["url"], handlers, sorted(seen["tasks"]))


@contextmanager
def notebook(folder: Path, *, with_ids: bool = True) -> Iterator[PastingNotebook]:
    """Start a kernel in a folder with templates/ in it."""
    furnish(folder)
    with ListeningKernel() as kernel:
        opened = PastingNotebook(kernel, with_ids=with_ids)
        opened.run(f"import os, tempfile; os.chdir({str(folder)!r}); tempfile.tempdir = {str(folder)!r}")
        yield opened


def is_free(port: int) -> bool:
    """Tell whether nobody listens there."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def at_a_port_to_be_had(program: Program, current: int | None) -> tuple[int | None, Callable[[str], str]]:
    """Return the port that a program must get while the lab serves at `current`, and what makes its code ask for it.

    None is any port. One that another process of this machine happens to have is exchanged for a free one.
    """
    if program.port is None:
        return current or (DEFAULT_PORT if is_free(DEFAULT_PORT) else None), lambda code: code
    if program.port == current or is_free(program.port):
        return program.port, lambda code: code
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    return port, lambda code: code.replace(str(program.port), str(port))
