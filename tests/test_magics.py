from __future__ import annotations

import atexit
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import sio_lab
from sio_lab import magics
from sio_lab.commands import VERBS, find, overview
from sio_lab.core.log import Log
from sio_lab.errors import FilterError, NotRunning
from sio_lab.server.outside import handler_functions
from sio_lab.server.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator

CALLS: list[tuple[Any, ...]] = []


class FakeTable:
    def __init__(self, name: str, words: str = "") -> None:
        self.name, self.words = name, words

    @property
    def df(self) -> str:
        return f"DataFrame of {self.name} {self.words}"

    def where(self, words: str) -> FakeTable:
        if words == "wrong:":
            raise FilterError("Filter word 'wrong:': there is no such key")
        return FakeTable(self.name, words)

    def __getitem__(self, seq: int) -> tuple[str, int]:
        return self.name, seq

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FakeTable) and vars(other) == vars(self)

    __hash__ = None


class FakeLab:
    """A lab that keeps account of its calls, and answers each with what was called."""

    def __init__(self, **options: Any) -> None:
        self.options = options
        self.log = SimpleNamespace(**options)
        self.staged, self.cells, self.say = None, options["cells"], options["say"]
        self.stage = Stage(Log(), self.cells, self.say)
        self.live, self.on_display = True, None
        self.controls: dict[str, Any] = {}
        self.app, self.socketio = object(), object()
        self.program = {"app": self.app, "socketio": self.socketio}
        self.handler_functions = handler_functions(lambda: ("ada", "SID", "/"))
        CALLS.append(("Lab",))

    def close(self) -> None:
        CALLS.append(("close",))

    @staticmethod
    def advice(error: BaseException | None) -> str | None:
        return "Say it otherwise." if isinstance(error, ZeroDivisionError) else None

    def __getattr__(self, name: str) -> Any:
        if name in VERBS and VERBS[name].is_table:
            return FakeTable(name)
        return lambda *args, **options: self._called(name, args, options)

    def _called(self, *call: Any) -> Any:
        CALLS.append(call)
        if call[1] == ("refuse",):
            raise NotRunning("No server runs.\nStart one: %sio start")
        return call


@pytest.fixture(scope="module")
def only_shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InteractiveShell]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
        config = Config(HistoryManager={"enabled": False})
        yield InteractiveShell(config=config)


