from __future__ import annotations

from typing import Any

import pytest

from sio_lab.commands.parse import parse
from sio_lab.commands.table_debugging import DEBUGGING, KEEPING
from sio_lab.errors import Usage


@pytest.mark.parametrize(
    ("line", "arguments", "options"),
    [
        ("why", (), {}),
        ("why last", ("last",), {}),
        ("why 7", (7,), {}),
        ("replay 7 9 --speed 2", (7, 9), {"speed": 2}),
        (
            "replay 7 --live --timeout 0.5 --from lesson.sio",
            (7,),
            {"live": True, "timeout": 0.5, "source": "lesson.sio"},
        ),
        ("rerun 7 --live", (7,), {"live": True}),
        ("debug", (), {}),
        ("record", (), {}),
        ("record lesson.sio", ("lesson.sio",), {}),
        ("diff a.sio b.sio", ("a.sio", "b.sio"), {}),
    ],
)
def test_a_line_says_which_rows_and_files_are_meant(line: str, arguments: tuple[Any, ...], options: Any) -> None:
    command = parse(line)
    assert command.arguments == arguments
    assert command.options == options


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("why first", "A number is expected here"),
        ("replay", "replay needs N"),
        ("replay 7 --speed 0", "A speed is a number above 0"),
        ("replay 7 --speed quick", "A speed is a number above 0"),
        ("save", "save needs FILE"),
        ("diff a.sio", "diff needs FILE"),
    ],
)
def test_a_slip_is_told(line: str, said: str) -> None:
    with pytest.raises(Usage, match=said):
        parse(line)


def test_no_verb_is_in_both_groups() -> None:
    assert {verb.name for verb in DEBUGGING}.isdisjoint(verb.name for verb in KEEPING)
