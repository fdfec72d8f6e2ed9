"""One background task: how it sleeps, and how it comes to an end."""

from __future__ import annotations

import contextlib
import functools
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.cells import Owner
from sio_lab.server.task import Task, TaskEnd, is_followed, plain
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable


def task_of(cell: str = "a", run: int = 1, name: str = "tick", **told: bool) -> Task:
    return Task(1, name, Owner(cell, run, f"In [{run}]", **told))


def never(_seconds: float) -> None:
    raise AssertionError("slept by other means")


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def ended() -> Task:
    task = task_of()
    task.end()
    return task


def test_it_sleeps_for_as_long_as_it_asked_for() -> None:
    began = time.monotonic()
    task_of().sleep(never, 0.01)
    assert time.monotonic() - began >= 0.01


def test_a_sleep_of_no_time_still_lets_others_run(slept: list[float]) -> None:
    task_of().sleep(slept.append, 0)
    assert slept == [0]


@pytest.mark.parametrize("seconds", [-1, "1", None, float("nan")])
def test_what_sleep_refuses_is_refused(seconds: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as plainly:
        time.sleep(seconds)
    with pytest.raises(plainly.type):
        task_of().sleep(time.sleep, seconds)


def test_an_end_is_raised_at_once_and_at_each_later_sleep(ended: Task, slept: list[float]) -> None:
    for _ in range(5):
        with pytest.raises(TaskEnd, match="task tick ends here"):
            ended.sleep(slept.append, 60)
    assert slept == [60] * 3  # a loop that catches it does not become a busy one


def test_an_end_wakes_it() -> None:
    task, result = task_of(), []

    def run() -> None:
        with pytest.raises(TaskEnd):
            task.sleep(never, 60)
        result.append("woken")

    thread = threading.Thread(target=run)
    thread.start()
    task.end()
    thread.join(DEADLINE)
    assert result == ["woken"]


def test_who_catches_exceptions_lets_the_end_pass_and_cleaning_up_is_done(ended: Task) -> None:
    done: list[str] = []

    def tick() -> None:
        try:
            with contextlib.suppress(Exception):
                ended.sleep(never, 1)
            done.append("went on")
        finally:
            done.append("cleaned up")

    with pytest.raises(SystemExit):
        tick()
    assert done == ["cleaned up"]


def test_one_that_goes_on_is_told_with_the_reason(ended: Task) -> None:
    assert ended.line().startswith("task tick goes on: it never calls socketio.sleep (running ")
    with pytest.raises(TaskEnd):
        ended.sleep(never, 1)
    assert "a bare except or a long finally" in ended.line()


def test_one_that_slept_before_is_not_said_never_to_sleep(slept: list[float]) -> None:
    task = task_of()
    task.sleep(slept.append, 0)
    task.end()
    assert task.why_it_goes_on() == "it has not come to its next socketio.sleep"


def test_waiting_for_one_that_goes_on_ends_with_its_grace(ended: Task) -> None:
    ended.wait()
    assert not ended.is_leaving
    ended.over.set()
    assert ended.is_leaving


def test_asking_again_does_not_lengthen_the_grace(ended: Task) -> None:
    asked_at = ended._asked_at
    ended.end()
    assert ended._asked_at == asked_at > 0


def test_one_that_was_asleep_when_it_was_ended_is_leaving_even_before_it_wakes() -> None:
    task, asleep, go_on = task_of(), threading.Event(), threading.Event()

    class Slow(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            asleep.set()
            go_on.wait(DEADLINE)
            return super().wait(timeout)

    def run() -> None:
        with pytest.raises(TaskEnd):
            task.sleep(never, 60)

    task._ending = Slow()
    thread = threading.Thread(target=run)
    thread.start()
    assert asleep.wait(DEADLINE)
    task.end()
    assert task.is_leaving
    go_on.set()
    thread.join(DEADLINE)
    assert not task.is_leaving  # it was told, and its thread may yet go on


@pytest.mark.parametrize(
    ("old", "new", "followed"),
    [
        (task_of("a", 1), task_of("a", 2), True),
        (task_of("a", 2), task_of("a", 1), False),
        (task_of("a", 1), task_of("a", 1), False),
        (task_of("a", 1), task_of("b", 2), False),
        (task_of("a", 1), task_of("a", 2, "poll"), False),
        (task_of("a", 1, kept=True), task_of("a", 2), True),
        (task_of("a", 1, anonymous=True), task_of("b", 2, anonymous=True), True),
        (task_of("a", 1, anonymous=True), task_of("b", 2), False),
        (Task(1, "tick", None), task_of("a", 2), False),
        (task_of("a", 1), Task(1, "tick", None), False),
    ],
)
def test_a_task_is_followed_by_one_of_its_name_in_a_later_run_of_its_cell(
    old: Task, new: Task, *, followed: bool
) -> None:
    assert is_followed(old, new) is followed


def test_the_user_s_own_function_is_found_behind_what_wraps_it() -> None:
    def tick() -> None: ...

    @functools.wraps(tick)
    def decorated() -> None: ...

    wrapped: list[Callable[..., None]] = [tick, decorated, functools.partial(functools.partial(decorated, 1), 2)]
    assert [plain(each) for each in wrapped] == [tick] * 3
    assert plain(None) is None
