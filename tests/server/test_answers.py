"""What the server answers: who is let in, who is refused, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def test_connected_and_refused_tell_the_answer_to_a_connect(rig: Rig) -> None:
    rig.socketio.on("connect", namespace="/closed")(lambda: False)
    peer = rig.knock("/", "/closed")
    connected, refused = rig.first(r.Connected), rig.first(r.Refused)
    assert (connected.namespace, connected.sid) == ("/", peer.get_sid())
    assert rig.log.get(connected.asked or 0) == rig.first(r.ConnectAsked, namespace="/")
    assert (refused.namespace, refused.reason, refused.hint) == ("/closed", "Connection rejected by server", None)
    assert refused.wire.text == '4/closed,{"message":"Connection rejected by server"}'
    assert rig.log.get(refused.asked or 0) == rig.first(r.ConnectAsked, namespace="/closed")


def test_a_namespace_nobody_serves_is_refused_with_a_near_one(rig: Rig) -> None:
    rig.socketio.on("chat", namespace="/chat")(print)
    rig.knock("/caht")
    refused = rig.first(r.Refused)
    assert (refused.sid, refused.reason) == (None, "Unable to connect")
    assert refused.hint == (
        "nobody serves /caht; did you mean '/chat'? A handler makes one: @socketio.on('my event', namespace='/caht')"
    )


def test_connecting_twice_is_refused_with_the_reason(rig: Rig) -> None:
    poller = rig.poller()
    poller.enter()
    poller.post("40")
    assert rig.first(r.Refused).hint == "this connection is connected to / already"


def test_with_always_connect_a_refusal_is_told_as_one(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(always_connect=True)
    rig.socketio.on_event("connect", lambda: False)
    rig.peer().wait_for("disconnect")
    assert rig.first(r.Refused).reason == "Connection rejected by server"
    assert rig.first(r.Refused).asked == rig.first(r.Connected).asked
    assert rig.log.state.clients == {}
