"""Work that can wait: done by a thread that ends when there is none."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from sio_lab.core.tidying import Tidier

if TYPE_CHECKING:
    import pytest


def wait_until_over(name: str = "sio_lab-log") -> None:
    deadline = time.monotonic() + 10
    while any(thread.name == name for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.001)


def test_it_takes_steps_until_there_are_none_left() -> None:
    left, threads = [1, 2, 3], set()

    def step() -> bool:
        threads.add(threading.current_thread().name)
        left.pop()
        return bool(left)

    Tidier(step).wake()
    wait_until_over()
    assert (left, threads) == ([], {"sio_lab-log"})


def test_who_is_awake_is_not_woken_and_who_has_ended_is() -> None:
    go_on, begun = threading.Event(), []

    def step() -> bool:
        begun.append(threading.current_thread())
        go_on.wait(10)
        return False

    tidier = Tidier(step)
    tidier.wake()
    tidier.wake()
    go_on.set()
    wait_until_over()
    tidier.wake()
    wait_until_over()
    assert len(begun) == len(set(begun)) == 2


def test_where_no_thread_can_be_started_the_work_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[int] = []
    tidier = Tidier(lambda: bool(steps.append(1)))
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", lambda _: (_ for _ in ()).throw(RuntimeError("no more threads")))
        tidier.wake()
    assert steps == []
    tidier.wake()
    wait_until_over()
    assert steps == [1]
