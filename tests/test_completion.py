"""Completion as IPython asks for it: in a terminal's shell object, and in a kernel through the message protocol."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio
from IPython.core.completer import provisionalcompleter
from IPython.terminal.interactiveshell import TerminalInteractiveShell
from IPython.terminal.ptutils import IPythonPTCompleter
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from traitlets.config import Config

from sio_lab.completion import Completions
from sio_lab.core import records as r
from sio_lab.lab import Lab
from tests import factories as f
from tests.kernel.notebook import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SECONDS = 60


@pytest.fixture(scope="module")
def only_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TerminalInteractiveShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        config = Config(HistoryManager={"enabled": False}, TerminalInteractiveShell={"simple_prompt": True})
        excepthook = sys.excepthook
        yield TerminalInteractiveShell(config=config)
        sys.excepthook = excepthook


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    log = lab.log
    f.connect(log, f.ADA, name="ada")
    for room in ("lobby", "my room"):
        f.join(log, f.ADA, room)
    log.append(r.HandlerRegistered("/chat", "chat", "on_chat", "In [4]"))
    f.emit(log, "my response")
    f.emit(log, 'x"); import os #')
    yield lab
    lab.close()


@pytest.fixture
def shell(
    only_shell: TerminalInteractiveShell, lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TerminalInteractiveShell]:
    """Yield a shell that completes, in a folder with files of tempting names."""
    monkeypatch.chdir(tmp_path)
    for name in ("my file.txt", "ada.txt", "chat.py", "lobby.txt"):
        (tmp_path / name).touch()
    before = list(only_shell.Completer.custom_matchers)
    only_shell.user_ns |= {"lab": lab, "data": 1}
    completions = Completions()
    completions.enter(only_shell, lab)
    yield only_shell
    completions.leave()
    assert only_shell.Completer.custom_matchers == before
    only_shell.reset(new_session=False)


def typed(shell: TerminalInteractiveShell, text: str, behind: str = "") -> list[str]:
    """Return what the terminal's line becomes with each of the completions that its menu shows."""
    document = Document(text + behind, len(text))
    with provisionalcompleter():
        menu = IPythonPTCompleter(shell=shell).get_completions(document, CompleteEvent())
        return [text[: len(text) + each.start_position] + each.text + behind for each in menu]


# --- in a terminal ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%sio em", ["%sio emit"]),
        ("%sio emit my", ['%sio emit "my response"']),
        ('%sio emit "my r', '%sio emit "my response"'),
        ("x = %sio client a", ["x = %sio client ada"]),
        ("%sio emit chat --to room:my", ['%sio emit chat --to room:"my room"']),
        ("%sio traffic -event:my", ['%sio traffic -event:"my response"']),
        ("%sio traffic kind:emit,ev", ["%sio traffic kind:emit,event"]),
        ("%sio emit chat $d", ["%sio emit chat $data"]),
        ("print(1)\n%%sio em", []),
        ("print(1)\n%sio em", ["print(1)\n%sio emit"]),
        ("%%sio\nstatus\nem", ["%%sio\nstatus\nemit"]),
        ('lab.client("a', ['lab.client("ada']),
        ('lab.emit("my r', ['lab.emit("my response']),
        ('lab.emit("chat", 1,\n         to="lob', ['lab.emit("chat", 1,\n         to="lobby']),
        ('lab.traffic.where("event:my', ["lab.traffic.where(\"event:'my response'"]),
    ],
)
def test_the_menu_of_a_terminal_puts_candidates_in_place(
    shell: TerminalInteractiveShell, text: str, expected: list[str] | str
) -> None:
    assert typed(shell, text) == ([expected] if isinstance(expected, str) else expected)


@pytest.mark.parametrize("text", ["%sio emit ada.t", "%sio join ada ch", "%sio client lob", 'lab.kick("cha'])
def test_no_file_is_offered_where_something_else_is_expected(shell: TerminalInteractiveShell, text: str) -> None:
    assert typed(shell, text) == []


