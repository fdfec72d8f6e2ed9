"""The benchmark: `python -m tests.benchmarks`; `--help` tells the options."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from tests.benchmarks import machine, readme, report
from tests.benchmarks.figures import significant
from tests.benchmarks.options import parsed
from tests.benchmarks.processes import can_pin, output_of, raise_file_limit
from tests.benchmarks.rounds import Rounds
from tests.benchmarks.rows import ROWS
from tests.benchmarks.run import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

from tests.benchmarks.options import Options

ALONE_SECONDS = 600
"""After so long a program that measures the lab alone is stuck."""

STARTS = 3
"""How often the lab is started and stopped in one process."""

TABLES = {
    "Events or deliveries per second, times plain: median of the rounds (least-greatest)": report.rates,
    "Processor time of each, times plain": report.processor_time,
    "Per second / processor time of each in µs / p50 in ms / p99 in ms": report.absolute,
    "Delays in ms: p50 / p99 of events; after another event / after a silence of second emits": report.delays,
    "1,000 idle clients": report.idle,
    "The lab alone": report.of_the_lab,
    "Share of its processor, in %: driver / server": report.driver,
}


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and keep the run where that is wanted."""
    options = parsed(arguments)
    raise_file_limit()
    settings = {"runs": options.runs, "seconds": options.seconds, "records": options.records, "pinned": can_pin()}
    run = Run(machine.describe(), settings)
    compare(run, options)
    measure_lab(run, options)
    show(run)
    if options.save:
        run.save()
        readme.rewrite(run)


def compare(run: Run, options: Options) -> None:
    """Have all servers take turns, round by round."""
    rows = [row for row in ROWS if row.name in options.only]
    rounds = Rounds(rows, options.against, options.seconds, tell)
    for number in range(options.runs if rows else 0):
        tell(f"round {number + 1} of {options.runs}")
        rounds.run(number)
    run.servers, run.rows = rounds.about, rounds.figures


def measure_lab(run: Run, options: Options) -> None:
    """Measure what is of the lab alone, each in a new process."""
    if "times" in options.only:
        for _ in range(options.runs):
            take(run, "loading")
            take(run, "starting", STARTS)
    if "log" in options.only:
        take(run, "appending", options.runs)
        take(run, "log", options.records, options.runs)


def take(run: Run, program: str, *arguments: int) -> None:
    """Run one of the programs in `alone`, and keep its figures."""
    tell(program)
    command = [sys.executable, "-m", f"tests.benchmarks.alone.{program}", *map(str, arguments)]
    for name, values in json.loads(output_of(command, seconds=ALONE_SECONDS)).items():
        run.lab.setdefault(name, []).extend(map(significant, values))


def show(run: Run) -> None:
    """Print all tables that hold anything."""
    for title, table in TABLES.items():
        if text := table(run):
            sys.stdout.write(f"\n{title}\n\n{text}\n")
    sys.stdout.write(f"\n{json.dumps({'settings': run.settings, 'servers': run.servers, **run.machine}, indent=1)}\n")


def tell(what: str) -> None:
    """Say what goes on, beside the output."""
    sys.stderr.write(f"{what}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
