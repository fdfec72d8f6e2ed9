"""What keeps clients out, and what goes badly with those that are in: findings, folded from the log."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.cause import PLAIN, REMARK, Cause, Setup
from sio_lab.core.cause_request import cause_of
from sio_lab.core.doctor_habits import habits
from sio_lab.core.finding import Finding, Seen, seen_summary, worst_first
from sio_lab.core.picking import picked
from sio_lab.core.telling import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.log import Log

SHOWN_ROWS = 3
"""So many rows of each finding are shown: the newest."""

MOST_FINDINGS = 50
"""So many different ones are told apart: what clients send may have a new name each time."""

STORM = 10
"""So many tries of one address, within less than `STORM_SECONDS` each, are a storm."""

STORM_SECONDS = 30
_BROWSERS = ("Edg", "OPR/", "SamsungBrowser/", "FxiOS/", "Firefox/", "CriOS/", "Chrome/", "HeadlessChrome/", "Safari/")
KINDS = (
    r.ServerStarted,
    r.ClientNamed,
    r.Rejected,
    r.Refused,
    r.HttpRequest,
    r.Opened,
    r.Upgraded,
    r.Closed,
    r.Connected,
    r.Disconnected,
    r.PingAnswered,
)
"""All that the doctor reads."""


@dataclass
class _Case:
    """One cause, and who met with it."""

    cause: Cause
    times: int = 0
    addresses: set[str | None] = field(default_factory=set)
    rows: deque[Seen] = field(default_factory=lambda: deque(maxlen=SHOWN_ROWS))
    moments: dict[str | None, deque[int]] = field(default_factory=dict)
    is_storm: bool = False

    def add(self, record: r.Record, address: str | None) -> None:
        self.times += 1
        self.addresses.add(address)
        self.rows.append(Seen(record.seq, shown(record)))
        moments = self.moments.setdefault(address, deque(maxlen=STORM))
        moments.append(record.at)
        is_quick = moments[-1] - moments[0] < STORM_SECONDS * 1e9
        self.is_storm = self.is_storm or (len(moments) == STORM and is_quick)


def findings(log: Log, setup: Setup = PLAIN) -> tuple[Finding, ...]:
    """Return what the log tells of clients that did not get in, or fare badly: the gravest and newest first."""
    records = picked(log.stretch(), *KINDS)
    started = max((each.seq for each in records if isinstance(each, r.ServerStarted)), default=0)
    cases = _cases(records, setup)
    return worst_first([*(_finding(case, started) for case in cases), *habits(records, started)])


def shown(record: r.Record) -> str:
    """Say what a row shows of a client that did not get in."""
    if isinstance(record, r.Refused):
        return f"asked for namespace {quoted(record.namespace)}"
    asked = getattr(record, "request", None)
    if asked is None:
        return quoted(getattr(record, "reason", None) or getattr(record, "path", ""))
    # What only keeps browsers from answering from their cache tells nothing.
    told = "&".join(part for part in asked.query.split("&") if part and not part.startswith("t="))
    query = f"?{told}" if told else ""
    origin = f", a page of {asked.origin}" if asked.origin else ""
    agent = f", by {_short_agent(asked.user_agent)}" if asked.user_agent else ""
    return f"{asked.method} {asked.path}{query}"[:120] + f"{origin}{agent}"


def _short_agent(agent: str) -> str:
    """Return what tells most of a user agent: browsers name others beside themselves."""
    found = next((word for name in _BROWSERS for word in agent.split() if word.startswith(name)), None)
    return (found or agent)[:40]


def _cases(records: Iterable[r.Record], setup: Setup) -> list[_Case]:
    cases: dict[Cause, _Case] = {}
    addresses = {each.connection.eio_sid: each.connection.address for each in records if isinstance(each, r.Opened)}
    for record in records:
        cause = cause_of(record, setup)
        if cause is None or (cause not in cases and len(cases) >= MOST_FINDINGS):
            continue
        case = cases.setdefault(cause, _Case(cause))
        case.add(record, getattr(record, "address", None) or addresses.get(getattr(record, "eio_sid", None) or ""))
    return list(cases.values())


def _finding(case: _Case, started: int) -> Finding:
    cause, rows = case.cause, tuple(case.rows)
    storm = ""
    if case.is_storm and cause.grade < REMARK:
        storm = "; it tries again and again, as clients do until their page is closed"
    is_past = rows[-1].seq < started
    past = "; the server has been started anew since" if is_past else ""
    summary = f"{seen_summary(case.times, case.addresses, rows[-1].seq)}{storm}{past}"
    return Finding(
        cause.name,
        cause.what,
        cause.next_step,
        cause.certainty,
        cause.grade,
        summary,
        rows,
        case.times,
        len(case.addresses - {None}),
        is_past,
    )
