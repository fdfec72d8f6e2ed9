"""Cells whose body is a handler, a page or a program, and programs that are served, in a real kernel."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.kernel.notebook import Kernel
from tests.server.peers import request

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.kernel.notebook import Ran

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

REMOVED = "Removed, since this cell no longer defines it: {}.\n"
PROGRAM = """
from flask import Flask, render_template
from flask_socketio import SocketIO, emit

app = Flask(__name__)
socketio = SocketIO(app)

@app.route("/")
def index():
    return render_template("index.html", version="{0}")

@socketio.on("ask")
def ask(*args):
    return "{0}"
"""
RUN = '\nif __name__ == "__main__":\n    socketio.run(app, port=lab.port, debug=True)\n'


class Sheet:
    """A notebook in a folder with a template; `run` runs its cells."""

    def __init__(self, kernel: Kernel, folder: Path) -> None:
        self._kernel = kernel
        self.folder = folder

    def run(self, code: str, cell: str = "a") -> Ran:
        return self._kernel.run(code, cell)

    def fine(self, code: str, cell: str = "a") -> str:
        """Run a cell that succeeds; returns what it printed."""
        ran = self.run(code, cell)
        assert (ran.error, ran.err) == ("", "")
        return ran.out

    def below(self, text: str) -> str:
        """Wait until a text is put out on stderr below some cell; returns all that is there."""
        return self._kernel.below(text).err

    def look(self, expression: str) -> Any:
        """Return what an expression is, in a cell of its own."""
        return json.loads(self.fine(f"print(json.dumps(({expression})))", "look").splitlines()[0])

    def ask(self, event: str = "ask", *args: Any) -> Any:
        return self.look(f"ada.call({event!r}, *{args!r})")

    def get(self, path: str = "/") -> tuple[int, str]:
        return request(self.look("lab.url") + path)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sheet]:
    folder = tmp_path_factory.mktemp("notebook")
    (folder / "templates").mkdir()
    (folder / "templates" / "index.html").write_text("version {{ version }}")
    with Kernel() as kernel:
        sheet = Sheet(kernel, folder)
        sheet.fine(f"import json, os, sys\nos.chdir({str(folder)!r})\nsys.path.insert(0, '')")
        sheet.fine("%load_ext sio_lab\n%sio start\nada = lab.client('ada')", "first")
        yield sheet


@pytest.fixture
def sheet(opened: Sheet) -> Iterator[Sheet]:
    """Return the notebook; the cell `a` is emptied when a test ends, and the lab's own pair is served again."""
    opened.fine("own = lab.socketio", "look")
    yield opened
    opened.run("# nothing")
    opened.run("%sio serve own", "look")
    assert opened.look("lab.handlers.df['cell'].tolist()") == []


# --- %%sio on ---------------------------------------------------------------------------------------------------------


def test_a_body_is_a_handler_with_the_notebooks_names_around_it(sheet: Sheet) -> None:
    body = "if rest:\n    return list(rest)\ntotal = number + other + base\nreturn total"
    sheet.fine(f"%%sio on add number other=10 *rest\n{body}")
    sheet.fine("base = 100\ntotal = 'untouched'", "b")
    assert (sheet.ask("add", 1), sheet.ask("add", 1, 2), sheet.ask("add", 1, 2, 3)) == (111, 103, [3])
    assert sheet.look("total") == "untouched"


def test_a_body_is_replaced_with_its_cell_and_goes_with_it(sheet: Sheet) -> None:
    sheet.fine("%%sio on 'my event' data -n /chat\nreturn data")
    assert sheet.look("lab.client('ben', '/chat').call('my event', 5)") == 5
    assert sheet.look("lab.handlers.df['handler'].tolist()") == ["my_event"]
    assert sheet.fine("%%sio on other\nreturn 1") == REMOVED.format("handler 'my event' in /chat")
    assert sheet.ask("other") == 1
    assert sheet.fine("pass") == REMOVED.format("handler 'other' in /")


def test_magics_work_in_a_body(sheet: Sheet) -> None:
    sheet.fine("%%sio on names\nx = %who_ls Sheetless\nwhere = !echo here\n%sio emit said $where;\nreturn x, where[0]")
    assert sheet.ask("names") == [[], "here"]
    assert sheet.look("ada.received['args'].tolist()[-1]") == [["here"]]