@pytest.mark.parametrize("text", ["%sio emit my", "%sio kick ", "%sio traffic ", 'lab.client("', "%sio "])
def test_nobody_else_s_candidates_are_among_ours(shell: TerminalInteractiveShell, text: str) -> None:
    offers = typed(shell, text)
    assert offers
    assert not [line for line in offers if line.endswith((".txt", ".py")) or "%alias" in line]


@pytest.mark.parametrize(
    ("text", "expected"), [('open("ada.t', "ada.txt"), ("%si", "%sio"), ("lab.tr", "traffic"), ("%cd ", "")]
)
def test_all_else_is_left_to_ipython(shell: TerminalInteractiveShell, text: str, expected: str) -> None:
    if expected == "%sio":
        shell.register_magic_function(lambda _line: None, "line", "sio")
    assert [line for line in typed(shell, text) if line.endswith(expected)] or not expected


def test_a_candidate_ends_before_the_quote_that_is_there(shell: TerminalInteractiveShell) -> None:
    assert typed(shell, '%sio emit "my', '" --to ada') == ['%sio emit "my response" --to ada']
    assert typed(shell, 'lab.emit("my', '", 1)') == ['lab.emit("my response", 1)']


def test_what_a_student_has_sent_stays_a_text(shell: TerminalInteractiveShell) -> None:
    assert typed(shell, 'lab.emit("x') == ['lab.emit("x\\"); import os #']
    assert typed(shell, "%sio emit x") == ['%sio emit "x\\"); import os #"']


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # of that way itself
@pytest.mark.parametrize(("text", "cursor"), [("%sio emit my", 12), ("x\n%sio emit my", 14), ("%sio emit my --to", 12)])
def test_the_older_way_to_ask_works_too(shell: TerminalInteractiveShell, text: str, cursor: int) -> None:
    assert shell.complete("", text, cursor) == ("my", ['"my response"'])


# --- the user's own names -----------------------------------------------------------------------------------------


def test_no_value_of_the_user_s_is_asked_for_anything(shell: TerminalInteractiveShell) -> None:
    class Touchy:
        def __getattribute__(self, name: str) -> Any:
            raise AssertionError(name)

        def __eq__(self, other: object) -> bool:
            raise AssertionError(other)

        __hash__ = None

    shell.user_ns |= {"touchy": Touchy(), "request": flask.request, 5: "no name at all"}
    assert typed(shell, "%sio serve t") == []
    assert typed(shell, "%sio emit x $touch") == ["%sio emit x $touchy"]
    for name in ("touchy", "request", "unheard_of"):
        assert not [line for line in typed(shell, f'{name}.emit("my') if "response" in line]
    del shell.user_ns[5]


