"""Cells that are edited, run again in any order, emptied, deleted and failing, in a real kernel."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.kernel.notebook import Kernel
from tests.server.peers import request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.kernel.notebook import Ran

pytestmark = pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own

FIRST = "%load_ext sio_lab\n%sio start\nimport asyncio, json, threading\nada = lab.client('ada')"
REMOVED = "Removed, since this cell no longer defines it: {}.\n"
DELETED = "Removed with the cells that you deleted: {}.\n"
HANDLER = "@socketio.on('{0}')\ndef {0}(*args):\n    return '{1}'\n"
ALL_KINDS = """
from flask_socketio import Namespace

class Chat(Namespace):
    def on_say(self, text):
        return text

socketio.on_namespace(Chat("/chat"))

@socketio.on_error("/chat")
def failed(error):
    print(error)

@socketio.on_error_default
def failed_elsewhere(error):
    print(error)

@app.route("/about")
def about():
    return "about"

@app.before_request
def count():
    counted.append(1)

@app.errorhandler(404)
def missing(error):
    return "nothing here", 404

def tick():
    while True:
        socketio.sleep(30)

socketio.start_background_task(tick)
counted = []
"""


class Sheet:
    """A notebook in which every cell has an id; those that a test has run are deleted at its end."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._cells: set[str] = set()

    def run(self, cell: str | None, code: str, deleted: tuple[str, ...] = ()) -> Ran:
        """Run a cell; without an id, as in a terminal."""
        self._cells |= {cell} if cell else set()
        return self._kernel.run(code, cell, deleted)

    def fine(self, cell: str | None, code: str, deleted: tuple[str, ...] = ()) -> str:
        """Run a cell that succeeds; returns what it printed."""
        ran = self.run(cell, code, deleted)
        assert (ran.error, ran.err) == ("", "")
        return ran.out

    def look(self, expression: str) -> Any:
        """Return what an expression is, in a cell of its own."""
        return json.loads(self.fine("look", f"print(json.dumps(({expression})))").splitlines()[0])

    def ask(self, event: str, *args: Any) -> Any:
        """Have a client emit; returns the ack."""
        return self.look(f"ada.call({event!r}, *{args!r})")

    def get(self, path: str) -> tuple[int, str]:
        """Ask the server for a page."""
        return request(self.look("lab.url") + path)

    @property
    def handlers(self) -> list[str]:
        return self.look("[' '.join(key) for key in lab.handlers.df.index]")

    @property
    def tasks(self) -> list[str]:
        return self.look("lab.tasks.df['task'].tolist()")

    def told(self, *columns: str) -> list[list[Any]]:
        """Return columns of the table of handlers."""
        return json.loads(self.look(f"lab.handlers.df[{list(columns)}].to_json(orient='values')"))

    def number(self, cell: str, code: str) -> str:
        """Run a cell; returns its label."""
        self.fine(cell, code)
        return f"In [{self.look('len(In)') - 2}]"

    def close(self) -> None:
        self._kernel.run("pass", "look", sorted(self._cells))
        assert self.handlers == self.tasks == []


@pytest.fixture(scope="module")
def kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kernel]:
    with Kernel() as kernel:
        folder = tmp_path_factory.mktemp("notebook")
        assert not kernel.run(f"import os, sys\nos.chdir({str(folder)!r})\nsys.path.insert(0, '')").error
        assert not kernel.run(FIRST, "first").error
        yield kernel


@pytest.fixture
def sheet(kernel: Kernel) -> Iterator[Sheet]:
    sheet = Sheet(kernel)
    yield sheet
    sheet.close()


@pytest.fixture
def folder(sheet: Sheet) -> Path:
    return Path(sheet.look("os.getcwd()"))


# --- edited, emptied, deleted -----------------------------------------------------------------------------------------


def test_a_cell_that_is_edited_and_run_again_has_what_it_says_now(sheet: Sheet) -> None:
    assert sheet.fine("a", HANDLER.format("one", "old") + HANDLER.format("two", "old")) == ""
    assert sheet.fine("a", HANDLER.format("one", "old") + HANDLER.format("two", "old")) == ""
    out = sheet.fine("a", HANDLER.format("one", "new") + HANDLER.format("three", "new"))
    assert out == REMOVED.format("handler 'two' in /")
    assert sheet.handlers == ["/ one", "/ three"]
    assert (sheet.ask("one"), sheet.ask("three")) == ("new", "new")


