"""What a live dashboard costs the server whose notebook shows it.

    python -m tests.benchmarks.bench_dashboard [--runs 5]

The loads of the main benchmark, on plain Flask-SocketIO, on the lab, and on a lab with a dashboard on display, by
turns. There is no browser here, which would take a processor of its own: what the dashboard sends is packed and let
go. Ratios to plain, of the same round: the median, in brackets the least and the greatest.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.processes import raise_file_limit
from tests.benchmarks.rounds import Rounds
from tests.benchmarks.rows import ROWS

if TYPE_CHECKING:
    from tests.benchmarks.rounds import Figures

SERVERS = ("plain", "lab", "lab-dashboard")
NAMES = ("echo-1", "echo-50", "echo-200", "broadcast-20", "broadcast-1")
FIGURES = ("per_second", "cpu_us")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0)
    options = parser.parse_args()
    raise_file_limit()
    rows = [replace(row, servers=SERVERS) for row in ROWS if row.name in NAMES]
    rounds = Rounds(rows, SERVERS, options.seconds, lambda step: sys.stderr.write(f"{step}\n"))
    for number in range(options.runs):
        rounds.run(number)
    for row in rows:
        for figure in FIGURES:
            _tell(row.title, figure, rounds.figures[row.name])


def _tell(title: str, figure: str, figures: Figures | dict[str, dict[str, list[float]]]) -> None:
    told = [f"{name} {_ratios(figures[name][figure], figures['plain'][figure])}" for name in SERVERS[1:]]
    sys.stdout.write(f"{title:36} {figure:10} {'   '.join(told)}\n")


def _ratios(values: list[float], plain: list[float]) -> str:
    ratios = sorted(value / other for value, other in zip(values, plain, strict=True))
    return f"{median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f})"


if __name__ == "__main__":
    main()
