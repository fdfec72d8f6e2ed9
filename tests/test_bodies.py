from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sio_lab.bodies import Cell
from sio_lab.commands import parse
from sio_lab.errors import LabError, Usage
from sio_lab.lab import Lab
from sio_lab.notebook import Notebook
from tests.shells import Cells, ipython

if TYPE_CHECKING:
    from collections.abc import Iterator

    from IPython.core.interactiveshell import InteractiveShell

PROGRAM = """\
from flask import Flask
app = Flask("shop")
socketio = lab.stage.socketio_class(app)

@socketio.on("ask")
def ask():
    return "{0}"
"""


class Sheet(Cells):
    """Cells with a lab that says what it says into `said`, and what `%%sio` makes of their bodies."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.notebook = Notebook(shell)
        self.said: list[object] = []
        self.lab = Lab(cells=self.notebook.cells, say=self.said.append)
        self.notebook.follow(self.lab)
        super().__init__(shell, lab=self.lab, parse=parse, magic=Cell(shell, self.lab))

    def magic(self, line: str, body: str, cell: str = "a") -> int:
        """Run a `%%sio` cell; returns its number. What it raises is raised here, too."""
        number = self.shell.execution_count
        # From the cell's own code: what a module registers would stay.
        self.fine(f"magic.{line.split(maxsplit=1)[0]}(parse({line!r}, {body!r}, {{}}))", cell)
        return number

    def refused(self, line: str, body: str) -> str:
        """Run a `%%sio` cell that is refused; returns what is said, with the number of the cell left out."""
        number = self.shell.execution_count
        with pytest.raises(Usage) as caught:
            self.magic(line, body)
        return str(caught.value).replace(f"In [{number}]", "In [x]")

    def handler(self, event: str, namespace: str = "/") -> Any:
        """Return the function that answers an event."""
        return self.lab.socketio.server.handlers[namespace][event].__wrapped__


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with ipython(tmp_path_factory.mktemp("ipython")) as shell:
        yield shell


@pytest.fixture
def sheet(shell: InteractiveShell) -> Iterator[Sheet]:
    sheet = Sheet(shell)
    yield sheet
    sheet.notebook.leave()
    sheet.lab.close()
    sheet.close()


# --- on ---------------------------------------------------------------------------------------------------------------


def test_a_body_becomes_a_handler_with_the_notebooks_names_as_globals(sheet: Sheet) -> None:
    sheet.magic("on 'my event' a b=2 -n /chat", "total = a + b + base\nreturn total")
    sheet.names["base"] = 10
    handler = sheet.handler("my event", "/chat")
    assert (handler(1), handler(1, 5), handler.__name__) == (13, 16, "my_event")
    assert "total" not in sheet.names


def test_a_handler_belongs_to_its_cell(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    number = sheet.magic("on one", "return 1")
    [row] = sheet.lab.handlers.df.to_dict("records")
    assert (row["cell"], row["source"]) == (f"In [{number}]", f"In [{number}]:1")
    sheet.magic("on two", "return 2")
    assert capsys.readouterr().out == "Removed, since this cell no longer defines it: handler 'one' in /.\n"


def test_magics_and_shell_commands_work_in_a_body(sheet: Sheet) -> None:
    sheet.magic("on names", "x = %who_ls Nothing\ny = !echo here\nreturn x, list(y)")
    assert sheet.handler("names")() == ([], ["here"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["", "  ", "\t", "# a remark", "x = 1", "%who_ls Nothing;"]), max_size=6))
def test_a_line_of_a_body_has_the_number_that_it_has_in_the_cell(sheet: Sheet, before: list[str]) -> None:
    body = "\n".join([*before, "1 / 0"])
    sheet.magic("on fail", body)
    with pytest.raises(ZeroDivisionError) as raised:
        sheet.handler("fail")()
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    # The magic stands on line 1 of the cell.
    assert (last.lineno, last.line) == (len(before) + 2, "1 / 0")
    slip = sheet.refused("on fail", "\n".join([*before, "x = )"]))
    assert slip.startswith(f"In [x], line {len(before) + 2}: SyntaxError: unmatched ')'\n    x = )\n")


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return (", "In [x], line 2: SyntaxError: '(' was never closed\n    return (\n           ^"),
        (
            "nonlocal x",
            "In [x], line 2: SyntaxError: no binding for nonlocal 'x' found\n    nonlocal x\n    ^^^^^^^^^^",
        ),
        ("x = 1\n  y = 2", "In [x], line 3: IndentationError: unexpected indent\n    y = 2"),
    ],
)
def test_a_slip_is_told_with_its_line(sheet: Sheet, body: str, told: str) -> None:
    assert sheet.refused("on event data", body).startswith(told)


def test_a_body_that_yields_and_parameters_that_are_none_are_refused(sheet: Sheet) -> None:
    assert "This body yields" in sheet.refused("on event", "yield 1")
    assert "can't be a function's parameters" in sheet.refused("on event 5", "return 1")
    assert len(sheet.lab.handlers) == 0


# --- page -------------------------------------------------------------------------------------------------------------


def test_a_body_becomes_a_page(sheet: Sheet, capsys: pytest.CaptureFixture[str]) -> None:
    sheet.magic("page /hello/<name>", "<b>{{ name }}</b>")
    http = sheet.lab.app.test_client()
    assert http.get("/hello/a<b").text == "<b>a&lt;b</b>"
    sheet.magic("page /hello", "hello")
    assert (http.get("/hello/ada").status_code, http.get("/hello").text) == (404, "hello")
    assert capsys.readouterr().out == "Removed, since this cell no longer defines it: route /hello/<name>.\n"


def test_a_page_with_a_client_that_cannot_connect_is_served_and_the_line_told(sheet: Sheet) -> None:
    old = '<script src="static/socket.io-1.3.6.js"></script>'
    sheet.magic("page /", f"<h1>Hello</h1>\n{old}")
    assert sheet.lab.app.test_client().get("/").text.endswith(old)
    [told] = sheet.said
    assert str(told).startswith("Line 2 of the page: This loads a Socket.IO client 1.x")


def test_a_page_whose_client_is_replaced_on_its_way_is_told_so_unless_that_is_off(sheet: Sheet) -> None:
    old = '<script src="//cdnjs.cloudflare.com/ajax/libs/socket.io/1.3.6/socket.io.min.js"></script>'
    sheet.magic("page /", old)
    assert "when it is served, the lab's own 4.8.4 stands there instead." in str(sheet.said[-1])
    sheet.lab.start(no_mend=True)
    sheet.magic("page /", old)
    assert "1.x, which the server refuses (HTTP 400)" in str(sheet.said[-1])


# --- app --------------------------------------------------------------------------------------------------------------


def test_a_program_runs_in_the_notebooks_namespace_and_is_served(sheet: Sheet) -> None:
    sheet.magic("app", PROGRAM.format("one"))
    assert sheet.lab.running
    assert sheet.lab.socketio is sheet.names["socketio"]
    assert sheet.lab.client("ada").call("ask") == "one"
    assert str(sheet.said[0]).startswith(f"Serving at {sheet.lab.url}. The server runs in the background")


def test_a_program_runs_as_main_and_may_run_the_server_itself(sheet: Sheet) -> None:
    sheet.magic("app", PROGRAM.format("one") + "if __name__ == '__main__':\n    socketio.run(app, port=0)\n")
    assert len(sheet.said) == 1
    assert sheet.lab.client("ada").call("ask") == "one"


def test_a_program_has_no_future_imports_but_its_own_and_the_notebooks(sheet: Sheet) -> None:
    code = "\ndef plain(x: 1 + 1): ...\n"
    sheet.magic("app", PROGRAM.format("one") + code)
    assert sheet.names["plain"].__annotations__ == {"x": 2}
    sheet.fine("from __future__ import annotations", "b")
    sheet.magic("app", PROGRAM.format("two") + code)
    sheet.shell.compile.reset_compiler_flags()
    assert sheet.names["plain"].__annotations__ == {"x": "1 + 1"}


def test_what_a_program_raises_goes_through_with_its_line(sheet: Sheet) -> None:
    with pytest.raises(ZeroDivisionError) as raised:
        sheet.magic("app", "\nx = 0\n1 / x")
    last = traceback.extract_tb(raised.value.__traceback__)[-1]
    assert (last.lineno, last.line) == (4, "1 / x")


def test_what_the_lab_refuses_in_a_program_is_told_with_its_line_once(sheet: Sheet) -> None:
    assert sheet.refused("app", "x = 1\ndef f():\n    lab.off('no')\nf()").startswith(
        "In [x], line 4: There is no handler"
    )
    place = sheet.refused("app", "import sio_lab\nraise sio_lab.LabError(f'{lab.cells.current.label}, line 3: told')")
    assert place == "In [x], line 3: told"


def test_a_program_without_a_socketio_says_so(sheet: Sheet) -> None:
    with pytest.raises(LabError, match="This cell made no SocketIO object to serve"):
        sheet.magic("app", "x = 1")
