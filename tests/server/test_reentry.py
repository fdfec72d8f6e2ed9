"""Entering a handler again: rehearsed, or live. How it compares is shown with the lab, in tests/test_replaying.py."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask

from sio_lab.core import records as r
from sio_lab.core.scene import Scene, scene
from sio_lab.server.dry_run import DryRun
from sio_lab.server.live_run import LiveRun
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
