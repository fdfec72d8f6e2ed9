"""Events, results, semaphores and queues: those of threads, as gevent and eventlet name them."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.legacy import waits
from sio_lab.legacy.flow import bound
from tests.legacy.reader import Threads

if TYPE_CHECKING:
    from collections.abc import Callable

FOREVER = 1000


def made(runner: Threads, kind: type[Any], *args: Any, **attributes: Any) -> Any:
    return bound(kind, runner.flow, **attributes)(*args)


# --- events and results --------------------------------------------------------------------------------------------


def test_an_event_is_waited_for(runner: Threads) -> None:
    event = made(runner, waits.Event)
    assert not event.wait(0.01)
    runner.greenlet.spawn(event.set)
    assert event.wait()
    assert event.is_set()
    assert event.ready()
    event.clear()
    assert not event.isSet()


def test_a_result_comes_once_it_is_set(runner: Threads) -> None:
    result = made(runner, waits.AsyncResult, late=runner.timeout)
    with pytest.raises(runner.timeout):
        result.get_nowait()
    assert result.wait(0.01) is None
    runner.greenlet.spawn(result.set, 5)
    assert result.get() == result.wait() == result.value == 5
    assert result.successful()


def test_an_error_is_a_result_too(runner: Threads) -> None:
    result = made(runner, waits.AsyncResult)
    result.set_exception(KeyError("no"))
    with pytest.raises(KeyError):
        result.get(timeout=FOREVER)
    assert result.ready()
    assert not result.successful()


def test_a_greenlet_may_hand_its_end_on_to_a_result(runner: Threads) -> None:
    result = made(runner, waits.AsyncResult)
    runner.greenlet.spawn(len, "abc").link_value(lambda greenlet: result.set(greenlet.value))
    assert result.get() == 3


def test_an_event_of_eventlet_is_sent_once_until_reset(runner: Threads) -> None:
    event = made(runner, waits.SentEvent)
    assert event.wait(0.01) is None
    event.send("value")
    assert event.wait() == "value"
    assert event.has_result()
    with pytest.raises(AssertionError, match=r"reset\(\)"):
        event.send("again")
    event.reset()
    event.send_exception(KeyError)
    assert event.has_exception()
    with pytest.raises(KeyError):
        event.wait()


# --- semaphores ----------------------------------------------------------------------------------------------------


def test_a_semaphore_is_taken_and_released(runner: Threads) -> None:
    semaphore = made(runner, waits.Semaphore, 2)
    with semaphore:
        assert semaphore.counter == 1
        assert semaphore.acquire()
        assert semaphore.locked()
        assert not semaphore.acquire(blocking=False)
        assert not semaphore.acquire(timeout=0.01)
        runner.greenlet.spawn(semaphore.release)
        assert semaphore.acquire()
    assert semaphore.balance == 1


def test_a_bounded_one_is_not_released_too_often(runner: Threads) -> None:
    semaphore = made(runner, waits.BoundedSemaphore, 1)
    with pytest.raises(ValueError, match="released too many times"):
        semaphore.release()


# --- queues --------------------------------------------------------------------------------------------------------

KINDS: dict[type[Any], Callable[[list[int]], list[int]]] = {
    waits.Queue: list,
    waits.LifoQueue: lambda items: items[::-1],
    waits.PriorityQueue: sorted,
}


@pytest.mark.parametrize("kind", KINDS)
@settings(deadline=None)
@given(items=st.lists(st.integers(), max_size=20))
def test_what_goes_in_comes_out_in_its_order(kind: type[Any], items: list[int]) -> None:
    made_queue = made(Threads(), kind, None, items)
    assert len(made_queue) == made_queue.qsize() == len(items)
    assert [made_queue.get() for _ in items] == KINDS[kind](items)
    assert made_queue.empty()
    assert made_queue


def test_items_pass_between_greenlets_until_the_end(runner: Threads) -> None:
    letters = made(runner, waits.Queue)

    def work() -> None:
        for letter in "abc":
            letters.put(letter)
        letters.put(StopIteration)

    runner.greenlet.spawn(work)
    assert list(letters) == ["a", "b", "c"]


def test_a_full_one_is_waited_at_and_an_empty_one_too(runner: Threads) -> None:
    one = made(runner, waits.Queue, 1)
    one.put(1)
    for full in (lambda: one.put(2, timeout=0.01), lambda: one.put_nowait(2), lambda: one.put(2, block=False)):
        with pytest.raises(queue.Full):
            full()
    runner.greenlet.spawn(one.put, 2)
    assert [one.get(), one.get()] == [1, 2]
    for empty in (lambda: one.get(timeout=0.01), one.get_nowait, lambda: one.peek(block=False)):
        with pytest.raises(queue.Empty):
            empty()


def test_peek_leaves_the_item(runner: Threads) -> None:
    one = made(runner, waits.Queue, None, ["a"])
    assert [one.peek(), one.get()] == ["a", "a"]
    runner.greenlet.spawn(one.put, "b")
    assert one.peek() == "b"


def test_its_end_is_waited_for(runner: Threads) -> None:
    items = made(runner, waits.Queue, None, [1, 2])

    def work() -> None:
        for _ in range(2):
            items.get()
            items.task_done()

    items.join(timeout=0.01)
    assert items.unfinished_tasks == 2
    runner.greenlet.spawn(work)
    items.join()
    assert not items.unfinished_tasks


def test_one_that_waits_there_can_be_killed_and_ended_by_the_lab(runner: Threads) -> None:
    items = made(runner, waits.Queue)
    greenlet = runner.greenlet.spawn(items.get)
    greenlet.kill(timeout=20)
    assert greenlet.ready()
    runner.ending = SystemExit("the task ends")
    other = runner.greenlet.spawn(items.get)
    runner.close()
    runner.ending = None
    assert isinstance(other.exception, SystemExit)
