"""Events that come when they come: sent at fixed times, whether or not the server keeps up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.loads.echo import ACK, EVENT
from tests.benchmarks.loads.tally import Tally
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import leave
from tests.benchmarks.raw.loop import Loop

if TYPE_CHECKING:
    from tests.benchmarks.loads.target import Target

SPIN = 0.002
"""The last bit of a wait is spent looking, in seconds: the system wakes a sleeper up to a millisecond late."""


class Schedule:
    """Sends each event at its time, from one client after the other; an ack's delay counts from the event's time."""

    def __init__(self, loop: Loop, connections: list[Connection], per_second: float, delays: list[float]) -> None:
        self._loop = loop
        self._connections = connections
        self._period = 1 / per_second
        self._delays = delays
        self._due: dict[bytes, float] = {}
        self._sent = 0
        for connection in connections:
            connection.received = self._received
            loop.add(connection, connection.read)

    def run(self, seconds: float) -> None:
        """Send for so long, then wait for the acks that are missing."""
        begin = time.perf_counter()
        for number in range(round(seconds / self._period)):
            due = begin + number * self._period
            self._wait(due)
            self._send(due)
        self._loop.run_until(lambda: not self._due)

    def _wait(self, due: float) -> None:
        while (left := due - time.perf_counter()) > 0:
            self._loop.poll(max(left - SPIN, 0))

    def _send(self, due: float) -> None:
        self._sent += 1
        self._due[b"43%d%b" % (self._sent, ACK)] = due
        self._connections[self._sent % len(self._connections)].send(b"42%d%b" % (self._sent, EVENT))

    def _received(self, message: bytes, now: float) -> None:
        self._delays.append(now - self._due.pop(message))


def measure_steady(target: Target, clients: int, per_second: float) -> dict[str, float]:
    """Have so many clients send so many events a second, all together."""
    loop, tally = Loop(), Tally(target.pid)
    connections = [Connection(target.port, lambda _message, _now: None) for _ in range(clients)]
    schedule = Schedule(loop, connections, per_second, tally.delays)
    schedule.run(target.warm_up)
    with tally.measuring():
        schedule.run(target.seconds)
    leave(target.port, connections)
    loop.close()
    return tally.figures()
