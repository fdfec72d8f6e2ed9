"""How a handler's runs went."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.handler_state import MOST_OUTPUT, RECENT_RUNS, HandlerState


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


def end(state: HandlerState, status: str = "handled", *, again: bool = False, **told: str) -> None:
    state.ended(r.Handled(1, status, 2.0, **told), again=again)  # type: ignore[arg-type]  # all of them are texts


def test_its_console_has_the_output_of_its_runs_and_what_they_raised() -> None:
    state = handler()
    end(state, output="from ada\n")
    end(state)
    end(state, "raised", output="half a line", error="KeyError: 'room'")
    assert state.output == "from ada\nhalf a line\nKeyError: 'room'\n"
    assert (state.calls, state.errors, state.mean_ms) == (3, 1, 2.0)


def test_a_run_that_ends_a_second_time_has_printed_once() -> None:
    state = handler()
    end(state, output="once\n")
    end(state, "raised", again=True, output="once\n", error="TypeError: not JSON")
    assert state.output == "once\nTypeError: not JSON\n"
    assert (state.calls, state.errors, len(state.recent_ms)) == (1, 1, 1)


def test_its_console_keeps_the_newest() -> None:
    state = handler()
    for number in range(1_000):
        end(state, output=f"line {number}\n")
    assert len(state.output) == MOST_OUTPUT
    assert state.output.startswith("…")
    assert state.output.endswith("line 998\nline 999\n")