@pytest.fixture
def bare(only_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """Yield a shell with nothing in it."""
    monkeypatch.setattr(magics, "Lab", FakeLab)
    CALLS.clear()
    yield only_shell
    magics.unload(only_shell)
    only_shell.extension_manager.loaded.discard("sio_lab")
    only_shell.config = Config(HistoryManager={"enabled": False})
    only_shell.reset(new_session=False)


@pytest.fixture
def shell(bare: InteractiveShell) -> InteractiveShell:
    """Return a shell with the extension loaded."""
    run(bare, "%load_ext sio_lab")
    CALLS.clear()
    return bare


def run(shell: InteractiveShell, cell: str) -> Any:
    """Run a cell and return its value; what it raised is raised here too."""
    done = shell.run_cell(cell)
    done.raise_error()
    return done.result


def refused(shell: InteractiveShell, cell: str) -> str:
    done = shell.run_cell(cell)
    assert type(done.error_in_exec) is UsageError
    return str(done.error_in_exec)


def state(shell: InteractiveShell) -> Any:
    manager = shell.magics_manager
    return (
        {name: id(value) for name, value in shell.user_ns.items() if not name.startswith("_")},
        {kind: dict(table) for kind, table in manager.magics.items()},
        dict(manager.registry),
        list(shell.configurables),
        {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()},
        set(shell.extension_manager.loaded),
        list(shell.Completer.custom_matchers),
        dict(shell.user_ns_hidden).keys(),
    )


# --- load and unload ----------------------------------------------------------------------------------------------


def test_loading_gives_the_magic_and_the_lab(shell: InteractiveShell) -> None:
    assert isinstance(shell.user_ns["lab"], FakeLab)
    assert run(shell, "%sio status") == ("status", (), {})


def test_loading_twice_makes_no_second_lab(bare: InteractiveShell) -> None:
    run(bare, "%load_ext sio_lab\n%load_ext sio_lab")
    sio_lab.load_ipython_extension(bare)
    assert CALLS == [("Lab",)]
    assert [type(one).__name__ for one in bare.configurables].count("SioMagics") == 1


def test_unloading_leaves_the_shell_as_it_was(bare: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    run(bare, "%load_ext sio_lab\n%unload_ext sio_lab")  # imports the magics of IPython that come when they are used
    hooks: list[Any] = []
    monkeypatch.setattr(atexit, "register", hooks.append)
    monkeypatch.setattr(atexit, "unregister", hooks.remove)
    run(bare, "app = 'mine'; emit = 'mine'")
    before = state(bare)
    run(bare, "%load_ext sio_lab\n%sio start")
    assert len(hooks) == 1
    run(bare, "%unload_ext sio_lab")
    assert state(bare) == before
    assert hooks == []
    assert CALLS[-1] == ("close",)
    assert "`%sio` not found" in refused(bare, "%sio")


def test_unloading_twice_does_nothing(shell: InteractiveShell) -> None:
    run(shell, "%unload_ext sio_lab")
    CALLS.clear()
    sio_lab.unload_ipython_extension(shell)
    assert CALLS == []


def test_reloading_makes_a_new_lab(shell: InteractiveShell) -> None:
    old = shell.user_ns["lab"]
    run(shell, "%reload_ext sio_lab")
    assert isinstance(shell.user_ns["lab"], FakeLab)
    assert shell.user_ns["lab"] is not old
    assert [call[0] for call in CALLS] == ["close", "Lab"]


def test_a_lab_of_the_user_s_own_stays(bare: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(bare, "lab = 'mine'\n%load_ext sio_lab")
    assert bare.user_ns["lab"] == "mine"
    assert "The name lab is taken" in capsys.readouterr().out
    run(bare, "del lab\n%reload_ext sio_lab")
    assert isinstance(bare.user_ns["lab"], FakeLab)


def test_a_magic_of_the_same_name_comes_back(bare: InteractiveShell) -> None:
    bare.register_magic_function(lambda _line: "mine", "line", "sio")
    run(bare, "%load_ext sio_lab\n%unload_ext sio_lab")
    assert run(bare, "%sio") == "mine"
    del bare.magics_manager.magics["line"]["sio"]


def test_names_that_the_user_has_given_away_stay_so(shell: InteractiveShell) -> None:
    run(shell, "%sio start\nlab = app = 1\n%unload_ext sio_lab")
    assert (shell.user_ns["lab"], shell.user_ns["app"]) == (1, 1)
    assert "socketio" not in shell.user_ns


# --- start, stop, restart -----------------------------------------------------------------------------------------


def test_start_gives_the_names_that_handlers_need(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shell, "%sio start") is None
    assert capsys.readouterr().out == (
        "('start', (), {'host': '127.0.0.1', 'port': 0, 'cors': None})\n"
        "Ready to use: app, socketio, emit, send, join_room, leave_room, request, as if you had written\n"
        "    from flask import request\n"
        "    from flask_socketio import emit, join_room, leave_room, send\n"
    )
    assert shell.user_ns["socketio"] is shell.user_ns["lab"].socketio
    assert shell.user_ns["emit"] is flask_socketio.emit


def test_a_second_start_says_only_what_the_lab_says(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    run(shell, "%sio start")
    capsys.readouterr()
    run(shell, "%sio start")
    assert capsys.readouterr().out.count("\n") == 1


def test_start_leaves_names_of_the_user_s_own(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "send = 1\nfrom flask_socketio import emit\n%sio start")
    assert shell.user_ns["send"] == 1
    assert "Left as you defined them: send." in capsys.readouterr().out


def test_a_start_that_fails_puts_nothing_there(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_options: Any) -> None:
        raise NotRunning("Port 5000 is taken.")

    monkeypatch.setattr(shell.user_ns["lab"], "start", fail, raising=False)
    assert refused(shell, "%sio start --port 5000") == "Port 5000 is taken."
    assert "socketio" not in shell.user_ns


def test_stop_and_restart_show_what_the_lab_says(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shell, "%sio restart") is None
    assert run(shell, "%sio stop") is None
    out = capsys.readouterr().out
    assert out.startswith("('restart', (), {})")
    assert out.endswith("('stop', (), {})\n")


def test_options_come_from_config_and_from_the_line(shell: InteractiveShell) -> None:
    run(shell, "%config SioMagics.port = 5000\n%config SioMagics.cors = '*'\n%sio start --port 5001 --host ::1")
    assert CALLS[-1] == ("start", (), {"host": "::1", "port": 5001, "cors": "*"})
    run(shell, "%sio start")
    assert CALLS[-1] == ("start", (), {"host": "127.0.0.1", "port": 5000, "cors": "*"})


def test_a_public_address_that_is_none_is_told_plainly(
    bare: InteractiveShell, caplog: pytest.LogCaptureFixture
) -> None:
    run(bare, "%load_ext sio_lab\n%config SioMagics.public_url = 'https://hub.example/'")
    run(bare, "%config SioMagics.public_url = 'hub.example'")
    (told,) = [record.getMessage() for record in caplog.records]
    assert told.startswith("'hub.example' is no address where browsers reach the server")
    assert bare.user_ns["lab"].public_url == "https://hub.example/"


def test_consent_for_pages_through_the_proxy_comes_from_config(bare: InteractiveShell) -> None:
    run(bare, "%load_ext sio_lab")
    lab = bare.user_ns["lab"]
    assert not lab.pages_through_proxy
    run(bare, "%config SioMagics.pages_through_proxy = True")
    assert lab.pages_through_proxy


def test_how_much_is_kept_comes_from_config(bare: InteractiveShell) -> None:
    bare.config.SioMagics.max_records = 10
    run(bare, "%load_ext sio_lab")
    lab = bare.user_ns["lab"]
    assert (lab.options["max_records"], lab.options["max_bytes"]) == (10, 64 * 1024 * 1024)
    run(bare, "%config SioMagics.max_records = 20\n%config SioMagics.max_bytes = 30")
    assert (lab.log.max_records, lab.log.max_bytes) == (20, 30)


def test_handlers_are_told_their_cell(shell: InteractiveShell) -> None:
    run(shell, "mine = lab.cells.owner()")
    assert shell.user_ns["mine"].label == f"In [{shell.execution_count}]"
    assert shell.user_ns["lab"].cells.current is None


# --- one command --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "verb",
    [verb for verb in VERBS.values() if verb.name not in {"start", "help"} and not verb.body],
    ids=lambda verb: verb.name,
)
def test_the_example_in_help_does_the_same_in_python(shell: InteractiveShell, verb: Any) -> None:
    value = run(shell, verb.python)
    calls = CALLS.copy()
    CALLS.clear()
    shown = run(shell, f"%sio {verb.example}")
    assert calls == CALLS
    assert shown == (None if verb.name in {"stop", "restart", "serve", "off"} else value)


def test_a_value_can_be_kept(shell: InteractiveShell) -> None:
    run(shell, "t = %sio clients ns:/chat\nd = %sio traffic --df\nc = %sio client ada")
    assert shell.user_ns["t"] == FakeTable("clients", "ns:/chat")
    assert shell.user_ns["d"] == "DataFrame of traffic "
    assert shell.user_ns["c"] == ("client", ("ada",), {})


def test_without_a_verb_the_dashboard_is_shown(shell: InteractiveShell) -> None:
    assert run(shell, "%sio") == ("dashboard", (), {})


def test_views_are_asked_of_the_lab(shell: InteractiveShell) -> None:
    assert run(shell, "%sio sequence client:ada kind:event") == ("sequence", ("client:ada kind:event",), {})
    assert run(shell, "%sio panels ada bob") == ("panels", ("ada", "bob"), {})
    assert run(shell, "%sio map") == ("map", (), {})


def test_views_can_be_had_as_pictures_alone(shell: InteractiveShell) -> None:
    run(shell, "%config SioMagics.live = False")
    assert not shell.user_ns["lab"].live


def test_braces_and_dollars_are_left_to_the_parser(shell: InteractiveShell) -> None:
    run(shell, 'data = {"a": [1]}\nwho = ["ada", 7]\n%sio emit ev {"data": 42} $data --to $who')
    assert CALLS[-1] == ("emit", ("ev", {"data": 42}, {"a": [1]}), {"to": ["ada", 7]})


def test_variables_of_a_function_are_seen(shell: InteractiveShell) -> None:
    run(shell, "outer = 1\ndef f(inner):\n    %sio emit ev $inner $outer\nf(2)")
    assert CALLS[-1] == ("emit", ("ev", 2, 1), {})


def test_a_semicolon_hides_the_result(shell: InteractiveShell) -> None:
    assert run(shell, "%sio emit ev 1;") is None
    assert CALLS[-1] == ("emit", ("ev", 1), {})
    assert run(shell, '%sio emit ev "1;"') == ("emit", ("ev", "1;"), {})


def test_help_is_printed(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    run(shell, "%sio help")
    assert capsys.readouterr().out == overview() + "\n"
    run(shell, "%sio help close_room")
    run(shell, "%sio close-room --help")
    assert capsys.readouterr().out == 2 * (find("close-room").help + "\n")
    assert "There is no verb 'emti'; did you mean emit?" in refused(shell, "%sio help emti")


def test_the_docstring_is_the_overview(shell: InteractiveShell) -> None:
    assert shell.object_inspect("%sio")["docstring"] == overview()


# --- cells --------------------------------------------------------------------------------------------------------


def test_a_cell_s_body_holds_more_arguments(shell: InteractiveShell) -> None:
    value = run(shell, '%%sio emit "my response" --to ada\n{"a": [1,\n  2]}\n--to {}')
    assert value == CALLS[-1] == ("emit", ("my response", {"a": [1, 2]}, "--to", {}), {"to": "ada"})


def test_a_bare_cell_runs_its_lines(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(shell, "%%sio\n\n# first\n  emit ev 1\nhelp stop\nstop\n") is None
    assert CALLS == [("emit", ("ev", 1), {}), ("stop", (), {})]
    out = capsys.readouterr().out
    assert out.startswith("('emit', ('ev', 1), {})\n%sio stop\n")


def test_an_empty_cell_does_nothing(shell: InteractiveShell) -> None:
    assert run(shell, "%%sio\n# nothing\n") is None
    assert CALLS == []


def test_a_slip_in_the_last_line_leaves_nothing_half_done(shell: InteractiveShell) -> None:
    assert refused(shell, "%%sio\nstop\n\nemitt ev").startswith("Line 3: There is no verb 'emitt'")
    assert CALLS == []


def test_an_error_in_a_cell_tells_its_line(shell: InteractiveShell) -> None:
    assert refused(shell, "%%sio\nstop\nkick refuse\nstop").startswith("Line 2: No server runs.")
    assert [call[0] for call in CALLS] == ["stop", "kick"]


def test_a_verb_without_json_takes_no_body(shell: InteractiveShell) -> None:
    assert "takes no body" in refused(shell, "%%sio kick ada\nx")
    assert CALLS == []


# --- errors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "why"),
    [
        ("%sio emitt", "There is no verb 'emitt'; did you mean emit?"),
        ("%sio clients wrong:", "Filter word 'wrong:'"),
        ("%sio kick refuse", "No server runs.\nStart one: %sio start"),
    ],
)
def test_a_slip_is_shown_without_a_traceback(
    shell: InteractiveShell, cell: str, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert why in refused(shell, cell)
    shown = capsys.readouterr()
    assert shown.err.startswith("UsageError: " + why)
    assert shown.out == ""


def test_the_caret_is_shown_below_the_line(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    refused(shell, '%sio emit ev {"data" 42}')
    assert capsys.readouterr().err.splitlines()[1:] == ['    emit ev {"data" 42}', "                    ^"]


def test_other_errors_keep_their_traceback(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell.user_ns["lab"], "kick", lambda _who: 1 / 0, raising=False)
    assert isinstance(shell.run_cell("%sio kick ada").error_in_exec, ZeroDivisionError)


def test_advice_on_a_cell_s_error_follows_its_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    shell.run_cell("1 / 0")
    assert capsys.readouterr().err.endswith("Say it otherwise.\n")
    shell.run_cell("1 + 1")
    assert capsys.readouterr().err == ""