@pytest.mark.parametrize("nothing", ["# nothing any more", "", "  \n\n", "pass"])
def test_a_cell_that_is_emptied_and_run_defines_nothing(sheet: Sheet, nothing: str) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    assert sheet.fine("a", nothing) == REMOVED.format("handler 'one' in /")
    assert sheet.fine("a", nothing) == ""
    assert sheet.handlers == []
    sheet.fine("a", HANDLER.format("one", "again"))
    assert sheet.ask("one") == "again"


@pytest.mark.parametrize("next_cell", ["1 + 1;", "# nothing", ""])
def test_what_a_deleted_cell_defined_goes_when_the_next_cell_is_run(sheet: Sheet, next_cell: str) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    sheet.fine("b", HANDLER.format("two", "b"))
    assert sheet.fine("c", next_cell, deleted=("a", "b", "never seen")) == DELETED.format(
        "handler 'one' in /, handler 'two' in /"
    )
    assert sheet.handlers == []


def test_a_cell_that_was_deleted_and_is_back_defines_again(sheet: Sheet) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    assert sheet.fine("a", HANDLER.format("one", "back"), deleted=("a",)) == ""
    assert sheet.ask("one") == "back"


def test_all_kinds_of_things_go_with_their_cell_and_are_named(sheet: Sheet) -> None:
    sheet.fine("a", ALL_KINDS + "None")
    assert sheet.fine("a", ALL_KINDS + "None") == ""
    assert (sheet.handlers, sheet.tasks) == (["/chat say"], ["tick"])
    assert (sheet.get("/about"), sheet.get("/nowhere")) == ((200, "about"), (404, "nothing here"))
    assert sheet.look("lab.client('ben', '/chat').call('say', 'hi'), len(counted)") == ["hi", 2]
    assert sheet.fine("a", "# nothing") == REMOVED.format(
        "class-based namespace /chat, error handler of /chat, error handler of all namespaces, "
        "route /about, before_request count, error handler 404, task tick"
    )
    assert sheet.look("len(counted)") == 2
    assert sheet.get("/about")[0] == 404
    assert "nothing here" not in sheet.get("/about")[1]


# --- failing ----------------------------------------------------------------------------------------------------------


def test_a_cell_that_fails_halfway_takes_nothing_away_and_leaves_what_it_did_define(sheet: Sheet) -> None:
    sheet.fine("a", HANDLER.format("one", "old") + HANDLER.format("two", "old"))
    ran = sheet.run("a", HANDLER.format("one", "new") + HANDLER.format("three", "new") + "1 / 0\n")
    assert "ZeroDivisionError" in ran.error
    assert ran.out == ""
    assert sheet.handlers == ["/ one", "/ three", "/ two"]
    assert (sheet.ask("one"), sheet.ask("two")) == ("new", "old")
    assert sheet.fine("a", HANDLER.format("three", "new")) == REMOVED.format("handler 'one' in /, handler 'two' in /")


@pytest.mark.parametrize("slip", ["def (", "%no_such_magic", "%%no_such_magic\nx"])
def test_a_cell_that_cannot_even_begin_takes_nothing_away(sheet: Sheet, slip: str) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    assert sheet.run("a", slip).out == ""
    assert sheet.ask("one") == "a"


# --- several cells ----------------------------------------------------------------------------------------------------


def test_of_two_cells_the_one_run_last_answers_and_the_other_comes_back(sheet: Sheet) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    first = sheet.number("b", HANDLER.format("one", "b"))
    assert (sheet.ask("one"), sheet.told("cell", "shadows")) == ("b", [[first, "one"]])
    again = sheet.number("a", HANDLER.format("one", "a again"))
    assert (sheet.ask("one"), sheet.told("cell", "shadows")) == ("a again", [[again, "one"]])
    assert sheet.fine("a", "# nothing") == REMOVED.format("handler 'one' in /")
    assert (sheet.ask("one"), sheet.told("cell", "shadows")) == ("b", [[first, None]])


