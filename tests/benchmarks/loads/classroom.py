"""Students who scan the code, all at once, and then send an event now and then."""

from __future__ import annotations

import http.client
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tests.benchmarks.figures import percentile
from tests.benchmarks.loads.steady import Schedule
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.loop import DEADLINE, Loop

if TYPE_CHECKING:
    from collections.abc import Sequence

EACH = 2.0
"""Events a second that each student sends: a lively chat."""

_JSON = {"Content-Type": "application/json"}
_PAGE = {"Accept": "text/html"}


def join_all(port: int, code: str, students: int) -> tuple[list[float], list[Connection]]:
    """Have so many students come in, all at once.

    Returns the seconds that each took from the scan to being connected, and the connections.
    """
    with ThreadPoolExecutor(students) as pool:
        came = list(pool.map(lambda number: join(port, code, f"student {number}"), range(students)))
    return [seconds for seconds, _ in came], [connection for _, connection in came]


def join(port: int, code: str, name: str) -> tuple[float, Connection]:
    """Do what a phone does, with nobody typing: the page with the code, the name, the next page, the connection."""
    began = time.perf_counter()
    _ask(port, "GET", f"/_lab/join/{code}", None)
    told = json.loads(_ask(port, "POST", "/_lab/join", json.dumps({"code": code, "name": name})))
    connection = Connection(port, lambda _message, _now: None, f"&lab_pass={told['pass']}")
    return time.perf_counter() - began, connection


def measure_events(connections: Sequence[Connection], seconds: float) -> dict[str, float]:
    """Have all send events for so many seconds; returns `p50_ms` and `p99_ms` from an event to its ack."""
    delays: list[float] = []
    loop = Loop()
    schedule = Schedule(loop, list(connections), EACH * len(connections), delays)
    schedule.run(seconds / 4)
    delays.clear()
    schedule.run(seconds)
    loop.close()
    delays.sort()
    return {"p50_ms": percentile(delays, 50) * 1e3, "p99_ms": percentile(delays, 99) * 1e3}


def _ask(port: int, method: str, path: str, body: str | None) -> str:
    # A phone opens a connection for the first of these, and has it open for the second; to open one each costs more.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=DEADLINE)
    try:
        connection.request(method, path, body, _JSON if body else _PAGE)
        answer = connection.getresponse()
        text = answer.read().decode()
    finally:
        connection.close()
    if answer.status != http.client.OK:
        raise ConnectionError(f"{method} {path}: {answer.status} {text[:200]}")
    return text
