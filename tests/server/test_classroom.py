from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import websocket

from sio_lab import Lab
from sio_lab.errors import Usage
from tests.server.joining.conftest import HEADER, room
from tests.server.peers import DEADLINE
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.joining.conftest import Room

__all__ = ["room"]


def test_a_class_comes_in_once_and_goes(room: Room) -> None:
    stage, first = room.lab.stage, room.pupils
    assert stage.let_in_class("another1") is first
    stage.end_class()
    stage.end_class()
    assert stage.pupils is None
    assert stage.let_in_class("Lesson 7").code == "Lesson 7"


def test_a_class_may_be_let_in_before_anything_is_served() -> None:
    lab = Lab(say=lambda _: None)
    with pytest.raises(Usage, match="letters"):
        lab.stage.let_in_class("1")
    assert lab.stage.pupils is None
    assert len(lab.stage.let_in_class().code) == 9
    assert lab.stage.announce("nobody hears it") == ()
    assert lab.stage.first_page() == "/_lab/"
    lab.stage.send_away("x", "/")
    lab.close()


def test_an_announcement_reaches_all_in_all_namespaces(room: Room) -> None:
    one, other, own = room.pupil("Ada"), room.pupil("Ben", "/chat"), room.lab.client("boss")
    assert set(room.lab.stage.announce("<b>hi</b>")) == {"/", "/chat"}
    for peer in (one, other):
        assert peer.wait_for("announcement") == [({"text": "<b>hi</b>"},)]
    assert own.wait_for("announcement") == ({"text": "<b>hi</b>"},)


@differs("With a class, kicking ends the whole connection")
def test_kicking_a_pupil_ends_its_connection_and_a_client_of_the_labs_leaves_as_ever(room: Room) -> None:
    peer, own = room.pupil("Ada", "/", "/chat"), room.lab.client("boss", namespace=["/", "/chat"])
    room.lab.kick("Ada", namespace="/chat")
    peer.wait_for("disconnect", 2)
    room.lab.kick("boss", namespace="/chat")
    assert set(own.sids) == {"/"}


def test_kicking_a_pupil_ends_its_raw_websockets_too_and_nobody_elses(room: Room) -> None:
    @room.lab.ws("/echo")
    def echo(ws: Any) -> None:
        while True:
            ws.send(ws.receive())

    address = f"ws{room.url.removeprefix('http')}/echo"
    token, other = room.join("Ada"), room.join("Ben")
    opened = [websocket.create_connection(address, header={HEADER: each}, timeout=DEADLINE) for each in (token, other)]
    room.peer(token)
    room.lab.kick("Ada")
    status, payload = opened[0].recv_data()
    assert (status, payload[:2]) == (websocket.ABNF.OPCODE_CLOSE, (1008).to_bytes(2, "big"))
    opened[1].send("still here")
    assert opened[1].recv() == "still here"
    for each in opened:
        each.shutdown()
    assert room.lab.log.wait(lambda: not room.lab.log.state.sockets, DEADLINE)
