"""Greenlets are background tasks: they give values, raise, are waited for and killed."""

from __future__ import annotations

import inspect
import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.legacy.green import Greenlet, GreenletExit, join_all
from tests.legacy.reader import DEADLINE

if TYPE_CHECKING:
    from tests.legacy.reader import Threads

FOREVER = 1000


def fail() -> None:
    raise KeyError("no")


def test_it_returns_what_its_function_does(runner: Threads) -> None:
    greenlet = runner.greenlet.spawn(lambda *args, **named: (args, named), 1, b=2)
    assert greenlet.get() == greenlet.wait() == greenlet.value == ((1,), {"b": 2})
    assert greenlet.ready()
    assert greenlet.successful()
    assert greenlet.dead
    assert not greenlet


def test_it_raises_what_its_function_does_and_the_lab_sees_it(runner: Threads) -> None:
    greenlet = runner.greenlet.spawn(fail)
    with pytest.raises(KeyError):
        greenlet.get()
    runner.close()
    assert [type(error) for error in runner.errors] == [KeyError]
    assert not greenlet.successful()


def test_one_that_is_not_started_does_nothing(runner: Threads) -> None:
    greenlet = runner.greenlet(len, "abc")
    assert not greenlet
    assert not greenlet.ready()
    greenlet.start()
    greenlet.start()
    assert greenlet.get() == 3
    assert len(runner.threads) == 1


def test_a_subclass_does_its_work_as_run_of_either_name(runner: Threads) -> None:
    class Under(runner.greenlet):  # type: ignore[misc, name-defined]  # made for this runner
        def _run(self) -> str:
            return "under"

    class Plain(runner.greenlet):  # type: ignore[misc, name-defined]  # made for this runner
        def __init__(self, word: str) -> None:
            Greenlet.__init__(self)
            self.word = word

        def run(self) -> str:
            return self.word

    assert Under.spawn().get() == "under"
    assert Plain.spawn("plain").get() == "plain"


def test_its_thread_runs_the_readers_function_by_name(runner: Threads) -> None:
    names: list[Any] = []

    def ticker() -> None:
        names.append("ran")

    spawn = runner.spawn
    runner.spawn = lambda function, *args: names.append(inspect.unwrap(function)) or spawn(function, *args)  # type: ignore[method-assign, func-returns-value]  # to see it pass
    runner.greenlet.spawn(ticker).get()
    assert names == [ticker, "ran"]


def test_get_says_when_it_is_too_early(runner: Threads) -> None:
    go = threading.Event()
    greenlet = runner.greenlet.spawn(go.wait)
    try:
        for early in (lambda: greenlet.get(block=False), lambda: greenlet.get(timeout=0.01)):
            with pytest.raises(runner.timeout):
                early()
        assert not greenlet.join(0.01)
        assert greenlet
    finally:
        go.set()
    assert greenlet.join()


def test_a_later_one_waits_first(runner: Threads) -> None:
    greenlet = runner.greenlet.spawn_later(0.01, len, "abc")
    assert greenlet.get() == 3
    assert runner.slept


def test_one_that_waits_to_begin_can_be_cancelled(runner: Threads) -> None:
    begun: list[int] = []
    greenlet = runner.greenlet.spawn_later(FOREVER, begun.append, 1)
    greenlet.cancel()
    assert greenlet.join(DEADLINE)
    assert not begun


def test_one_that_has_begun_is_not_cancelled(runner: Threads) -> None:
    begun, go = threading.Event(), threading.Event()

    def work() -> str:
        begun.set()
        assert go.wait(DEADLINE)
        runner.flow.check()
        return "done"

    greenlet = runner.greenlet.spawn(work)
    assert begun.wait(DEADLINE)
    greenlet.cancel()
    go.set()
    assert greenlet.get() == "done"


# --- kill ----------------------------------------------------------------------------------------------------------


