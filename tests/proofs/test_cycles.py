"""Fifty starts and stops with clients of every transport: nothing is left, and the port is free at once."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

from sio_lab.lab import Lab

CYCLES = 50


def test_fifty_cycles_leave_nothing() -> None:
    lab = Lab()
    lab.start()
    port = lab.port
    assert port is not None
    cycle(lab, port)
    threads, files = set(threading.enumerate()), open_files()
    for _ in range(CYCLES):
        cycle(lab, port)
        assert set(threading.enumerate()) <= threads
        assert open_files() <= files
    lab.close()


def cycle(lab: Lab, port: int) -> None:
    lab.start(port=port)
    assert lab.port == port
    for name, transports in (("poll", ["polling"]), ("socket", ["websocket"]), ("both", None)):
        assert lab.client(name, transports=transports).connected
    lab.emit("tick")
    lab.stop()


def open_files() -> int:
    gc.collect()
    return sum(1 for _ in Path("/proc/self/fd").iterdir())
