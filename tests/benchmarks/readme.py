"""The README's section about speed: written from a run, never by hand."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from tests.benchmarks import report
from tests.benchmarks.processes import ROOT
from tests.benchmarks.rows import UNWATCHED

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.run import Run

README = ROOT / "README.md"
BEGIN, END = "<!-- performance: begin -->", "<!-- performance: end -->"

WIDTH = 120
SECTION = """\
## Performance

What this shows: how the lab, recording everything, compares with plain Flask-SocketIO in its threading mode, and with
others. `lab-disk` is the lab recording to disk, too, as after `%sio record PATH`; `plain-logger` has both of
Flask-SocketIO's loggers on, whose lines go nowhere; `plain-admin` is instrumented, with one admin client connected;
`async` is python-socketio's AsyncServer under uvicorn with uvloop; `node` is Socket.IO's own server.

Events or deliveries per second, times plain: the median of {runs} rounds, in brackets the least and the greatest.

{rates}

Processor time of the server for each event or delivery, times plain; less is better.

{processor_time}

The figures themselves: events or deliveries per second / processor time of each in µs / delay in ms that half of them
do not exceed / that 99% do not exceed.

{absolute}

Delays in ms where the server has time to spare. 20 clients send 200 events a second, at fixed times: half of them / 99%
of them take no longer. `computing` is the same while the process's main thread runs pure Python; that of uvicorn and of
Node.js can't: it is the one that serves. The last line is how much later the second of two emits in a row reaches a
client: one that is talking, too / one that has been quiet.

{delays}

1,000 WebSocket clients that say nothing:

{idle}

The lab alone:

{of_the_lab}

How it was measured: each server is a process of its own{pinned}. Another process speaks for all clients, over bare
sockets; it used at most {driver}% of a processor. All send and get the same payloads of about 100 bytes, without
compression. Each figure is taken over {seconds} s, with 200 echoing
clients over half as much again, after a warm-up. The servers take turns in each round, and ratios
compare what was measured in the same round. `echo` is an event with an ack, and each client has one outstanding. A
delivery's delay counts from the request for its burst.

On {processor}, {cores} cores, {memory} GB, {system}, {python}; load average before: {load}. {date}, commit {commit}.
{servers}.

Run it again, which takes about a quarter of an hour; `--help` tells of shorter ways:

    .venv/bin/pip install -e ".[lab,test,bench]" && npm ci --prefix tests/node
    .venv/bin/python -m tests.benchmarks --save"""


def section(run: Run) -> str:
    """Return the section, markers included."""
    tables = (report.rates, report.processor_time, report.absolute, report.delays, report.idle, report.of_the_lab)
    text = SECTION.format(**{table.__name__: table(run) for table in tables}, **facts(run))
    return "\n\n".join([BEGIN, *map(_wrapped, text.split("\n\n")), END])


def facts(run: Run) -> dict[str, object]:
    """Return what the text says beside the tables."""
    machine, settings = run.machine, run.settings
    return {
        "runs": settings["runs"],
        "seconds": settings["seconds"],
        "pinned": ", all of them on one processor" if settings["pinned"] else "",
        "driver": round(report.most_of_the_driver(run) * 100),
        "memory": machine["memory_gb"],
        "servers": "; ".join(f"`{name}`: {run.servers[name]}" for name in UNWATCHED if name in run.servers),
        **{name: machine[name] for name in ("processor", "cores", "system", "load", "python", "date", "commit")},
    }


def _wrapped(paragraph: str) -> str:
    """Return prose in lines of the README's length; tables and commands as they are."""
    if paragraph.startswith(("|", "    ")):
        return paragraph
    return textwrap.fill(paragraph, WIDTH, break_long_words=False, break_on_hyphens=False)


def with_section(readme: str, text: str) -> str:
    """Return the README with its section replaced. Raises ValueError where the markers are not there."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README has no {BEGIN} ... {END}")
    return f"{before}{text}{after}"


def rewrite(run: Run, path: Path = README) -> None:
    """Put a run's section into the README."""
    path.write_text(with_section(path.read_text(), section(run)))
