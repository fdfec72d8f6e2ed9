"""What the lab's log costs: memory, and the making of DataFrames. Prints JSON.

    python -m tests.benchmarks.alone.log RECORDS RUNS

RECORDS is how many the large log holds, RUNS how often what is short is repeated.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING

import psutil

from sio_lab import tables
from sio_lab.core.log import Log
from tests.benchmarks.alone.conversation import RECORDS_OF_AN_EVENT, conversation, let_in

if TYPE_CHECKING:
    from collections.abc import Callable

ENOUGH_BYTES = 1 << 40
SMALL_LOG = 100_000


def filled(records: int) -> Log:
    """Return a log that has taken in so many records and keeps them all."""
    log = Log(max_records=2 * records, max_bytes=ENOUGH_BYTES)
    clients = let_in(log)
    for record in conversation(log.last_seq + 1, records // RECORDS_OF_AN_EVENT, clients):
        log.append(record)
    return log


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call took."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def resident() -> int:
    """Return the memory that this process holds, in bytes, with what is only garbage thrown away."""
    gc.collect()
    return psutil.Process().memory_info().rss


def frame_seconds(log: Log, runs: int, *, decode: bool) -> list[float]:
    """Return how long the traffic of a log takes to become a DataFrame."""
    return [seconds(lambda: tables.traffic(log).frame(decode=decode)) for _ in range(runs)]


def main(records: int, runs: int) -> None:
    """Measure all, and print."""
    before = resident()  # memory comes first: what other measurements give back would be used again, and not seen
    large = filled(records)
    figures = {"record_bytes": [(resident() - before) / len(large)]}
    small = filled(min(SMALL_LOG, records))
    tables.traffic(small).frame()  # loads pandas
    figures["df_small_s"] = frame_seconds(small, runs, decode=True)
    figures["frame_large_s"] = frame_seconds(large, runs, decode=False)
    figures["df_large_s"] = frame_seconds(large, 1, decode=True)
    sys.stdout.write(f"{json.dumps(figures)}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
