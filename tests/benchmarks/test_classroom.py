"""The benchmark of a class, for a moment and with few students."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.benchmarks import bench_classroom

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_small_class_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    bench_classroom.main(["--runs", "1", "--students", "3", "--seconds", "0.5"])
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 8
    assert lines[0].startswith("3 students at once: scan to connected, p50")
    assert all(re.search(r" \d+\.\d\d( ms|x) \(\d+\.\d\d-\d+\.\d\d\)$", line) for line in lines)


def test_its_help_says_what_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench_classroom.main(["--help"])
    assert "From the scan to being connected" in capsys.readouterr().out


def test_a_wrong_code_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., object] = bench_classroom.join_all
    monkeypatch.setattr(bench_classroom, "join_all", lambda port, _code, students: real(port, "WRONG234", students))
    with pytest.raises(ConnectionError, match="403"):
        bench_classroom.measured(1, 0.1)
