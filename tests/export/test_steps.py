from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.wire import Wire
from tests import factories as make
from tests.export.played import ADA, BEN, hello, played, two

if TYPE_CHECKING:
    from sio_lab.export.steps import Script


def kinds(script: Script) -> list[str]:
    return [type(step.act).__name__ for step in script.steps]


def test_a_step_has_all_that_its_handler_did() -> None:
    log = two()
    seq = hello(log)
    script = played(log)
    step = script.steps[-1]
    assert kinds(script) == ["Connected", "Connected", "EventReceived"]
    assert (step.act.seq, step.ack, [each.event for each in step.emits]) == (seq, ("ok", 2), ["greeted"])
    assert step.rooms == {ADA: {"lobby"}}
    assert script.rooms == {ADA: {"lobby"}}
    assert not +script.left_out


def test_those_who_take_part_connect_even_if_that_is_not_chosen() -> None:
    log = two()
    make.disconnect(log, make.connect(log, "eve0123456789sid0000").sid)
    script = played(log, {hello(log)})
    assert [step.sid for step in script.steps] == [ADA, BEN, ADA]


def test_rooms_that_other_things_entered_are_entered_by_hand() -> None:
    log = two()
    make.join(log, BEN, "lobby")
    left = make.receive(log, BEN, "not chosen")
    make.join(log, BEN, "hall", left.seq)
    make.handle(log, left)
    script = played(log, {hello(log)})
    assert kinds(script) == ["Connected", "Connected", "Joined", "Joined", "EventReceived"]


def test_what_tasks_and_cells_emit_is_left_out_and_counted() -> None:
    log = two()
    hello(log)
    make.emit(log, "tick", recipients=(ADA,), origin="task", cause=7)
    make.emit(log, "news", recipients=(ADA,), origin="cell")
    hello(log)
    script = played(log)
    assert script.loose == {("/", "tick")}
    assert +script.left_out == {"an emit of a background task": 1, "an emit of a cell": 1}


def test_events_that_can_t_be_done_again_are_left_out_and_counted() -> None:
    log = two()
    make.receive(log, ADA, "still runs")
    make.handle(log, make.receive(log, ADA, "disconnect"))
    log.append(r.EventReceived("/", "odd", ADA, f"eio-{ADA}", 1, Wire("2[")))
    make.handle(log, log.append(r.EventReceived("/", "odd", ADA, f"eio-{ADA}", 1, Wire("2["))))
    asks = make.receive(log, ADA, "asks")
    make.answer(log, make.emit(log, "quiz", recipients=(BEN,), ack_id=1, cause=asks.seq), BEN, 1)
    make.handle(log, asks)
    bare = make.receive(log, ADA, "bare")
    make.emit(log, "message", recipients=(BEN,), cause=bare.seq)
    make.handle(log, bare)
    log.append(r.HttpRequest("GET", "/", 200, 1.0, None))
    script = played(log)
    assert kinds(script) == ["Connected", "Connected"]
    assert script.left_out.total() == 7


def test_what_clients_acknowledge_later_is_a_step_with_what_the_callback_emits() -> None:
    log = two()
    event = make.receive(log, ADA, "ask")
    asked = make.emit(log, "question", recipients=(ADA, BEN), ack_id=1, cause=event.seq)
    make.emit(log, "news", recipients=(BEN,), cause=event.seq)
    make.handle(log, event)
    for sid in (BEN, ADA):
        make.answer(log, asked, sid, f"of {sid}")
        make.emit(log, "thanks", recipients=(sid,), origin="callback", cause=event.seq)
    make.answer(log, make.emit(log, "from a cell", recipients=(ADA,), ack_id=2, origin="cell"), ADA)
    script = played(log)
    assert kinds(script)[2:] == ["EventReceived", "AckReceived", "AckReceived"]
    assert [(step.sid, [each.event for each in step.emits]) for step in script.steps[2:]] == [
        (ADA, ["question", "news"]),
        (BEN, ["thanks"]),
        (ADA, ["thanks"]),
    ]


def test_what_was_asked_for_by_http_is_noted_with_the_step_behind_it() -> None:
    log = two()
    log.append(r.HttpRequest("POST", "/login", 302, 1.0, None))
    hello(log)
    log.append(r.HttpRequest("GET", "/", 200, 1.0, None))
    assert [[each.path for each in step.requests] for step in played(log).steps] == [[], [], ["/login"]]


def test_those_whom_a_handler_disconnects_are_part_of_its_step() -> None:
    log = two()
    event = make.receive(log, ADA, "kick", BEN)
    gone = log.append(r.Disconnected("/", BEN, f"eio-{BEN}", "server disconnect", event.seq))
    make.emit(log, "left", BEN, recipients=(ADA,), cause=gone.seq)
    log.append(r.Left("/", BEN, BEN, gone.seq))
    make.handle(log, gone)
    make.handle(log, event)
    script = played(log)
    assert script.steps[-1].gone == [BEN]
    assert [each.event for each in script.steps[-1].emits] == ["left"]
    assert kinds(script) == ["Connected", "Connected", "EventReceived"]


def test_what_a_handler_raised_is_known() -> None:
    log = two()
    make.handle(log, make.receive(log, ADA, "boom"), "raised", error="KeyError: 1")
    assert [step.error for step in played(log).steps] == [None, None, "KeyError: 1"]


@pytest.mark.parametrize("chosen", [set(), {10_000}])
def test_without_rows_there_are_no_steps(chosen: set[int]) -> None:
    assert played(two(), chosen).steps == []


def test_what_happened_on_raw_websockets_is_left_out_and_counted() -> None:
    log = two()
    opened = make.open_socket(log)
    make.frame(log, opened, "hi")
    make.close_socket(log, opened)
    script = played(log)
    assert script.left_out == {"something of a raw WebSocket, which a Socket.IO client does not do": 3}
