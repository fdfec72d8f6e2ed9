"""Guards that send what a rehearsal does to the understudy, and leave all else alone."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.server.context import rehearsal, rehearsed
from sio_lab.server.rehearsal import Rehearsal
from sio_lab.server.rehearsal_guards import OF_MANAGER, OF_SERVER, RehearsalGuards, lending

if TYPE_CHECKING:
    from tests.server.rig import Rig


def test_the_short_way_of_events_stays_open(rig: Rig) -> None:
    assert rig.host._lane is not None
    assert rig.host._lane._found == rig.host._lane._look()


@pytest.mark.parametrize("name", [*OF_SERVER, "get_environ", "call"])
def test_they_are_taken_off_again(rig: Rig, name: str) -> None:
    assert name in vars(rig.server)
    rig.host.release()
    assert name not in vars(rig.server)
    assert vars(rig.server.manager).keys().isdisjoint(OF_MANAGER)


def test_a_rehearsal_is_of_one_thread_alone(rig: Rig) -> None:
    peer = rig.peer()
    sid, inside = peer.get_sid(), Rehearsal(rig.host)
    with rehearsed(inside):
        rig.server.enter_room(sid, "rehearsed")
        rig.server.emit("rehearsed")
        thread = threading.Thread(target=lambda: (rig.server.enter_room(sid, "live"), rig.server.emit("live")))
        thread.start()
        thread.join()
        assert "live" not in rig.server.rooms(sid)
        assert "rehearsed" in rig.server.rooms(sid)
        assert rig.server.transport(sid) == "websocket"
        assert [each for each, _ in rig.server.manager.get_participants("/", "rehearsed")] == [sid]
    assert rehearsal() is None
    rig.settle(peer)
    assert sorted(rig.server.rooms(sid)) == sorted([sid, "live"])
    assert (len(peer.got("live")), peer.got("rehearsed")) == (1, [])


def test_sessions_written_in_a_rehearsal_stay_there(rig: Rig) -> None:
    sid = rig.peer().get_sid()
    with rehearsed(Rehearsal(rig.host)):
        with rig.server.session(sid) as session:
            session["n"] = 1
        rig.server.save_session(sid, {"m": 1})
        assert rig.server.get_session(sid) == {"m": 1}
        rig.server.get_environ(sid)["n"] = 1
    assert rig.server.get_session(sid) == {}
    assert "n" not in rig.server.get_environ(sid)


def test_disconnects_of_a_rehearsal_send_nobody_away(rig: Rig) -> None:
    sid = rig.peer().get_sid()
    with rehearsed(Rehearsal(rig.host)):
        rig.server.disconnect(sid)
        assert not rig.server.manager.is_connected(sid, "/")
    assert rig.server.manager.is_connected(sid, "/")


def test_an_environment_is_lent_to_a_client_without_one_only(rig: Rig) -> None:
    sid, lent = rig.peer().get_sid(), {"lent": True}
    with lending(lent):
        assert rig.server.get_environ("nobody") is lent
        assert rig.server.get_environ(sid) is not lent
    assert rig.server.get_environ("nobody") is None


def test_calls_outside_of_a_rehearsal_wait_for_their_ack(rig: Rig) -> None:
    peer = rig.peer()
    assert rig.server.call("ask", to=peer.get_sid()) is None
    assert len(rig.all(r.AckReceived)) == 1


def test_guards_of_a_server_that_lacks_a_method_say_so() -> None:
    from sio_lab.errors import LabError
    from sio_lab.server.patches import Patches

    class Old:
        manager: Any = None

    with pytest.raises(LabError, match="has no method 'get_session'"):
        RehearsalGuards(Old()).attach(Patches())