def test_what_a_body_raises_shows_the_line_of_the_cell(sheet: Sheet) -> None:
    sheet.fine("%%sio on fail\n\n# a remark\nvalue = 0\nreturn 1 / value")
    assert sheet.run("ada.emit('fail')", "b").error == ""  # it goes below this cell where ipykernel routes nothing
    told = sheet.below("ZeroDivisionError")
    assert "line 5, in fail\n    return 1 / value\n" in told
    assert "sio_lab" not in told


def test_a_name_that_is_only_assigned_later_is_explained(sheet: Sheet) -> None:
    sheet.fine("%%sio on count\ntotal = total + 1\nreturn total")
    ran = sheet.run("total = 0\nada.call('count')", "b")
    assert "UnboundLocalError" in ran.error
    assert (
        "a name that a function assigns is its own: to change the notebook's, begin it with: global total" in ran.error
    )
    sheet.fine("%%sio on count\nglobal total\ntotal = total + 1\nreturn total")
    assert (sheet.ask("count"), sheet.look("total")) == (1, 1)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("\nreturn (", "line 3: SyntaxError: '(' was never closed\n    return ("),
        ("await x", "line 2: SyntaxError: 'await' outside "),
        ("x = 1\nif x:\nreturn x", "line 4: IndentationError: expected an indented block"),
        ("%who_ls\nreturn )", "line 3: SyntaxError: unmatched ')'\n    return )"),
    ],
)
@pytest.mark.parametrize("magic", ["%%sio on event", "%%sio app"])
def test_a_body_that_cannot_be_read_is_told_with_its_line_and_no_traceback(
    sheet: Sheet, magic: str, body: str, told: str
) -> None:
    if magic == "%%sio app":
        body = body.replace("return", "x =")
        told = told.replace("return", "x =")
    ran = sheet.run(f"{magic}\n{body}")
    assert ran.err.startswith("UsageError: In [")
    assert told in ran.err
    assert (ran.out, ran.error) == ("", "")


@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("%%sio on event *", "can't be a function's parameters"),
        ("%%sio on event x=missing", "can't be worked out: NameError"),
        ("%%sio on event $data", "There is no variable 'data'."),
        ("%%sio on", "EVENT"),
    ],
)
def test_a_header_that_cannot_be_read_is_told_plainly(sheet: Sheet, header: str, told: str) -> None:
    ran = sheet.run(f"{header}\nreturn 1")
    assert told in ran.err
    assert (ran.out, ran.error) == ("", "")


# --- %%sio page -------------------------------------------------------------------------------------------------------


def test_a_page_is_a_template_that_may_be_redefined(sheet: Sheet) -> None:
    sheet.fine("%%sio page /hello/<name>\n<b>{{ name }}</b> {{ 1 + 1 }}")
    assert sheet.get("/hello/a<b") == (200, "<b>a&lt;b</b> 2")
    sheet.fine("%%sio page /hello/<name>\n<i>{{ name }}</i>")
    assert sheet.get("/hello/ada") == (200, "<i>ada</i>")
    assert sheet.fine("%%sio page /bye\nbye") == REMOVED.format("route /hello/<name>")
    assert (sheet.get("/hello/ada")[0], sheet.get("/bye")) == (404, (200, "bye"))


def test_a_page_that_cannot_be_read_leaves_the_one_that_is_there(sheet: Sheet) -> None:
    sheet.fine("%%sio page /hello\nhello")
    ran = sheet.run("%%sio page /hello\n<p>\n{{ name }")
    assert "The page's line 2 ({{ name }) is no Jinja" in ran.err
    assert (ran.out, ran.error) == ("", "")
    assert sheet.get("/hello") == (200, "hello")


def test_a_template_that_is_missing_is_told_in_the_notebook(sheet: Sheet) -> None:
    sheet.fine("%%sio page /\n{% include 'no.html' %}")
    ran = sheet.run(
        "import urllib.error, urllib.request\ntry: urllib.request.urlopen(lab.url)\nexcept OSError: pass", "b"
    )
    assert "GET /: There is no template 'no.html'" in ran.out
    assert str(sheet.folder / "templates") in ran.out


# --- %%sio app --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("run", ["", RUN], ids=["without run", "with run"])
def test_a_program_is_run_in_the_notebook_and_served_at_the_same_address(sheet: Sheet, run: str) -> None:
    url = sheet.look("lab.url")
    out = sheet.fine("%%sio app\n" + PROGRAM.format("one") + run)
    assert f"Serving at {url}. The server runs in the background, so socketio.run() returned at once." in out
    assert ("Left off here: debug." in out) == bool(run)
    assert (sheet.ask(), sheet.get()) == ("one", (200, "version one"))
    assert sheet.look("lab.socketio is socketio, lab.app is app") == [True, True]
    sheet.fine("%%sio app\n" + PROGRAM.format("two") + run)
    assert (sheet.look("lab.url"), sheet.ask(), sheet.get()) == (url, "two", (200, "version two"))


