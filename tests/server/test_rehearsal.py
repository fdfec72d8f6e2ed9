"""What belongs to a rehearsal: its log, its tasks, its notes, the acks of its calls."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
import socketio as python_socketio
from socketio.exceptions import TimeoutError as NoAck

from sio_lab.core import records as r
from sio_lab.server.context import carried, rehearsal, rehearsed
from sio_lab.server.rehearsal import Rehearsal, changes
from sio_lab.server.task import TaskEnd

if TYPE_CHECKING:
    from tests.server.rig import Rig

DEADLINE = 10.0


def test_its_log_has_the_records_that_the_live_one_would_have(rig: Rig) -> None:
    sid = rig.peer().get_sid()
    inside = Rehearsal(rig.host)
    with rehearsed(inside):
        rig.server.enter_room(sid, "lobby")
        rig.server.emit("news", 1, to="lobby")
        rig.server.close_room("lobby")
        rig.server.emit("nobody", to="attic")
    kinds = [type(each) for each in inside.log.since()][-5:]
    assert kinds == [r.Joined, r.Emitted, r.RoomClosed, r.Left, r.Emitted]
    nobody = inside.log.get(inside.log.last_seq)
    assert isinstance(nobody, r.Emitted)
    assert nobody.hint == "there is no client and no room 'attic' in /"


def test_a_wrong_call_raises_what_it_would_raise(rig: Rig) -> None:
    rig.peer()
    with rehearsed(Rehearsal(rig.host)):
        with pytest.raises(TypeError):
            rig.server.emit("news", object())
        with pytest.raises((KeyError, ValueError)):
            rig.server.enter_room("nobody", "lobby")
        with pytest.raises(ValueError, match="broadcast"):
            rig.server.call("ask")


def test_calls_get_recorded_acks_in_order(rig: Rig) -> None:
    sid, inside = rig.peer().get_sid(), Rehearsal(rig.host)
    inside.begin({"ask": [(), (1,), (1, 2)]})
    with rehearsed(inside):
        assert [rig.server.call("ask", to=sid) for _ in range(3)] == [None, 1, (1, 2)]
        with pytest.raises(NoAck):
            rig.server.call("ask", None, sid)
    assert len(inside.notes) == 2


def test_tasks_and_callbacks_are_part_of_it_and_end_with_it(rig: Rig) -> None:
    inside, seen = Rehearsal(rig.host), list[object]()
    ended = threading.Event()

    def tick() -> None:
        seen.append(rehearsal())
        try:
            while True:
                rig.socketio.sleep(0.005)
        finally:
            ended.set()

    with rehearsed(inside):
        rig.socketio.start_background_task(tick)
        callback = carried(lambda: seen.append(rehearsal()), "callback")
    callback()
    assert inside.await_tasks(0) == ("tick",)
    assert inside.notes == ("task tick still ran: nothing of it is sent, and it ends at its next socketio.sleep",)
    inside.end()
    assert ended.wait(DEADLINE)
    assert seen == [inside, inside]
    assert [type(each) for each in inside.log.since()][-1] in {r.TaskStarted, r.TaskEnded}
    with pytest.raises(TaskEnd):
        inside.sleep(60)


def test_another_server_has_an_understudy_of_its_own(rig: Rig) -> None:
    other, inside = python_socketio.Server(async_mode="threading"), Rehearsal(rig.host)
    assert inside.understudy(other) is inside.understudy(other) is not inside.server


def test_changes_of_sessions() -> None:
    assert changes([{"a": 1, "b": 2}, {}], [{"a": 1, "c": 3}, {"d": 4}]) == ("'b' removed", "'c' = 3", "'d' = 4")
