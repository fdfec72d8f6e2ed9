"""The command itself, as quick as it can be."""

from __future__ import annotations

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.options import missing_for, parsed


@pytest.mark.filterwarnings("error")
def test_a_quick_run_prints_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    main(["--quick", "--only", "echo-1", "steady-busy", "--against", "plain", "lab"])
    out = capsys.readouterr().out
    assert "| echo, 1 client |" in out
    assert "| 200 events/s, computing |" in out
    assert "Share of its processor" in out
    assert '"processor"' in out


def test_only_whole_runs_are_saved(capsys: pytest.CaptureFixture[str]) -> None:
    for partial in (["--quick"], ["--only", "echo-1"], ["--against", "lab"]):
        with pytest.raises(SystemExit):
            parsed(["--save", *partial])
        assert "--save keeps whole runs" in capsys.readouterr().err


def test_what_is_not_asked_for_need_not_be_installed() -> None:
    assert missing_for(["plain", "lab", "plain-logger", "plain-admin"]) is None
    assert missing_for(["node"]) is None


def test_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.benchmarks.options.find_spec", lambda _name: None)
    assert ".[bench]" in (missing_for(["async"]) or "")
