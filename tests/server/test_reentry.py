"""Entering a handler again: rehearsed, or live. How it compares is shown with the lab, in tests/test_replaying.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.core import records as r
from sio_lab.core.scene import Scene, scene
from sio_lab.errors import Usage
from sio_lab.server.reentry import DryRun, LiveRun
from sio_lab.server.rehearsal import Rehearsal

if TYPE_CHECKING:
    from tests.server.rig import Rig


def sent(rig: Rig, event: str, *args: Any) -> Scene:
    """Have a client send an event; returns its scene."""
    peer = rig.peer()
    peer.emit(event, args)
    rig.handled(event)
    return scene(rig.log, rig.first(r.EventReceived, event=event).seq, rig.host.decode)


def test_the_handler_sees_the_request_it_saw(rig: Rig) -> None:
    seen: list[Any] = []
    rig.socketio.on_event(
        "look",
        lambda value: seen.append((flask.request.sid, flask.request.namespace, flask.request.event, value)),
    )
    found = sent(rig, "look", b"\x00")
    DryRun(rig.host, found, Rehearsal(rig.host)).run()
    LiveRun(rig.host, found).run()
    assert seen[0] == seen[1] == seen[2]


def test_what_is_raised_is_kept_and_value_too(rig: Rig) -> None:
    rig.socketio.on_event("chat", lambda: 5)
    found = sent(rig, "chat")
    for run in (DryRun(rig.host, found, Rehearsal(rig.host)), LiveRun(rig.host, found)):
        run.run()
        assert (run.value, run.raised, run.outcome().status) == (5, None, "handled")
    rig.socketio.on_event("chat", lambda: {}["x"])
    for run in (DryRun(rig.host, found, Rehearsal(rig.host)), LiveRun(rig.host, found)):
        run.run()
        assert isinstance(run.raised, KeyError)
        assert run.outcome().error == "KeyError: 'x'"


def test_an_event_named_connect_runs_no_handler(rig: Rig) -> None:
    calls: list[Any] = []
    rig.socketio.on_event("connect", calls.append)
    raw = rig.peer()
    raw._send_packet(raw.packet_class(2, data=["connect", "evil"], namespace="/"))
    rig.handled("connect")
    calls.clear()
    found = scene(rig.log, rig.first(r.EventReceived, event="connect").seq, rig.host.decode)
    run = DryRun(rig.host, found, Rehearsal(rig.host))
    run.run()
    assert calls == []
    assert run.outcome().status == "no-handler"


def test_a_connect_handler_that_raises_is_a_refusal(rig: Rig) -> None:
    rig.peer()
    row = rig.first(r.Connected).seq
    rig.socketio.on_event("connect", lambda: {}["x"])
    run = DryRun(rig.host, scene(rig.log, row), Rehearsal(rig.host))
    run.run()
    told = run.outcome()
    assert (told.status, told.answer) == ("raised", "refused: The server's connect handler raised an error")


def test_only_events_can_happen_again_live(rig: Rig) -> None:
    rig.peer()
    with pytest.raises(Usage, match="leave --live out"):
        LiveRun(rig.host, scene(rig.log, rig.first(r.Connected).seq))


def test_a_replayed_event_counts_for_no_client(rig: Rig) -> None:
    rig.socketio.on_event("chat", lambda: None)
    found = sent(rig, "chat")
    before = rig.log.state.clients[found.sid].events_in, rig.log.state.connections[found.eio_sid].events
    LiveRun(rig.host, found).run()
    assert (rig.log.state.clients[found.sid].events_in, rig.log.state.connections[found.eio_sid].events) == before
    assert rig.all(r.EventReceived)[-1].replays == found.seq
