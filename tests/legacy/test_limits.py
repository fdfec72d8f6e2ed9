"""Time limits end the stand-ins' own waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.legacy.limits import with_timeout

if TYPE_CHECKING:
    from tests.legacy.reader import Threads

FOREVER = 1000


def test_a_limit_ends_a_sleep(runner: Threads) -> None:
    limit = runner.timeout(0.01)
    with pytest.raises(runner.timeout) as raised, limit:
        runner.flow.pause(FOREVER)
    assert raised.value is limit
    assert not runner.flow.limits


def test_with_false_it_ends_quietly(runner: Threads) -> None:
    reached = []
    with runner.timeout(0.01, False):
        runner.flow.pause(FOREVER)
        reached.append("never")
    assert not reached


@pytest.mark.parametrize("exception", [ValueError("late"), ValueError])
def test_it_raises_what_it_was_given(runner: Threads, exception: ValueError | type[ValueError]) -> None:
    with pytest.raises(ValueError, match=r"^(late)?$"), runner.timeout(0.01, exception):
        runner.flow.wait(lambda _seconds: False)


def test_what_is_in_time_is_undisturbed(runner: Threads) -> None:
    with runner.timeout(FOREVER):
        runner.flow.pause(0.001)
    runner.flow.pause(0.001)
    with runner.timeout(None):
        runner.flow.pause(0.001)


def test_an_inner_limit_leaves_the_outer_one(runner: Threads) -> None:
    outer, inner = runner.timeout(FOREVER), runner.timeout(0.01)
    with outer:
        with pytest.raises(runner.timeout) as raised, inner:
            runner.flow.pause(FOREVER)
        assert raised.value is inner
        assert runner.flow.limits == [outer]


def test_the_outer_one_goes_through_the_inner_ones_silence(runner: Threads) -> None:
    outer = runner.timeout(0.01)
    with pytest.raises(runner.timeout) as raised, outer, runner.timeout(FOREVER, False):
        runner.flow.pause(FOREVER)
    assert raised.value is outer


def test_it_may_be_started_and_cancelled_by_hand(runner: Threads) -> None:
    limit = runner.timeout.start_new(FOREVER)
    assert limit.pending
    assert runner.timeout.start_new(limit) is limit
    assert len(runner.flow.limits) == 1
    limit.close()
    limit.cancel()
    assert not limit.pending


def test_another_threads_limit_is_its_own(runner: Threads) -> None:
    with runner.timeout(FOREVER):
        assert runner.greenlet.spawn(lambda: list(runner.flow.limits)).get() == []


def test_with_timeout_calls_a_function(runner: Threads) -> None:
    assert with_timeout(runner.timeout, FOREVER, lambda *args, **named: (args, named), 1, a=2) == ((1,), {"a": 2})
    assert with_timeout(runner.timeout, 0.01, runner.flow.pause, FOREVER, timeout_value="late") == "late"
    with pytest.raises(runner.timeout):
        with_timeout(runner.timeout, 0.01, runner.flow.pause, FOREVER)
    assert not runner.flow.limits


def test_the_reader_is_told_what_it_can_not_do(runner: Threads) -> None:
    with runner.timeout(FOREVER):
        pass
    assert "ends only waits" in runner.said[0]
