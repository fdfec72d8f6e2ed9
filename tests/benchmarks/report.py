"""What a run says, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.figures import spread
from tests.benchmarks.rows import ALL, BY_NAME, DELAY, IDLE, PAIR, RATE
from tests.benchmarks.run import BASE
from tests.benchmarks.tables import NOTHING, markdown, number, ratio

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.run import Run

OF_THE_LAB = {
    "load_ext_ms": "`%load_ext sio_lab` in a bare kernel, ms",
    "first_start_ms": "first `lab.start()` of a process to the first HTTP answer, ms",
    "start_ms": "later ones, ms",
    "stop_ms": "`lab.stop()` with 100 WebSocket clients, ms",
    "append_us": "one append to the log, µs",
    "record_bytes": "memory of a record of a conversation with 100-byte payloads, bytes",
    "df_small_s": "`lab.traffic.df` of 100,000 records, s",
    "df_large_s": "`lab.traffic.df` of {records:,} records, s",
    "frame_large_s": "`lab.traffic.frame(decode=False)` of {records:,} records, s",
}


def servers(run: Run) -> list[str]:
    """Return the servers of a run, in the usual order."""
    return [name for name in ALL if name in run.servers]


def rows(run: Run, kind: str) -> list[str]:
    """Return the names of a run's rows of one kind, in the usual order."""
    return [name for name, row in BY_NAME.items() if row.kind == kind and name in run.rows]


def rates(run: Run) -> str:
    """Events, or deliveries, per second, compared with plain."""
    return _compared(run, "per_second")


def processor_time(run: Run) -> str:
    """Processor time for each, compared with plain."""
    return _compared(run, "cpu_us")


def _compared(run: Run, figure: str) -> str:
    def cell(row: str, server: str) -> str:
        compared = run.ratio(row, server, figure)
        return ratio(compared) if compared else NOTHING

    others = [server for server in servers(run) if server != BASE]
    return _table(rows(run, RATE), others, cell)


def absolute(run: Run) -> str:
    """What was measured: rate, processor time, and delays, each the median of all rounds."""

    def cell(row: str, server: str) -> str:
        return joined(run, row, server, ("per_second", "cpu_us", "p50_ms", "p99_ms"))

    return _table(rows(run, RATE), servers(run), cell)


def delays(run: Run) -> str:
    """Delays where the server has time."""
    figures = {DELAY: ("p50_ms", "p99_ms"), PAIR: ("talking_ms", "quiet_ms")}

    def cell(row: str, server: str) -> str:
        return joined(run, row, server, figures[BY_NAME[row].kind])

    return _table([*rows(run, DELAY), *rows(run, PAIR)], servers(run), cell)


def idle(run: Run) -> str:
    """What connected clients cost that say nothing."""
    figures = {"threads": "threads", "descriptors": "file descriptors", "client_kb": "kB of memory for each"}
    lines = [
        [title, *(joined(run, row, server, (figure,)) for server in servers(run))]
        for row in rows(run, IDLE)
        for figure, title in figures.items()
    ]
    return _without_empty(["", *servers(run)], lines)


def driver(run: Run) -> str:
    """Return the driver's own share of its processor, and the server's, in percent."""

    def cell(row: str, server: str) -> str:
        shares = [run.median(row, server, figure) for figure in ("driver_cpu", "server_cpu")]
        return " / ".join(f"{share * 100:.0f}" for share in shares if share is not None) or NOTHING

    return _table([*rows(run, RATE), *rows(run, DELAY)], servers(run), cell)


def most_of_the_driver(run: Run) -> float:
    """Return the driver's greatest share of its processor where it was to be as fast as it could."""
    shares = [run.median(row, server, "driver_cpu") for row in rows(run, RATE) for server in servers(run)]
    return max((share for share in shares if share is not None), default=0.0)


def of_the_lab(run: Run) -> str:
    """What was measured of the lab alone: median, least and greatest."""
    found = [(title, spread(run.lab[name])) for name, title in OF_THE_LAB.items() if name in run.lab]
    lines = [
        [title.format(**run.settings), *map(number, (each.median, each.least, each.most))] for title, each in found
    ]
    return markdown(["", "median", "least", "greatest"], lines) if lines else ""


def joined(run: Run, row: str, server: str, figures: Sequence[str]) -> str:
    """Write several figures into one cell."""
    medians = [run.median(row, server, figure) for figure in figures]
    return " / ".join(number(value) for value in medians if value is not None) or NOTHING


def _table(names: Sequence[str], columns: Sequence[str], cell: Callable[[str, str], str]) -> str:
    lines = [[BY_NAME[row].title, *(cell(row, server) for server in columns)] for row in names]
    return _without_empty(["", *columns], lines)


def _without_empty(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a table of the columns that hold anything; nothing where there is no line."""
    held = [place for place in range(len(header)) if any(line[place] != NOTHING for line in lines)]
    if not lines or len(held) == 1:
        return ""
    return markdown([header[place] for place in held], [[line[place] for place in held] for line in lines])
