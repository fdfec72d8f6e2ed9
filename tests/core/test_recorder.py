"""Recording: on disk within 250 ms, whole after a kill, and never in the way of what is recorded."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from sio_lab.core import records as r
from sio_lab.core.capture_file import Origin
from sio_lab.core.capture_reading import open_capture
from sio_lab.core.log import Log
from sio_lab.core.recorder import Recorder
from sio_lab.errors import LabError
from tests import factories as made

ORIGIN = Origin("sio_lab test")
ROOT = Path(__file__).parents[2]


def start(log: Log, path: Path, said: list[str] | None = None) -> Recorder:
    return Recorder(log, path, ORIGIN, (said if said is not None else []).append)


def test_what_comes_is_recorded_and_the_state_before_it_is_known(tmp_path: Path) -> None:
    log, path = Log(), tmp_path / "x.sio"
    made.connect(log, made.ADA, name="ada")
    recorder = start(log, path)
    assert recorder.is_on
    made.receive(log, made.ADA, "chat", 1)
    recorder.stop()
    recorder.stop()
    made.receive(log, made.ADA, "chat", 2)
    opened = open_capture(path)
    assert opened.log.since() == log.since(7, 8)
    assert [client.events_in for client in opened.log.state.clients.values()] == [1]
    assert (opened.meta["complete"], recorder.count, recorder.is_on) == ("yes", 1, False)
    assert [file.name for file in tmp_path.iterdir()] == ["x.sio"]
    assert "sio_lab-recorder" not in {thread.name for thread in threading.enumerate()}


def test_killed_in_the_middle_it_is_whole_and_lacks_250_ms_at_most(tmp_path: Path) -> None:
    path = tmp_path / "x.sio"
    command = [sys.executable, "-m", "tests.core.recorded_process", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(200)]
        process.kill()
        lines += process.stdout.readlines()
    printed = [tuple(map(int, line.split())) for line in lines if line.endswith("\n")]
    last_seq, last_at = printed[-1]
    opened = open_capture(path)
    kept = opened.log.last_seq
    lost = [at for seq, at in printed if seq > kept]
    assert kept > 0
    assert not lost or last_at - lost[0] <= 250_000_000
    assert [record.seq for record in opened.log.since()] == list(range(1, kept + 1))
    assert kept <= last_seq + 20
    assert opened.meta["complete"] == "no"
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "x.sio"
    start(Log(), path).stop()
    before = path.read_bytes()
    with pytest.raises(LabError, match="is a capture already: record to another name"):
        start(Log(), path)
    assert path.read_bytes() == before
    with pytest.raises(LabError, match="There is no folder"):
        start(Log(), tmp_path / "nowhere" / "x.sio")


def test_records_that_left_the_log_too_soon_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.recorder.EVERY", 60)
    log, path = Log(max_records=10), tmp_path / "x.sio"
    recorder = start(log, path)
    for _ in range(100):
        log.append(r.PingAnswered("eio", 1.0))
    recorder.stop()
    opened = open_capture(path)
    assert (recorder.count, recorder.missing, opened.meta["missing"]) == (10, 90, "90")
    assert opened.log.since() == log.since()


def test_a_write_that_fails_ends_the_recording_is_said_once_and_the_log_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, path, said = Log(), tmp_path / "x.sio", list[str]()
    has_failed = threading.Event()

    def full(*_: Any) -> None:
        has_failed.set()
        raise sqlite3.OperationalError("database or disk is full")

    recorder = start(log, path, said)
    monkeypatch.setattr("sio_lab.core.capture_file.CaptureFile.write", full)
    log.append(r.PingAnswered("eio", 1.0))
    assert has_failed.wait(5)
    recorder.stop()
    log.append(r.PingAnswered("eio", 1.0))
    assert len(said) == 1
    assert "has ended after 0 records: database or disk is full. Make room" in said[0]
    assert (len(log), recorder.is_on, len(open_capture(path).log)) == (2, False, 0)


def test_it_can_be_read_while_it_grows(tmp_path: Path) -> None:
    log, path = Log(), tmp_path / "x.sio"
    recorder = start(log, path)
    log.append(r.PingAnswered("eio", 1.0))
    opened = open_capture(path)
    assert opened.meta["complete"] == "no"
    recorder.stop()
    assert len(open_capture(path).log) == 1
