"""How a server serves is a choice of its start."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from typing import TYPE_CHECKING

import pytest

from sio_lab.server.manner import SWIFT, Manner

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def test_where_nothing_is_chosen_the_loop_serves_and_turns_are_short() -> None:
    assert Manner() == SWIFT == Manner(plain=False, own_switch=False)


def test_a_choice_is_not_changed_but_replaced() -> None:
    with pytest.raises(FrozenInstanceError):
        SWIFT.plain = True  # type: ignore[misc]
    assert replace(SWIFT, plain=True) == Manner(plain=True) != SWIFT


@pytest.mark.parametrize("plain", [False, True])
def test_it_says_whether_the_loop_serves(make_rig: Callable[..., Rig], plain: bool) -> None:
    rig = make_rig(plain=plain)
    rig.socketio.on_event("echo", lambda value: value)
    assert rig.peer().ask("echo", "a") == "a"
    assert (len(rig.host._carrier.carried), rig.host._loop.is_running) == ((0, False) if plain else (1, True))


def test_another_choice_holds_from_the_next_start_on(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.host.start()
    rig.host.manner = Manner(plain=True)
    assert rig.host._loop.is_running
    rig.host.stop()
    rig.host.start()
    assert not rig.host._loop.is_running
    rig.peer()
    assert rig.host._carrier.carried == {}
