"""Who enters and leaves which room, told in the step in which the manager does it."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core import records as r
from sio_lab.server.membership import MembershipTap
from tests.server.rig import folded, membership

if TYPE_CHECKING:
    from tests.server.rig import Rig

Told = list[tuple[str, Any, str]]


def told(rig: Rig, sid: str) -> Told:
    """Return what the log says of a client's rooms, its first two at its connect left out."""
    records = [record for record in rig.log.since() if isinstance(record, (r.Joined, r.Left)) and record.sid == sid]
    return [(type(record).__name__, record.room, record.namespace) for record in records][2:]


@pytest.fixture
def sid(rig: Rig) -> str:
    """Return the sid of a client."""
    return rig.poller().enter()


def test_a_client_enters_its_namespace_first_and_then_its_own_room(rig: Rig, sid: str) -> None:
    assert [(record.room, record.sid) for record in rig.all(r.Joined)] == [(None, sid), (sid, sid)]
    assert rig.first(r.Joined).eio_sid == rig.first(r.Opened).connection.eio_sid


@pytest.mark.parametrize("room", ["lobby", 7, ("a", 1), 1.5])
def test_entering_and_leaving_is_told_once_each(rig: Rig, sid: str, room: Any) -> None:
    for _ in range(2):
        rig.server.enter_room(sid, room)
    assert rig.log.state.rooms_of(sid) == [room]
    for _ in range(2):
        rig.server.leave_room(sid, room)
    assert told(rig, sid) == [("Joined", room, "/"), ("Left", room, "/")]
    assert membership(rig.server) == folded(rig.log)


def test_leaving_ones_own_room_is_told_as_what_it_is(rig: Rig, sid: str) -> None:
    rig.server.leave_room(sid, sid)
    assert told(rig, sid) == [("Left", sid, "/")]
    assert membership(rig.server) == folded(rig.log)


def test_a_room_closed_lets_its_members_go(rig: Rig, sid: str) -> None:
    other = rig.poller().enter()
    for one in (sid, other):
        rig.server.enter_room(one, "lobby")
    rig.server.close_room("lobby")
    kinds = [type(record).__name__ for record in rig.log.since()][-3:]
    assert kinds == ["RoomClosed", "Left", "Left"]
    assert told(rig, sid) == told(rig, other) == [("Joined", "lobby", "/"), ("Left", "lobby", "/")]
    assert membership(rig.server) == folded(rig.log)


def test_closing_a_room_that_is_not_there_is_nothing(rig: Rig, sid: str) -> None:
    before = rig.log.last_seq
    rig.server.close_room("nowhere")
    rig.server.close_room("nowhere", namespace="/none")
    assert rig.log.last_seq == before
    assert membership(rig.server) == folded(rig.log) == {"/": {None: {sid}, sid: {sid}}}


@pytest.mark.parametrize("namespace", ["/", "/none"])
def test_who_is_not_there_enters_and_leaves_nothing(rig: Rig, sid: str, namespace: str) -> None:
    before = rig.log.last_seq
    with pytest.raises((KeyError, ValueError)):
        rig.server.enter_room("nobody", "lobby", namespace=namespace)
    rig.server.leave_room("nobody", "lobby", namespace=namespace)
    assert rig.log.last_seq == before
    assert membership(rig.server) == folded(rig.log) == {"/": {None: {sid}, sid: {sid}}}


def test_another_clients_own_room_is_what_the_manager_makes_of_it(rig: Rig, sid: str) -> None:
    other = rig.poller().enter()
    for act in (lambda: rig.server.enter_room(other, sid), lambda: rig.server.close_room(sid)):
        with suppress(ValueError):  # newer versions of python-socketio refuse
            act()
        assert membership(rig.server) == folded(rig.log)


def test_at_a_disconnect_all_rooms_are_left(rig: Rig, sid: str) -> None:
    rig.server.enter_room(sid, "lobby")
    rig.server.disconnect(sid)
    assert sorted(map(str, (room for kind, room, _ in told(rig, sid) if kind == "Left"))) == sorted(
        ["None", "lobby", sid]
    )
    assert rig.log.state.rooms == rig.log.state.clients == {}
    assert rig.server.manager.rooms == {}


def test_leaving_one_namespace_leaves_the_others(rig: Rig) -> None:
    rig.socketio.on_event("join", lambda: flask_socketio.join_room("lobby"), namespace="/chat")
    peer = rig.peer("/", "/chat")
    peer.ask("join", namespace="/chat")
    peer.leave("/chat")
    rig.wait(lambda: "/chat" not in rig.log.state.rooms)
    assert membership(rig.server) == folded(rig.log)
    assert list(rig.log.state.rooms) == ["/"]
    assert rig.log.state.clients[peer.get_sid()].rooms == [None, peer.get_sid()]


def test_a_refused_client_leaves_what_its_handler_joined(rig: Rig) -> None:
    def refuse() -> bool:
        flask_socketio.join_room("lobby")
        return False

    rig.socketio.on_event("connect", refuse)
    rig.knock()
    rig.wait(lambda: not rig.log.state.clients)
    assert rig.all(r.Joined, room="lobby")
    assert membership(rig.server) == folded(rig.log) == {}


def test_members_come_with_their_namespace_first(rig: Rig, sid: str) -> None:
    rig.server.enter_room(sid, 7)
    rig.server.enter_room(sid, "lobby")
    members = list(MembershipTap(rig.server.manager, rig.log).members())
    assert members[0] == r.Member("/", None, sid, rig.first(r.Opened).connection.eio_sid)
    assert {member.room for member in members} == {None, sid, 7, "lobby"}


def test_whoever_holds_the_lock_sees_state_and_manager_agree(rig: Rig) -> None:
    sids = [rig.poller().enter() for _ in range(3)]
    done = threading.Event()

    def moving(sid: str) -> None:
        while not done.is_set():
            rig.server.enter_room(sid, "lobby")
            rig.server.leave_room(sid, "lobby")

    threads = [threading.Thread(target=moving, args=(sid,)) for sid in sids]
    for thread in threads:
        thread.start()
    try:
        for _ in range(300):
            with rig.log.lock:
                assert membership(rig.server) == folded(rig.log)
    finally:
        done.set()
        for thread in threads:
            thread.join()
