"""What the doctor has found: one thing that is wrong, what shows it, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.cause import FAILURE, HINDRANCE, REMARK, SURE
from sio_lab.core.columns import Column, Columns, from_rows

if TYPE_CHECKING:
    from collections.abc import Iterable

GRADES = {FAILURE: "failure", HINDRANCE: "hindrance", REMARK: "remark"}
"""How grave it is, in a word."""

FINDINGS = (
    Column("finding", "text", "what it is called"),
    Column(
        "grade", "text", "failure: nobody gets in so; hindrance: something goes badly; remark: nothing to worry about"
    ),
    Column("certainty", "text", "sure, likely or possible"),
    Column("what", "text", "what is wrong"),
    Column("next", "text", "what to do"),
    Column("times", "integer", "how often it was seen; empty where the log tells nothing of it"),
    Column("addresses", "integer", "from how many addresses"),
    Column("last", "integer", "the row where it was seen last"),
    Column("rows", "object", "rows that show it, a tuple"),
    Column("evidence", "text", "what shows it, in words"),
)


@dataclass(frozen=True)
class Seen:
    """One row of the log that shows something."""

    seq: int
    """The row."""

    what: str
    """What it shows, in half a sentence."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong."""

    name: str
    """What it is called, short and always the same: `old client`, `port taken`."""

    what: str
    """What is wrong, in whole sentences."""

    next_step: str
    """What to do. Lines to paste stand below the sentence, in lines of their own."""

    certainty: str = SURE
    """`sure`, `likely` or `possible`."""

    grade: int = FAILURE
    """`FAILURE`, `HINDRANCE` or `REMARK`."""

    summary: str = ""
    """How often, from where and when it was seen; or what else shows it."""

    rows: tuple[Seen, ...] = ()
    """The newest rows that show it, oldest first; none where it was found beside the log."""

    times: int = 0
    """How often the log has it."""

    addresses: int = 0
    """From how many addresses."""

    is_past: bool = False
    """Whether the server has been started anew since."""

    @property
    def last(self) -> int:
        """The row where it was seen last; 0 where it was found beside the log."""
        return self.rows[-1].seq if self.rows else 0

    @property
    def is_failure(self) -> bool:
        """Whether it keeps somebody out, or something from working."""
        return self.grade < REMARK


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings in their order: what is over comes last, else the gravest first, and of these the newest."""
    # What was found beside the log is true now: newer than any row.
    return tuple(sorted(findings, key=lambda each: (each.is_past, each.grade, each.last > 0, -each.last)))


def columns(findings: Iterable[Finding]) -> Columns:
    """Return findings as a table."""
    return from_rows(FINDINGS, (), map(_row, findings))


def seen_summary(times: int, addresses: Iterable[str | None], last: int) -> str:
    """Return how often, from where and when it was seen: 12 times, from 3 addresses, last at row 88.

    `last` is 0 where no row tells of it.
    """
    known = sorted({address for address in addresses if address})
    where = f", from {known[0]}" if len(known) == 1 else f", from {len(known):,} addresses" if known else ""
    often = "once" if times == 1 else f"{times:,} times"
    when = f", {'at' if times == 1 else 'last at'} row {last}" if last else ""
    return f"{often}{where}{when}"


def _row(each: Finding) -> tuple[Any, ...]:
    evidence = "; ".join(filter(None, (each.summary, *(f"row {row.seq}: {row.what}" for row in each.rows))))
    rows = tuple(row.seq for row in each.rows)
    told = (each.name, GRADES[each.grade], each.certainty, each.what, each.next_step)
    return *told, each.times or None, each.addresses or None, each.last or None, rows, evidence
