from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core.steady import Steady

NOW = 1_764_396_000_123_456_789
ADA, BEN = "QxM-3nFzJ_wAAAB", "Zk9pQ-XoEe0AAAC"


def steady() -> Steady:
    return Steady({ADA, BEN, ""}, NOW, NOW)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (ADA, "'<sid 1>'"),
        ([ADA, BEN, ADA], "['<sid 1>', '<sid 2>', '<sid 1>']"),
        ({ADA: f"{ADA} says hi"}, "{'<sid 1>': '<sid 1> says hi'}"),
        (f"{ADA}x", f"'{ADA}x'"),
        *((NOW // unit, "<time>") for unit in (1, 10**3, 10**6, 10**9)),
        (NOW / 10**9, "<time>"),
        (NOW // 10**9 - 10 * 86_400, str(NOW // 10**9 - 10 * 86_400)),
        *((True, "True"), (7, "7"), (None, "None"), (float("nan"), "nan")),
        ("at 2026-11-29T06:00:00.5Z", "'at <time>'"),
        ("0a1b2c3d-0000-4000-8000-0123456789ab", "'<uuid>'"),
        ("<Room at 0x7f00deadbeef>", "'<Room at <address>>'"),
    ],
)
def test_what_is_volatile_is_replaced(value: Any, text: str) -> None:
    assert steady().written(value) == text


def test_keys_are_sorted_and_lists_are_not() -> None:
    assert steady().written({"b": 1, "a": 2}) == steady().written({"a": 2, "b": 1})
    assert steady().written([1, 2]) != steady().written([2, 1])


def test_bytes_differ_by_what_is_in_them() -> None:
    assert steady().written(b"a" * 10**6) != steady().written(b"b" * 10**6)
    assert len(steady().written(b"a" * 10**6)) < 50


def test_what_is_nested_deeply_is_cut() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    assert "…" in steady().written(deep)


def test_a_line_counts_its_own_sids() -> None:
    assert steady().line(f"{BEN}: no {ADA}") == "<sid 1>: no <sid 2>"
