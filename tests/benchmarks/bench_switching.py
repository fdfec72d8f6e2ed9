"""What quick turns cost a cell that computes, and what they bring the clients.

    python -m tests.benchmarks.bench_switching

The lab serves in this process, whose main thread computes a fixed amount of pure Python; a driver in another one sends
200 events a second, or none. That is done with Python's own switch interval of 5 ms and with the lab's of 0.5 ms, by
turns, a tenth of a second each, since a machine's own speed changes more, and more slowly, than this costs. Times are
medians; the difference is the median of those between neighbours.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import sio_lab
from sio_lab.server.switching import SECONDS
from tests.benchmarks.servers.handlers import register

RUNS = 100
PYTHONS_OWN = 0.005
AMOUNT = 1_000_000
ECHO = """
import sys, time
from tests.benchmarks.loads.target import Target
from tests.benchmarks.loads.steady import measure_steady
import os
figures = measure_steady(Target(int(sys.argv[1]), os.getppid(), 60.0), 20, 200)
"""


def compute() -> float:
    """Return how long a fixed amount of computing takes, in seconds."""
    began, total = time.perf_counter(), 0
    for number in range(AMOUNT):
        total = (total * 31 + number) % 1_000_003
    return time.perf_counter() - began


def measured() -> dict[float, list[float]]:
    """Compute by turns with either interval; returns the times of each."""
    times: dict[float, list[float]] = {PYTHONS_OWN: [], SECONDS: []}
    for _ in range(RUNS):
        for interval, taken in times.items():
            sys.setswitchinterval(interval)
            taken.append(compute())
    return times


def tell(title: str, times: dict[float, list[float]]) -> None:
    """Print one line."""
    own, ours = (statistics.median(times[interval]) for interval in (PYTHONS_OWN, SECONDS))
    pairs = zip(times[PYTHONS_OWN], times[SECONDS], strict=True)
    more = statistics.median(quick / slow for slow, quick in pairs) - 1
    sys.stdout.write(f"{title:24} {own * 1e3:8.1f} ms {ours * 1e3:8.1f} ms   {100 * more:+5.1f} %\n")


def main() -> None:
    """Measure with an idle server, and with one that is asked 200 times a second."""
    lab = sio_lab.Lab()
    lab.start(port=0)
    register(lab.socketio)
    sys.stdout.write(f"{'the same computing':24} {'5 ms':>11} {'0.5 ms':>11}\n")
    tell("nobody asks", measured())
    driver = subprocess.Popen([sys.executable, "-c", ECHO, str(lab.port)])
    time.sleep(2)  # until its clients are connected; what it does after that is measured
    tell("200 events a second", measured())
    driver.kill()
    driver.wait()
    lab.close()


if __name__ == "__main__":
    main()
