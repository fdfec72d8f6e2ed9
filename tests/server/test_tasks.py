"""Background tasks belong to cells: which of them a re-run leaves, and to which cell each belongs."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.cells import Owner, acting_for
from tests.server.peers import DEADLINE
from tests.server.rig import Gate, differs
from tests.server.task_notebook import FAILS, POLL, START_TICK, TICK, Notebook, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    yield from opened(monkeypatch)


@differs("Background tasks end with their cell")
def test_a_re_run_leaves_exactly_one_ticker(notebook: Notebook) -> None:
    for _ in range(5):
        assert notebook.run("a", START_TICK) == []  # what it started again is nothing to remark on
        assert notebook.tasks.lingering() == []
        assert notebook.running() == [("tick", f"In [{notebook.runs}]")]
    assert notebook.ends() == ["ended"] * 4


def test_a_cell_that_fails_after_it_has_started_its_ticker_again_leaves_the_new_one_only(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    notebook.run("a", START_TICK + FAILS)
    notebook.wait_for_ends("ended")
    assert notebook.running() == [("tick", "In [2]")]


def test_a_cell_that_fails_before_that_takes_nothing_away(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    notebook.run("a", FAILS + START_TICK)
    assert notebook.running() == [("tick", "In [1]")]


def test_a_cell_that_no_longer_starts_a_task_ends_it_and_says_so(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    assert notebook.run("a", "pass") == ["task tick"]
    assert notebook.running() == []
    assert notebook.run("a", "pass") == []


def test_a_failed_run_is_swept_with_those_before_it(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    notebook.run("a", TICK.replace("tick", "poll") + "socketio.start_background_task(poll)" + FAILS)
    assert notebook.run("a", "pass") == ["task tick", "task poll"]


def test_other_cells_keep_their_tasks_even_of_the_same_name(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    assert notebook.run("b", START_TICK) == []
    notebook.run("b", "pass")
    assert notebook.running() == [("tick", "In [1]")]


def test_all_that_one_run_starts_lives_and_ends_together(notebook: Notebook) -> None:
    notebook.run("a", TICK + "for _ in range(3): socketio.start_background_task(tick)")
    assert len(notebook.running()) == 3
    assert notebook.run("a", "pass") == ["task tick (3)"]


def test_a_cell_that_is_run_again_unchanged_ends_its_own(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    notebook.run("a", START_TICK, edited=False)
    notebook.wait_for_ends("ended")
    assert len(notebook.running()) == 1


def test_without_ids_the_same_function_of_any_cell_is_replaced(notebook: Notebook) -> None:
    notebook.run(None, START_TICK)
    notebook.run(None, "pass")
    assert len(notebook.running()) == 1
    notebook.run(None, START_TICK)
    notebook.wait_for_ends("ended")
    assert notebook.running() == [("tick", "In [3]")]


def test_what_a_module_started_for_a_cell_is_not_swept_but_replaced(notebook: Notebook) -> None:
    notebook.run("a", TICK)

    def start_for(run: int) -> None:
        with acting_for(Owner("a", run, f"In [{run}]", kept=True)):
            notebook.names["socketio"].start_background_task(notebook.names["tick"])

    start_for(1)
    assert notebook.run("a", "pass") == []
    start_for(1)  # nor does it come too late
    assert notebook.running() == [("tick", "In [1]")] * 2
    start_for(3)
    notebook.wait_for_ends("ended", "ended")
    assert notebook.running() == [("tick", "In [3]")]


def test_a_deleted_cell_takes_its_tasks_with_it(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    assert notebook.tasks.drop("b") == []
    assert notebook.tasks.drop("a") == ["task tick"]
    assert notebook.running() == []


def test_the_end_of_all_is_the_end_of_those_that_belong_to_nobody_too(notebook: Notebook) -> None:
    notebook.run("a", START_TICK)
    with acting_for(None):
        notebook.names["socketio"].start_background_task(lambda: notebook.tasks.sleep(time.sleep, 60))
    assert notebook.tasks.end_all() == []
    assert (notebook.running(), notebook.ends()) == ([], ["ended", "ended"])
    notebook.run("a", START_TICK)
    assert len(notebook.running()) == 1  # it may begin anew


Runs = st.lists(
    st.tuples(st.sampled_from("abc"), st.lists(st.sampled_from(["tick", "poll"]), max_size=3), st.booleans()),
    max_size=12,
)


@settings(deadline=None)
@given(runs=Runs, drops=st.booleans())
def test_any_sequence_of_runs_leaves_the_tasks_of_the_latest_run_of_each_cell(runs: Any, *, drops: bool) -> None:
    expected: list[tuple[str, str, str]] = []
    with pytest.MonkeyPatch.context() as patch, contextmanager(opened)(patch) as notebook:
        for cell, names, succeeds in runs:
            starts = "".join(f"\nsocketio.start_background_task({name})" for name in names)
            notebook.run(cell, TICK + TICK.replace("tick", "poll") + starts + ("" if succeeds else FAILS))
            assert notebook.tasks.lingering() == []
            gone = {"tick", "poll"} if succeeds else set(names)
            expected = [task for task in expected if task[2] != cell or task[0] not in gone]
            expected += [(name, f"In [{notebook.runs}]", cell) for name in names]
            assert notebook.running() == sorted(task[:2] for task in expected)
        if drops:
            notebook.tasks.drop("a")
            assert notebook.running() == sorted(task[:2] for task in expected if task[2] != "a")


def test_what_starts_a_task_gets_the_thread_and_the_task_its_name_and_arguments(notebook: Notebook) -> None:
    code = """
