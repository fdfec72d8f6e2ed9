"""Programs in files: imported to be served, and imported anew, with all that is beside them, when they start again."""

from __future__ import annotations

import importlib
import sys
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core.cells import Cells
from sio_lab.errors import LabError
from sio_lab.server.modules import ModuleProgram

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.server.sheet import Sheet

CHAT = """
    from flask import Flask, render_template
    from flask_socketio import SocketIO
    from pond_words import greeting

    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="threading")

    @app.route("/")
    def index():
        return render_template("index.html", greeting=greeting())

    @socketio.on("ask")
    def ask():
        return greeting()
"""
WORDS = "def greeting():\n    return {0!r}\n"
Write = "Callable[[str, str], None]"


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Write]:
    """Return what writes a file of a program; what was imported of it goes with the test."""
    monkeypatch.syspath_prepend(tmp_path)
    before = dict(sys.modules)

    def write(name: str, text: str) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))

    yield write
    assert {name for name in before if sys.modules.get(name) is not before[name]} == set()
    for name in set(sys.modules) - set(before):
        if name.startswith("pond"):
            del sys.modules[name]


@pytest.fixture
def sheet(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> Sheet:
    monkeypatch.setattr("flask_socketio.SocketIO", sheet.stage.socketio_class)  # as in a notebook
    return sheet


@pytest.fixture
def cells() -> Cells:
    return Cells({"__name__": "__main__"})


def chat(write: Write, word: str = "hello") -> None:
    write("pond_chat.py", CHAT)
    write("pond_words.py", WORDS.format(word))
    write("templates/index.html", "<p>{{ greeting }}</p>")
    write("static/pond.js", "// pond")


# --- served ---------------------------------------------------------------------------------------------------------


def test_a_modules_object_is_served_with_the_templates_and_files_of_its_folder(sheet: Sheet, write: Write) -> None:
    chat(write)
    sheet.stage.serve("pond_chat:socketio", ("127.0.0.1", 0))
    assert sheet.peer().ask("ask") == "hello"
    assert sheet.get("/") == (200, "<p>hello</p>")
    assert sheet.get("/static/pond.js") == (200, "// pond")
    assert sheet.log.state.functions["/", "ask"].registered.source == "pond_chat.py:13"


def test_a_restart_sees_what_was_edited_in_any_of_its_files(sheet: Sheet, write: Write) -> None:
    chat(write)
    sheet.stage.serve("pond_chat:socketio", ("127.0.0.1", 0))
    address = sheet.url
    for word in ("hallo", "olleh"):  # as long as the word before, and written within the same second
        write("pond_words.py", WORDS.format(word))
        write("templates/index.html", f"<b>{{{{ greeting }}}} {word}</b>")
        sheet.stage.restart()
        assert sheet.url == address
        assert sheet.peer().ask("ask") == word
        assert sheet.get("/") == (200, f"<b>{word} {word}</b>")
    write("pond_chat.py", CHAT.replace('"ask"', '"tell"'))
    sheet.stage.restart()
    assert sheet.events() == ["/ tell"]


def test_what_the_module_defines_is_its_own_and_no_cells(sheet: Sheet, write: Write) -> None:
    chat(write)
    sheet.names |= {"stage": sheet.stage}
    sheet.run("a", "stage.serve('pond_chat:socketio', ('127.0.0.1', 0))")
    assert sheet.log.state.functions["/", "ask"].registered.cell == "pond_chat"
    assert sheet.run("a", "pass") == []
    assert sheet.stage.cell_deleted("a") == []
    assert sheet.peer().ask("ask") == "hello"


# --- imported anew --------------------------------------------------------------------------------------------------


def test_a_package_is_imported_anew_with_all_its_files(write: Write, cells: Cells) -> None:
    def write_all(word: str) -> None:
        write("pond/__init__.py", f"top = {word!r}")
        write("pond/sub/__init__.py", f"sub = {word!r}")
        web = f"from pond import models, top\nfrom . import sub\nweb = {word!r}, models.word, top, sub"
        write("pond/sub/web.py", web)
        write("pond/models.py", f"import pond_beside\nword = {word!r} + pond_beside.word")
        write("pond_beside.py", f"word = {word!r}")

    program = ModuleProgram("pond.sub.web:web", cells)
    for word in ("a", "b", "c"):
        write_all(word)
        assert program.load()[0] == (word, word * 2, word, word)
        assert ModuleProgram("pond.sub.web:web", cells).load()[0] == (word, word * 2, word, word)
        assert ModuleProgram("pond:top", cells).load()[0] == word
        assert program.load()[0] == (word, word * 2, word, word)
        assert sys.modules["pond"].sub.web is sys.modules["pond.sub.web"]


def test_a_folder_without_init_is_a_package_too(write: Write, cells: Cells) -> None:
    program = ModuleProgram("pond_space.web:word", cells)
    for word in ("a", "b"):
        write("pond_space/web.py", "from pond_space.models import word")
        write("pond_space/models.py", f"word = {word!r}")
        assert program.load()[0] == word


def test_each_load_has_a_later_owner(write: Write, cells: Cells) -> None:
    write("pond_one.py", "word = 1")
    program = ModuleProgram("pond_one:word", cells)
    first, second = program.load()[1], program.load()[1]
    assert (first.cell, first.label, first.anonymous, first.kept) == ("module pond_one", "pond_one", False, False)
    assert second.cell == first.cell
    assert second.run > first.run


def test_what_is_defined_while_it_is_imported_belongs_to_it(write: Write, cells: Cells) -> None:
    write("pond/__init__.py", "import __main__\n__main__.pond_owners.append(__main__.pond_cells.owner())")
    write("pond/web.py", "from pond import __main__\n__main__.pond_owners.append(__main__.pond_cells.owner())\nit = 1")
    main = sys.modules["__main__"]
    main.pond_owners, main.pond_cells = [], cells
    cells.begin("a", "In [1]", "<a>")
    _, owner = ModuleProgram("pond.web:it", cells).load()
    cells.end()
    assert main.pond_owners == [owner, owner]
    del main.pond_owners, main.pond_cells


def test_what_else_was_imported_from_its_folder_stays_imported(write: Write, cells: Cells) -> None:
    write("pond_one.py", "word = 1")
    write("pond_notes/__init__.py", "")
    write("pond_notes/deep.py", "")
    other, deep = importlib.import_module("pond_notes"), importlib.import_module("pond_notes.deep")
    program = ModuleProgram("pond_one:word", cells)
    for _ in range(2):
        program.load()
        assert sys.modules["pond_notes"] is other
        assert sys.modules["pond_notes.deep"] is other.deep is deep


def test_libraries_and_the_main_module_are_not_imported_anew(
    write: Write, cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("site-packages/pond_lib.py", "pond_lib_beside.py"):
        write(name, "word = 1")
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    write("pond_one.py", "import flask, pond_lib, pond_lib_beside, json, threading, sio_lab\nword = 1")
    # A Python may be installed in the very folder, with all of its library.
    monkeypatch.setattr("sio_lab.core.cells._PLACES", (str(tmp_path / "pond_lib_beside"),))
    monkeypatch.setattr(sys.modules["__main__"], "__file__", str(tmp_path / "script.py"), raising=False)
    program = ModuleProgram("pond_one:word", cells)
    program.load()
    before = dict(sys.modules)
    program.load()
    assert {name for name in before if before[name] is not sys.modules.get(name)} == {"pond_one"}


@pytest.mark.parametrize("words", ["threading:Thread", "flask:Flask", "sys:path", "json.decoder:JSONDecoder"])
def test_a_librarys_own_module_is_taken_as_it_is(words: str, cells: Cells) -> None:
    before = dict(sys.modules)
    module, _, name = words.partition(":")
    assert ModuleProgram(words, cells).load()[0] is getattr(sys.modules[module], name)
    assert {each for each in before if before[each] is not sys.modules.get(each)} == set()


def test_no_compiled_file_is_left_and_python_writes_them_as_before(
    write: Write, cells: Cells, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for is_off in (False, True):
        monkeypatch.setattr(sys, "dont_write_bytecode", is_off)
        write("pond_one.py", "word = 1")
        ModuleProgram("pond_one:word", cells).load()
        assert sys.dont_write_bytecode is is_off
    assert not list(tmp_path.glob("**/*.pyc"))


# --- what goes wrong ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("slip", "error"),
    [
        ("1 / 0", ZeroDivisionError),
        ("import pond_words\nx = ", SyntaxError),
        ("import pond_words\nimport pond_not_there", ModuleNotFoundError),
        ("from pond_words import nothing", ImportError),
        ("import pond_words\nraise SystemExit", SystemExit),
        ("raise KeyboardInterrupt", KeyboardInterrupt),
    ],
)
def test_what_the_module_raises_goes_through_and_the_old_modules_stay(
    write: Write, cells: Cells, slip: str, error: type[BaseException]
) -> None:
    write("pond_words.py", "word = 'old'")
    write("pond_one.py", "from pond_words import word")
    program = ModuleProgram("pond_one:word", cells)
    program.load()
    before = dict(sys.modules)
    write("pond_words.py", "word = 'new'")
    write("pond_one.py", slip)
    with pytest.raises(error):
        program.load()
    assert sys.modules == before
    assert sys.modules["pond_words"].word == "old"
    write("pond_one.py", "from pond_words import word")
    assert program.load()[0] == "new"


def test_after_a_first_import_that_failed_nothing_of_it_is_left(write: Write, cells: Cells) -> None:
    write("pond_words.py", "word = slip")
    write("pond_fine.py", "word = 'old'")
    write("pond_one.py", "import pond_fine\nfrom pond_words import word\nword += pond_fine.word")
    with pytest.raises(NameError, match="slip"):
        ModuleProgram("pond_one:word", cells).load()
    assert not [name for name in sys.modules if name.startswith("pond")]
    write("pond_words.py", "word = 'mended '")
    write("pond_fine.py", "word = 'new'")
    assert ModuleProgram("pond_one:word", cells).load()[0] == "mended new"


def test_a_failed_restart_leaves_the_old_program_serving(sheet: Sheet, write: Write) -> None:
    chat(write)
    sheet.stage.serve("pond_chat:socketio", ("127.0.0.1", 0))
    write("pond_words.py", "1 / 0")
    with pytest.raises(ZeroDivisionError):
        sheet.stage.restart()
    assert sheet.peer().ask("ask") == "hello"
    assert sheet.get("/") == (200, "<p>hello</p>")
    write("pond_words.py", WORDS.format("mended"))
    sheet.stage.restart()
    assert sheet.peer().ask("ask") == "mended"


@pytest.mark.parametrize(
    "name", ["pond_nowhere", "pond_one.py", "pond_one.sub", "pond.nowhere", "pond.web.py", "", ".pond", "a b", "/pond"]
)
def test_a_module_that_is_not_there_is_said_plainly(
    write: Write, cells: Cells, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("pond_one.py", "import __main__\n__main__.pond_ran = True")
    write("pond/__init__.py", "")
    write("pond/web.py", "")
    before = set(sys.modules)
    with pytest.raises(LabError) as told:
        ModuleProgram(f"{name}:socketio", cells).load()
    assert str(told.value) == (
        f"There is no module {name!r} to import: it is looked for in {tmp_path} and in what is installed. Give its "
        f"name as in import, without .py: %sio serve chat:socketio."
    )
    assert set(sys.modules) == before
    if name == "pond_one.py":
        assert not hasattr(sys.modules["__main__"], "pond_ran")
    vars(sys.modules["__main__"]).pop("pond_ran", None)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("socket", "Module pond_one has no 'socket' to serve. Did you mean pond_one:socketio?"),
        ("SocketIO", "Module pond_one has no 'SocketIO' to serve. Did you mean pond_one:socketio?"),
        ("zzz", "Module pond_one has no 'zzz' to serve."),
        ("", "Module pond_one has no '' to serve."),
    ],
)
def test_an_object_that_is_not_there_is_said_plainly_with_what_may_be_meant(
    write: Write, cells: Cells, name: str, says: str
) -> None:
    write("pond_one.py", "socketio = 1")
    with pytest.raises(LabError) as told:
        ModuleProgram(f"pond_one:{name}", cells).load()
    assert str(told.value) == says
    assert "pond_one" not in sys.modules


def test_what_is_no_socketio_object_is_refused_and_what_is_served_stays(sheet: Sheet, write: Write) -> None:
    chat(write)
    sheet.stage.serve("pond_chat:socketio", ("127.0.0.1", 0))
    with pytest.raises(LabError, match="Can't serve a Flask"):
        sheet.stage.serve("pond_chat:app")
    assert sheet.peer().ask("ask") == "hello"
    served: Any = sheet.stage.hosted().served
    assert served.server is sheet.socketio.server
