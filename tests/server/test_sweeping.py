from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.core.running import LONGER_THAN_SECONDS
from sio_lab.server import sweeping
from sio_lab.server.sweeping import MOST_TOLD, Sweeper

if TYPE_CHECKING:
    from tests.server.sheet import Sheet


@pytest.fixture
def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be an hour later than it is."""
    later = time.time_ns() + int((LONGER_THAN_SECONDS + 3600) * 1e9)
    monkeypatch.setattr(sweeping, "time", SimpleNamespace(time_ns=lambda: later))


def running(sheet: Sheet, count: int) -> None:
    for number in range(count):
        sheet.log.append(r.EventReceived("/", f"loop{number}", None, "eio", number, r.NO_WIRE))


@pytest.mark.usefixtures("late")
def test_a_handler_that_runs_on_is_told_of_once(sheet: Sheet) -> None:
    sweeper = Sweeper(sheet.log, sheet.cells, sheet.stage.tasks)
    running(sheet, 1)
    (told,) = sweeper.news()
    assert "handler 'loop0'" in told
    assert "is still running" in told
    assert "socketio.start_background_task" in told
    assert sweeper.news() == []


@pytest.mark.usefixtures("late")
def test_of_many_handlers_that_run_on_a_few_are_named(sheet: Sheet) -> None:
    running(sheet, MOST_TOLD + 7)
    told = sheet.stage.news()
    assert len(told) == MOST_TOLD + 1
    assert told[-1] == "7 more handlers run on: %sio status."


def test_a_handler_that_has_just_begun_is_not_told_of(sheet: Sheet) -> None:
    running(sheet, 1)
    assert sheet.stage.news() == []


def test_what_is_served_stays_while_its_program_is_run_again_piece_by_piece(sheet: Sheet) -> None:
    sheet.run("1", "app = Flask('shop')")
    sheet.run("2", "socketio = SocketIO(app)\nsocketio.run(app)")
    sheet.run("3", "@app.route('/')\ndef index():\n    return 'one'\n@app.route('/old')\ndef old(): ...")
    sheet.run("1", "app = Flask('shop')")
    assert sheet.run("3", "@app.route('/')\ndef index():\n    return 'two'") == []
    assert sheet.get() == (200, "one")
    sheet.run("2", "socketio = SocketIO(app)\nsocketio.run(app)")
    assert (sheet.get(), sheet.get("/old")[0]) == ((200, "two"), 404)


def test_a_run_without_an_id_of_its_cell_is_not_remembered(sheet: Sheet) -> None:
    sweeper = Sweeper(sheet.log, sheet.cells, sheet.stage.tasks)
    owner = sheet.cells.mint("cell", "In [1]")
    sweeper.sweep(owner, [])
    sweeper.sweep(replace(owner, cell="other", anonymous=True), [])
    assert list(sweeper._ended) == ["cell"]
    assert sweeper.drop("cell", []) == []
    assert not sweeper._ended
