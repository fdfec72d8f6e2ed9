"""What the benchmark is asked to do."""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.benchmarks.processes import ROOT
from tests.benchmarks.rows import ALL, ROWS

if TYPE_CHECKING:
    from collections.abc import Sequence

ALONE = ("times", "log")
"""Names, beside those of rows, of what is measured of the lab alone."""

NAMES = (*(row.name for row in ROWS), *ALONE)
DESCRIPTION = "How fast the lab is beside plain Flask-SocketIO and others. Prints tables; takes a quarter of an hour."


@dataclass(frozen=True)
class Options:
    """How much is measured."""

    only: tuple[str, ...]
    against: tuple[str, ...]
    runs: int = 5
    seconds: float = 2.0
    """How long each load is measured."""

    records: int = 1_000_000
    """How many the large log holds."""

    save: bool = False


def parsed(arguments: Sequence[str]) -> Options:
    """Read the command line; ends the program, saying why, where it can't be done."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=DESCRIPTION)
    parser.add_argument("--runs", type=int, metavar="N", default=5, help="rounds, 5 without")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=NAMES, help=f"only these: {', '.join(NAMES)}")
    parser.add_argument("--against", nargs="+", metavar="NAME", choices=ALL, help=f"these servers: {', '.join(ALL)}")
    parser.add_argument("--quick", action="store_true", help="a moment of each: shows that it works, not how fast")
    parser.add_argument("--save", action="store_true", help="keep the run, and write the README's section from it")
    given = parser.parse_args(arguments)
    if given.save and (given.only or given.against or given.quick):
        parser.error("--save keeps whole runs: leave out --only, --against and --quick")
    only, against = tuple(given.only or NAMES), tuple(given.against or ALL)
    if missing := missing_for(against):
        parser.error(missing)
    if given.quick:
        return Options(only, against, runs=1, seconds=0.3, records=30_000)
    return Options(only, against, runs=max(given.runs, 1), save=given.save)


def missing_for(servers: Sequence[str]) -> str | None:
    """Say what must be installed for these servers."""
    if "async" in servers and not all(map(find_spec, ("uvicorn", "uvloop", "httptools", "websockets"))):
        return "for the server `async`: pip install -e '.[bench]', or leave it out with --against"
    if "node" in servers and not (shutil.which("node") and (ROOT / "tests/node/node_modules/socket.io").exists()):
        return "for the server `node`: npm ci --prefix tests/node, or leave it out with --against"
    return None
