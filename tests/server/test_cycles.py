"""Fifty times up and down with clients of every kind: the port is free at once, and nothing is left."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.server.peers import Peer

if TYPE_CHECKING:
    from tests.server.rig import Rig

CYCLES = 50
DESCRIPTORS = Path("/proc/self/fd")
TRANSPORTS = (("polling",), ("websocket",), ("polling", "websocket"))


def descriptors() -> int:
    gc.collect()
    return len(os.listdir(DESCRIPTORS))  # noqa: PTH208 - a listing that opens as little as it can


def cycle(rig: Rig, port: int) -> int:
    """Serve clients on a port, stop with all of them connected, and return the port."""
    rig.host.start(port=port)
    peers = [Peer().open(rig.host.url or "", transports=transports) for transports in TRANSPORTS]
    assert [peer.ask("echo", peer.transport()) for peer in peers] == ["polling", "websocket", "websocket"]
    assert rig.host.stop() == []
    for peer in peers:
        peer.wait_for("disconnect")
        peer.close()
    return rig.host.port


def test_fifty_cycles_on_one_port_leave_nothing(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    port = cycle(rig, 0)  # what is made once only, is made now
    threads, open_before = threading.enumerate(), descriptors()
    for _ in range(CYCLES):
        assert cycle(rig, port) == port
        assert threading.enumerate() == threads
    assert descriptors() == open_before
    assert rig.log.state.clients == rig.log.state.connections == rig.log.state.running == {}
    assert rig.server.eio.sockets == rig.server.environ == rig.server.manager.rooms == {}
    assert rig.host._sleepers._waiting == {}


@pytest.mark.parametrize("clients", [1, 30])
def test_raw_clients_that_never_answer_leave_nothing_either(rig: Rig, clients: int) -> None:
    threads = set(threading.enumerate())
    for _ in range(3):
        raws = [rig.raw() for _ in range(clients)]
        for raw in raws:
            raw.opened()
            raw.enter()
        assert rig.host.stop() == []
        assert set(threading.enumerate()) == threads
        for raw in raws:
            raw.close()
        rig.host.start(port=rig.host.port)
