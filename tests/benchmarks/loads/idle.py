"""Clients that are connected and say nothing: what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil

from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import close_all, leave

if TYPE_CHECKING:
    from tests.benchmarks.loads.target import Target


def measure_idle(target: Target, clients: int) -> dict[str, float]:
    """Connect so many to a server that has had no others; returns threads, descriptors, and memory for each."""
    server = psutil.Process(target.pid)
    leave(target.port, [])  # what the very first client has the server load is not what a client costs
    before = server.memory_info().rss
    connections = [Connection(target.port, lambda _message, _now: None) for _ in range(clients)]
    figures = {
        "threads": float(server.num_threads()),
        "descriptors": float(server.num_fds()),
        "client_kb": (server.memory_info().rss - before) / clients / 1024,
    }
    close_all(connections)
    return figures
