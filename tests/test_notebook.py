from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.core.cells import Owner
from sio_lab.lab import Lab
from sio_lab.notebook import MOST_REQUESTS, Notebook
from tests.server.peers import request
from tests.shells import Cells, ipython

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

ONE = "@socketio.on('one')\ndef one():\n    return 1\n"
TWO = "@socketio.on('two')\ndef two():\n    return 2\n"
REMOVED = "Removed, since this cell no longer defines it: {}.\n"


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield shell


class Sheet(Cells):
    """Cells that a notebook follows, for a lab that has not been asked for anything yet."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.notebook = Notebook(shell)
        self.lab = Lab(cells=self.notebook.cells)
        self.ended: list[None] = []
        super().__init__(shell, lab=self.lab, flask=flask, follow=self.follow)

    def follow(self) -> None:
        self.notebook.follow(self.lab, lambda: self.ended.append(None))

    @property
    def handlers(self) -> dict[str, str]:
        """Event -> the label of its cell."""
        return self.lab.handlers.df.reset_index().set_index("event")["cell"].to_dict()


@pytest.fixture
def waiting(shell: InteractiveShell) -> Iterator[Sheet]:
    """Return cells that nobody follows yet."""
    sheet = Sheet(shell)
    before = {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()}
    yield sheet
    sheet.notebook.leave()
    sheet.lab.close()
    sheet.close()
    assert {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()} == before


@pytest.fixture
def sheet(waiting: Sheet) -> Sheet:
    """Return cells that are followed, with the lab's pair at hand."""
    waiting.follow()
    waiting.names["socketio"] = waiting.lab.socketio
    return waiting


# --- which cell it is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False])
def test_a_cell_is_known_by_the_number_that_ipython_shows(sheet: Sheet, stored: bool) -> None:
    for _ in range(3):
        number = sheet.shell.execution_count
        sheet.fine(ONE, "a", store_history=stored)
        assert sheet.handlers == {"one": f"In [{number}]"}
        # The traceback of the function finds the same cell.
        assert sheet.lab.cells.label_of(sheet.names["one"].__code__.co_filename) == f"In [{number}]"


def test_the_number_is_right_after_cells_that_fail_and_that_reset(sheet: Sheet) -> None:
    sheet.run("1 / 0")
    sheet.run("def (")
    sheet.run("", "empty")
    sheet.fine("get_ipython().execution_count = 40")
    number = sheet.shell.execution_count
    sheet.fine(ONE, "a")
    assert sheet.handlers == {"one": f"In [{number}]"}
    assert number in {40, 41}


def test_a_cell_that_runs_others_is_one_with_them(sheet: Sheet) -> None:
    number = sheet.shell.execution_count
    inner = f"get_ipython().run_cell({ONE!r})\nget_ipython().run_cell('')\nget_ipython().run_cell(' ', cell_id='b')\n"
    sheet.fine(inner + TWO, "a")
    assert sheet.handlers == {"one": f"In [{number}]", "two": f"In [{number}]"}
    assert sheet.lab.cells.label_of(sheet.names["one"].__code__.co_filename) == f"In [{number}]"
    assert len(sheet.ended) == 1


