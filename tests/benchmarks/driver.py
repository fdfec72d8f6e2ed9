"""The process that puts one load on one server: `python -m tests.benchmarks.driver ROW PORT PID SECONDS`.

Prints the figures as one line of JSON.
"""

from __future__ import annotations

import json
import sys

from tests.benchmarks.loads.target import Target
from tests.benchmarks.rows import BY_NAME


def main(row: str, port: str, pid: str, seconds: str) -> None:
    """Measure and print."""
    figures = BY_NAME[row].run(Target(int(port), int(pid), float(seconds)))
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
