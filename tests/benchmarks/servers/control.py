"""What a server's process says to the harness, and is told by it: lines on stdout and stdin."""

from __future__ import annotations

import json
import sys
import threading

REST, COMPUTE, STOP = "rest", "compute", "stop"
"""What the main thread of a server's process is told to do, while other threads serve."""


def announce(port: int, about: str) -> None:
    """Say that the server listens, and what it is made of."""
    say(json.dumps({"port": port, "about": about}))


def say(line: str) -> None:
    """Write a line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class MainThread:
    """Does what the lines on stdin say, and confirms each; the end of stdin means stop."""

    def __init__(self) -> None:
        self._order = REST
        self._changed = threading.Event()

    def run(self) -> None:
        """Obey until told to stop."""
        threading.Thread(target=self._listen, daemon=True).start()
        while self._order != STOP:
            if self._order == COMPUTE:
                compute(self._changed)
            self._changed.wait()
            self._changed.clear()
            say(self._order)

    def _listen(self) -> None:
        for line in sys.stdin:
            self._tell(line.strip())
        self._tell(STOP)

    def _tell(self, order: str) -> None:
        self._order = order
        self._changed.set()


def compute(until: threading.Event) -> int:
    """Keep the interpreter busy, as a cell does that computes in pure Python."""
    total = 0
    while not until.is_set():
        for number in range(1_000):
            total = (total * 31 + number) % 1_000_003
    return total
