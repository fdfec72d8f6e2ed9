"""Cells that start background tasks, run without a kernel."""

from __future__ import annotations

import functools
import threading
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.cells import Cells, Owner
from sio_lab.core.log import Log
from sio_lab.server.tasks import Tasks
from tests.server.peers import DEADLINE
from tests.server.rig import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pytest

TICK = """
def tick():
    beats.append(1)
    going.set()
    while True:
        socketio.sleep(60)
"""
START_TICK = TICK + "task = socketio.start_background_task(tick)"
POLL = "def poll():\n    gate.pass_through()\n"
FAILS = "\n1 / 0"


def start_thread(target: Callable[..., Any], *args: Any, **kwargs: Any) -> threading.Thread:
    """Start a task as python-socketio does in threading mode."""
    thread = threading.Thread(target=target, args=args, kwargs=kwargs, daemon=True)
    thread.start()
    return thread


class Notebook:
    """Runs cells, and sweeps after those that succeed; their `socketio` starts plain threads."""

    def __init__(self) -> None:
        self.log = Log()
        self.names: dict[str, Any] = {"__name__": "__main__", "threading": threading, "beats": [], "gate": Gate()}
        self.names["going"] = threading.Event()
        self.cells = Cells(self.names)
        self.tasks = Tasks(self.log, self.cells)
        self.owners: list[Owner] = []
        start = functools.partial(self.tasks.start, start_thread)
        sleep = functools.partial(self.tasks.sleep, time.sleep)
        self.names["socketio"] = SimpleNamespace(start_background_task=start, sleep=sleep)
        self.runs = 0

    def run(self, cell: str | None, code: str, *, edited: bool = True) -> list[str]:
        """Run a cell; one without an id is the terminal's. Returns what went with that."""
        self.runs += edited
        file = f"<{cell} as of {self.runs}>"
        self.cells.begin(cell, f"In [{self.runs}]", file)
        try:
            exec(compile(code, file, "exec"), self.names)  # noqa: S102 - as IPython does
        except ZeroDivisionError:
            self.owners.append(self.cells.end() or Owner("none", 0, ""))
            return []
        owner = self.cells.end()
        assert owner is not None
        self.owners.append(owner)
        return self.tasks.sweep(owner)

    def running(self) -> list[tuple[str, str | None]]:
        """Return name and cell of the tasks that run, sorted."""
        with self.log.lock:
            return sorted((task.started.name, task.started.cell or "") for task in self.log.state.tasks.values())

    def wait_for_tick(self) -> None:
        """Wait until a ticker has begun, and forget that it has."""
        assert self.names["going"].wait(DEADLINE)
        self.names["going"].clear()

    def ends(self) -> list[str]:
        """Return how tasks have ended, sorted."""
        return sorted(record.how for record in self.all(r.TaskEnded))

    def all(self, kind: type[r.Record]) -> list[Any]:
        return [record for record in self.log.since() if type(record) is kind]

    def wait(self, true: Callable[[], Any]) -> None:
        """Wait until `true()`, asked after each record."""
        assert self.log.wait(lambda: bool(true()), DEADLINE), self.log.since()

    def wait_for_ends(self, *how: str) -> None:
        self.wait(lambda: self.ends() == sorted(how))

    def close(self) -> None:
        self.names["gate"].open()
        self.tasks.end_all()
        self.wait(lambda: not self.log.state.tasks)


def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    """Yield a notebook that waits for ends as long as a busy machine may need, and end all that it started."""
    monkeypatch.setattr("sio_lab.server.task.GRACE_SECONDS", DEADLINE)
    notebook = Notebook()
    yield notebook
    notebook.close()
