"""How background tasks end: when the lab wants them to, of themselves, by what they raise, or not at all."""

from __future__ import annotations

import gc
import re
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from sio_lab import tables
from sio_lab.core import records as r
from sio_lab.server.task import TaskEnd
from tests.server.peers import DEADLINE
from tests.server.rig import differs
from tests.server.task_notebook import FAILS, POLL, START_TICK, Notebook, opened

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    yield from opened(monkeypatch)


@pytest.fixture
def hasty(notebook: Notebook, monkeypatch: pytest.MonkeyPatch) -> Notebook:
    """Return a notebook that hardly waits before it says that a task goes on."""
    monkeypatch.setattr("sio_lab.server.task.GRACE_SECONDS", 0.01)
    return notebook


@differs("Background tasks end with their cell")
def test_a_task_in_the_middle_of_a_long_sleep_ends_at_once_and_cleans_up(notebook: Notebook) -> None:
    code = """
def tick():
    try:
        going.set()
        with suppress(Exception):
            socketio.sleep(60)
        done.append("went on")
    finally:
        done.append("cleaned up")
task = socketio.start_background_task(tick)
"""
    notebook.names |= {"done": [], "suppress": suppress}
    notebook.run("a", code)
    notebook.wait_for_tick()
    assert notebook.run("a", "pass") == ["task tick"]
    notebook.names["task"].join(DEADLINE)
    assert notebook.names["done"] == ["cleaned up"]
    assert not notebook.names["task"].is_alive()


def test_nothing_is_printed_when_a_task_is_ended(notebook: Notebook, capfd: pytest.CaptureFixture[str]) -> None:
    notebook.run("a", START_TICK)
    notebook.wait_for_tick()
    notebook.run("a", "pass")
    notebook.names["task"].join(DEADLINE)
    assert capfd.readouterr() == ("", "")


def test_a_task_that_never_sleeps_is_named_once_and_in_the_table(hasty: Notebook) -> None:
    hasty.run("a", POLL + "socketio.start_background_task(poll)")
    hasty.names["gate"].reached()
    assert hasty.run("a", "pass") == []  # it has not gone
    (line,) = hasty.tasks.lingering()
    assert re.fullmatch(r"task poll goes on: it never calls socketio\.sleep \(running \d+ s\)", line)
    assert hasty.tasks.lingering() == []
    assert [row["state"] for row in tables.tasks(hasty.log)] == ["ending: it never calls socketio.sleep"]
    assert [line.partition(":")[0] for line in hasty.tasks.end_all()] == ["task poll goes on"]
    assert len(hasty.all(r.TaskLingers)) == 1
    hasty.names["gate"].open()
    hasty.wait_for_ends("ended")


def test_one_that_goes_on_is_named_though_its_cell_has_started_it_again_and_failed(hasty: Notebook) -> None:
    code = POLL + "socketio.start_background_task(poll)"
    hasty.run("a", code)
    hasty.names["gate"].reached()
    hasty.run("a", code + FAILS)
    assert [line.partition(":")[0] for line in hasty.tasks.lingering()] == ["task poll goes on"]


def test_a_task_that_catches_its_end_is_ended_again_and_named_in_the_end(hasty: Notebook) -> None:
    code = """
def tick():
    while len(caught) < 3:
        try:
            socketio.sleep(0.001)
        except:
            caught.append(1)
    gate.pass_through()
socketio.start_background_task(tick)
"""
    hasty.names["caught"] = []
    hasty.run("a", code)
    hasty.run("a", "pass")
    hasty.names["gate"].reached()
    lines = hasty.tasks.lingering()
    assert len(hasty.names["caught"]) == 3
    assert [line.partition(" (")[0] for line in lines] == [
        "task tick goes on: a bare except or a long finally keeps it from ending at its socketio.sleep"
    ]


def test_a_task_that_asks_for_the_end_of_all_does_not_wait_for_itself(notebook: Notebook) -> None:
    def stop() -> None:
        lines.extend(notebook.tasks.end_all())
        notebook.tasks.sleep(time.sleep, 60)

    lines: list[str] = []
    notebook.run("a", START_TICK)
    notebook.names["socketio"].start_background_task(stop)
    notebook.wait(lambda: "tick" not in dict(notebook.running()))
    assert notebook.tasks.end_all() == []
    assert (lines, notebook.running()) == ([], [])


def test_a_task_that_returns_has_finished_as_one_that_exits_has(notebook: Notebook) -> None:
    notebook.run("a", "socketio.start_background_task(beats.append, 1)\nsocketio.start_background_task(exit)")
    notebook.wait_for_ends("finished", "finished")
    assert notebook.names["beats"] == [1]


@differs("What a task raises is shown from its function on")
def test_what_a_task_raises_is_shown_from_its_own_code_on_and_recorded(
    notebook: Notebook, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook.run("a", "def tick(by):\n    1 / by\nsocketio.start_background_task(tick, by=0)")
    notebook.wait_for_ends("raised")
    (ended,) = notebook.all(r.TaskEnded)
    assert ended.error == "ZeroDivisionError: division by zero"
    out, err = capfd.readouterr()
    assert (out, err) == ("", f"Exception in task tick (In [1]):\n{ended.traceback}")
    assert "sio_lab" not in err
    assert 'File "<a as of 1>", line 2, in tick' in err


def test_what_to_do_next_is_told_where_that_is_known(notebook: Notebook, capfd: pytest.CaptureFixture[str]) -> None:
    notebook.run("a", "import flask_socketio\nsocketio.start_background_task(flask_socketio.emit, 'news')")
    notebook.wait_for_ends("raised")
    hint = "flask_socketio's own functions work in handlers only; elsewhere use socketio.emit(..., to=sid)"
    assert notebook.all(r.TaskEnded)[0].hint == hint
    assert capfd.readouterr().err.endswith(f"What to do: {hint}\n")


def test_a_task_that_can_not_be_started_does_not_stay(notebook: Notebook) -> None:
    def refuse(*_args: object) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.raises(RuntimeError, match="can't start"):
        notebook.tasks.start(refuse, print)
    assert (notebook.running(), notebook.ends()) == ([], ["raised"])


def test_an_ended_task_leaves_nothing_behind(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    thread = weakref.ref(notebook.names["task"])
    notebook.run("a", "del task")
    notebook.wait(lambda: not notebook.log.state.tasks)
    gc.collect()
    assert notebook.tasks._running == {}
    # Its last steps are its own.
    still = thread()
    if still is not None:
        still.join(DEADLINE)
    del still
    gc.collect()
    assert thread() is None


def test_a_task_end_is_an_end_of_a_thread() -> None:
    assert issubclass(TaskEnd, SystemExit)
    assert not issubclass(TaskEnd, Exception)
