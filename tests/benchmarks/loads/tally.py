"""What is counted while a server is under load."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

from tests.benchmarks.figures import percentile

if TYPE_CHECKING:
    from collections.abc import Iterator


def cpu_seconds(process: psutil.Process) -> float:
    """Return what all threads of a process, living or gone, have used of the processors."""
    times = process.cpu_times()
    return times.user + times.system


class Tally:
    """Collects delays in seconds, and compares the server's clock of work with the wall's."""

    def __init__(self, pid: int) -> None:
        self.delays: list[float] = []
        self._server = psutil.Process(pid)
        self._seconds = self._server_cpu = self._driver_cpu = 0.0
        self._measured = list[float]()

    @contextmanager
    def measuring(self) -> Iterator[None]:
        """Count what happens inside, and nothing of before."""
        self.delays.clear()
        began, server, own = time.perf_counter(), cpu_seconds(self._server), time.process_time()
        yield
        self._seconds = time.perf_counter() - began
        self._server_cpu = cpu_seconds(self._server) - server
        self._driver_cpu = time.process_time() - own
        self._measured = sorted(self.delays)

    def figures(self) -> dict[str, float]:
        """Return what was counted: rate, processor time of each, delays in milliseconds, the driver's own share."""
        delays = self._measured
        if not delays:
            raise RuntimeError("nothing came back from the server in the time that was measured")
        return {
            "per_second": len(delays) / self._seconds,
            "cpu_us": self._server_cpu / len(delays) * 1e6,
            "p50_ms": percentile(delays, 50) * 1e3,
            "p99_ms": percentile(delays, 99) * 1e3,
            "server_cpu": self._server_cpu / self._seconds,
            "driver_cpu": self._driver_cpu / self._seconds,
        }