def tick(*args, **kwargs):
    beats.append((args, kwargs, threading.current_thread().name))
task = socketio.start_background_task(tick, 1, two=2)
task.join()
"""
    notebook.run("a", code)
    [(args, kwargs, name)] = notebook.names["beats"]
    assert (args, kwargs) == ((1,), {"two": 2})
    assert name.endswith("(tick)")
    started = notebook.all(r.TaskStarted)[0]
    assert (started.name, started.cell, started.source, started.cause) == ("tick", "In [1]", "In [1]:2", None)


def test_a_task_s_own_tasks_belong_to_its_cell(notebook: Notebook) -> None:
    outer = "def outer():\n    socketio.start_background_task(tick)\n    socketio.sleep(60)\n"
    notebook.run("a", TICK)
    notebook.run("b", outer + "socketio.start_background_task(outer)")
    notebook.wait(lambda: len(notebook.running()) == 2)
    assert notebook.running() == [("outer", "In [2]"), ("tick", "In [2]")]
    assert notebook.run("a", "pass") == []
    assert sorted(notebook.run("b", "pass")) == ["task outer", "task tick"]


def start_another(socketio: Any, target: Callable[..., Any]) -> None:
    socketio.start_background_task(target)
    socketio.sleep(60)


def test_a_task_s_own_tasks_belong_to_its_cell_though_its_code_is_a_module_s(notebook: Notebook) -> None:
    notebook.names["start_another"] = start_another
    notebook.run("a", TICK)
    notebook.run("b", "socketio.start_background_task(start_another, socketio, tick)")
    notebook.wait(lambda: len(notebook.running()) == 2)
    assert notebook.running() == [("start_another", "In [2]"), ("tick", "In [2]")]


def test_a_task_that_is_to_end_starts_nothing_more(notebook: Notebook) -> None:
    code = POLL + "    socketio.start_background_task(beats.append, 1)\nsocketio.start_background_task(poll)"
    notebook.run("a", code)
    notebook.names["gate"].reached()
    # A failed run: it ends what it starts again, and sweeps nothing.
    notebook.names["gate"], old = Gate(), notebook.names["gate"]
    notebook.run("a", TICK + POLL + "socketio.start_background_task(poll)" + FAILS)
    old.open()
    notebook.wait_for_ends("ended", "ended")
    assert notebook.names["beats"] == []


def test_a_handler_of_an_earlier_run_comes_too_late_to_start_one(notebook: Notebook) -> None:
    notebook.run("a", TICK)
    notebook.run("a", TICK)
    with acting_for(notebook.owners[0]):
        task = notebook.names["socketio"].start_background_task(notebook.names["tick"])
    task.join(DEADLINE)
    assert (notebook.names["beats"], notebook.ends()) == ([], ["ended"])
    notebook.tasks.drop("a")
    with acting_for(notebook.owners[1]):
        task = notebook.names["socketio"].start_background_task(notebook.names["tick"])
    task.join(DEADLINE)
    assert (notebook.names["beats"], notebook.ends()) == ([], ["ended", "ended"])
    notebook.run("a", START_TICK)
    assert len(notebook.running()) == 1


def test_a_handler_of_a_run_whose_successor_failed_still_starts_tasks(notebook: Notebook) -> None:
    notebook.run("a", TICK)
    notebook.run("a", START_TICK + FAILS)
    notebook.wait_for_tick()
    with acting_for(notebook.owners[0]):
        notebook.names["socketio"].start_background_task(notebook.names["tick"])
    notebook.wait_for_tick()
    assert notebook.running() == [("tick", "In [1]"), ("tick", "In [2]")]