def test_the_same_code_in_two_cells_is_defined_by_each(sheet: Sheet) -> None:
    sheet.fine("a", HANDLER.format("one", "same"))
    sheet.fine("b", HANDLER.format("one", "same"))
    assert sheet.fine("look", "pass", deleted=("b",)) == DELETED.format("handler 'one' in /")
    assert sheet.ask("one") == "same"
    assert sheet.fine("look", "pass", deleted=("a",)) == DELETED.format("handler 'one' in /")
    assert sheet.handlers == []


def test_without_ids_nothing_is_taken_away_but_the_newest_counts(sheet: Sheet) -> None:
    assert sheet.fine(None, HANDLER.format("one", "old")) == ""
    assert sheet.fine(None, HANDLER.format("one", "new") + HANDLER.format("two", "new")) == ""
    assert sheet.fine(None, HANDLER.format("two", "newer")) == ""
    assert (sheet.ask("one"), sheet.ask("two")) == ("new", "newer")
    assert sheet.told("shadows") == [[None], [None]]
    sheet.fine(None, "lab.off('one')\nlab.off('two')")


def test_without_ids_the_same_cell_again_is_that_cell(sheet: Sheet) -> None:
    sheet.fine(None, "version = 1")
    code = "if version == 1:\n    socketio.on('one')(lambda: 1)\n"
    sheet.fine(None, code)
    sheet.fine(None, "version = 2")
    assert sheet.fine(None, code) == REMOVED.format("handler 'one' in /")


# --- ways to define ---------------------------------------------------------------------------------------------------


def test_handlers_registered_in_a_loop_follow_the_loop(sheet: Sheet) -> None:
    code = "for name in {}:\n    socketio.on(name)(lambda name=name: name)"
    sheet.fine("a", code.format(["red", "green", "blue"]))
    assert sheet.handlers == ["/ blue", "/ green", "/ red"]
    out = sheet.fine("a", code.format(["red", "grey"]))
    assert out == REMOVED.format("handler 'green' in /, handler 'blue' in /")
    assert (sheet.ask("red"), sheet.ask("grey")) == ("red", "grey")


def test_with_a_decorator_from_another_cell_the_cell_that_uses_it_is_the_owner(sheet: Sheet) -> None:
    sheet.fine(
        "tools",
        "import functools\n"
        "def shouting(event):\n"
        "    def register(function):\n"
        "        @socketio.on(event)\n"
        "        @functools.wraps(function)\n"
        "        def shout(*args):\n"
        "            return function(*args).upper()\n"
        "        return function\n"
        "    return register\n",
    )
    label = sheet.number("a", "@shouting('loud')\ndef loud(text):\n    return text")
    assert (sheet.ask("loud", "hi"), sheet.told("handler", "cell")) == ("HI", [["loud", label]])
    sheet.fine("tools", "def shouting(event): ...")
    assert sheet.ask("loud", "hi") == "HI"
    assert sheet.fine("a", "pass") == REMOVED.format("handler 'loud' in /")


@pytest.mark.parametrize("magic", ["%%time", "%%capture", "%%capture kept"])
def test_cells_under_a_magic_own_what_they_define(sheet: Sheet, magic: str) -> None:
    label = sheet.number("a", f"{magic}\n" + HANDLER.format("one", "a") + HANDLER.format("two", "a"))
    assert (sheet.ask("one"), sheet.told("cell")) == ("a", [[label], [label]])
    out = sheet.fine("a", f"{magic}\n" + HANDLER.format("two", "b"))
    assert out.endswith(REMOVED.format("handler 'one' in /"))
    assert sheet.fine("a", "pass") == REMOVED.format("handler 'two' in /")


