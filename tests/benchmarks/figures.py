"""The few statistics that the benchmark needs."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def percentile(ordered: Sequence[float], percent: float) -> float:
    """Return the value that so many percent of ordered values do not exceed, by nearest rank."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(int(rank), 1) - 1]


def significant(value: float) -> float:
    """Return a figure without digits that mean nothing."""
    return float(f"{value:.5g}")


@dataclass(frozen=True)
class Spread:
    """The median of several runs, with the least and the greatest."""

    median: float
    least: float
    most: float


def spread(values: Sequence[float]) -> Spread:
    """Return the spread of values; there is at least one."""
    return Spread(statistics.median(values), min(values), max(values))


def ratios(values: Sequence[float], base: Sequence[float]) -> list[float]:
    """Return value by base, round by round: what disturbs the machine for a while disturbs both."""
    return [value / beside for value, beside in zip(values, base, strict=True)]
