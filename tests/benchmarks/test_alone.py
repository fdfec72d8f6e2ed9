"""The programs that measure the lab alone, with as little as they can do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sio_lab import tables
from sio_lab.core.log import Log
from tests.benchmarks.alone import appending, loading, log, starting
from tests.benchmarks.report import OF_THE_LAB

if TYPE_CHECKING:
    import pytest


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = json.loads(capsys.readouterr().out)
    assert set(figures) <= set(OF_THE_LAB)
    return figures


def test_the_log_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    log.main(300, 2)
    figures = printed(capsys)
    assert {name: len(values) for name, values in figures.items()} == {
        "record_bytes": 1,
        "df_small_s": 2,
        "frame_large_s": 2,
        "df_large_s": 1,
    }


def test_the_conversation_is_one_that_the_tables_understand() -> None:
    events = tables.traffic(log.filled(300)).where("event:echo").df
    assert len(events) == 100
    assert events["status"].tolist() == ["handled"] * 100
    assert len({repr(args) for args in events["args"]}) == 100
    assert all(args == ack for args, ack in zip(events["args"], events["ack"], strict=True))


def test_appends_are_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(appending, "Log", lambda: Log(max_records=100))
    monkeypatch.setattr(appending, "EVENTS", 50)
    assert len(appending.append_costs(3)) == 3


def test_starting_and_stopping_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    starting.main(1)
    figures = printed(capsys)
    assert {name: len(values) for name, values in figures.items()} == {
        "first_start_ms": 1,
        "start_ms": 1,
        "stop_ms": 2,
    }


def test_loading_is_measured_in_a_kernel() -> None:
    assert loading.loading() > 0
