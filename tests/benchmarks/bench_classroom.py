"""How soon a class is in, and how soon events are answered then.

    python -m tests.benchmarks.bench_classroom [--runs 5] [--students 30] [--seconds 5]

All students scan the code at the same moment. From the scan to being connected each of them gets the page with the
code, sends a name, and opens a WebSocket to the namespace; there is no typing, no browser, and no network but the
machine's own. Then each sends two events a second, to be acknowledged, to the lab, which records them and has a
dashboard on display; and, in the same round, to plain Flask-SocketIO, which lets everybody in. Delays count from the
moment at which an event was due. Of each figure: the median of the rounds, and in brackets the least and the greatest;
the ratio is that of lab and plain in the same round.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.figures import percentile
from tests.benchmarks.loads.classroom import join_all, measure_events
from tests.benchmarks.processes import DRIVER_PROCESSOR, SERVER_PROCESSOR, SERVERS, Server, Talking, pinned
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.leaving import close_all

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Round:
    """The figures of one round, in milliseconds."""

    joined: tuple[float, float]
    """From the scan to being connected: p50 and p95."""

    lab: dict[str, float]
    plain: dict[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="rounds; 5 if left out")
    parser.add_argument("--students", type=int, default=30, help="30 if left out")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long events are sent in a round; 5 if left out")
    options = parser.parse_args(arguments)
    with pinned(DRIVER_PROCESSOR):
        rounds = [measured(options.students, options.seconds) for _ in range(options.runs)]
    tell(options.students, rounds)


def measured(students: int, seconds: float) -> Round:
    """Do one round."""
    with Talking([sys.executable, "-m", f"{SERVERS}.classroom"], SERVER_PROCESSOR) as classroom:
        told = json.loads(classroom.hear())
        times, connections = join_all(told["port"], told["code"], students)
        lab = measure_events(connections, seconds)
        close_all(connections)
    with Server("plain") as server:
        connections = [Connection(server.port, lambda _message, _now: None) for _ in range(students)]
        plain = measure_events(connections, seconds)
        close_all(connections)
    times.sort()
    return Round((percentile(times, 50) * 1e3, percentile(times, 95) * 1e3), lab, plain)


def tell(students: int, rounds: Sequence[Round]) -> None:
    """Print the table."""
    lines = [
        (f"{students} students at once: scan to connected, p50", [each.joined[0] for each in rounds], " ms"),
        ("  the same, p95", [each.joined[1] for each in rounds], " ms"),
    ]
    for figure, name in (("p50_ms", "p50"), ("p99_ms", "p99")):
        lab, plain = [each.lab[figure] for each in rounds], [each.plain[figure] for each in rounds]
        lines += [
            (f"event to its ack in class, dashboard live, {name}", lab, " ms"),
            (f"  plain Flask-SocketIO, {name}", plain, " ms"),
            ("  ratio", [one / other for one, other in zip(lab, plain, strict=True)], "x"),
        ]
    for title, values, unit in lines:
        sys.stdout.write(f"{title:52} {median(values):8.2f}{unit} ({min(values):.2f}-{max(values):.2f})\n")


if __name__ == "__main__":
    main()
