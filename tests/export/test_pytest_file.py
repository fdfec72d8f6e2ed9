from __future__ import annotations

import ast

import pytest

from sio_lab.core.log import Log
from sio_lab.core.wire import decode
from sio_lab.errors import LabError
from sio_lab.export import pytest_file as module
from sio_lab.export.furniture import Ends
from sio_lab.export.program import Program
from sio_lab.export.pytest_file import MARKER, Taken, TestFile, pytest_file
from tests import factories as make
from tests.export.played import ADA, hello, two

PROGRAM = Program("from chat import app, socketio\n", Ends("app", "socketio"), frozenset(), ("import first", ""))


def made(log: Log) -> TestFile:
    chosen = {record.seq for record in log.since()}
    return pytest_file(Taken(log.since(), chosen, log.state, decode), PROGRAM)


def test_a_file_has_a_marker_the_program_and_the_tests() -> None:
    log = two()
    hello(log)
    file = made(log)
    assert file.text.startswith(MARKER)
    assert (file.tests, file.steps, file.clients) == (1, 3, 2)
    assert file.text.index("import first") < file.text.index("import pytest") < file.text.index("from chat import")
    assert [node.name for node in ast.parse(file.text).body if isinstance(node, ast.FunctionDef)][-1].startswith(
        "test_"
    )


def test_what_is_left_out_is_told_at_the_top() -> None:
    log = two()
    make.emit(log, "news", recipients=(ADA,), origin="cell")
    hello(log)
    file = made(log)
    assert file.left_out == {"an emit of a cell": 1}
    assert "- 1 x an emit of a cell\n" in file.text


def test_where_nothing_can_be_tested_that_is_told() -> None:
    log = Log()
    make.receive(log, ADA, "still runs")
    with pytest.raises(LabError, match=r"There is nothing to test.*1 x an event whose handler had not ended"):
        made(log)


def test_too_many_steps_make_no_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 1)
    with pytest.raises(LabError, match="Choose fewer rows"):
        made(two())
