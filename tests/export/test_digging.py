from __future__ import annotations

import re
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
    app, socketio = names["app"], names["socketio"]
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
        "# fmt: off\nimport math\n\nlimit = 3\nlimits = {}\nlimits['a'] = limit\n\n\n"
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


def test_functions_that_no_cell_names_so_are_refused() -> None:
    with pytest.raises(LabError, match="need 'double', and no cell says how that function comes about"):
        dug(HANDLER.format("double"), double=lambda n: n)


@pytest.mark.parametrize(
    "setup",
    [
        "names = []\nnames += ['a']",
        "names = []\nnames.append('a')",
        "names = {}\nnames.setdefault('a', []).append(1)",
        "names = set()\nfor name in 'ab':\n    if name:\n        names.add(name)",
        "names = {}\nwith open(__file__):\n    names['a'] = 1",
    ],
)
def test_what_a_program_is_set_up_with_is_there(setup: str) -> None:
    assert f"# fmt: off\n{setup}\n" in re.sub(
        r"\n{2,}", "\n", dug(setup, HANDLER.format("names"), __file__=__file__).text
    )


def test_what_is_taken_away_again_is_no_part_of_that() -> None:
    assert ".pop" not in dug("names = [1]", "names.pop()", HANDLER.format("names")).text


@pytest.mark.parametrize(
    "cell",
    [
        "class Counter:\n    def up(self):\n        return 1\n\ncounter = Counter()\nanswer = counter.up",
        "import functools\n\ndef up(n, data):\n    return n\n\nanswer = functools.partial(up, 1)",
        "def logged(f):\n    def inner():\n        return f()\n    return inner\n\n@logged\ndef answer(): pass",
    ],
)
def test_what_is_more_than_a_function_is_registered_as_it_was(cell: str) -> None:
    registering = "\nsocketio.on_event('x', answer)"
    text = dug(cell + registering).text
    assert text.endswith(f"{registering}\n# fmt: on\n")
    assert text.count("on_event") == 1
    with pytest.raises(LabError, match="--app module:socketio"):
        dug(cell)


def test_an_app_that_a_function_makes_is_made() -> None:
    maker = "def create():\n    made = flask.Flask('x')\n    socketio.init_app(made)\n    return made"
    program = dug(
        "import flask, flask_socketio",
        "socketio = flask_socketio.SocketIO()",
        maker,
        "app = create()",
        HANDLER.format("1"),
    )
    assert program.ends.app == "app"
    assert "\napp = create()\n" in program.text


def test_imports_stand_apart() -> None:
    assert (
        "# fmt: off\nimport math\n\nlimit = 3\n"
        in dug("import math", "limit = 3", HANDLER.format("math.pi * limit")).text
    )


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
