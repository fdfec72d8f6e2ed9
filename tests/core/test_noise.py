from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.noise import changed_timings, p95


def told(before: list[float], after: list[float]) -> list[str]:
    return [name for name, _, _ in changed_timings(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([], [5.0], []),
        ([2.0] * 5, [4.0] * 5, ["ms"]),
        ([4.0] * 5, [2.0] * 5, ["ms"]),
        ([2.0] * 5, [2.8] * 5, []),  # not 1.5 times as long
        ([0.1] * 5, [0.9] * 5, []),  # not 1 ms more
        ([2.0, 2.0, 2.0, 9.0, 9.0], [2.0, 2.0, 9.0, 9.0, 9.0], []),  # which is chance
        ([2.0, 3.0] * 20 + [90.0], [9.0, 8.0] * 20 + [1.0], ["ms"]),  # which is none
        ([2.0], [4.0], []),  # too few to tell
        ([2.0], [2_000.0], ["ms"]),  # but that is plain
        ([2.0, 1_900.0], [2_000.0], []),
    ],
)
def test_a_median_has_changed_beyond_noise(before: list[float], after: list[float], expected: list[str]) -> None:
    assert told(before, after) == expected


def test_the_slowest_few_count_where_there_are_enough() -> None:
    steady, spiky = [2.0] * 60, [2.0] * 54 + [50.0] * 6
    assert told(steady, spiky) == ["p95_ms"]
    assert told(steady[:20], spiky[-20:][:14] + [50.0] * 2) == []


def test_another_throw_of_the_same_dice_is_no_change() -> None:
    dice = np.random.default_rng(7)
    for count in (8, 30, 100) * 100:
        before, after = dice.lognormal(1, 0.5, (2, count)).tolist()
        assert told(before, after) == []


@given(st.lists(st.floats(0, 1e4), max_size=60), st.lists(st.floats(0, 1e4), max_size=60))
def test_either_way_round_the_same_has_changed(before: list[float], after: list[float]) -> None:
    there, back = list(changed_timings(before, after)), list(changed_timings(after, before))
    assert there == [(name, was, now) for name, now, was in back]
    assert list(changed_timings(before, before)) == []


def test_the_95th_percentile_is_near_the_end() -> None:
    assert p95([float(number) for number in range(101)]) == 95
