"""How long the lab takes to start and to stop. Prints JSON.

python -m tests.benchmarks.alone.starting RUNS
"""

from __future__ import annotations

import json
import sys
import time
from http.client import HTTPConnection

from sio_lab.lab import Lab
from tests.benchmarks.raw.connection import Connection

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"
CLIENTS = 100


def milliseconds(began: float) -> float:
    """Return how long ago that was."""
    return (time.perf_counter() - began) * 1e3


def start(lab: Lab) -> float:
    """Start; returns the time until its first HTTP answer."""
    began = time.perf_counter()
    lab.start(port=0)
    connection = HTTPConnection("127.0.0.1", lab.port)
    connection.request("GET", HANDSHAKE)
    connection.getresponse().read()
    took = milliseconds(began)
    connection.close()
    return took


def stop(lab: Lab) -> float:
    """Stop while clients are connected; returns the time that took."""
    clients = [Connection(lab.port or 0, lambda _message, _now: None) for _ in range(CLIENTS)]
    began = time.perf_counter()
    lab.stop()
    took = milliseconds(began)
    for client in clients:
        client.drop()
    return took


def main(runs: int) -> None:
    """Start and stop so often; the first start, which loads the server, counts for itself."""
    lab = Lab()
    figures: dict[str, list[float]] = {"first_start_ms": [start(lab)], "start_ms": [], "stop_ms": [stop(lab)]}
    for _ in range(runs):
        figures["start_ms"].append(start(lab))
        figures["stop_ms"].append(stop(lab))
    lab.close()
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
