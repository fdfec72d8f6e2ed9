"""Threads of the user's own that sleep as tasks do, and all that sleeps and is no task; through a live server, too."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import flask_socketio
import pytest

from sio_lab import tables
from sio_lab.core import records as r
from sio_lab.server.program import new_pair
from sio_lab.server.stage import Stage
from sio_lab.server.tasks import Tasks
from tests.server.peers import DEADLINE
from tests.server.rig import Gate
from tests.server.task_notebook import FAILS, TICK, Notebook, opened, start_thread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig


@pytest.fixture
def notebook(monkeypatch: pytest.MonkeyPatch) -> Iterator[Notebook]:
    yield from opened(monkeypatch)


OWN = {
    "a target": "threading.Thread(target=tick).start()",
    "a timer": "threading.Timer(0, tick).start()",
    "a class": "class Ticker(threading.Thread):\n    def run(self): tick()\nTicker().start()",
}


@pytest.mark.parametrize("start", OWN.values(), ids=OWN)
def test_a_thread_of_the_user_s_own_is_a_task_from_its_first_sleep_on(
    notebook: Notebook, start: str, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook.run("a", TICK + start)
    notebook.wait(notebook.running)
    [(name, cell)] = notebook.running()
    assert (name in {"tick", "Ticker.run"}, cell) == (True, "In [1]")
    assert notebook.run("a", "pass") == [f"task {name}"]
    assert (notebook.running(), notebook.ends()) == ([], ["ended"])
    assert capfd.readouterr().err == ""


def test_of_two_threads_of_the_user_s_own_the_later_run_s_lives_whichever_sleeps_first(notebook: Notebook) -> None:
    code = """
def tick(gate):
    gate.pass_through()
    socketio.sleep(60)
threading.Thread(target=tick, args=[gate]).start()
"""
    for order in ([0, 1], [1, 0]):
        gates, cell = [Gate(), Gate()], f"cell {order}"
        for gate in gates:
            notebook.names["gate"] = gate
            notebook.run(cell, code + FAILS)
            gate.reached()
        ends = len(notebook.ends())
        gates[order[0]].open()
        notebook.wait(lambda at=notebook.runs, first=order[0]: ("tick", f"In [{at - 1 + first}]") in notebook.running())
        gates[order[1]].open()
        notebook.wait(lambda ends=ends: len(notebook.ends()) == ends + 1)
        assert ("tick", f"In [{notebook.runs}]") in notebook.running()
        assert ("tick", f"In [{notebook.runs - 1}]") not in notebook.running()


def test_a_thread_of_the_user_s_own_that_returns_has_finished(notebook: Notebook) -> None:
    notebook.run("a", "def tick():\n    socketio.sleep(0)\nthreading.Thread(target=tick).start()")
    notebook.wait_for_ends("finished")


def test_what_a_thread_of_the_user_s_own_raises_is_python_s_to_print_and_recorded(
    notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: seen.append(args.exc_type.__name__))
    notebook.run("a", "def tick():\n    socketio.sleep(0)\n    1 / 0\nthreading.Thread(target=tick).start()")
    notebook.wait_for_ends("raised")
    assert seen == ["ZeroDivisionError"]
    assert "line 3, in tick" in notebook.all(r.TaskEnded)[0].traceback


def test_threads_that_cells_did_not_write_and_those_of_pools_just_sleep(notebook: Notebook) -> None:
    notebook.run("a", "def nap():\n    socketio.sleep(0)\n    return 'slept'")
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(notebook.names["nap"]).result(DEADLINE) == "slept"
    start_thread(lambda: notebook.tasks.sleep(time.sleep)).join(DEADLINE)
    assert notebook.log.since() == []


def test_a_cell_just_sleeps_in_whatever_thread_it_runs(notebook: Notebook) -> None:
    start_thread(notebook.run, "a", "socketio.sleep(0)").join(DEADLINE)
    notebook.run("a", "socketio.sleep(0)")
    assert len(notebook.owners) == 2
    assert notebook.log.since() == []


def test_a_thread_that_was_a_task_is_none_any_more(notebook: Notebook) -> None:
    notebook.run("a", TICK)
    with ThreadPoolExecutor(1) as pool:
        future = notebook.tasks.start(pool.submit, notebook.names["tick"])
        assert notebook.tasks.end_all() == []
        assert future.result(DEADLINE) is None
        pool.submit(notebook.names["socketio"].sleep, 0).result(DEADLINE)
    assert notebook.ends() == ["ended"]


@pytest.fixture
def live(notebook: Notebook, make_rig: Callable[..., Rig]) -> tuple[Notebook, Rig]:
    """Return a notebook and the server that its cells talk to."""
    stage = Stage(notebook.log, notebook.cells, print)
    rig = make_rig(new_pair({}, stage.socketio_class), cells=notebook.cells)
    notebook.log = stage.log = rig.log
    notebook.tasks = stage.tasks = Tasks(rig.log, notebook.cells)
    notebook.names["socketio"] = rig.socketio
    return notebook, rig


TICKER = """
def tick():
    while True:
        socketio.emit("tick", number)
        socketio.sleep(0.001)
