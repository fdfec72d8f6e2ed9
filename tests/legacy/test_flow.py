"""What waits can be ended: by the lab, by a kill, by a time limit."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from sio_lab.legacy import flow as flows
from sio_lab.legacy.flow import bound, told
from tests.legacy.reader import DEADLINE

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads


def test_outside_of_greenlets_a_pause_is_one_sleep(runner: Threads) -> None:
    runner.flow.pause(0.01)
    runner.flow.pause()
    assert runner.slept == [0.01, 0]


def test_in_a_greenlet_it_is_taken_in_turns(runner: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows, "TURN_S", 0.005)
    runner.greenlet.spawn(runner.flow.pause, 0.02).get()
    assert len(runner.slept) > 2
    assert max(runner.slept) < 0.006


def test_the_lab_may_end_a_pause_and_a_wait(runner: Threads) -> None:
    runner.ending = SystemExit("the task ends")
    for wait in (lambda: runner.flow.pause(1000), lambda: runner.flow.wait(lambda _seconds: False)):
        with pytest.raises(SystemExit):
            wait()


def test_a_wait_ends_with_success(runner: Threads) -> None:
    event = threading.Event()
    runner.spawn(event.set)
    assert runner.flow.wait(event.wait)
    assert runner.flow.wait(event.wait, 0)


def test_a_wait_for_nothing_ends_in_time(runner: Threads) -> None:
    given: list[float] = []
    assert not runner.flow.wait(given.append, 0.01)
    assert max(given) <= 0.01
    given.clear()
    assert not runner.flow.wait(given.append, 0)
    assert given == [0.0]


def test_a_killed_greenlet_ends_its_wait_once(runner: Threads) -> None:
    raised: list[str] = []
    begun = threading.Event()

    def work() -> None:
        try:
            begun.set()
            runner.flow.wait(lambda _seconds: False)
        except KeyError as error:
            raised.append(str(error))
        runner.flow.pause(0.001)
        raised.append("went on")

    greenlet = runner.greenlet.spawn(work)
    assert begun.wait(DEADLINE)
    greenlet.kill(KeyError("end"))
    greenlet.get()
    assert raised == ["'end'", "went on"]


def test_threads_know_their_own_greenlet_only(runner: Threads) -> None:
    assert runner.flow.current is None
    greenlet = runner.greenlet(lambda: runner.flow.current)
    greenlet.start()
    assert greenlet.get() is greenlet
    assert runner.flow.current is None


class Thing:
    def __init__(self, *args: int) -> None:
        self.args = args


def test_a_bound_class_is_like_its_own_and_tells_each_line(runner: Threads, notebook: Notebook) -> None:
    kind = bound(Thing, runner.flow, "write that", late=KeyError)
    names = notebook.run("one = Thing(1)\ntwo = Thing(2)\nclass Mine(Thing): pass\nthree = Mine(3)", Thing=kind)
    assert [names[name].args for name in ("one", "two", "three")] == [(1,), (2,), (3,)]
    assert isinstance(names["one"], Thing)
    assert kind.__name__ == "Thing"
    assert [text.splitlines()[0] for text in runner.said] == [
        f"<cell 1>, line {line}: write that" for line in (1, 2, 4)
    ]


def test_a_told_function_does_what_it_did(runner: Threads, notebook: Notebook) -> None:
    assert (
        notebook.run("got = f('x', 2)", f=told(lambda text, count: text * count, runner.flow, "write that"))["got"]
        == "xx"
    )
    assert len(runner.said) == 1
