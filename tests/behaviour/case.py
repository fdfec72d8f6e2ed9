"""What a behaviour case is, and the list of all of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeAlias

from packaging.requirements import Requirement

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench

BOTH = ("python", "node")
Row: TypeAlias = dict[str, Any]


class Has(str):
    """A text that equals every text it is part of."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str(self) in str(other)

    __hash__ = str.__hash__


@dataclass(frozen=True)
class Case:
    """Ordinary Flask-SocketIO code, a scenario with real clients, and what comes of it."""

    title: str
    run: Callable[[Bench], Any]
    expect: Any
    """What `run` returns on plain Flask-SocketIO and, if nothing is announced, on the lab."""

    records: tuple[Row, ...] = ()
    """Rows of the lab's traffic, in order, each with the cells that matter; other rows may stand between."""

    counts: dict[str, int] = field(default_factory=dict)
    """Kind of row -> how many of it there are in all."""

    clients: tuple[str, ...] = BOTH
    """With which client libraries it runs."""

    options: dict[str, Any] = field(default_factory=dict)
    """Options of the SocketIO object."""

    differs: str | None = None
    """The heading in sio_lab/server/DIFFERENCES.md that announces another result on the lab ..."""

    expect_lab: Any = None
    """... and that result."""

    needs: str | None = None
    """The package and version from which on it does so, as pip writes it; the case is left out before."""

    escapes: str | None = None
    """Why an exception escapes into a thread ..."""

    escapes_on: tuple[str, ...] = ("plain",)
    """... and on which benches; the lab shows what handlers raise, and ends their threads in peace."""

    def fits(self, rows: list[Row]) -> bool:
        """Tell whether `rows` are what is expected."""
        return not self.missing_rows(rows) and not self.wrong_counts(rows)

    def missing_rows(self, rows: list[Row]) -> list[Row]:
        """Return the expected rows from the first one on that `rows` lack in this order."""
        left = iter(rows)
        found = sum(1 for wanted in self.records if any(_fits(wanted, row) for row in left))
        return list(self.records[found:])

    def wrong_counts(self, rows: list[Row]) -> dict[str, int]:
        """Return how many rows there are of the kinds whose number is not as expected."""
        kinds = Counter(row["kind"] for row in rows)
        return {kind: kinds[kind] for kind, count in self.counts.items() if kinds[kind] != count}


def _fits(wanted: Row, row: Row) -> bool:
    return all(value == row[name] for name, value in wanted.items())


CASES: list[Case] = []


def case(title: str, *, expect: Any, records: list[Row] | None = None, **details: Any) -> Callable[[Any], Any]:
    """Enter the decorated scenario into the list of cases."""

    def enter(run: Callable[[Bench], Any]) -> Callable[[Bench], Any]:
        entered = Case(title, run, expect, tuple(records or ()), **details)
        if entered.needs is None or _installed(Requirement(entered.needs)):
            CASES.append(entered)
        return run

    return enter


def _installed(wanted: Requirement) -> bool:
    return version(wanted.name) in wanted.specifier


def event(name: str, **cells: Any) -> Row:
    """Return the row of an event that was handled."""
    return {"kind": "event", "direction": "in", "event": name, "status": "handled", **cells}


def emit(name: str, **cells: Any) -> Row:
    """Return the row of an emit."""
    return {"kind": "emit", "direction": "out", "event": name, **cells}
