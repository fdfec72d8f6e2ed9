"""All rows on all servers, round by round: what disturbs the machine for a while disturbs all of them alike."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from tests.benchmarks.figures import significant
from tests.benchmarks.processes import Server
from tests.benchmarks.servers.control import COMPUTE, REST

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.rows import Row

Figures: TypeAlias = "dict[str, dict[str, dict[str, list[float]]]]"
"""Row -> server -> name of the figure -> its value in each round."""


@dataclass
class Rounds:
    """What has been measured so far; `tell` hears of each step."""

    rows: Sequence[Row]
    names: Sequence[str]
    seconds: float
    tell: Callable[[str], object]
    figures: Figures = field(default_factory=dict)
    about: dict[str, str] = field(default_factory=dict)
    """Server -> what it is made of."""

    def run(self, number: int) -> None:
        """Measure each row on each server once; the order of the servers moves on by one each round."""
        shift = number % len(self.names)
        order = [*self.names[shift:], *self.names[:shift]]
        with ExitStack() as stack:
            servers = {name: stack.enter_context(Server(name)) for name in order}
            self.about |= {name: server.about for name, server in servers.items()}
            for row in self.rows:
                for name in order:
                    if name in row.servers:
                        self._measure(row, servers[name])

    def _measure(self, row: Row, server: Server) -> None:
        self.tell(f"{row.name} {server.name}")
        seconds = self.seconds * row.longer
        if row.fresh:
            with Server(server.name) as other:
                figures = other.measure(row.name, seconds)
        elif row.computing:
            server.tell(COMPUTE)
            figures = server.measure(row.name, seconds)
            server.tell(REST)
        else:
            figures = server.measure(row.name, seconds)
        kept = self.figures.setdefault(row.name, {}).setdefault(server.name, {})
        for name, value in figures.items():
            kept.setdefault(name, []).append(significant(value))
