"""A server's copy: it knows who is where, and sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.log import Log
from sio_lab.server.understudy import Environs, QuietEngine, copied_environ, deep, understudy_of

if TYPE_CHECKING:
    from tests.server.rig import Rig


class Stubborn:
    """Can't be copied."""

    def __deepcopy__(self, _memo: object) -> Stubborn:
        raise TypeError("no")


def test_it_has_the_members_of_the_server_and_changes_stay_with_it(rig: Rig) -> None:
    peer = rig.peer()
    rig.server.enter_room(peer.get_sid(), "lobby")
    log = Log()
    study = understudy_of(rig.server, rig.log, log)
    assert study.rooms(peer.get_sid()) == rig.server.rooms(peer.get_sid())
    assert log.state.members("/", "lobby") == rig.log.state.members("/", "lobby")
    study.close_room("lobby")
    study.enter_room(peer.get_sid(), "attic")
    assert sorted(rig.server.rooms(peer.get_sid())) == sorted(["lobby", peer.get_sid()])
    assert study.handlers is rig.server.handlers


def test_what_it_emits_arrives_nowhere_and_no_tap_of_the_server_tells_of_it(rig: Rig) -> None:
    peer = rig.peer()
    study, last = understudy_of(rig.server, rig.log, Log()), rig.log.last_seq
    study.emit("news", b"\x00", callback=print)
    study.disconnect(peer.get_sid())
    assert rig.log.last_seq == last
    rig.settle(peer)
    assert not peer.got("news")
    assert rig.server.manager.is_connected(peer.get_sid(), "/")


def test_environments_are_copied_when_they_are_looked_at() -> None:
    live: dict[str, dict[str, Any]] = {"eio": {"PATH_INFO": "/", "saved_session": {"items": []}, "sio_lab.light": 1}}
    environs = Environs(live)
    environs["eio"]["saved_session"]["items"].append(1)
    environs["eio"]["PATH_INFO"] = "/other"
    assert live["eio"]["saved_session"] == {"items": []}
    assert live["eio"]["PATH_INFO"] == "/"
    assert "sio_lab.light" not in environs["eio"]
    assert environs.get("nobody", 5) == 5
    assert copied_environ({"a": 1}) == {"a": 1}


def test_what_can_not_be_copied_is_in_both() -> None:
    stubborn = Stubborn()
    before = {"it": stubborn, "items": [1]}
    after = deep(before)
    assert after["it"] is stubborn
    assert after["items"] is not before["items"]


def test_a_quiet_engine_keeps_sessions_apart_and_gives_the_sid_it_is_told(rig: Rig) -> None:
    peer = rig.peer()
    eio = rig.server.eio
    eio_sid = rig.server.manager.eio_sid_from_sid(peer.get_sid(), "/")
    eio.get_session(eio_sid)["/"] = {"n": [1]}
    quiet = QuietEngine(eio)
    quiet.get_session(eio_sid)["/"]["n"].append(2)
    assert eio.get_session(eio_sid) == {"/": {"n": [1]}}
    assert quiet.get_session("nobody") == {}
    quiet.next_sid = "ada"
    assert (quiet.generate_id() == "ada", quiet.generate_id() != "ada") == (True, True)
    assert (quiet.transport(eio_sid), quiet.transport("nobody")) == ("websocket", "polling")
    quiet.send_packet(eio_sid, None)
    quiet.disconnect(eio_sid)
    assert quiet.ping_interval == eio.ping_interval
    with pytest.raises(AttributeError):
        _ = quiet.nothing
