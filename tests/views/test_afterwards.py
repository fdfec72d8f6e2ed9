"""What is offered for a row once it has happened."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sio_lab.core.log import Log
from sio_lab.core.reason import Why
from sio_lab.errors import LabError
from sio_lab.views.afterwards import NOTHING, Afterwards, file_name, filter_of
from sio_lab.views.row import TrafficRow, find
from tests import factories as make

LINE = SimpleNamespace(label="status", before="raised", now="handled", differs=True)
ALL = Afterwards(
    why=lambda seq: Why(seq, "event", f"about {seq}"),
    replay=lambda _seq: [SimpleNamespace(lines=[LINE], notes=[])],
    export=lambda words: f"# {words}",
    has_cells=True,
)


def rows(name: str | None = "ada") -> dict[str, TrafficRow]:
    """Return a row of each sort."""
    log = Log()
    connect = make.connect(log, make.ADA, name=name)
    fine, broken, unknown = (make.receive(log, make.ADA, "chat") for _ in range(3))
    make.handle(log, fine, handler="chat")
    make.handle(log, broken, "raised", handler="chat", error="KeyError: 'a'")
    make.handle(log, unknown, "no-handler")
    emit = make.emit(log, "news")
    named: dict[str, Any] = {"connect": connect, "fine": fine, "broken": broken, "unknown": unknown, "emit": emit}
    return {key: find(log, record.seq) for key, record in named.items()}


def test_each_row_is_offered_what_suits_it() -> None:
    offered = {key: ALL.can(row) for key, row in rows().items()}
    assert offered == {
        "connect": ["why", "replay"],
        "fine": ["why", "replay", "export", "rerun"],
        "broken": ["why", "replay", "export", "debug", "rerun"],
        "unknown": ["why", "replay", "export"],
        "emit": ["why"],
    }
    assert ALL.names == ["why", "replay", "export"]


def test_what_is_not_there_is_not_offered() -> None:
    assert [NOTHING.can(row) for row in rows().values()] == [[]] * 5
    assert NOTHING.names == []
    capture = Afterwards(why=ALL.why, replay=ALL.replay)
    assert capture.can(rows()["broken"]) == ["why", "replay"]
    with pytest.raises(LabError, match="can't export tests"):
        capture.exported(rows()["fine"], "pytest")


def test_each_is_told_for_its_row() -> None:
    row = rows()["broken"]
    assert ALL.explained(row)["headline"] == f"about {row.seq}"
    assert ALL.replayed(row)["differing"] == [["status", "raised", "handled"]]
    assert ALL.exported(row, "pytest") == {"name": "test_ada.py", "text": "# client:ada"}
    with pytest.raises(LabError, match="not as 'asyncapi'"):
        ALL.exported(row, "asyncapi")


@pytest.mark.parametrize(
    ("name", "words", "file"),
    [
        ("ada", "client:ada", "test_ada.py"),
        ("Ada-2", "client:Ada-2", "test_ada_2.py"),
        ("../ada sid:x", f"sid:{make.ADA}", "test_ada_sid_x.py"),
        ("爱达", f"sid:{make.ADA}", "test_client.py"),
        (None, f"sid:{make.ADA}", f"test_{make.ADA[:8].lower()}.py"),
    ],
)
def test_a_client_is_told_by_name_or_by_sid(name: str | None, words: str, file: str) -> None:
    row = rows(name)["fine"]
    assert (filter_of(row), file_name(row)) == (words, file)


def test_where_the_client_is_not_known_there_is_no_test_to_make() -> None:
    with pytest.raises(LabError, match="does not tell which client"):
        filter_of(rows()["emit"])