def test_without_ids_a_cell_is_known_by_its_code(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine(ONE)
    sheet.fine(TWO)
    assert set(sheet.handlers) == {"one", "two"}
    assert capsys.readouterr().out == ""


def test_what_a_transformer_of_the_users_own_raises_is_ipythons_to_show(
    sheet: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_lines: list[str]) -> list[str]:
        raise SyntaxError("not today")

    sheet.fine(ONE, "a")
    sheet.shell.input_transformers_post.append(refuse)
    sheet.run(TWO, "a")
    sheet.shell.input_transformers_post.remove(refuse)
    shown = "".join(capsys.readouterr())
    assert "not today" in shown
    assert "callback" not in shown
    assert list(sheet.handlers) == ["one"]


# --- its end ----------------------------------------------------------------------------------------------------------


def test_what_a_cell_no_longer_defines_is_told_in_its_output(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine(ONE + TWO, "a")
    sheet.run(ONE + "1 / 0", "a")
    capsys.readouterr()
    sheet.fine(ONE, "a")
    assert capsys.readouterr().out == REMOVED.format("handler 'two' in /")
    assert list(sheet.handlers) == ["one"]


@pytest.mark.parametrize("nothing", ["", " \n", "# nothing"])
def test_an_emptied_cell_defines_nothing(sheet: Sheet, nothing: str, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine(ONE, "a")
    sheet.fine(nothing)
    assert list(sheet.handlers) == ["one"]
    sheet.fine(nothing, "a")
    assert sheet.handlers == {}
    assert capsys.readouterr().out == REMOVED.format("handler 'one' in /")


def test_a_cell_that_was_broken_off_without_a_result_takes_nothing_away(
    sheet: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.fine(ONE, "a")
    sheet.shell.events.trigger("pre_run_cell", SimpleNamespace(raw_cell="await x", cell_id="a", silent=False))
    assert sheet.lab.cells.current is not None
    sheet.shell.events.trigger("post_run_cell", None)
    assert sheet.lab.cells.current is None
    assert list(sheet.handlers) == ["one"]
    assert "callback" not in "".join(capsys.readouterr())


def test_after_each_cell_the_lab_is_told(sheet: Sheet) -> None:
    for code in ("1", "1 / 0", "# nothing"):
        sheet.run(code, "a")
    assert len(sheet.ended) == 3


def test_a_program_that_cannot_be_served_is_told_plainly(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine("mine = lab.stage.socketio_class(flask.Flask('x'))\nmine.server.async_mode = 'gevent'", "a")
    shown = capsys.readouterr()
    assert shown.err.startswith("This server runs async_mode='gevent'; the lab serves 'threading' only.")
    assert shown.out == ""


def test_what_goes_on_is_told(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    code = "import threading\ndone = threading.Event()\ndef busy():\n    done.wait()\n"
    sheet.fine(code + "thread = socketio.start_background_task(busy)", "a")
    sheet.fine("# nothing", "a")
    assert "task busy goes on: it never calls socketio.sleep" in capsys.readouterr().out
    sheet.names["done"].set()
    sheet.names["thread"].join()


# --- cells that are deleted -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1;", "1 / 0", "", "# nothing"])
def test_what_deleted_cells_defined_goes_with_the_next_cell(
    sheet: Sheet, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.fine(ONE, "a")
    sheet.fine(TWO, "b")
    sheet.run(code, "c", deleted=("a", "b"))
    assert capsys.readouterr().out.startswith(
        "Removed with the cells that you deleted: handler 'one' in /, handler 'two' in /.\n"
    )
    assert sheet.handlers == {}


def test_a_cell_that_is_back_is_not_deleted(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine(ONE, "a")
    sheet.fine(ONE, "a", deleted=("a",))
    assert capsys.readouterr().out == ""
    assert list(sheet.handlers) == ["one"]


@pytest.mark.parametrize(
    "parent", [None, {}, {"metadata": None}, {"metadata": {"deletedCells": None}}, {"metadata": {"deletedCells": [5]}}]
)
def test_front_ends_that_tell_nothing_of_deleted_cells_are_fine(
    sheet: Sheet, parent: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    vars(sheet.shell)["get_parent"] = lambda: parent
    sheet.fine(ONE, "a")
    del vars(sheet.shell)["get_parent"]
    sheet.fine(TWO, "b")
    assert len(sheet.handlers) == 2
    assert capsys.readouterr() == ("", "")


# --- begin and end of it all ------------------------------------------------------------------------------------------


def test_the_cell_that_begins_it_owns_what_it_defines_from_then_on(
    waiting: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    number = waiting.shell.execution_count
    waiting.fine(f"follow()\nsocketio = lab.socketio\n{ONE}", "a")
    assert waiting.handlers == {"one": f"In [{number}]"}
    assert waiting.lab.cells.label_of(waiting.names["one"].__code__.co_filename) == f"In [{number}]"
    assert waiting.lab.cells.current is None
    waiting.fine(TWO, "a")
    assert capsys.readouterr().out == REMOVED.format("handler 'one' in /")
    assert waiting.handlers == {"two": f"In [{number + 1}]"}


def test_a_silent_cell_may_begin_it(waiting: Sheet) -> None:
    waiting.fine("follow()\nsocketio = lab.socketio", silent=True)
    assert waiting.lab.cells.current is None
    number = waiting.shell.execution_count
    waiting.fine(ONE, "a")
    assert waiting.handlers == {"one": f"In [{number}]"}


def test_while_the_lab_has_nothing_to_serve_nothing_is_made(waiting: Sheet) -> None:
    waiting.follow()
    waiting.fine("1", "a", deleted=("b",))
    waiting.fine("", "a")
    assert waiting.lab.staged is None


def test_when_it_is_left_nothing_goes_any_more(sheet: Sheet) -> None:
    sheet.fine(ONE, "a")
    sheet.notebook.leave()
    sheet.fine("# nothing", "a", deleted=("a",))
    assert list(sheet.handlers) == ["one"]
    sheet.follow()


# --- where the output of a cell stands --------------------------------------------------------------------------------


def test_the_newest_run_of_a_cell_has_its_output_area(sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: dict[str, Any] = {}
    monkeypatch.setitem(vars(sheet.shell), "get_parent", lambda: asked)
    for number in (1, 2):
        asked.update(header={"msg_id": number}, content={"code": "x" * 1_000})
        sheet.fine("owner = lab.cells.current", "a")
    told = sheet.notebook.request_of(sheet.names["owner"])
    assert told == {"header": {"msg_id": 2}, "content": {}}
    asked.update(metadata={"deletedCells": ["a"]})
    sheet.fine("1", "b")
    assert sheet.notebook.request_of(sheet.names["owner"]) is None


def test_not_all_cells_that_ever_ran_are_remembered(sheet: Sheet) -> None:
    sheet.fine("owner = lab.cells.current", "a")
    for number in range(MOST_REQUESTS):
        sheet.notebook._note_request(Owner(str(number), number, ""))
    assert sheet.notebook.request_of(sheet.names["owner"]) is None
    assert len(sheet.notebook._requests) == MOST_REQUESTS


def test_a_client_that_cannot_connect_is_told_of_once_below_the_next_cell(
    sheet: Sheet, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet.fine("lab.start()")
    for _ in range(20):
        assert request(f"{sheet.lab.url}/socket.io/?EIO=3&transport=polling")[0] == 400
    capsys.readouterr()
    sheet.fine("1 + 1")
    assert capsys.readouterr().out.count("a Socket.IO 1.x or 2.x client: it needs socket.io-client 3 or 4") == 1
    sheet.fine("1 + 1")
    assert "%sio doctor" not in capsys.readouterr().out
