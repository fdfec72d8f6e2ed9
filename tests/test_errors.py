"""Errors of ours: one tree, drawn at the top of its file, and no frames of ours when IPython shows them."""

from __future__ import annotations

import inspect

import pytest

from sio_lab import errors
from sio_lab.core.log import Log
from sio_lab.core.targets import resolve

OURS = [item for item in vars(errors).values() if inspect.isclass(item) and issubclass(item, Exception)]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_each_stands_in_the_drawing_under_its_base(kind: type[Exception]) -> None:
    lines = (errors.__doc__ or "").splitlines()
    [place] = [number for number, line in enumerate(lines) if line.lstrip("│├└─ ").split(" ")[0] == kind.__name__]
    depth = indent(lines[place])
    above = [line for line in lines[:place] if line and indent(line) < depth]
    parent = above[-1].lstrip("│├└─ ").split(" ")[0] if kind is not errors.LabError else "Exception"
    assert kind.__mro__[1].__name__ == parent


def indent(line: str) -> int:
    return len(line) - len(line.lstrip("│├└─ "))


def test_none_has_a_builtins_name() -> None:
    assert not {kind.__name__ for kind in OURS} & set(
        vars(__builtins__) if inspect.ismodule(__builtins__) else __builtins__
    )


def test_all_are_exported() -> None:
    assert sorted(errors.__all__) == sorted(kind.__name__ for kind in OURS)


def test_a_refusal_carries_message_and_data() -> None:
    error = errors.ClientRefused("ada was refused", "no", {"code": 1})
    assert (str(error), error.message, error.data) == ("ada was refused", "no", {"code": 1})


def test_what_ipython_shows_has_the_readers_lines_and_none_of_ours() -> None:
    with pytest.raises(errors.TargetError) as caught:
        resolve(Log().state, "nobody")
    shown = caught.value._render_traceback_()
    assert shown[-1].startswith("TargetError: 'nobody' names nobody")
    assert any("test_errors.py" in line for line in shown)
    assert not any("targets.py" in line for line in shown)
