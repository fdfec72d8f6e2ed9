"""What one append to the lab's log costs, the log being full and of the usual size. Prints JSON.

python -m tests.benchmarks.alone.appending RUNS
"""

from __future__ import annotations

import json
import sys
import time

from sio_lab.core.log import Log
from tests.benchmarks.alone.conversation import conversation, let_in

EVENTS = 10_000
"""Events whose records are appended while the clock runs; the records are made before."""


def append_costs(runs: int) -> list[float]:
    """Return the cost in microseconds, so many times."""
    log = Log()
    clients = let_in(log)
    costs = []
    while len(costs) < runs:
        full = log.dropped > 0
        records = list(conversation(log.last_seq + 1, EVENTS, clients))
        began = time.perf_counter()
        for record in records:
            log.append(record)
        cost = (time.perf_counter() - began) / len(records) * 1e6
        costs += [cost] if full else []
    return costs


if __name__ == "__main__":
    sys.stdout.write(f"{json.dumps({'append_us': append_costs(int(sys.argv[1]))})}\n")
