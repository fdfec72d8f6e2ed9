"""What the log costs: to make a record, append, fold and pack it, and to have a million of them as a DataFrame.

    python tests/benchmarks/bench_log.py [RECORDS]

Times are of this process alone (CPU), the least of several runs; RECORDS (1,000,000) is how many make the large
tables. `a deque and a lock` is the least that any log would cost on the machine: compare with it, not with the clock.
"""

from __future__ import annotations

import gc
import sys
import threading
import time
import tracemalloc
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[2]))

from sio_lab import tables
from sio_lab.core import log as log_module
from sio_lab.core import records as r
from sio_lab.core.chunk import Chunk
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE
from sio_lab.core.record import stamp
from sio_lab.core.state import State
from sio_lab.core.wire import Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MANY = 1_000_000
FEW = 2_000
CLIENTS = [f"sid{number:017}" for number in range(50)]
TEXT = '2%d["chat",{"text":"%08d says hello to everybody who is in the room","room":"lobby","seen":[1,2,3]}]'


def least(work: Callable[[], object], runs: int = 5) -> float:
    """Return the least CPU time of several runs, in seconds."""
    times = []
    for _ in range(runs):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def tell(what: str, value: float, unit: str) -> None:
    sys.stdout.write(f"{what:<58}{value:>10.3f} {unit}\n")


def event(number: int) -> r.EventReceived:
    sid = CLIENTS[number % 50]
    return r.EventReceived("/", "chat", sid, sid, number, Wire(TEXT % (number, number)), number)


def handled(number: int, of: int) -> r.Handled:
    return r.Handled(of, "handled", number / 7, "on_chat", ("/", "chat"), "In [3]", f"'{number}'")


def echoes(count: int) -> Iterator[r.Record]:
    """Yield events, how they were handled, and the acks they got, in equal parts."""
    for number in range(count // 3):
        of = number * 3 + 1
        yield event(number)
        yield handled(number, of)
        yield r.AckSent(of, CLIENTS[number % 50], Wire("3" + (TEXT % (number, number))[1:]))


def rows(count: int) -> Iterator[r.Record]:
    """Yield events, and how they were handled."""
    for number in range(count):
        yield event(number)
        yield handled(number, number * 2 + 1)


def events(count: int) -> Iterator[r.Record]:
    """Yield events whose handlers run on and on."""
    yield from map(event, range(count))


def filled(records: Iterator[r.Record]) -> Log:
    log = Log(10**9, 10**12)
    for record in records:
        log.append(record)
    return log


def making() -> None:
    wire = Wire(TEXT % (1, 1))
    make = least(lambda: [r.EventReceived("/", "chat", "sid", "eio", 1, wire, 3) for _ in range(FEW)], 50)
    tell("make an EventReceived", make / FEW * 1e6, "us")
    tell("make a Handled", least(lambda: [handled(3, 1) for _ in range(FEW)], 50) / FEW * 1e6, "us")
    tell("make a Wire", least(lambda: [Wire("x") for _ in range(FEW)], 50) / FEW * 1e6, "us")


def appending() -> None:
    made = list(echoes(99_999))
    lock, kept = threading.Lock(), deque[object]()

    def plain(records: Sequence[r.Record]) -> None:
        for record in records:
            with lock:
                kept.append((1, time.time_ns(), record))

    def append(records: Sequence[r.Record]) -> None:
        appended = Log(10**9, 10**12).append
        for record in records:
            appended(record)

    tell("a deque and a lock, 1,000 records", least(lambda: plain(made[:1000]), 100) / 1000 * 1e6, "us")
    tell("append, 1,000 records", least(lambda: append(made[:1000]), 100) / 1000 * 1e6, "us")
    kept.clear()
    tell("a deque and a lock, 99,999 records", least(lambda: plain(made)) / len(made) * 1e6, "us")
    loose, log_module.LOOSE = log_module.LOOSE, 10**9
    tell("append, 99,999 records", least(lambda: append(made)) / len(made) * 1e6, "us")
    log_module.LOOSE = loose
    tell("append, 99,999 records, all CPU while some are packed", least(lambda: append(made)) / len(made) * 1e6, "us")


def packing() -> None:
    page = [stamp(record, seq, seq) for seq, record in enumerate(echoes(PAGE), 1)]
    chunk = Chunk(page)
    tell(f"pack a page of {len(page):,} records: the longest pause", least(lambda: Chunk(page), 30) * 1e3, "ms")
    tell("make a page of records anew", least(chunk.records, 30) * 1e3, "ms")


def folding() -> None:
    state = State()
    everybody = tuple(f"sid{number:017}" for number in range(200))
    for sid in everybody:
        state.apply(r.Opened(r.Connection(sid, "websocket", None, None)))
        state.apply(r.Joined("/", None, sid, sid))
    state.apply(r.HandlerRegistered("/", "chat", "on_chat"))
    pairs = [stamp(record, seq, seq) for seq, record in enumerate(rows(FEW), 1)]
    wire = Wire("2[]")
    kinds: dict[str, list[r.Record]] = {
        "EventReceived and its Handled, each": pairs,
        "AckSent": [r.AckSent(1, everybody[number % 200], wire) for number in range(FEW)],
        "Emitted to one": [r.Emitted("/", "x", (), (), (everybody[number % 200],), wire) for number in range(FEW)],
        "Emitted to 200": [r.Emitted("/", "x", (), (), (*everybody,), wire) for _ in range(FEW)],
        "AckReceived": [r.AckReceived(1, "/", everybody[number % 200], 1, wire, 1.0) for number in range(FEW)],
        "PingAnswered": [r.PingAnswered(everybody[number % 200], 1.0) for number in range(FEW)],
    }
    for name, records in kinds.items():
        tell(
            f"fold {name}", least(lambda of=records: [state.apply(each) for each in of], 20) / len(records) * 1e6, "us"
        )


def weighing(what: str, records: Callable[[int], Iterator[r.Record]], count: int) -> None:
    gc.collect()
    tracemalloc.start()
    log = filled(records(count))
    log.stretch()
    gc.collect()
    tell(f"memory: {what}, packed", tracemalloc.get_traced_memory()[0] / len(log), "bytes each")
    tracemalloc.stop()
    tell("  which the bound counts as", log.bytes / len(log), "bytes each")


def framing(what: str, records: Iterator[r.Record]) -> None:
    log = filled(records)
    table = tables.traffic(log)
    began = time.process_time()
    table.frame(decode=False)
    tell(f"{what}: first .frame(decode=False)", time.process_time() - began, "s")
    tell(f"{what}: .frame(decode=False)", least(lambda: table.frame(decode=False)), "s")


def main() -> None:
    many = int(sys.argv[1]) if len(sys.argv) > 1 else MANY
    making()
    appending()
    packing()
    folding()
    weighing("echoes", echoes, many // 5)
    weighing("events with handlers that ended", rows, many // 10)
    weighing("events that run on and on", events, many // 5)
    for what, records in (("echoes", echoes(many)), ("events", events(many)), ("events, all handled", rows(many))):
        framing(f"{many:,} {what}", records)
    for what, log in (("100,000 echoes", filled(echoes(100_000))), ("100,000 events", filled(events(100_000)))):
        tell(f"{what}: .df", least(lambda of=log: tables.traffic(of).df), "s")


if __name__ == "__main__":
    main()
