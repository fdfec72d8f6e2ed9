"""Two emits back to back to one client: how much later the second one comes.

Where the server leaves TCP to gather small packets, the second waits for the client's system to acknowledge the first,
which that puts off as long as the client is talking itself.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

from tests.benchmarks.loads.target import PAYLOAD
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import leave
from tests.benchmarks.raw.loop import Loop

if TYPE_CHECKING:
    from tests.benchmarks.loads.target import Target

CLIENTS = 8
TRIES = 40
SILENCE = 0.1
"""How long a client has been quiet, in seconds: longer than TCP waits with an acknowledgement."""


class Listener:
    """A client that notes when messages come."""

    def __init__(self, port: int) -> None:
        self.times: list[float] = []
        self.connection = Connection(port, lambda _message, now: self.times.append(now))


def exchange(loop: Loop, listener: Listener, event: bytes, answers: int) -> list[float]:
    """Send an event and wait for so many messages; returns when each came."""
    listener.times.clear()
    listener.connection.send(event)
    loop.run_until(lambda: len(listener.times) == answers)
    return listener.times


def gap(loop: Loop, listener: Listener) -> float:
    """Ask for two emits; returns the milliseconds between them."""
    first, second = exchange(loop, listener, b'42["two",%b]' % PAYLOAD, 2)
    return (second - first) * 1e3


def talking(loop: Loop, listener: Listener) -> float:
    """Ask for two emits right after another event was acknowledged."""
    exchange(loop, listener, b'421["echo",%b]' % PAYLOAD, 1)
    return gap(loop, listener)


def quiet(loop: Loop, listeners: list[Listener]) -> list[float]:
    """Ask for two emits from each after a silence."""
    loop.run(SILENCE)
    return [gap(loop, listener) for listener in listeners]


def measure_pair(target: Target) -> dict[str, float]:
    """Ask of clients that are talking, and of clients that have been quiet."""
    loop = Loop()
    listeners = [Listener(target.port) for _ in range(CLIENTS)]
    for listener in listeners:
        loop.add(listener.connection, listener.connection.read)
    talked = [talking(loop, listeners[number % CLIENTS]) for number in range(TRIES)]
    silent = [each for _ in range(TRIES // CLIENTS) for each in quiet(loop, listeners)]
    leave(target.port, [listener.connection for listener in listeners])
    loop.close()
    return {"talking_ms": statistics.median(talked), "quiet_ms": statistics.median(silent)}
