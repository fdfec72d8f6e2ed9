"""Events one after the other, each in a thread that may be given up."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.scene import scene
from sio_lab.server.context import rehearsal
from sio_lab.server.replays import entering, replayed
from tests.server.rig import Gate

if TYPE_CHECKING:
    import pytest

    from tests.server.rig import Rig


def test_each_runs_in_a_thread_of_its_own_and_a_blocked_one_is_left(rig: Rig) -> None:
    gate, names = Gate(), list[str]()
    rig.socketio.on_event("chat", lambda: None)
    peer = rig.peer()
    peer.emit("chat")
    rig.handled("chat")
    found = scene(rig.log, rig.first(r.EventReceived, event="chat").seq)
    rig.socketio.on_event("chat", lambda: (names.append(threading.current_thread().name), gate.pass_through())[0])
    ((entered, notes),) = replayed(rig.host, [found], live=False, speed=None, timeout=0.05)
    gate.open()
    assert entered.outcome().status == "running"
    assert names == [f"sio-lab-replay-{found.seq}"]
    assert notes[-1].startswith("given up after 0.05 s")


def test_a_handler_that_ends_its_thread_is_told_of_once(rig: Rig, capsys: pytest.CaptureFixture[str]) -> None:
    def leave() -> None:
        raise SystemExit(3)

    rig.socketio.on_event("chat", lambda: None)
    peer = rig.peer()
    peer.emit("chat")
    rig.handled("chat")
    found = scene(rig.log, rig.first(r.EventReceived, event="chat").seq)
    rig.socketio.on_event("chat", leave)
    ((entered, _),) = replayed(rig.host, [found], live=False, speed=None, timeout=5)
    assert entered.outcome().error == "SystemExit: 3"
    assert capsys.readouterr().err == ""


def test_dry_runs_are_of_one_rehearsal_and_live_ones_of_none(rig: Rig) -> None:
    seen: list[object] = []
    rig.socketio.on_event("chat", lambda: seen.append(rehearsal()))
    peer = rig.peer()
    peer.emit("chat")
    rig.handled("chat")
    found = scene(rig.log, rig.first(r.EventReceived, event="chat").seq)
    assert len(list(replayed(rig.host, [found, found], live=False, speed=1, timeout=5))) == 2
    with entering(rig.host, live=True) as enter:
        enter(found).run()
    assert seen[0] is None
    assert seen[1] is seen[2] is not None
    assert seen[3] is None