def test_a_program_keeps_what_other_cells_own(sheet: Sheet) -> None:
    sheet.fine("@socketio.on('other')\ndef other():\n    return 'other'", "b")
    sheet.fine("%%sio app\n" + PROGRAM.format("one"))
    assert (sheet.ask("other"), sheet.ask()) == ("other", "one")
    assert sheet.fine("pass", "b") == REMOVED.format("handler 'other' in /")
    assert sheet.ask() == "one"


def test_an_error_in_a_program_shows_its_line_and_none_of_our_frames(sheet: Sheet) -> None:
    ran = sheet.run("%%sio app\nfrom flask import Flask\n\ndef half(x):\n    return 1 / x\n\nhalf(0)")
    assert "----> 5     return 1 / x" in ran.error
    assert "----> 7 half(0)" in ran.error
    assert "sio_lab" not in ran.error
    assert ran.out == ""


def test_an_error_of_the_labs_in_a_program_shows_its_line(sheet: Sheet) -> None:
    ran = sheet.run("%%sio app\n" + PROGRAM.format("one") + "\nlab.call('ask', to='nobody')")
    assert ran.err.startswith("UsageError: In [")
    assert ", line 17: " in ran.err
    assert "nobody" in ran.err
    assert (ran.out, ran.error) == ("", "")


def test_a_program_that_makes_nothing_to_serve_says_so(sheet: Sheet) -> None:
    ran = sheet.run("%%sio app\nx = 1")
    assert "This cell made no SocketIO object to serve: socketio = SocketIO(app) makes one." in ran.err
    assert ran.error == ""


def test_a_program_keeps_to_its_own_future_imports_and_leaves_them_to_later_cells(sheet: Sheet) -> None:
    code = "%%sio app\n" + PROGRAM.format("one") + "\ndef plain(x: 1 + 1): ..."
    sheet.fine(code)
    assert sheet.look("plain.__annotations__['x']") == 2


# --- %sio serve -------------------------------------------------------------------------------------------------------


def test_an_object_of_the_notebook_is_served_at_the_same_address(sheet: Sheet) -> None:
    url = sheet.look("lab.url")
    sheet.fine(PROGRAM.format("one").replace("socketio", "mine").replace("flask_mine", "flask_socketio"))
    assert "Serving at " + url in sheet.fine("%sio serve own", "b")
    assert "Serving at " + url in sheet.fine("%sio serve mine", "b")
    assert sheet.look("lab.socketio is mine, lab.socketio is socketio") == [True, True]
    assert sheet.ask() == "one"


def test_a_module_is_served_and_imported_anew_on_restart(sheet: Sheet) -> None:
    program = sheet.folder / "chat.py"
    program.write_text(PROGRAM.format("one"))
    url = sheet.look("lab.url")
    assert "Serving at " + url in sheet.fine("%sio serve chat:socketio", "b")
    assert (sheet.ask(), sheet.get()) == ("one", (200, "version one"))
    assert sheet.look("lab.handlers.df['cell'].tolist(), lab.handlers.df['source'].tolist()") == [
        ["chat"],
        ["chat.py:12"],
    ]
    program.write_text(PROGRAM.format("two"))
    sheet.fine("%sio restart", "b")
    assert (sheet.look("lab.url"), sheet.ask(), sheet.get()) == (url, "two", (200, "version two"))
    program.write_text(PROGRAM.format("three") + "1 / 0\n")
    ran = sheet.run("%sio restart", "b")
    assert "ZeroDivisionError" in ran.error
    assert sheet.ask() == "two"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("nothing", "There is no variable 'nothing' in this notebook; a file's object is module:nothing."),
        ("no_such:socketio", "There is no module 'no_such' to import"),
        ("json:socketio", "Module json has no 'socketio' to serve."),
        ("json", "Can't serve a module"),
    ],
)
def test_what_cannot_be_served_is_told_plainly(sheet: Sheet, words: str, told: str) -> None:
    ran = sheet.run(f"%sio serve {words}", "b")
    assert told in ran.err
    assert (ran.out, ran.error) == ("", "")
