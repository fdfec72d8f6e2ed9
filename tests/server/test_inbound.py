"""Events as they arrive: where they belong, how they are numbered, and what is kept of them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from tests.server.rig import Gate, differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig, Screen


def test_an_event_is_running_until_its_handler_is_done(rig: Rig) -> None:
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    rig.peer().emit("slow")
    gate.reached()
    received = rig.first(r.EventReceived)
    assert rig.log.state.running == {received.seq: received}
    assert rig.rows("event")[0]["status"] == "running"
    gate.open()
    assert rig.handled("slow").status == "handled"
    assert rig.log.state.running == {}


def test_an_event_to_a_namespace_that_is_not_connected_says_so(rig: Rig) -> None:
    rig.socketio.on_event("chat", lambda: None, namespace="/other")
    poller = rig.poller()
    poller.enter()
    poller.post('42/other,["chat"]')
    received = rig.first(r.EventReceived)
    assert (received.namespace, received.sid) == ("/other", None)
    assert (rig.handled("chat").status, rig.handled("chat").hint) == (
        "no-handler",
        "its client is not connected to /other, only to /: connect to it first",
    )


@differs("Clients may not send connect or disconnect as events")
@pytest.mark.parametrize("event", ["connect", "disconnect"])
def test_a_client_may_not_send_socketios_own_events(rig: Rig, event: str) -> None:
    calls: list[Any] = []
    rig.socketio.on_event("disconnect", lambda *args: calls.append(args))
    rig.socketio.on_event("connect", lambda *args: calls.append(args))
    poller = rig.poller()
    poller.enter()
    calls.clear()
    poller.post(f'42["{event}","forged"]')
    assert rig.handled(event).status == "no-handler"
    assert rig.handled(event).hint == (
        f"{event!r} is Socket.IO's own event; no client may send one of that name: use another"
    )
    assert calls == []


def test_events_are_numbered_on_each_connection(rig: Rig) -> None:
    rig.socketio.on_event("tick", lambda: None, namespace="/chat")
    ada, bob = rig.peer("/", "/chat"), rig.peer()
    for peer, namespace in ((ada, "/"), (ada, "/chat"), (bob, "/"), (ada, "/")):
        before = len(rig.all(r.EventReceived))
        peer.emit("tick", namespace=namespace)
        rig.wait(lambda before=before: len(rig.all(r.EventReceived)) > before)
    assert [record.number for record in rig.all(r.EventReceived)] == [1, 2, 1, 3]


def test_a_packet_is_kept_as_it_was_on_the_wire_whatever_its_handler_does(rig: Rig) -> None:
    rig.socketio.on_event("mutate", lambda box, _data: box.clear())
    peer = rig.peer("/")
    assert peer.ask("mutate", {"a": [1]}, b"\x00\xff") is None
    received = rig.first(r.EventReceived)
    assert received.wire == r.Wire('51-1["mutate",{"a":[1]},{"_placeholder":true,"num":0}]', (b"\x00\xff",))
    assert received.ack_id == 1
    assert rig.rows("event")[0]["args"] == ({"a": [1]}, b"\x00\xff")


def test_without_threads_for_handlers_all_is_told_alike(make_rig: Callable[..., Rig], screen: Screen) -> None:
    rig = make_rig(async_handlers=False)
    rig.socketio.on_event("echo", lambda text: text)
    rig.socketio.on_event("break", functools.partial(int, "x"))
    peer = rig.peer()
    assert peer.ask("echo", 5) == 5
    peer.emit("break")
    peer.emit("missing")
    assert [rig.handled(event).status for event in ("echo", "break", "missing")] == ["handled", "raised", "no-handler"]
    screen.wait_for("ValueError")
