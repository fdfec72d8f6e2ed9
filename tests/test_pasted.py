from __future__ import annotations

import importlib
import os
import subprocess
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest

from sio_lab.lab import Lab
from sio_lab.legacy.calls import WrongCall
from sio_lab.notebook import Notebook
from sio_lab.pasted import FUNCTIONS, Pasted
from sio_lab.server.socketio import LabSocketIO
from tests.shells import Cells, ipython

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from IPython.core.interactiveshell import InteractiveShell

IMPORTS = "from flask_socketio import SocketIO, emit\nfrom flask_socketio import SocketIO as Sio, emit as say\n"
NAMES = ("SocketIO", *FUNCTIONS)
PLAIN = {name: vars(flask_socketio)[name] for name in NAMES}


class Sheet(Cells):
    """Cells of a notebook into which programs may be pasted from `enter` to `leave`."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.notebook = Notebook(shell)
        self.said: list[Any] = []
        self.lab = Lab(cells=self.notebook.cells, say=self.said.append)
        self.notebook.follow(self.lab)
        self.pasted = Pasted(shell, self.lab)
        super().__init__(shell, lab=self.lab, flask=flask)

    def close(self) -> None:
        self.pasted.leave()
        self.notebook.leave()
        self.lab.close()
        super().close()


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield shell


@pytest.fixture
def sheet(shell: InteractiveShell) -> Iterator[Sheet]:
    finders = list(sys.meta_path)
    sheet = Sheet(shell)
    yield sheet
    sheet.close()
    assert sys.meta_path == finders
    assert {name: vars(flask_socketio)[name] for name in NAMES} == PLAIN


@pytest.fixture
def make_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., ModuleType]:
    """Return what makes a module of the reader's own."""
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, code: str) -> ModuleType:
        (tmp_path / f"{name}.py").write_text(code)
        monkeypatch.setitem(sys.modules, name, importlib.import_module(name))
        return sys.modules[name]

    return make


# --- names ------------------------------------------------------------------------------------------------------------


def test_what_is_imported_from_flask_socketio_is_the_labs(sheet: Sheet) -> None:
    sheet.pasted.enter()
    sheet.fine(IMPORTS)
    assert issubclass(sheet.names["SocketIO"], LabSocketIO)
    assert sheet.names["SocketIO"] is sheet.names["Sio"] is sheet.lab.stage.socketio_class
    assert sheet.names["emit"] is sheet.names["say"] is sheet.lab.handler_functions["emit"]
    assert flask_socketio.Namespace is sheet.fine("import flask_socketio; flask_socketio.Namespace")


def test_names_that_were_imported_before_stand_for_the_labs_and_come_back(
    sheet: Sheet, make_module: Callable[..., ModuleType]
) -> None:
    module = make_module("own_module", IMPORTS + "def use():\n    return SocketIO, Sio, emit, say\n")
    sheet.fine(IMPORTS)
    sheet.pasted.enter()
    ours = (sheet.lab.stage.socketio_class,) * 2 + (sheet.lab.handler_functions["emit"],) * 2
    assert module.use() == tuple(sheet.names[name] for name in ("SocketIO", "Sio", "emit", "say")) == ours
    sheet.pasted.leave()
    plain = (PLAIN["SocketIO"],) * 2 + (PLAIN["emit"],) * 2
    assert module.use() == tuple(sheet.names[name] for name in ("SocketIO", "Sio", "emit", "say")) == plain


def test_names_that_were_imported_meanwhile_are_plain_afterwards(sheet: Sheet) -> None:
    sheet.pasted.enter()
    sheet.fine(IMPORTS + "send = 'mine'\nclass Sub(SocketIO): ...")
    sheet.pasted.leave()
    assert (sheet.names["Sio"], sheet.names["say"]) == (PLAIN["SocketIO"], PLAIN["emit"])
    assert sheet.names["send"] == "mine"
    assert sheet.fine("Sub(flask.Flask('x')).stop.__name__") == "stop"


