"""How a handler's runs went."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.handler_state import RECENT_RUNS, HandlerState


def handler(*durations: float) -> HandlerState:
    state = HandlerState(r.HandlerRegistered("/", "chat", "on_chat"))
    state.calls, state.total_ms = len(durations), sum(durations)
    state.recent_ms.extend(durations)
    return state


def test_a_handler_that_never_ran_has_no_times() -> None:
    assert (handler().mean_ms, handler().p95_ms) == (None, None)


@pytest.mark.parametrize(("runs", "p95"), [(1, 1.0), (2, 2.0), (20, 19.0), (100, 95.0)])
def test_times_are_of_its_runs(runs: int, p95: float) -> None:
    ran = handler(*(float(number) for number in range(1, runs + 1)))
    assert ran.mean_ms == (runs + 1) / 2
    assert ran.p95_ms == p95


def test_only_the_newest_durations_are_kept() -> None:
    assert len(handler(*[1.0] * (RECENT_RUNS + 5)).recent_ms) == RECENT_RUNS
