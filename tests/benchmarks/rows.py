"""What is measured: each row is a load, and the servers that it makes sense for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.loads.broadcast import measure_broadcast
from tests.benchmarks.loads.echo import measure_echo
from tests.benchmarks.loads.idle import measure_idle
from tests.benchmarks.loads.pair import measure_pair
from tests.benchmarks.loads.polling import measure_polling
from tests.benchmarks.loads.steady import measure_steady

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.loads.target import Target

ALL = ("plain", "lab", "lab-disk", "plain-logger", "plain-admin", "async", "node")
UNWATCHED = ("plain", "lab", "lab-disk", "async", "node")
"""Without plain servers that are watched by other means: rows where these tell nothing new."""

THREADED = ("plain", "lab", "lab-disk")
"""Servers whose main thread is free to compute: that of uvicorn and of Node is the one that serves."""


RATE, DELAY, PAIR, IDLE = "rate", "delay", "pair", "idle"
"""Kinds of rows: the tables that they stand in."""


@dataclass(frozen=True)
class Row:
    """One load. `args` are what its function takes beside the target."""

    name: str
    title: str
    kind: str
    measure: Callable[..., dict[str, float]]
    args: tuple[float, ...] = ()
    servers: tuple[str, ...] = UNWATCHED
    fresh: bool = False
    """Whether it wants a server that has served nobody before."""

    computing: bool = False
    """Whether the server's main thread computes meanwhile."""

    longer: float = 1.0
    """By how much it takes longer than others: where a single event may take a second, two seconds tell little."""

    def run(self, target: Target) -> dict[str, float]:
        """Put the load on a server; returns the figures."""
        return self.measure(target, *self.args)


ROWS = (
    Row("idle-1000", "1,000 connected clients that say nothing", IDLE, measure_idle, (1_000,), fresh=True),
    Row("echo-1", "echo, 1 client", RATE, measure_echo, (1,), ALL),
    Row("echo-50", "echo, 50 clients", RATE, measure_echo, (50,), ALL),
    Row("echo-200", "echo, 200 clients", RATE, measure_echo, (200,), ALL, longer=1.5),
    Row("broadcast-20", "broadcasts to 200, bursts of 20", RATE, measure_broadcast, (200, 20), ALL),
    Row("broadcast-1", "broadcasts to 200, one by one", RATE, measure_broadcast, (200, 1), ALL),
    Row("polling-20", "echo by polling, 20 clients", RATE, measure_polling, (20,)),
    Row("steady", "200 events/s", DELAY, measure_steady, (20, 200)),
    Row("steady-busy", "200 events/s, computing", DELAY, measure_steady, (20, 200), THREADED, computing=True),
    Row("pair", "second of two emits", PAIR, measure_pair),
)
BY_NAME = {row.name: row for row in ROWS}