def test_a_cell_that_awaits_owns_what_it_defines_before_and_after(sheet: Sheet) -> None:
    code = HANDLER.format("one", "a") + "await asyncio.sleep(0)\n" + HANDLER.format("two", "a")
    sheet.fine("a", code)
    assert sheet.fine("a", code) == ""
    assert (sheet.ask("one"), sheet.ask("two")) == ("a", "a")
    assert "ZeroDivisionError" in sheet.run("a", "await asyncio.sleep(0)\n1 / 0").error
    assert sheet.handlers == ["/ one", "/ two"]
    out = sheet.fine("a", "await asyncio.sleep(0)")
    assert out == REMOVED.format("handler 'one' in /, handler 'two' in /")


def test_cells_that_a_cell_runs_are_part_of_it(sheet: Sheet) -> None:
    code = "get_ipython().run_cell('')\nget_ipython().run_cell({!r})\n".format(HANDLER.format("one", "a"))
    label = sheet.number("a", code + HANDLER.format("two", "a"))
    assert (sheet.handlers, sheet.told("cell")) == (["/ one", "/ two"], [[label], [label]])
    assert sheet.fine("a", "pass") == REMOVED.format("handler 'one' in /, handler 'two' in /")


def test_what_an_imported_module_registers_stays(sheet: Sheet, folder: Path) -> None:
    (folder / "extra.py").write_text("def add(socketio):\n    socketio.on('extra')(lambda: 'extra')\n")
    sheet.fine("a", "import extra\nif not getattr(extra, 'done', False):\n    extra.add(socketio)\nextra.done = True")
    assert sheet.fine("a", "import extra") == ""
    assert sheet.ask("extra") == "extra"
    sheet.fine("look", "lab.off('extra')")


def test_the_table_of_handlers_tells_cell_and_line(sheet: Sheet) -> None:
    label = sheet.number("a", "# first\n" + HANDLER.format("one", "a"))
    assert sheet.told("handler", "cell", "source", "shadows") == [["one", label, f"{label}:2", None]]


def test_off_removes_a_handler_of_any_cell(sheet: Sheet) -> None:
    sheet.fine("a", HANDLER.format("one", "a"))
    assert sheet.fine("b", "%sio off one") == "Removed: handler 'one' in /.\n"
    assert "There is no handler for 'one' in /" in sheet.run("b", "%sio off one").err
    assert sheet.fine("a", "pass") == ""


# --- tasks ------------------------------------------------------------------------------------------------------------


def test_a_task_is_never_there_twice_and_ends_with_its_cell(sheet: Sheet) -> None:
    code = "def tick():\n    while True:\n        socketio.sleep(0.01)\nsocketio.start_background_task(tick);"
    sheet.fine("a", code)
    label = sheet.number("a", code)
    shown = sheet.run("b", "%sio tasks").text
    assert shown.startswith("tasks: 1 row")
    assert f"tick  {label}" in shown
    assert sheet.fine("a", "pass") == REMOVED.format("task tick")
    assert sheet.run("b", "%sio tasks").text == "tasks: no task runs"


def test_a_task_that_never_sleeps_is_named(sheet: Sheet) -> None:
    code = "done = threading.Event()\ndef busy():\n    done.wait()\nsocketio.start_background_task(busy);"
    sheet.fine("a", code)
    assert "task busy goes on: it never calls socketio.sleep" in sheet.fine("a", "pass")
    sheet.fine("b", "done.set()\nlab.log.wait(lambda: not len(lab.tasks), 10);")


def test_a_handler_that_runs_for_ten_seconds_is_named_once(sheet: Sheet) -> None:
    sheet.fine("a", "done = threading.Event()\n@socketio.on('loop')\ndef loop():\n    while not done.wait(0.01): pass")
    sheet.fine("b", "ada.emit('loop', wait=False)\nlab.log.wait(lambda: lab.log.state.running, 10);")
    # Ten seconds are put down to none rather than waited for.
    out = sheet.fine("b", "from sio_lab.core import running\nrunning.still_running.__defaults__ = (0.0,)")
    out += sheet.fine("b", "pass") + sheet.fine("b", "")
    sheet.fine("b", "running.still_running.__defaults__ = (running.LONGER_THAN_SECONDS,)\ndone.set()\nlab.settle();")
    assert out.count("handler 'loop' (In [") == 1
    assert "use a background task: socketio.start_background_task(function)" in out
