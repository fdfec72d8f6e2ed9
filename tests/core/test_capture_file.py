"""Saving: all at once or not at all, and never over what is no capture."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from sio_lab.core.capture_file import Origin, is_capture, save
from sio_lab.core.capture_reading import open_capture
from sio_lab.core.log import Log
from sio_lab.errors import LabError
from tests import factories as made

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = Origin("sio_lab test")


@pytest.fixture
def log() -> Log:
    log = Log()
    made.connect(log, made.ADA, name="ada")
    event = made.receive(log, made.ADA, "chat", {"a": 1}, b"pixels", ack_id=3)
    made.handle(log, event, "raised", error="KeyError: 'x'")
    return log


def test_other_tools_read_it(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "lesson.sio"
    assert save(log, path, ORIGIN) == len(log)
    with closing(sqlite3.connect(path)) as base:
        traffic = pd.read_sql("SELECT * FROM traffic", base).set_index("seq")
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert base.execute("SELECT data FROM attachments").fetchall() == [(b"pixels",)]
    row = traffic.loc[8]
    assert (row.kind, row.direction, row.event, row.sid) == ("event", "in", "chat", made.ADA)
    assert (row.status, row.error) == ("raised", "KeyError: 'x'")
    assert row.payload.startswith('51-3["chat",{"a":1}')
    assert is_capture(path)
    assert [file.name for file in tmp_path.iterdir()] == ["lesson.sio"]


def test_a_capture_is_replaced(log: Log, tmp_path: Path) -> None:
    path = tmp_path / "lesson.sio"
    save(Log(), path, ORIGIN)
    save(log, path, ORIGIN)
    assert open_capture(path).log.since() == log.since()


def test_a_log_that_dropped_its_oldest_is_kept_as_it_is(tmp_path: Path) -> None:
    log = Log(max_records=10)
    made.connect(log, made.ADA, name="ada")
    for number in range(50):
        made.receive(log, made.ADA, "chat", number)
    save(log, tmp_path / "x.sio", ORIGIN)
    opened = open_capture(tmp_path / "x.sio")
    assert opened.log.since() == log.since()
    assert opened.log.dropped == log.dropped
    assert list(opened.log.state.clients) == [made.ADA]


def test_what_is_no_capture_is_never_replaced(log: Log, tmp_path: Path) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("mine")
    base = tmp_path / "other.db"
    with closing(sqlite3.connect(base)) as connection:
        connection.execute("CREATE TABLE mine (x)")
    for path in (other, base, tmp_path):
        with pytest.raises(LabError, match="is there already, and no capture: choose another name"):
            save(log, path, ORIGIN)
    assert other.read_text() == "mine"


def test_a_folder_that_is_missing_is_told(log: Log, tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"There is no folder .* for 'x.sio': make it first"):
        save(log, tmp_path / "nowhere" / "x.sio", ORIGIN)


def test_a_disk_that_is_full_leaves_what_was_there(log: Log, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lesson.sio"
    save(Log(), path, ORIGIN)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("sio_lab.core.capture_file.CaptureFile.write", full)
    with pytest.raises(LabError, match=r"can't be written: database or disk is full\. Make room on the disk"):
        save(log, path, ORIGIN)
    assert path.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 1
