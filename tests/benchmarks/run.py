"""A run: all that was measured, and on what; kept as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Spread, ratios, spread

LAST_RUN = Path(__file__).with_name("last_run.json")
_SPREAD_LIST = re.compile(r"\[[^\[\]{}]*\]")
BASE = "plain"
"""The server that others are compared with."""


@dataclass
class Run:
    """All figures are lists: one value for each round, or for each repetition."""

    machine: dict[str, Any]
    settings: dict[str, Any]
    servers: dict[str, str] = field(default_factory=dict)
    """Server -> what it is made of."""

    rows: dict[str, dict[str, dict[str, list[float]]]] = field(default_factory=dict)
    """Row -> server -> name of the figure -> values."""

    lab: dict[str, list[float]] = field(default_factory=dict)
    """What is measured of the lab alone: name of the figure -> values."""

    def values(self, row: str, server: str, figure: str) -> list[float]:
        """Return the values of one figure; none where it was not measured."""
        return self.rows.get(row, {}).get(server, {}).get(figure, [])

    def median(self, row: str, server: str, figure: str) -> float | None:
        """Return the median over the rounds."""
        values = self.values(row, server, figure)
        return spread(values).median if values else None

    def ratio(self, row: str, server: str, figure: str) -> Spread | None:
        """Return how a server compares with the plain one, round by round."""
        values, base = self.values(row, server, figure), self.values(row, BASE, figure)
        return spread(ratios(values, base)) if values and base else None

    def save(self, path: Path = LAST_RUN) -> None:
        """Write it down."""
        path.write_text(f"{_SPREAD_LIST.sub(_on_one_line, json.dumps(asdict(self), indent=1))}\n")


def _on_one_line(found: re.Match[str]) -> str:
    return " ".join(found[0].split()).replace("[ ", "[").replace(" ]", "]")


def load(path: Path = LAST_RUN) -> Run:
    """Read what was saved."""
    return Run(**json.loads(path.read_text()))