def test_what_the_reader_puts_into_flask_socketio_stays(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    sheet.pasted.enter()
    with monkeypatch.context() as patch:
        patch.setattr(flask_socketio, "emit", print)
        sheet.pasted.leave()
        assert flask_socketio.emit is print
    flask_socketio.emit = PLAIN["emit"]


def test_leaving_twice_and_entering_again_is_fine(sheet: Sheet) -> None:
    for _ in range(2):
        sheet.pasted.enter()
        assert flask_socketio.SocketIO is sheet.lab.stage.socketio_class
        sheet.pasted.leave()
        sheet.pasted.leave()
        assert flask_socketio.SocketIO is PLAIN["SocketIO"]


# --- objects ----------------------------------------------------------------------------------------------------------


def test_objects_that_were_made_before_are_adopted_and_given_back(sheet: Sheet) -> None:
    sheet.fine(
        "from flask_socketio import SocketIO\n"
        "class Mine(SocketIO):\n    def extra(self):\n        return 'extra'\n"
        "one = SocketIO(flask.Flask('one'))\nempty = SocketIO()\ntwo = Mine(flask.Flask('two'))\n"
        "two.on('ask')(lambda: 'two')"
    )
    before = {name: type(sheet.names[name]) for name in ("one", "empty", "two")}
    sheet.pasted.enter()
    assert all(isinstance(sheet.names[name], LabSocketIO) for name in before)
    assert sheet.names["two"].extra() == "extra"
    sheet.lab.start()
    assert sheet.lab.socketio is sheet.names["two"]
    assert sheet.lab.client("ada").call("ask") == "two"
    sheet.pasted.leave()
    sheet.lab.close()
    assert {name: type(sheet.names[name]) for name in before} == before
    two = sheet.names["two"]
    assert two.test_client(two.sockio_mw.flask_app).emit("ask", callback=True) == "two"


def test_an_object_that_only_a_module_has_is_adopted_but_not_served_unasked(
    sheet: Sheet, make_module: Callable[..., ModuleType]
) -> None:
    code = "import flask, flask_socketio\nsocketio = flask_socketio.SocketIO(flask.Flask('x'))\n"
    module = make_module("module_program", code)
    sheet.pasted.enter()
    assert isinstance(module.socketio, LabSocketIO)
    assert sheet.lab.socketio is not module.socketio


def test_things_that_fail_when_they_are_looked_at_are_no_obstacle(sheet: Sheet) -> None:
    class Shy:
        @property
        def __class__(self) -> Any:
            raise LookupError("leave me alone")

    sheet.names.update(dead=weakref.proxy(Shy()), shy=Shy())
    sheet.pasted.enter()
    assert flask_socketio.SocketIO is sheet.lab.stage.socketio_class


# --- programs ---------------------------------------------------------------------------------------------------------


def test_a_program_that_is_pasted_is_served_and_replaced(sheet: Sheet) -> None:
    sheet.pasted.enter()
    program = (
        "from flask_socketio import SocketIO\napp = flask.Flask('shop')\nsocketio = SocketIO(app)\n"
        "@socketio.on('ask')\ndef ask():\n    return '{0}'\nsocketio.run(app, port=lab.port or 0)\n"
    )
    sheet.fine(program.format("one"), "a")
    ada = sheet.lab.client("ada")
    assert ada.call("ask") == "one"
    sheet.fine(program.format("two"), "a")
    assert ada.call("ask") == "two"
    assert str(sheet.said[0]).startswith(f"Serving at {sheet.lab.url}. ")


def test_calls_that_lose_something_are_told_with_their_line(sheet: Sheet) -> None:
    sheet.pasted.enter()
    sheet.fine("from flask_socketio import SocketIO, emit\nsocketio = SocketIO(flask.Flask('x'))", "a")
    number = sheet.shell.execution_count
    with pytest.raises(WrongCall, match=rf"^In \[{number}\], line 2: socketio.emit\(\) knows no broadcast="):
        sheet.fine("x = 1\nsocketio.emit('news', broadcast=False)", "b")
    sheet.fine("@socketio.on('ask')\ndef ask():\n    emit('answer', data=1)\n    return 1", "c")
    sheet.lab.start()
    ada = sheet.lab.client("ada")
    ada.call("ask")
    ada.call("ask")
    [told] = sheet.said
    assert str(told).startswith(f"In [{number + 1}], line 3: emit() knows no data=: 'answer' goes out without it.")
    assert str(told).endswith("\n    emit('answer', data=1)")


def test_old_modules_are_there_for_the_reader_as_long_as_it_lasts(sheet: Sheet) -> None:
    before = set(sys.modules)
    sheet.pasted.enter()
    sheet.fine("from flask_sockets import Sockets\nfrom flask.ext.socketio import SocketIO", "a")
    assert sheet.names["SocketIO"] is sheet.lab.stage.socketio_class
    assert "flask_sockets" in sys.modules
    sheet.pasted.leave()
    assert {name for name in set(sys.modules) - before if name.startswith(("flask_sockets", "flask.ext"))} == set()
    assert not hasattr(flask, "ext")


@pytest.mark.parametrize(
    ("call", "outcome"),
    [("export('pytest', 'x.py')", "LabError"), ("replay(3)", "NotRunning"), ("rerun(3)", "NotRunning")],
)
def test_what_imports_the_server_works_before_anything_is_served(tmp_path: Path, call: str, outcome: str) -> None:
    # In a process of its own: the first import of Flask-SocketIO in a notebook is what matters.
    code = (
        "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
        "shell = Shell.instance()\n"
        "shell.run_cell('%load_ext sio_lab')\n"
        f"error = shell.run_cell({f'lab.{call}'!r}).error_in_exec\n"
        "shell.run_cell('lab.start(port=0); import flask_socketio; lab.stop()')\n"
        "print(type(error).__name__, shell.user_ns['flask_socketio'].SocketIO.__module__)\n"
    )
    env = {**os.environ, "IPYTHONDIR": str(tmp_path), "PYTHONPATH": str(Path.cwd())}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env, cwd=tmp_path)
    assert done.stdout.endswith(f"{outcome} sio_lab.server.stage\n")
