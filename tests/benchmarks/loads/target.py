"""The server under load."""

from __future__ import annotations

from dataclasses import dataclass

PAYLOAD = b'{"user":"ada","room":"lobby","text":"the quick brown fox jumps over the lazy dog, twice","number":4711}'
"""What every event carries; spelled without blanks, as all servers spell it when they send it on."""


WARM_EVENTS = 2
"""How many events of each client have been acknowledged before anything counts: at first all come at once."""


@dataclass(frozen=True)
class Target:
    """Where the server listens, which process it is, and how long it is to be measured."""

    port: int
    pid: int
    seconds: float

    @property
    def warm_up(self) -> float:
        """How long it is under load before anything counts, in seconds, at least."""
        return self.seconds / 4
