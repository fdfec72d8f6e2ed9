"""An event entered on the server itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.scene import scene
from sio_lab.errors import Usage
from sio_lab.server.live_run import LiveRun
from tests.server.test_reentry import sent

if TYPE_CHECKING:
    from tests.server.rig import Rig


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
