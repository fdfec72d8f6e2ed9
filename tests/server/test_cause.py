"""Cause and origin of what happens, wherever it is made to happen."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer
    from tests.server.rig import Rig


def told(rig: Rig, event: str) -> tuple[int | None, str | None]:
    """Wait for an emit; returns its cause and origin."""
    emitted = rig.first(r.Emitted, event=event)
    return emitted.cause, emitted.origin


def seq_of(rig: Rig, event: str) -> int:
    return rig.first(r.EventReceived, event=event).seq


def running(rig: Rig, handler: Callable[[], Any]) -> Peer:
    """Return a client after it made a handler of event `go` run."""
    rig.socketio.on_event("go", handler)
    peer = rig.peer()
    peer.emit("go")
    return peer


def test_a_handler_is_the_cause_of_what_it_emits(rig: Rig) -> None:
    running(rig, lambda: flask_socketio.emit("news"))
    assert told(rig, "news") == (seq_of(rig, "go"), "handler")


def test_of_rooms_and_disconnects_too(rig: Rig) -> None:
    def handler() -> None:
        flask_socketio.join_room("lobby")
        flask_socketio.leave_room("lobby")
        flask_socketio.join_room("lobby")
        flask_socketio.close_room("lobby")
        flask_socketio.disconnect()

    running(rig, handler)
    rig.first(r.Disconnected)
    go = seq_of(rig, "go")
    assert {record.cause for record in (*rig.all(r.Joined, room="lobby"), *rig.all(r.Left, room="lobby"))} == {go}
    assert rig.first(r.RoomClosed).cause == go
    assert rig.first(r.Disconnected).cause == go


def test_a_connect_handler_causes_by_its_request_to_connect(rig: Rig) -> None:
    rig.socketio.on_event("connect", lambda: flask_socketio.emit("welcome"))
    rig.peer()
    assert told(rig, "welcome") == (rig.first(r.ConnectAsked).seq, "handler")
    emit = rig.rows("emit")[0]
    assert emit["cause"] == rig.first(r.Connected).seq  # the row that tells how it ended


def test_a_disconnect_handler_causes_by_the_disconnect(rig: Rig) -> None:
    peer = rig.peer()
    rig.socketio.on_event("disconnect", lambda *_reason: rig.socketio.emit("gone"))
    rig.peer().close()
    assert told(rig, "gone") == (rig.first(r.Disconnected).seq, "handler")
    peer.wait_for("gone")


def test_a_task_has_the_cause_of_who_started_it_and_so_have_its_own_tasks(rig: Rig) -> None:
    def inner(text: str) -> None:
        rig.socketio.emit("inner", text)

    def outer(*, text: str) -> None:
        rig.socketio.emit("outer", text)
        rig.socketio.start_background_task(inner, text)

    running(rig, lambda: rig.socketio.start_background_task(outer, text="x"))
    assert told(rig, "inner") == told(rig, "outer") == (seq_of(rig, "go"), "task")


def test_a_task_started_in_a_cell_is_a_task_without_a_cause(rig: Rig) -> None:
    rig.socketio.start_background_task(rig.socketio.emit, "news").join()
    assert told(rig, "news") == (None, "task")


def test_in_a_task_flask_socketios_own_emit_raises_as_on_plain(rig: Rig) -> None:
    errors: list[Exception] = []

    def task() -> None:
        try:
            flask_socketio.emit("news")
        except RuntimeError as error:
            errors.append(error)

    running(rig, lambda: rig.socketio.start_background_task(task).join())
    assert rig.handled("go").status == "handled"
    assert "Working outside of request context" in str(errors[0])
    assert rig.all(r.Emitted) == []


def test_an_ack_callback_has_the_cause_of_the_emit_it_belongs_to(rig: Rig) -> None:
    running(rig, lambda: flask_socketio.emit("question", callback=lambda *_: rig.socketio.emit("answered")))
    assert told(rig, "answered") == (seq_of(rig, "go"), "callback")


def test_an_ack_callback_of_a_cells_emit_has_no_cause(rig: Rig) -> None:
    rig.peer()
    rig.socketio.emit("question", callback=lambda *_: rig.socketio.emit("answered"))
    assert told(rig, "answered") == (None, "callback")


def test_an_event_that_follows_from_an_emit_is_a_cause_of_its_own(rig: Rig) -> None:
    rig.socketio.on_event("pong", lambda: flask_socketio.emit("done"))
    peer = running(rig, lambda: flask_socketio.emit("ping"))
    peer.wait_for("ping")
    peer.emit("pong")
    assert told(rig, "ping") == (seq_of(rig, "go"), "handler")
    assert told(rig, "done") == (seq_of(rig, "pong"), "handler")


def test_a_route_emits_as_a_route(rig: Rig) -> None:
    @rig.app.route("/news")
    def news() -> str:
        rig.socketio.emit("news")
        return "sent"

    assert rig.get("/news") == (200, "sent")
    assert told(rig, "news") == (None, "route")


def test_a_task_of_a_route_is_a_task(rig: Rig) -> None:
    rig.app.add_url_rule("/go", "go", lambda: str(rig.socketio.start_background_task(rig.socketio.emit, "news")))
    rig.get("/go")
    assert told(rig, "news") == (None, "task")


def test_the_main_thread_emits_as_a_cell(rig: Rig) -> None:
    rig.socketio.emit("news")
    assert told(rig, "news") == (None, "cell")


@pytest.mark.parametrize("inside", [False, True], ids=["from a cell", "from a handler"])
def test_of_a_thread_of_the_users_own_nothing_is_known(rig: Rig, *, inside: bool) -> None:
    def in_thread() -> None:
        thread = threading.Thread(target=rig.socketio.emit, args=("news",))
        thread.start()
        thread.join()

    if inside:
        running(rig, in_thread)
    else:
        in_thread()
    assert told(rig, "news") == (None, None)


def test_two_handlers_at_once_keep_their_causes_apart(rig: Rig) -> None:
    meet = threading.Barrier(8)

    def handler(number: int) -> None:
        meet.wait(10)
        flask_socketio.emit("mine", number)
        meet.wait(10)
        rig.socketio.start_background_task(rig.socketio.emit, "task", number)

    rig.socketio.on_event("go", handler)
    peer = rig.peer()
    for number in range(8):
        peer.emit("go", number)
    rig.wait(lambda: len(rig.all(r.Emitted)) == 16)
    rows = {row["seq"]: row["args"] for row in rig.rows("event")}
    assert all(row["args"] == rows[row["cause"]] for row in rig.rows("emit"))
