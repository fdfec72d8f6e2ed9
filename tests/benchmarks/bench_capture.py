"""What captures cost: recording to disk while events arrive, and to save and open many records.

    python -m tests.benchmarks.bench_capture [--runs 3] [--records 100000 1000000]

The loads of the main benchmark on plain Flask-SocketIO, on the lab, and on a lab that records to disk, by turns: ratios
to the lab that does not, of the same round, the median, in brackets the least and the greatest. Then, in this process,
records appended at full speed with the recorder on beside off, and files of so many records.
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.capture_file import Origin, save
from sio_lab.core.capture_reading import open_capture
from sio_lab.core.log import Log
from sio_lab.core.recorder import Recorder
from sio_lab.core.wire import Wire
from tests.benchmarks.processes import raise_file_limit
from tests.benchmarks.rounds import Rounds
from tests.benchmarks.rows import ROWS

if TYPE_CHECKING:
    from collections.abc import Callable

SERVERS = ("plain", "lab", "lab-disk")
NAMES = ("echo-50", "echo-200", "broadcast-20")
FIGURES = ("per_second", "cpu_us")
CLIENTS = [f"sid{number:017}" for number in range(50)]
ORIGIN = Origin("bench")
EVENT_RECORDS = 3
"""Records of an echo: the event, its end, its ack."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--records", type=int, nargs="*", default=[100_000, 1_000_000])
    options = parser.parse_args()
    raise_file_limit()
    _serve(options.runs, options.seconds)
    with TemporaryDirectory() as folder:
        _append(Path(folder), options.runs)
        for count in options.records:
            _keep(Path(folder, f"{count}.sio"), count)


def _serve(runs: int, seconds: float) -> None:
    rows = [replace(row, servers=SERVERS) for row in ROWS if row.name in NAMES]
    rounds = Rounds(rows, SERVERS, seconds, lambda step: sys.stderr.write(f"{step}\n"))
    for number in range(runs):
        rounds.run(number)
    for row in rows:
        figures = rounds.figures[row.name]
        for figure in FIGURES:
            on, off, plain = (figures[name][figure] for name in ("lab-disk", "lab", "plain"))
            _tell(f"{row.title}: {figure}", f"{_ratios(on, off)} of the lab, {_ratios(on, plain)} of plain")


def _ratios(values: list[float], others: list[float]) -> str:
    ratios = sorted(value / other for value, other in zip(values, others, strict=True))
    return f"{median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def _append(folder: Path, runs: int) -> None:
    """Append 100,000 records as fast as can be, recorded and not, by turns; they are all on disk at the end."""
    on, off = [], []
    for number in range(runs):
        log = Log(10_000_000, 10**10)
        off.append(_timed(lambda log=log: _fill(log, 100_000))[0])
        log = Log(10_000_000, 10**10)
        recorder = Recorder(log, folder / f"{number}.sio", ORIGIN, sys.stderr.write)
        on.append(_timed(lambda log=log: _fill(log, 100_000))[0])
        waited, _ = _timed(recorder.stop)
        _tell("recorded while appended", f"{recorder.count:,} records, the last {waited:.2f} s after")
    _tell("time to append 100,000 records, recorded beside not", _ratios(on, off))


def _keep(path: Path, count: int) -> None:
    log = Log(10 * count, 10**11)
    _fill(log, count)
    log.stretch()
    wall, cpu = _timed(lambda: save(log, path, ORIGIN))
    _tell(
        f"save {len(log):,} records", f"{wall:.1f} s ({cpu:.1f} s CPU), {path.stat().st_size / len(log):.0f} bytes each"
    )
    wall, cpu = _timed(lambda: open_capture(path))
    _tell(f"open {len(log):,} records", f"{wall:.1f} s ({cpu:.1f} s CPU)")


def _fill(log: Log, count: int) -> None:
    for number in range(count // EVENT_RECORDS):
        sid = CLIENTS[number % len(CLIENTS)]
        wire = Wire(
            f'2{number}["chat",{{"text":"{number:08} says hello to everybody who is in the room","seen":[1,2]}}]'
        )
        event = log.append(r.EventReceived("/", "chat", sid, sid, number, wire, number))
        log.append(r.Handled(event.seq, "handled", 0.25, "chat", ("/", "chat"), "In [3]", "{'ok': True}"))
        log.append(r.AckSent(event.seq, sid, Wire(f'3{number}[{{"ok":true}}]')))


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def _tell(what: str, told: str) -> None:
    sys.stdout.write(f"{what:58} {told}\n")


if __name__ == "__main__":
    main()
