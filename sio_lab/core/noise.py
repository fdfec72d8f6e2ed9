"""When a timing has changed, and is not merely another throw of the same dice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import sqrt
from statistics import median, quantiles
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RATIO = 1.5
LEAST_MS = 1.0
ENOUGH = 5
"""A median counts from so many durations on: the slower one must be 1.5 times the other and 1 ms more, and the two must
be told apart by order, too: all of the slow ones beyond all of the fast ones, or a rank sum that is no chance."""

NO_CHANCE = 3.5
"""How far the rank sum (Mann and Whitney's) must be off, in standard deviations: once in 4,000 for two equal ones."""

FEW_RATIO = 3
FEW_MS = 100.0
"""Of fewer, the fastest of the slow ones must be 3 times the slowest of the fast ones, and 100 ms more."""

ENOUGH_FOR_P95 = 50
P95_RATIO = 2
"""A 95th percentile counts from 50 durations on, where it doubles: the slowest few are chance."""


def changed_timings(before: Sequence[float], after: Sequence[float]) -> Iterator[tuple[str, float, float]]:
    """Yield what has changed of some durations in milliseconds: `ms` for the median, `p95_ms`, before and after."""
    if not before or not after:
        return
    fast, slow = sorted((before, after), key=median)
    is_enough = min(len(before), len(after)) >= ENOUGH
    if _is_slower(fast, slow) if is_enough else _is_much_slower(fast, slow):
        yield "ms", median(before), median(after)
    if min(len(before), len(after)) >= ENOUGH_FOR_P95:
        ends = p95(before), p95(after)
        if max(ends) >= P95_RATIO * min(ends) and max(ends) - min(ends) >= LEAST_MS:
            yield "p95_ms", *ends


def p95(durations: Sequence[float]) -> float:
    """Return the 95th percentile of at least two durations."""
    return quantiles(durations, n=20, method="inclusive")[-1]


def _is_slower(fast: Sequence[float], slow: Sequence[float]) -> bool:
    low, high = median(fast), median(slow)
    return high >= RATIO * low and high - low >= LEAST_MS and _is_no_chance(fast, slow)


def _is_no_chance(fast: Sequence[float], slow: Sequence[float]) -> bool:
    if max(fast) < min(slow):
        return True
    ordered, pairs = sorted(fast), len(fast) * len(slow)
    wins = sum(bisect_left(ordered, each) + bisect_right(ordered, each) for each in slow) / 2
    deviation = sqrt(pairs * (len(fast) + len(slow) + 1) / 12)
    return wins - pairs / 2 >= NO_CHANCE * deviation


def _is_much_slower(fast: Sequence[float], slow: Sequence[float]) -> bool:
    return min(slow) >= FEW_RATIO * max(fast) and min(slow) - max(fast) >= FEW_MS