def test_only_what_can_be_served_is_offered_to_serve(
    shell: TerminalInteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    class OfTheLab(flask_socketio.SocketIO):
        pass

    shell.user_ns |= {"mine": flask_socketio.SocketIO(), "mild": OfTheLab(), "mini": socketio.Server(), "minor": 1}
    monkeypatch.setattr(flask_socketio, "SocketIO", OfTheLab)
    assert typed(shell, "%sio serve mi") == [f"%sio serve {name}" for name in ("mild", "mine", "mini")]


def test_variables_that_ipython_keeps_are_hidden(shell: TerminalInteractiveShell) -> None:
    variables = {line.rpartition("$")[2] for line in typed(shell, "%sio emit x $")}
    assert "data" in variables
    assert not variables & {"In", "Out", "get_ipython", "exit"}


def test_the_lab_s_own_clients_and_tables_are_recognised(lab: Lab, shell: TerminalInteractiveShell) -> None:
    shell.run_cell("del lab", silent=True)
    shell.user_ns |= {"studio": lab, "slow": lab.traffic, "some": lab.clients}
    assert typed(shell, 'studio.emit("my') == ['studio.emit("my response']
    assert typed(shell, 'slow.where("ev') == ['slow.where("event:']
    assert 'some.where("rtt_ms>' in typed(shell, 'some.where("rtt')
    assert not [line for line in typed(shell, 'lab.emit("my') if "response" in line]


# --- coming and going ---------------------------------------------------------------------------------------------


def test_the_completer_is_left_as_it_was(only_shell: TerminalInteractiveShell, lab: Lab) -> None:
    completer = only_shell.Completer
    mine = [lambda _context: {"completions": []}]
    completer.custom_matchers[:] = mine
    completions = Completions()
    completions.enter(only_shell, lab)
    completions.enter(only_shell, lab)
    assert len(completer.custom_matchers) == 2
    completions.leave()
    completions.leave()
    assert completer.custom_matchers == mine
    completer.custom_matchers.clear()


def test_two_labs_in_one_shell_go_in_any_order(only_shell: TerminalInteractiveShell, lab: Lab) -> None:
    first, second = Completions(), Completions()
    first.enter(only_shell, lab)
    second.enter(only_shell, lab)
    first.leave()
    assert typed(only_shell, "%sio em") == ["%sio emit"]
    second.leave()
    assert only_shell.Completer.custom_matchers == []


def test_a_shell_that_completes_nothing_is_left_alone(
    only_shell: TerminalInteractiveShell, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(only_shell, "Completer", None)
    completions = Completions()
    completions.enter(only_shell, lab)
    completions.leave()


# --- in a kernel --------------------------------------------------------------------------------------------------


class CompletingKernel(Kernel):
    """A kernel that is asked for completions, too."""

    def completed(self, code: str, behind: str = "") -> list[str]:
        """Return what the cell becomes with each of the matches, as a notebook puts them in place."""
        answer = self._client.complete(code + behind, len(code), reply=True, timeout=SECONDS)["content"]
        start, end = answer["cursor_start"], answer["cursor_end"]
        return [code[:start] + match + (code + behind)[end:] for match in answer["matches"]]


PROGRAM = """
import sio_lab
from sio_lab.completion import Completions
lab = sio_lab.Lab()
completions = Completions()
completions.enter(get_ipython(), lab)
lab.start()
@lab.socketio.on("my event")
def my_event(data):
    lab.socketio.emit("my response", data)
ada = lab.client("ada")
ada.emit("my event", 1)
lab.join("ada", "the lobby")
"""


@pytest.fixture(scope="module")
def kernel() -> Iterator[CompletingKernel]:
    with CompletingKernel() as kernel:
        assert kernel.run(PROGRAM).error == ""
        yield kernel
        kernel.run("lab.close()")


@pytest.mark.filterwarnings("ignore:.*:DeprecationWarning")  # of jupyter_client's own
@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("%sio clo", ["%sio close-room"]),
        ("print(1)\nx = %sio client a", ["print(1)\nx = %sio client ada"]),
        ("%sio emit my", ['%sio emit "my event"', '%sio emit "my response"']),
        ('%sio emit "my r', ['%sio emit "my response"']),
        ("%sio emit chat --to room:", ['%sio emit chat --to room:"the lobby"']),
        ("%sio traffic -event:my", ['%sio traffic -event:"my event"', '%sio traffic -event:"my response"']),
        ("%%sio\nstatus\njoin ada ", ['%%sio\nstatus\njoin ada "the lobby"']),
        ('ada.emit("my', ['ada.emit("my event']),
        ('@ada.on("my r', ['@ada.on("my response']),
        ('for _ in range(3):\n    lab.emit("my response", {"a": [1]}, to="the', None),
        ("%sio emit nothing", []),
    ],
)
def test_a_notebook_puts_matches_in_place(kernel: CompletingKernel, code: str, expected: list[str] | None) -> None:
    options = ("--namespace", "--help")
    lines = [
        line for line in kernel.completed(code, "\nprint(2)") if not line.removesuffix("\nprint(2)").endswith(options)
    ]
    wanted = [code + " lobby"] if expected is None else expected
    assert lines == [f"{line}\nprint(2)" for line in wanted]
