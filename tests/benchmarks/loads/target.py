"""The server under load."""

from __future__ import annotations

from dataclasses import dataclass

PAYLOAD = b'{"user":"ada","room":"lobby","text":"the quick brown fox jumps over the lazy dog, twice","number":4711}'
"""What every event carries; spelled without blanks, as all servers spell it when they send it on."""


@dataclass(frozen=True)
class Target:
    """Where the server listens, which process it is, and how long it is to be measured."""

    port: int
    pid: int
    seconds: float

    @property
    def warm_up(self) -> float:
        """How long it is under load before anything counts, in seconds."""
        return self.seconds / 4
