"""Handlers that run on and on are named and explained."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.running import ADVICE, LongRun, still_running
from tests import factories as make

SECOND = 1_000_000_000
CHAT = r.HandlerRegistered("/", "chat", "my_handler", "In [3]")


def told(log: Log, seconds: float = 12) -> list[LongRun]:
    return still_running(log.state, log.since()[-1].at + int(seconds * SECOND), 10)


def heads(log: Log) -> list[str]:
    """Return what is said of each run, the advice left out."""
    return [run.text.removesuffix(f": {ADVICE}") for run in told(log)]


@pytest.fixture
def log() -> Log:
    log = Log()
    log.append(CHAT)
    return log


def test_a_handler_that_runs_on_is_named_with_its_cell_its_row_and_what_to_do(log: Log) -> None:
    chat = make.receive(log, make.ADA, "chat")
    assert told(log) == [
        LongRun(
            chat.seq,
            f"handler 'chat' (In [3], my_handler) is still running, 12 s, lab.traffic[{chat.seq}]: a loop in a handler "
            f"keeps its thread for ever; use a background task: socketio.start_background_task(function)",
        )
    ]


def test_one_that_has_just_begun_or_is_done_is_not(log: Log) -> None:
    chat = make.receive(log, make.ADA, "chat")
    assert told(log, 10) == []
    make.handle(log, chat)
    assert told(log) == []


def test_each_run_is_told_by_its_own_seq_the_oldest_first(log: Log) -> None:
    runs = [make.receive(log, sid, "chat").seq for sid in (make.ADA, make.BEN)]
    assert [run.seq for run in told(log)] == runs


def test_a_connect_has_no_row_yet_and_a_disconnect_has(log: Log) -> None:
    for event in ("connect", "disconnect"):
        log.append(r.HandlerRegistered("/", event, f"on_{event}"))
    log.append(r.ConnectAsked("/", "eio", r.Wire("0")))
    gone = log.append(r.Disconnected("/", make.ADA, "eio", "client disconnect"))
    assert heads(log) == [
        "handler 'connect' (on_connect) is still running, 12 s",
        f"handler 'disconnect' (on_disconnect) is still running, 12 s, lab.traffic[{gone.seq}]",
    ]


@pytest.mark.parametrize(
    ("registered", "who"),
    [
        ([("/a", "x", "exact"), ("/a", "*", "any")], "exact"),
        ([("/a", "*", "any"), ("*", "x", "everywhere")], "any"),
        ([("*", "x", "everywhere"), ("*", "*", "all")], "everywhere"),
        ([("*", "*", "all")], "all"),
    ],
)
def test_the_handler_is_the_one_that_the_server_asks(registered: list[tuple[str, str, str]], who: str) -> None:
    log = Log()
    log.append(r.HandlerRegistered("/a", "x", "Class.on_x", method=True))
    for handler in registered:
        log.append(r.HandlerRegistered(*handler))
    seq = make.receive(log, make.ADA, "x", namespace="/a").seq
    assert heads(log) == [f"handler 'x' in /a ({who}) is still running, 12 s, lab.traffic[{seq}]"]


def test_a_method_of_a_class_is_named_where_no_function_answers() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/a", "x", "Class.on_x", method=True))
    make.receive(log, make.ADA, "x", namespace="/a")
    assert "(Class.on_x)" in told(log)[0].text


def test_no_handler_of_any_event_gets_a_connect() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "*", "any"))
    log.append(r.ConnectAsked("/", "eio", r.Wire("0")))
    assert heads(log) == ["handler 'connect' is still running, 12 s"]


def test_one_that_has_been_redefined_since_is_not_named_by_its_successor(log: Log) -> None:
    chat = make.receive(log, make.ADA, "chat")
    log.append(r.HandlerRegistered("/", "chat", "another", "In [4]"))
    assert heads(log) == [f"handler 'chat' is still running, 12 s, lab.traffic[{chat.seq}]"]
