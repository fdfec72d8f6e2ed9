"""Emits to everybody, in bursts: the next one when everybody has received all of the last."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.loads.tally import Tally
from tests.benchmarks.loads.target import PAYLOAD, WARM_EVENTS
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import leave
from tests.benchmarks.raw.loop import Loop

if TYPE_CHECKING:
    from tests.benchmarks.loads.target import Target

NEWS = b'42["news",' + PAYLOAD + b"]"


class Audience:
    """Clients of whom the first asks the server for a burst; a delay counts from that moment, for each delivery."""

    def __init__(self, port: int, clients: int, burst: int, delays: list[float]) -> None:
        self.connections = [Connection(port, self._received) for _ in range(clients)]
        self.missing = 0
        """Deliveries of this burst that have not come yet."""

        self.bursts = 0
        """How many have been asked for."""

        self._delays = delays
        self._event = b'42["broadcast",%d,%b]' % (burst, PAYLOAD)
        self._size = clients * burst
        self._asked_at = 0.0
        self._goes_on = True

    def ask(self) -> None:
        """Ask for a burst."""
        self.missing = self._size
        self.bursts += 1
        self._asked_at = time.perf_counter()
        self.connections[0].send(self._event)

    def stop(self) -> None:
        """Ask for no more."""
        self._goes_on = False

    def _received(self, message: bytes, now: float) -> None:
        if message != NEWS:
            raise ConnectionError(f"expected the news, got {message!r}")
        self._delays.append(now - self._asked_at)
        self.missing -= 1
        if not self.missing and self._goes_on:
            self.ask()


def measure_broadcast(target: Target, clients: int, burst: int) -> dict[str, float]:
    """Have the server emit to so many clients, in bursts of so many."""
    loop, tally = Loop(), Tally(target.pid)
    audience = Audience(target.port, clients, burst, tally.delays)
    for connection in audience.connections:
        loop.add(connection, connection.read)
    audience.ask()
    loop.run(target.warm_up)
    loop.run_until(lambda: audience.bursts > WARM_EVENTS)
    with tally.measuring():
        loop.run(target.seconds)
    audience.stop()
    loop.run_until(lambda: not audience.missing)
    leave(target.port, audience.connections)
    loop.close()
    return tally.figures()
