"""What handlers put out, in a shell of this process: kept in any, put below their cells in one that can do that."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.cell_output import CellOutput
from sio_lab.core.cells import Owner, acting_for
from sio_lab.lab import Lab
from sio_lab.notebook import Notebook
from sio_lab.server.context import running_for, watched
from sio_lab.server.streams import STREAMS, as_ever
from tests.shells import Cells, ipython

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

line = print
STRANGER = Owner("elsewhere", 1, "In [9]")


@pytest.fixture(scope="module")
def only_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield shell


class Sheet(Cells):
    """Cells whose output is looked after; `places` are the requests that something was put below of."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.notebook = Notebook(shell)
        self.lab = Lab(cells=self.notebook.cells)
        self.output = CellOutput(shell, self.notebook)
        self.names.update(sheet=self, acting_for=acting_for, display=self.display)
        self.places: list[str] = []
        self.asked: dict[str, Any] = {}
        vars(shell)["get_parent"] = lambda: self.asked

    def display(self, value: object) -> None:
        """Show a value as IPython's function does in its one shell."""
        self.shell.display_pub.publish({"text/plain": repr(value)})

    def below(self, cell: str, code: str = "owner = sheet.notebook.cells.current") -> Owner:
        """Run a cell as a front end does; returns its owner."""
        self.asked = {"header": {"msg_id": f"request of {cell}"}, "metadata": {}}
        self.fine(code, cell)
        self.asked = {"header": {"msg_id": "latest"}}
        owner: Owner = self.names["owner"]
        return owner


@pytest.fixture
def waiting(only_shell: InteractiveShell) -> Iterator[Sheet]:
    """Return cells that are followed, without what looks after their output."""
    before = {name: list(callbacks) for name, callbacks in only_shell.events.callbacks.items()}
    names = {name: set(vars(each)) for name, each in things(only_shell).items()}
    sheet = Sheet(only_shell)
    sheet.notebook.follow(sheet.lab)
    yield sheet
    sheet.notebook.leave()
    sheet.lab.close()
    sheet.close()
    assert {name: list(callbacks) for name, callbacks in only_shell.events.callbacks.items()} == before
    assert STREAMS.place is as_ever
    left = {name: set(vars(each)) - names[name] for name, each in things(only_shell).items()}
    assert not any({"write", "flush", "publish", "clear_output", "_showtraceback"} & each for each in left.values())


def things(shell: InteractiveShell) -> dict[str, Any]:
    return {"shell": shell, "publisher": shell.display_pub, "out": sys.stdout, "err": sys.stderr}


@pytest.fixture
def sheet(waiting: Sheet) -> Iterator[Sheet]:
    """Return cells in a shell that can put nothing elsewhere: a terminal's, or an old kernel's."""
    waiting.output.enter()
    yield waiting
    waiting.output.leave()


@pytest.fixture
def routed(waiting: Sheet, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sheet]:
    """Return cells in a shell that can, as ipykernel's from 7.4 on."""

    def begin(parent: dict[str, Any]) -> str:
        waiting.places.append(parent["header"]["msg_id"])
        return "token"

    for each in (waiting.shell, waiting.shell.display_pub):
        monkeypatch.setitem(vars(each), "set_thread_parent", begin)
        monkeypatch.setitem(vars(each), "reset_thread_parent", waiting.places.append)
    monkeypatch.setitem(vars(waiting.shell), "kernel", SimpleNamespace(get_parent=lambda channel: channel))
    monkeypatch.setitem(vars(waiting.shell), "set_parent", lambda parent: waiting.places.append(f"all {parent}"))
    waiting.output.enter()
    yield waiting
    waiting.output.leave()


def kept(run: acting_for) -> str | None:
    return run.console.text if run.console is not None else None


def test_prints_displays_and_tracebacks_are_kept_once(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine("1", "a")  # pytest has another stream here than when the test was made ready
    with acting_for(STRANGER) as run:
        line("a", end=" ")
        sheet.display({"b": 1})
        sheet.shell.showtraceback((KeyError, KeyError("c"), None))
    told = kept(run) or ""
    assert told.startswith("a {'b': 1}\n")
    assert told.count("KeyError") == capsys.readouterr().out.count("KeyError") > 0


def test_a_readers_own_output_is_left_alone(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine("print('a', end='')\nprint('b')\ndisplay(3)", "a")
    assert capsys.readouterr().out == "ab\n3\n"


def test_what_is_captured_is_captured(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.fine("%%capture caught\nprint('mine')\nwith acting_for(None): print('a handler')", "a")
    assert sheet.names["caught"].stdout == "mine\na handler\n"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("code", ["sheet.output.enter()", "%%capture\nsheet.output.enter()"])
def test_it_begins_within_a_cell(waiting: Sheet, code: str) -> None:
    waiting.fine(code, "a")
    waiting.fine("1", "b")
    with acting_for(STRANGER) as run:
        line("heard")
        waiting.display(3)
    waiting.output.leave()
    assert kept(run) == "heard\n3\n"


def test_it_ends_within_a_cell(waiting: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    waiting.output.enter()
    waiting.fine("sheet.output.leave()\nprint('own')", "a")
    with acting_for(STRANGER) as run:
        line("unheard")
    assert (kept(run), capsys.readouterr().out) == (None, "own\nunheard\n")


def test_all_goes_below_the_cell_whose_code_runs(routed: Sheet) -> None:
    owner = routed.below("a")
    with acting_for(owner):
        routed.display(3)
        routed.shell.display_pub.clear_output()
        routed.shell.showtraceback((KeyError, KeyError("x"), None))
    assert routed.places == ["request of a", "token"] * 3


def test_what_nobody_knows_the_place_of_goes_as_ever(routed: Sheet) -> None:
    routed.display(1)
    with acting_for(STRANGER):
        routed.display(2)
    with acting_for(None):
        routed.display(3)
    assert routed.places == []


def test_callbacks_and_routes_are_known_by_their_code(routed: Sheet) -> None:
    routed.below("a", "owner = sheet.notebook.cells.current\ndef show(): display(3)")
    show = routed.names["show"]
    for what in ("callback", "route", "task", "cell"):
        with running_for(routed.lab.log, None, what):
            show()
    assert routed.places == ["request of a", "token"] * 2


def test_an_output_widget_finds_the_handlers_own_request(routed: Sheet) -> None:
    owner = routed.below("a")
    shell: Any = routed.shell
    with acting_for(owner):
        found = shell.get_parent()
        assert shell.kernel.get_parent("shell") is found
        shell.set_parent(found)
        shell.set_parent("another")
    assert found["header"] == {"msg_id": "request of a"}
    assert shell.get_parent() == {"header": {"msg_id": "latest"}}
    assert shell.kernel.get_parent("shell") == "shell"
    assert routed.places == ["all another"]


def test_what_a_reader_watches_goes_below_the_cell_that_runs_it(routed: Sheet) -> None:
    owner = routed.below("a")
    with acting_for(owner) as run, watched():
        line("b")
        routed.display("c")
    assert routed.places == []
    assert kept(run) == "b\n'c'\n"
