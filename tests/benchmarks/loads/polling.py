"""Events with an ack over HTTP long-polling."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tests.benchmarks.loads.echo import ACK, EVENT
from tests.benchmarks.loads.tally import Tally
from tests.benchmarks.loads.target import WARM_EVENTS
from tests.benchmarks.raw.leaving import leave
from tests.benchmarks.raw.loop import Loop
from tests.benchmarks.raw.polling import PollingClient

if TYPE_CHECKING:
    from tests.benchmarks.loads.target import Target


class Echoing:
    """A client with one event outstanding, from when it is let in until it is told to stop."""

    def __init__(self, loop: Loop, port: int, delays: list[float]) -> None:
        self.client = PollingClient(loop, port, self._let_in)
        self.goes_on = True
        self.done = False
        self._delays = delays
        self.number = 0
        """Of the event that is outstanding; all before it are acknowledged."""

        self._sent_at = 0.0

    def _let_in(self, packet: bytes) -> None:
        if not packet.startswith(b"40{"):
            raise ConnectionError(f"expected to be let in, got {packet!r}")
        self.client.received = self._received
        self._send()

    def _send(self) -> None:
        self.number += 1
        self._sent_at = time.perf_counter()
        self.client.send(b"42%d%b" % (self.number, EVENT))

    def _received(self, packet: bytes) -> None:
        if packet != b"43%d%b" % (self.number, ACK):
            raise ConnectionError(f"expected the ack of event {self.number}, got {packet!r}")
        self._delays.append(time.perf_counter() - self._sent_at)
        if self.goes_on:
            self._send()
        else:
            self.done = True


def measure_polling(target: Target, clients: int) -> dict[str, float]:
    """Have so many clients post events, and get their acks from the GET that always waits."""
    loop, tally = Loop(), Tally(target.pid)
    echoing = [Echoing(loop, target.port, tally.delays) for _ in range(clients)]
    loop.run(target.warm_up)
    loop.run_until(lambda: all(each.number > WARM_EVENTS for each in echoing))
    with tally.measuring():
        loop.run(target.seconds)
    for each in echoing:
        each.goes_on = False
    loop.run_until(lambda: all(each.done for each in echoing))
    for each in echoing:
        each.client.close()
    leave(target.port, [])
    loop.close()
    return tally.figures()
