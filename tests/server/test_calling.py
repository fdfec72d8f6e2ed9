"""What is said of a call that can't be acknowledged, at once, and of one that was not, in the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask
import flask_socketio
import pytest
from socketio.exceptions import TimeoutError as NoAck

from sio_lab.core import records as r
from sio_lab.core.hints import CALL_IN_CONNECT
from sio_lab.server import failures

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig, Screen


def call_in_connect(seconds: float) -> None:
    flask_socketio.call("who", timeout=seconds)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_call_to_who_connects_is_told_while_it_waits(
    make_rig: Callable[..., Rig], screen: Screen, transport: str, *, plain: bool
) -> None:
    rig = make_rig(plain=plain)
    rig.socketio.on_event("connect", lambda: call_in_connect(0.1))
    assert rig.knock(transports=[transport]).got("connect_error")
    emit, handled = rig.first(r.Emitted, event="who"), rig.first(r.Handled)
    assert emit.hint == CALL_IN_CONNECT
    assert emit.seq < handled.seq
    assert (handled.status, handled.hint) == ("raised", CALL_IN_CONNECT)
    assert CALL_IN_CONNECT in screen.getvalue()


def test_a_call_over_the_same_connection_waits_in_vain_too(rig: Rig, screen: Screen) -> None:
    main = rig.peer()
    rig.socketio.on_event(
        "connect", lambda: flask_socketio.call("who", to=main.get_sid(), namespace="/", timeout=0.1), namespace="/chat"
    )
    main.emit("connect to chat")
    main._send_packet(main.packet_class(0, namespace="/chat"))
    assert rig.first(r.Refused, namespace="/chat").reason
    assert rig.first(r.Emitted, event="who").hint == CALL_IN_CONNECT
    assert CALL_IN_CONNECT in screen.getvalue()


def test_a_call_from_a_task_of_connect_is_answered(rig: Rig) -> None:
    def connect() -> None:
        rig.socketio.start_background_task(rig.socketio.call, "who", to=flask.request.sid, timeout=5)

    rig.socketio.on_event("connect", connect)
    rig.peer()
    assert rig.first(r.AckReceived).of == rig.first(r.Emitted, event="who").seq
    assert rig.first(r.Emitted, event="who").hint is None


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("A" * 20, "no client of / has the sid"),
        ("room", "no listener for it that calls back, or that one is busy. A longer wait: timeout=0.2."),
    ],
)
def test_a_call_that_gave_up_says_why(rig: Rig, to: str, said: str) -> None:
    raw = rig.raw()
    raw.opened()
    rig.server.enter_room(raw.enter(), "room")
    with pytest.raises(NoAck) as raised:
        rig.server.call("ask", None, to, timeout=0.1)
    assert said in (failures.advice(raised.value) or "")


def test_what_call_refuses_it_refuses_still(rig: Rig) -> None:
    assert rig.url
    with pytest.raises(TypeError, match="unexpected keyword argument 'nonsense'"):
        rig.server.call("ask", to="x", nonsense=1)
    with pytest.raises(ValueError, match="Cannot use call"):
        rig.server.call("ask")


def test_the_tap_is_taken_off_again(rig: Rig) -> None:
    assert "call" in vars(rig.server)
    rig.host.release()
    assert "call" not in vars(rig.server)
