"""The end of a load: the server is as before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.loop import Loop

if TYPE_CHECKING:
    from collections.abc import Sequence

ALONE = b"430[1]"
"""The ack that says: one client is connected, which is the one that asks."""


class Asking:
    """Asks how many clients are connected until it is the only one."""

    def __init__(self, port: int) -> None:
        self.alone = False
        self.connection = Connection(port, self._received)
        self._ask()

    def _ask(self) -> None:
        self.connection.send(b'420["clients"]')

    def _received(self, message: bytes, _now: float) -> None:
        self.alone = message == ALONE
        if not self.alone:
            self._ask()


def close_all(connections: Sequence[Connection]) -> None:
    """Say goodbye on all of them, all at once."""
    for connection in connections:
        connection.begin_close()
    for connection in connections:
        connection.end_close()


def leave(port: int, connections: Sequence[Connection]) -> None:
    """Close all connections, and return when the server has noticed: it emits to none of them any more."""
    close_all(connections)
    loop, asking = Loop(), Asking(port)
    loop.add(asking.connection, asking.connection.read)
    loop.run_until(lambda: asking.alone)
    close_all([asking.connection])
    loop.close()
