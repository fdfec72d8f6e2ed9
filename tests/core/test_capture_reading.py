"""Opening: every record as it was; and of what is damaged, newer or no capture, a clear error and what can be read."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab import tables
from sio_lab.core.capture_file import Origin, save
from sio_lab.core.capture_reading import open_capture
from sio_lab.core.log import Log
from sio_lab.errors import LabError
from tests import factories as made
from tests.core.any_record import FULL_RECORDS

ORIGIN = Origin("sio_lab test")


def lesson(count: int = 300) -> Log:
    log = Log()
    made.connect(log, made.ADA, name="ada")
    for number in range(count):
        made.handle(log, made.receive(log, made.ADA, "chat", {"text": "hello " * 10, "n": number}, ack_id=number))
    return log


@cache
def saved() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.sio")
        save(lesson(), path, ORIGIN)
        return path.read_bytes()


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as base, base:
        base.execute(statement)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "x.sio"
    path.write_bytes(saved())
    return path


def lead_in_a_circle(path: Path, place: str) -> None:
    """Have the page that leads to those of the records lead to itself, from one place on."""
    with closing(sqlite3.connect(path)) as base:
        (root,) = base.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'records'").fetchone()
        (size,) = base.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    begin = (root - 1) * size
    assert content[begin] == 5, "a page of a table that leads to others"
    count = int.from_bytes(content[begin + 3 : begin + 5], "big")
    starts = [int.from_bytes(content[begin + 12 + 2 * n : begin + 14 + 2 * n], "big") for n in range(count)]
    from_here = starts[count // 2 :] if place == "middle" else []
    for at in [*(begin + start for start in from_here), begin + 8]:
        content[at : at + 4] = root.to_bytes(4, "big")
    path.write_bytes(content)


@settings(max_examples=25)
@given(FULL_RECORDS)
def test_every_record_is_equal_after_save_and_open(records: list[Any]) -> None:
    log = Log()
    for record in records:
        log.append(record)
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.sio")
        save(log, path, ORIGIN)
        opened = open_capture(path)
    assert opened.notes == []
    assert list(map(repr, opened.log.since())) == list(map(repr, log.since()))
    for table in (tables.clients, tables.rooms, tables.namespaces, tables.handlers, tables.tasks, tables.traffic):
        assert repr(list(table(opened.log))) == repr(list(table(log)))


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_file_with_damage_anywhere_is_opened_or_refused_in_words(data: st.DataObject) -> None:
    content = bytearray(saved())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    content = content[: data.draw(st.just(len(content)) | st.integers(0, len(content)))]
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.sio")
        path.write_bytes(content)
        for partly in (False, True):
            try:
                opened = open_capture(path, partly=partly)
            except LabError:
                continue
            else:
                assert len(tables.traffic(opened.log)) <= len(opened.log)
                assert repr(tables.clients(opened.log))
                assert repr(tables.traffic(opened.log))


def test_garbage_in_the_middle_leaves_the_rest_readable(path: Path) -> None:
    content = bytearray(saved())
    middle = len(content) // 2 // 8192 * 8192
    content[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(content)
    with pytest.raises(LabError, match=r"is damaged: .*partly=True"):
        open_capture(path)
    opened = open_capture(path, partly=True)
    assert 300 < len(opened.log) < 607
    assert any("records could be read, of 607" in note for note in opened.notes)


@pytest.mark.parametrize(("place", "least"), [("middle", 200), ("last", 500)])
def test_pages_that_lead_in_a_circle_are_followed_once(path: Path, place: str, least: int) -> None:
    lead_in_a_circle(path, place)
    with pytest.raises(LabError, match="is damaged"):
        open_capture(path)
    opened = open_capture(path, partly=True)
    seqs = [record.seq for record in opened.log.since()]
    assert seqs == sorted(set(seqs))
    assert len(seqs) >= least
    # Else the same rows come again and again, a thousand times as many as there are.
    assert opened.notes[1:] == [
        "In 1 place the file could not be read.",
        f"{len(seqs)} records could be read, of 607.",
    ]


@pytest.mark.parametrize("content", [b"", b"not SQLite at all", b"SQLite format 3\0"])
def test_what_is_no_capture_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(LabError, match="is no capture of sio_lab"):
        open_capture(path)


def test_another_database_is_told(tmp_path: Path) -> None:
    change(tmp_path / "other.db", "CREATE TABLE mine (x)")
    with pytest.raises(LabError, match="is no capture of sio_lab"):
        open_capture(tmp_path / "other.db")


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="There is no file"):
        open_capture(tmp_path / "none.sio")


def test_a_newer_capture_says_what_made_it_and_offers_the_readable_part(path: Path) -> None:
    change(path, "PRAGMA user_version = 2")
    change(path, "UPDATE meta SET value = 'sio_lab 9.1' WHERE key = 'made_by'")
    change(path, "UPDATE records SET kind = 'Teleported' WHERE seq > 597")
    with pytest.raises(LabError, match=r"made by sio_lab 9\.1, in version 2 .* partly=True"):
        open_capture(path)
    opened = open_capture(path, partly=True)
    assert len(opened.log) == 597
    assert any("10 of kind Teleported" in note for note in opened.notes)


def test_without_its_state_the_tables_are_folded_from_what_is_there(path: Path) -> None:
    change(path, "DELETE FROM state WHERE part = 'clients'")
    opened = open_capture(path)
    assert [row["client"] for row in tables.clients(opened.log)] == ["ada"]
    assert "can't be read" in opened.notes[0]


def test_rows_that_are_missing_are_noticed(path: Path) -> None:
    change(path, "DELETE FROM records WHERE seq BETWEEN 100 AND 200")
    with pytest.raises(LabError, match="of 607 records, 506 are there"):
        open_capture(path)
    assert open_capture(path, partly=True).log.missing == 101


def test_a_view_without_end_in_the_place_of_a_table_is_refused(path: Path) -> None:
    change(path, "DROP TABLE records")
    change(path, "CREATE VIEW records AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x FROM n")
    for partly in (False, True):
        with pytest.raises(LabError, match="it has no table records"):
            open_capture(path, partly=partly)
