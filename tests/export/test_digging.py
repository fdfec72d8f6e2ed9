from __future__ import annotations

from typing import Any

import flask
import flask_socketio
import pytest

from sio_lab.errors import LabError
from sio_lab.export.digging import dig
from sio_lab.export.program import Program, Registered, Served
from sio_lab.export.statements import Source

HANDLER = "@socketio.on('x')\ndef answer(data):\n    return {}\n"


def dug(*cells: str, **names: Any) -> Program:
    """Return what is dug from cells that ran one after another, of which the last defines `answer`."""
    app = flask.Flask(__name__)
    socketio = flask_socketio.SocketIO(app)
    names |= {"__name__": "__main__", "app": app, "socketio": socketio, "emit": flask_socketio.emit}
    for number, cell in enumerate(cells):
        exec(compile(cell, f"<cell {number}>", "exec"), names)  # noqa: S102 - a cell of the test
    sources = [Source(f"<cell {number}>", cell) for number, cell in enumerate(cells)]
    registered = [Registered("handler", "/", "x", names["answer"])]
    return dig(Served(app, socketio, registered, sources))


def test_what_is_needed_is_there_in_its_order_and_nothing_else() -> None:
    cells = (
        "import math\nother = 1",
        "limit = 3\nlimits = {}\nlimits['a'] = limit",
        "def two(x):\n    return math.pi * x",
    )
    text = dug(*cells, HANDLER.format("two(limits)")).text
    assert text.endswith(
        "# fmt: off\nimport math\nlimit = 3\nlimits = {}\nlimits['a'] = limit\n\n\n"
        "def two(x):\n    return math.pi * x\n\n\n"
        "@socketio.on('x')\ndef answer(data):\n    return two(limits)\n# fmt: on\n"
    )
    assert "other" not in text


def test_what_runs_at_once_comes_before_what_needs_it() -> None:
    text = dug("base = 1", HANDLER.format("top") + "\ntop = base\n").text
    assert text.index("base = 1") < text.index("top = base")


def test_what_the_lab_lends_is_made_anew() -> None:
    program = dug(HANDLER.format("emit(data)"))
    assert program.text.startswith(
        "from flask import Flask\nfrom flask_socketio import SocketIO, emit\n\napp = Flask(__name__)\n"
    )
    assert 'socketio = SocketIO(app, async_mode="threading")\n' in program.text
    assert (program.ends.app, program.ends.socketio) == ("app", "socketio")


def test_constants_that_no_cell_defines_are_written() -> None:
    assert 'prefix = "it\'s"' in dug(HANDLER.format("prefix"), prefix="it's").text


def test_names_that_are_nowhere_stay_so() -> None:
    assert "return nowhere" in dug(HANDLER.format("nowhere")).text


def test_values_of_unknown_origin_are_refused() -> None:
    with pytest.raises(
        LabError, match=r"need 'users', and no cell says how that dict comes about.*--app module:socketio"
    ):
        dug(HANDLER.format("users"), users={"a": 1})


def test_names_that_the_test_needs_are_refused() -> None:
    with pytest.raises(LabError, match="a name of its own that the test needs: Clients"):
        dug("Clients = {}", HANDLER.format("Clients"))


def test_what_cells_do_from_the_future_is_done_first() -> None:
    program = dug("from __future__ import annotations", HANDLER.format("1"))
    assert program.first == ("from __future__ import annotations", "")
    assert "__future__" not in program.text


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(LabError, match="no function of its own that was written in Python"):
        dug("answer = print")
