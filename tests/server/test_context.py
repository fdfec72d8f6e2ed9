"""What code runs for: the two context variables, alone and through a live server."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.context import carried, cause_in, in_sight, origin, running_for, watched

if TYPE_CHECKING:
    from collections.abc import Callable


LOG = object()


def in_thread(function: Callable[[], Any]) -> Any:
    """Return what `function` returns in a thread of its own."""
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(function()))
    thread.start()
    thread.join()
    return answers[0]


def what_runs() -> tuple[int | None, str | None]:
    return cause_in(LOG), origin()


def test_the_main_thread_runs_a_cell() -> None:
    assert what_runs() == (None, "cell")


def test_a_thread_of_the_users_own_is_nothing_known() -> None:
    assert in_thread(what_runs) == (None, None)


def test_inside_it_is_what_was_said_and_afterwards_what_it_was() -> None:
    with running_for(LOG, 7, "handler"):
        with running_for(LOG, 8, "callback"):
            assert what_runs() == (8, "callback")
        assert what_runs() == (7, "handler")
    assert what_runs() == (None, "cell")


def test_an_error_inside_puts_it_back_too() -> None:
    with pytest.raises(ZeroDivisionError), running_for(LOG, 7, "handler"):
        raise ZeroDivisionError
    assert what_runs() == (None, "cell")


def test_a_thread_started_inside_is_still_the_users_own() -> None:
    with running_for(LOG, 7, "handler"):
        assert in_thread(what_runs) == (None, None)


def test_carried_takes_the_cause_of_here_along_into_another_thread() -> None:
    with running_for(LOG, 7, "handler"):
        task = carried(what_runs, "task")
    assert in_thread(task) == (7, "task")
    assert what_runs() == (None, "cell")


def test_carried_passes_arguments_and_value_on_and_keeps_the_name() -> None:
    def add(one: int, *, two: int) -> int:
        return one + two

    task = carried(add, "task")
    assert task(1, two=2) == 3
    assert task.__name__ == "add"


def test_carried_takes_nothing_else_along() -> None:
    other: ContextVar[str] = ContextVar("other", default="nothing")
    other.set("something")
    with running_for(LOG, 7, "handler"):
        assert in_thread(carried(other.get, "task")) == "nothing"


def test_a_carried_task_that_carries_another_hands_the_cause_on() -> None:
    with running_for(LOG, 7, "handler"):
        first = carried(lambda: carried(what_runs, "task"), "task")
    assert in_thread(in_thread(first)) == (7, "task")


def test_the_event_of_another_log_is_no_cause_in_this_one() -> None:
    with running_for(object(), 7, "handler"):
        assert what_runs() == (None, "handler")
        assert in_thread(carried(what_runs, "task")) == (None, "task")


def test_what_is_watched_is_in_sight_and_nothing_that_it_starts() -> None:
    seen: list[bool] = []
    with watched():
        thread = threading.Thread(target=lambda: seen.append(in_sight()))
        thread.start()
        thread.join()
        assert in_sight()
    assert [*seen, in_sight()] == [False, False]
