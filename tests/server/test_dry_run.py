"""An event entered in a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.scene import scene
from sio_lab.server.dry_run import DryRun
from sio_lab.server.rehearsal import Rehearsal

if TYPE_CHECKING:
    from tests.server.rig import Rig


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
