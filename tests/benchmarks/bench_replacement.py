"""How long clients are away when another program takes the place of the one they are connected to.

    python tests/benchmarks/bench_replacement.py

Each line is one kind of client. `replaced` is the time from the moment the new program is put on until it has let the
client in; `cut` is that of a client whose connection breaks while one and the same program runs, as a network does it:
what a client needs in any case. Both are medians of 10, in milliseconds, and taken by turns.

Clients wait before they connect again: 0.5 to 1.5 s unless they are told otherwise, which only they can be.
"""

from __future__ import annotations

import json
import logging
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import socketio

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.server.host import Host
from sio_lab.server.program import new_pair

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RUNS = 10
DEADLINE = 30.0
NODE = Path(__file__).parents[1] / "node"
JAVASCRIPT = """
import { io } from "socket.io-client";

const [url, options] = process.argv.slice(1);
io(url, JSON.parse(options));
"""
FAST = {"reconnectionDelay": 50, "randomizationFactor": 0}


@contextmanager
def javascript(url: str, **options: Any) -> Iterator[None]:
    """Have socket.io-client connect, with its options."""
    command = ["node", "--input-type=module", "--eval", JAVASCRIPT, url, json.dumps(options)]
    process = subprocess.Popen(command, cwd=NODE)
    yield
    process.kill()
    process.wait()


@contextmanager
def python(url: str, transport: str, **options: Any) -> Iterator[None]:
    """Have python-socketio's client connect."""
    client = socketio.Client(handle_sigint=False, **options)
    client.connect(url, transports=[transport])
    yield
    client.reconnection = False
    client.eio.disconnect(abort=True)


CLIENTS: dict[str, Callable[[str], Any]] = {
    "js websocket, 50 ms": lambda url: javascript(url, transports=["websocket"], **FAST),
    "js polling, 50 ms": lambda url: javascript(url, transports=["polling"], **FAST),
    "js websocket, as it is": lambda url: javascript(url, transports=["websocket"]),
    "python websocket, 50 ms": lambda url: python(url, "websocket", reconnection_delay=0.05, randomization_factor=0),
    "python websocket, as it is": lambda url: python(url, "websocket"),
}


def let_in(log: Log) -> int:
    """Return how often a client has been let in."""
    return sum(type(record) is r.Connected for record in log.since())


def away(log: Log, cut: Callable[[], object]) -> float:
    """Return the milliseconds from `cut` until the client is in again."""
    before, began = let_in(log), time.perf_counter()
    cut()
    if not log.wait(lambda: let_in(log) > before, DEADLINE):
        raise TimeoutError(f"no client came back within {DEADLINE:.0f} s")
    return (time.perf_counter() - began) * 1_000


def break_connections(host: Host) -> None:
    """Close what clients are connected by, without a word."""
    for connection in list(host.server.eio.sockets.values()):
        connection.close(wait=False, abort=True)


def measured(connect: Callable[[str], Any]) -> tuple[float, float]:
    """Return the medians of `replaced` and of `cut`."""
    host = Host(new_pair({}), Log())
    host.start()
    log, replaced, cut = host.log, list[float](), list[float]()
    with connect(host.url or ""):
        log.wait(lambda: let_in(log) == 1, DEADLINE)
        for _ in range(RUNS):
            cut.append(away(log, lambda host=host: break_connections(host)))
            new = Host(new_pair({}), log)
            new.attach()
            replaced.append(away(log, lambda new=new, host=host: new.take_over(host)))
            host = new
    host.release()
    return statistics.median(replaced), statistics.median(cut)


def main() -> None:
    """Print a line for each kind of client."""
    logging.disable()  # Engine.IO tells of each connection that breaks
    sys.stdout.write(f"{'client':28} {'replaced':>9} {'cut':>9} {'ratio':>6}\n")
    for name, connect in CLIENTS.items():
        replaced, cut = measured(connect)
        sys.stdout.write(f"{name:28} {replaced:9.0f} {cut:9.0f} {replaced / cut:6.2f}\n")


if __name__ == "__main__":
    main()
