"""Records of background tasks."""

from __future__ import annotations

import ast
import inspect

import pytest

from sio_lab.core import records as r
from sio_lab.core import task_records
from sio_lab.core.log import Log
from sio_lab.core.traffic import is_row, merge
from tests import factories as make


def test_they_are_found_among_the_records() -> None:
    kinds = {name for name, item in vars(task_records).items() if inspect.isclass(item) and item is not r.Record}
    assert kinds == {"TaskStarted", "TaskLingers", "TaskEnded"}
    assert all(getattr(r, name) is getattr(task_records, name) for name in kinds)


def test_each_field_has_a_line_of_its_own() -> None:
    tree = ast.parse(inspect.getsource(task_records))
    lines = [item.lineno for item in ast.walk(tree) if isinstance(item, ast.AnnAssign)]
    assert len(lines) == len(set(lines))


def test_they_make_no_row_and_are_part_of_none() -> None:
    log = Log()
    task = make.start_task(log, "tick")
    log.append(r.TaskLingers(task.seq, "it never calls socketio.sleep"))
    log.append(r.TaskEnded(task.seq, "ended"))
    merged = merge(log.since())
    assert not any(map(is_row, log.since()))
    assert (merged.rows, merged.handled, merged.acks) == ([], {}, {})


@pytest.mark.parametrize("field", ["error", "traceback", "hint"])
def test_text_of_a_failure_counts(field: str) -> None:
    plain = r.TaskEnded(1, "finished")
    assert r.TaskEnded(1, "raised", **{field: "x" * 500}).size - plain.size == 500