"""


def test_clients_hear_one_ticker_after_each_re_run(live: tuple[Notebook, Rig]) -> None:
    notebook, rig = live
    peer = rig.peer()
    for number in range(3):
        notebook.names["number"] = number
        # The number is its own: the old ticker, were it left, would go on with the old one.
        code = TICKER.replace("number", str(number))
        notebook.run("a", code + "socketio.start_background_task(tick)")
        assert notebook.tasks.lingering() == []
        peer.wait_for("tick", len(peer.got("tick")) + 5)
        rig.settle(peer)
        heard = len(peer.got("tick"))
        peer.wait_for("tick", heard + 5)
        assert {args[0] for args in peer.got("tick")[heard:]} == {number}
    assert notebook.running() == [("tick", "In [3]")]


CONNECT = """
@socketio.on("connect")
def on_connect():
    socketio.start_background_task(greet)
def greet():
    socketio.emit("welcome")
    socketio.sleep(60)
"""


def test_a_task_that_a_connect_handler_starts_belongs_to_the_handler_s_cell_and_has_its_cause(
    live: tuple[Notebook, Rig],
) -> None:
    notebook, rig = live
    notebook.run("a", CONNECT)
    notebook.run("b", "pass")
    rig.peer().wait_for("welcome")
    rig.wait(lambda: notebook.running() == [("greet", "In [1]")])
    assert rig.first(r.TaskStarted).cause == rig.first(r.ConnectAsked).seq
    assert [row["cause"] for row in tables.tasks(rig.log)] == [rig.first(r.Connected).seq]
    assert rig.first(r.Emitted, event="welcome").origin == "task"
    assert notebook.run("b", "pass") == []
    assert notebook.run("a", CONNECT) == ["task greet"]


def test_handlers_routes_and_callbacks_just_sleep(live: tuple[Notebook, Rig]) -> None:
    notebook, rig = live
    code = """
def nap(*_):
    socketio.sleep(0.001)
    return "slept"
socketio.on_event("nap", nap)
@socketio.on("ask")
def ask():
    emit("question", callback=lambda *_: socketio.emit("told", nap()))
app.add_url_rule("/nap", "nap", nap)
"""
    notebook.names |= {"app": rig.app, "emit": flask_socketio.emit}
    notebook.run("a", code)
    peer = rig.peer()
    peer.answers["question"] = "answer"
    assert peer.call("nap") == "slept"
    assert rig.get("/nap") == (200, "slept")
    peer.emit("ask")
    peer.wait_for("told")
    assert rig.all(r.TaskStarted) == []


def test_a_handler_of_a_test_client_sleeps_undisturbed_in_a_task_that_is_to_end(live: tuple[Notebook, Rig]) -> None:
    notebook, rig = live
    code = """
def nap():
    socketio.sleep(0.001)
    return "slept"
socketio.on_event("nap", nap)
def check():
    client = socketio.test_client(app)
    gate.pass_through()
    beats.append(client.emit("nap", callback=True))
    client.disconnect()
    socketio.sleep(60)
socketio.start_background_task(check)
"""
    notebook.names["app"] = rig.app
    notebook.run("a", code)
    notebook.names["gate"].reached()
    for task in notebook.tasks._running.values():
        task.end()
    notebook.names["gate"].open()
    notebook.wait_for_ends("ended")
    assert notebook.names["beats"] == ["slept"]
