"""Handlers that run on and on: which, for how long, and what to do instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.handler_state import HandlerState
    from sio_lab.core.state import State

Run: TypeAlias = r.EventReceived | r.ConnectAsked | r.Disconnected
"""What a handler is running for."""

LONGER_THAN_SECONDS = 10.0
ADVICE = (
    "a loop in a handler keeps its thread for ever; use a background task: socketio.start_background_task(function)"
)


@dataclass(frozen=True, slots=True)
class LongRun:
    """A handler that has been running for long."""

    seq: int
    """The seq of what it answers, by which a caller knows what it has told."""

    text: str
    """Which handler, for how long, and what to do instead."""


def still_running(state: State, now: int, longer_than_s: float = LONGER_THAN_SECONDS) -> list[LongRun]:
    """Return the handlers that have been running for longer than that, oldest first; `now` as a record's `at`."""
    long = [run for run in state.running.values() if now - run.at > longer_than_s * 1e9]
    return [LongRun(run.seq, _text(state, run, now)) for run in long]


def _text(state: State, run: Run, now: int) -> str:
    event = _event(run)
    place = "" if run.namespace == "/" else f" in {run.namespace}"
    # A connect gets its row when it is decided.
    row = "" if isinstance(run, r.ConnectAsked) else f", lab.traffic[{run.seq}]"
    who = _who(state, run, event)
    return f"handler {event!r}{place}{who} is still running, {(now - run.at) / 1e9:.0f} s{row}: {ADVICE}"


def _event(run: Run) -> str:
    if isinstance(run, r.EventReceived):
        return run.event
    return "connect" if isinstance(run, r.ConnectAsked) else "disconnect"


def _who(state: State, run: Run, event: str) -> str:
    """Return the cell and the function, where they can be told."""
    events = (event, "*") if isinstance(run, r.EventReceived) else (event,)
    handler = next(_answering(state, run.namespace, events), None)
    if handler is None or handler.registered.seq > run.seq:
        return ""  # defined after it began: the one that runs was another
    told = handler.registered
    return f" ({', '.join(filter(None, (told.cell, told.function)))})"


def _answering(state: State, namespace: str, events: tuple[str, ...]) -> Iterator[HandlerState]:
    """Yield the handlers that answer one of `events`, the one that runs first, in the order python-socketio looks."""
    keys = [(place, event) for place in (namespace, "*") for event in events]
    for table in (state.functions, state.methods):
        yield from (table[key] for key in keys if key in table)
