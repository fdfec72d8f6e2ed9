from __future__ import annotations

import pytest

from sio_lab.errors import Usage
from sio_lab.export.program import of_module


def test_a_module_s_object_is_imported() -> None:
    program = of_module("lessons.chat:holder.sio", frozenset({"/x"}))
    assert program.text == "from lessons.chat import holder\n"
    assert (program.ends.app, program.ends.socketio) == ("holder.sio.sockio_mw.flask_app", "holder.sio")
    assert program.catching == {"/x"}


@pytest.mark.parametrize("where", ["chat", "chat:", ":sio", "chat:a b", "chat\nimport os:x", "a.:x"])
def test_anything_else_is_refused(where: str) -> None:
    with pytest.raises(Usage, match="as in chat:socketio"):
        of_module(where, frozenset())
