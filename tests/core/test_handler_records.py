"""Records of handlers."""

from __future__ import annotations

import ast
import inspect

from sio_lab.core import handler_records
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.traffic import is_row


def test_they_are_found_among_the_records() -> None:
    kinds = {name for name, item in vars(handler_records).items() if inspect.isclass(item) and item is not r.Record}
    assert kinds == {"HandlerRegistered", "HandlerCovers", "HandlerRemoved"}
    assert all(getattr(r, name) is getattr(handler_records, name) for name in kinds)


def test_each_field_has_a_line_of_its_own() -> None:
    tree = ast.parse(inspect.getsource(handler_records))
    lines = [item.lineno for item in ast.walk(tree) if isinstance(item, ast.AnnAssign)]
    assert len(lines) == len(set(lines))


def test_they_make_no_row() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "chat", "on_chat"))
    log.append(r.HandlerCovers("/", "chat", "other"))
    log.append(r.HandlerRemoved("/", "chat"))
    assert not any(map(is_row, log.since()))