def test_a_killed_one_ends_at_its_next_sleep_and_nobody_is_told(runner: Threads) -> None:
    ended: list[str] = []

    def loop() -> None:
        try:
            while True:
                runner.flow.pause(FOREVER)
        finally:
            ended.append("cleaned up")

    greenlet = runner.greenlet.spawn(loop)
    greenlet.kill(timeout=DEADLINE)
    assert greenlet.ready()
    assert isinstance(greenlet.get(), GreenletExit)
    assert ended in (["cleaned up"], [])  # it may not have begun
    assert not runner.errors
    assert not runner.said


def test_it_may_be_killed_with_an_error_of_its_own(runner: Threads) -> None:
    greenlet = runner.greenlet.spawn(runner.flow.pause, FOREVER)
    greenlet.kill(ValueError("enough"), timeout=DEADLINE)
    with pytest.raises(ValueError, match="enough"):
        greenlet.get()


def test_one_that_never_began_never_does(runner: Threads) -> None:
    greenlet = runner.greenlet(fail)
    greenlet.kill()
    greenlet.start()
    assert isinstance(greenlet.get(), GreenletExit)
    assert not runner.threads


def test_one_that_does_not_wait_is_told_of(runner: Threads) -> None:
    go = threading.Event()
    greenlet = runner.greenlet.spawn(go.wait)
    greenlet.kill(timeout=0.01)
    assert "at its next gevent.sleep()" in runner.said[0]
    go.set()
    assert greenlet.join(DEADLINE)


def test_it_may_kill_itself(runner: Threads) -> None:
    def work() -> None:
        greenlet.kill()
        runner.flow.pause()

    greenlet = runner.greenlet(work)
    greenlet.start()
    assert isinstance(greenlet.get(), GreenletExit)


# --- the lab -------------------------------------------------------------------------------------------------------


def test_one_that_the_lab_ends_has_no_value_and_raises_nothing(runner: Threads) -> None:
    runner.ending = SystemExit("the task ends")
    greenlet = runner.greenlet.spawn(runner.flow.pause, FOREVER)
    runner.close()
    runner.ending = None
    assert greenlet.get() is None
    assert isinstance(greenlet.exception, SystemExit)


def test_one_that_the_lab_ends_before_it_begins_is_over(runner: Threads) -> None:
    def ended_at_once(_function: Any, *_args: Any) -> threading.Thread:
        thread = threading.Thread(target=lambda: None)
        thread.start()
        runner.threads.append(thread)
        return thread

    runner.spawn = ended_at_once  # type: ignore[method-assign]  # as the lab does with one whose cell has been run again
    greenlet = runner.greenlet.spawn(fail)
    assert greenlet.join(DEADLINE)
    assert greenlet.get() is None


# --- links and groups ----------------------------------------------------------------------------------------------


def test_links_are_called_at_the_end_or_at_once(runner: Threads) -> None:
    called: list[Any] = []
    good, bad = runner.greenlet(len, "abc"), runner.greenlet(fail)
    for greenlet in (good, bad):
        greenlet.link(lambda each, word: called.append((word, each)), "linked")
        greenlet.link_value(lambda each: called.append(("value", each)))
        greenlet.link_exception(lambda each: called.append(("error", each)))
        greenlet.start()
        greenlet.join()
        runner.close()
    good.rawlink(lambda each: called.append(("late", each)))
    assert called == [("linked", good), ("value", good), ("linked", bad), ("error", bad), ("late", good)]


def test_all_of_several_are_waited_for(runner: Threads) -> None:
    greenlets = [runner.greenlet.spawn(len, "x" * count) for count in range(3)]
    assert join_all(greenlets, raise_error=True) == greenlets
    with pytest.raises(KeyError):
        join_all([*greenlets, runner.greenlet.spawn(fail)], raise_error=True)


def test_those_that_go_on_are_left_out(runner: Threads) -> None:
    go = threading.Event()
    slow, quick = runner.greenlet.spawn(go.wait), runner.greenlet.spawn(len, "abc")
    quick.join()
    assert join_all([slow, quick], timeout=0.01) == [quick]
    go.set()


def test_it_says_what_it_is(runner: Threads) -> None:
    assert repr(runner.greenlet(fail)) == "<Greenlet fail in a thread>"
