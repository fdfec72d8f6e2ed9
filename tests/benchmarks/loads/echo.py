"""Events with an ack: each client sends its next one when the last is acknowledged."""

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

EVENT = b'["echo",' + PAYLOAD + b"]"
ACK = b"[" + PAYLOAD + b"]"


class Echoing:
    """A client with one event outstanding."""

    def __init__(self, port: int, delays: list[float]) -> None:
        self.connection = Connection(port, self._received)
        self._delays = delays
        self.number = 0
        """Of the event that is outstanding; all before it are acknowledged."""

        self._sent_at = 0.0

    def send(self) -> None:
        """Send the next event."""
        self.number += 1
        self._sent_at = time.perf_counter()
        self.connection.send(b"42%d%b" % (self.number, EVENT))

    def _received(self, message: bytes, now: float) -> None:
        if message != b"43%d%b" % (self.number, ACK):
            raise ConnectionError(f"expected the ack of event {self.number}, got {message!r}")
        self._delays.append(now - self._sent_at)
        self.send()


def measure_echo(target: Target, clients: int) -> dict[str, float]:
    """Have so many clients send events for as long as the target says."""
    loop, tally = Loop(), Tally(target.pid)
    echoing = [Echoing(target.port, tally.delays) for _ in range(clients)]
    for each in echoing:
        loop.add(each.connection, each.connection.read)
        each.send()
    loop.run(target.warm_up)
    loop.run_until(lambda: all(each.number > WARM_EVENTS for each in echoing))
    with tally.measuring():
        loop.run(target.seconds)
    leave(target.port, [each.connection for each in echoing])
    loop.close()
    return tally.figures()
