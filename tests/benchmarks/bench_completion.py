"""How long completion takes where much is known: 10,000 clients, rooms and events. Run it: python -m, or as a file.

    python tests/benchmarks/bench_completion.py

Each line is timed as IPython asks for it, all its own work included; the issue allows 50 ms. `first` is the first look
at a log of 100,000 records; `busy` is with a thread that appends records without pause.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

sys.path.insert(0, str(Path(__file__).parents[2]))

from sio_lab.completion import Completions
from sio_lab.core import records as r
from sio_lab.lab import Lab
from tests import factories as f

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.log import Log

MANY = 10_000
RUNS = 100
CELLS = (
    "%sio ",
    "%sio em",
    "%sio emit ",
    "%sio emit event 9",
    '%sio emit "event 99',
    "%sio emit x --to ",
    "%sio emit x --to room:",
    "%sio emit x $v",
    "%sio join client1 ",
    "%sio client ",
    "%sio traffic ",
    "%sio traffic event:",
    "%sio traffic to:",
    "%sio traffic kind:emit,e",
    'lab.emit("',
    'lab.kick("client1',
    'lab.traffic.where("event:event 1',
    "\n".join(f'print("line {number}", [1, 2])' for number in range(200)) + '\nlab.emit("',
)


def fill(log: Log) -> None:
    """Have the log see many of everything."""
    for number in range(MANY):
        sid = f"{number:020}"
        f.connect(log, sid, name=f"client{number}" if number % 2 else None)
        f.join(log, sid, f"room {number}")
        log.append(r.HandlerRegistered("/", f"event {number}", f"on_{number}", f"In [{number}]"))
        f.receive(log, sid, f"event {number}")
        f.emit(log, f"event {number}")


@contextmanager
def busy(log: Log) -> Iterator[None]:
    """Append records in a thread without pause."""
    done = threading.Event()

    def append() -> None:
        while not done.is_set():
            f.emit(log, "tick")

    thread = threading.Thread(target=append)
    thread.start()
    yield
    done.set()
    thread.join()


def timed(shell: InteractiveShell, cell: str) -> tuple[float, float, int]:
    """Return the milliseconds that completions of a cell took, those of the processor, and how many were found."""
    with provisionalcompleter():
        begin, used = time.perf_counter(), time.thread_time()
        found = list(shell.Completer.completions(cell, len(cell)))
        return (time.perf_counter() - begin) * 1_000, (time.thread_time() - used) * 1_000, len(found)


def report(shell: InteractiveShell, cell: str, how: str) -> None:
    """Print one line of the table."""
    runs = [timed(shell, cell) for _ in range(RUNS)]
    times, used = sorted(ms for ms, _, _ in runs), sorted(ms for _, ms, _ in runs)
    numbers = (statistics.median(times), p95(times), statistics.median(used), p95(used))
    sys.stdout.write(f"{cell[-32:]!r:36} {how:6} {runs[0][2]:5} {' '.join(f'{ms:8.1f}' for ms in numbers)}\n")


def p95(times: list[float]) -> float:
    """Return the 95th percentile of sorted times, by nearest rank."""
    return times[-(-len(times) * 95 // 100) - 1]


def main() -> None:
    """Print median and 95th percentile of each cell's times, in milliseconds."""
    lab = Lab()
    fill(lab.log)
    shell = InteractiveShell(config=Config(HistoryManager={"enabled": False}))
    shell.user_ns |= {"lab": lab} | {f"v{number}": number for number in range(1_000)}
    timed(shell, 'print("')  # what IPython itself does once
    completions = Completions()
    completions.enter(shell, lab)
    sys.stdout.write(f"first: {timed(shell, CELLS[2])[0]:.1f} ms, {len(lab.log):,} records\n")
    sys.stdout.write(
        f"{'cell':36} {'':6} {'found':>5} {'median':>8} {'p95':>8} {'cpu':>8} {'p95':>8}  ms of {RUNS} runs\n"
    )
    for cell in CELLS:
        report(shell, cell, "quiet")
    with busy(lab.log):
        for cell in CELLS[2:6]:
            report(shell, cell, "busy")
    completions.leave()


if __name__ == "__main__":
    main()
