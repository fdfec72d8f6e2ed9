"""The interpreter's switch interval is short while a server runs, and then what it was."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.manner import Manner
from sio_lab.server.switching import SECONDS, Switching, switching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig

USUAL = 0.005


@pytest.fixture(autouse=True)
def _interval_put_back() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(USUAL)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


@pytest.fixture
def keeper() -> Switching:
    return Switching()


def interval() -> Any:
    """Return what is set, to be compared with what should be: Python counts in microseconds."""
    return pytest.approx(sys.getswitchinterval(), abs=1.5e-6)


def test_it_is_short_while_somebody_needs_that(keeper: Switching) -> None:
    keeper.begin("a")
    assert interval() == SECONDS
    keeper.end("a")
    assert interval() == USUAL
    keeper.begin("b")
    assert interval() == SECONDS
    keeper.end("b")
    assert interval() == USUAL


@pytest.mark.parametrize("first", ["a", "b"])
def test_of_two_the_last_one_puts_it_back(keeper: Switching, first: str) -> None:
    keeper.begin("a")
    keeper.begin("b")
    keeper.end(first)
    assert interval() == SECONDS
    keeper.end("b" if first == "a" else "a")
    assert interval() == USUAL


def test_a_second_begin_and_a_second_end_do_nothing(keeper: Switching) -> None:
    keeper.end("a")
    keeper.begin("a")
    keeper.begin("a")
    keeper.end("b")
    assert interval() == SECONDS
    keeper.end("a")
    sys.setswitchinterval(SECONDS)
    keeper.end("a")
    assert interval() == SECONDS


@pytest.mark.parametrize("theirs", [0.002, 0.0001, 0.1])
def test_what_somebody_else_sets_in_between_stays(keeper: Switching, theirs: float) -> None:
    keeper.begin("a")
    sys.setswitchinterval(theirs)
    keeper.begin("b")
    assert interval() == theirs
    keeper.end("a")
    keeper.end("b")
    assert interval() == theirs


def test_one_that_is_quicker_already_is_left_alone(keeper: Switching) -> None:
    sys.setswitchinterval(SECONDS / 10)
    before = sys.getswitchinterval()
    keeper.begin("a")
    assert sys.getswitchinterval() == before
    keeper.end("a")
    assert sys.getswitchinterval() == before


def test_a_server_has_it_short_from_its_start_to_its_stop(make_rig: Callable[..., Rig]) -> None:
    one, two = make_rig(), make_rig()
    for rig in (one, two):
        rig.host.start()
    assert interval() == SECONDS
    one.host.stop()
    assert interval() == SECONDS
    two.host.stop()
    assert interval() == USUAL
    assert switching._needed_by == set()


def test_a_server_may_leave_it_alone(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.host.manner = Manner(own_switch=True)
    rig.host.start()
    assert interval() == USUAL
    rig.host.stop()
    assert interval() == USUAL


def test_it_stays_short_when_another_server_takes_over(make_rig: Callable[..., Rig]) -> None:
    old, new = make_rig(), make_rig()
    old.host.start()
    new.host.take_over(old.host)
    assert interval() == SECONDS
    new.host.stop()
    assert interval() == USUAL
