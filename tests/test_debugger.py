"""The debugger on a failure, its commands read from a text."""

from __future__ import annotations

import io
import json
import sys
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

import sio_lab
from sio_lab import debugger
from sio_lab.debugger import breakpoints, open_debugger, put_names
from sio_lab.errors import LabError, RecordDropped
from sio_lab.server.post_mortem import Failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

EVENT: dict[str, Any] = {"event": "chat", "namespace": "/", "sid": "ada0123", "args": ("{oops",)}
sid = "the module's own"


@pytest.fixture(autouse=True)
def _without_ipython(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debugger, "get_ipython", lambda: None)


def reading(text: str) -> object:
    return json.loads(text)


def asking_the_module(text: str) -> str:
    return {"text": sid}[text]


def failed(function: Callable[..., object], **fields: Any) -> Failure:
    """Return the failure of a function that was given `{oops`."""
    try:
        function("{oops")
    except Exception as error:  # noqa: BLE001 - whatever it is
        return Failure(7, "'chat' in /", error.with_traceback(beyond(error.__traceback__)), **(EVENT | fields))
    raise AssertionError


def beyond(trace: TracebackType | None) -> TracebackType | None:
    """Return a traceback without the frame of `failed`."""
    assert trace is not None
    return trace.tb_next


def typed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], failure: Any, *commands: str) -> str:
    """Return what the debugger says to commands."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{command}\n" for command in commands)))
    open_debugger(failure)
    return capsys.readouterr().out


def test_it_opens_at_the_readers_innermost_frame(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = typed(monkeypatch, capsys, failed(reading), "p text", "p args, sid, event, namespace", "d", "p sid", "q")
    assert out.startswith("Row 7, 'chat' in /: JSONDecodeError: ")
    assert "args, sid, event, namespace are the event's." in out
    assert "-> return json.loads(text)" in out
    assert "(('{oops',), 'ada0123', 'chat', '/')" in out
    assert "loads()" in out, "down into the library, where the names are known, too"
    assert out.count("'ada0123'") == 2


def test_a_name_that_the_code_on_display_uses_means_what_it_means_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = typed(monkeypatch, capsys, failed(asking_the_module), "p sid", "p args", "q")
    assert "(Pdb) \"the module's own\"\n(Pdb) ('{oops',)" in out


def test_its_names_reach_no_further_than_the_frames() -> None:
    failure = failed(reading)
    put_names(failure.trace, {"sid": "ada0123", "text": "another"})
    assert failure.trace is not None
    assert dict(failure.trace.tb_frame.f_locals) == {"text": "{oops", "sid": "ada0123"}
    assert sid == "the module's own"


def test_a_failure_outside_of_flask_has_no_request(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = typed(monkeypatch, capsys, failed(reading, moment=None), "p request", "q")
    assert "NameError" in out


def test_of_a_background_task_there_is_no_event(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = typed(monkeypatch, capsys, failed(reading, event=None), "q")
    assert "are the event's" not in out


def test_it_is_open_where_the_event_was(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    entered: list[str] = []

    def within(function: Callable[[], None]) -> None:
        entered.append("in")
        function()
        entered.append("out")

    moment = SimpleNamespace(within=within, request="the request")
    out = typed(monkeypatch, capsys, failed(reading, moment=moment), "p request", "q")
    assert "'the request'" in out
    assert entered == ["in", "out"]


def test_a_shells_own_debugger_is_used(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    class OfShell(debugger.pdb.Pdb):
        prompt = "(ours) "

        def __init__(self) -> None:
            super().__init__()
            self.prompt = OfShell.prompt

    monkeypatch.setattr(debugger, "get_ipython", lambda: SimpleNamespace(debugger_cls=OfShell))
    assert "(ours) " in typed(monkeypatch, capsys, failed(reading), "q")


def test_where_nobody_can_type_the_traceback_is_told() -> None:
    with pytest.raises(LabError, match="nobody here") as raised:  # pytest takes stdin away
        open_debugger(failed(reading))
    assert "in reading\n" in str(raised.value)
    assert "sio_lab" not in str(raised.value).partition("opened on this:")[2]


def test_a_lab_opens_it_on_its_last_failure_and_says_where_there_is_none(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lab, other = sio_lab.Lab(), sio_lab.Lab()
    with pytest.raises(LabError, match="no failure to debug"):
        lab.debug()
    lab.start()
    lab.on("chat")(reading)
    lab.on("fine")(lambda: "fine")
    ada = lab.client("ada")
    ada.emit("chat", "{oops")
    ada.emit("fine")
    chat, fine = [int(seq) for seq in lab.traffic.where("kind:event").df.index]
    monkeypatch.setattr("sys.stdin", io.StringIO("p request.sid, request.event\nq\n"))
    lab.debug(chat)
    assert f"('{ada.sid}', {{'message': 'chat', 'args': ('{{oops',)}})" in capsys.readouterr().out
    with pytest.raises(LabError, match=rf"Row {fine} did not fail \(handled event\)"):
        lab.debug(fine)
    with pytest.raises(LabError, match="no failure to debug"):
        other.debug()
    lab.close()
    with pytest.raises(RecordDropped, match=rf"row {chat} is not kept any more.*%sio rerun {chat}"):
        lab.debug(chat)


def test_a_breakpoint_that_a_front_end_is_to_see_to_opens_the_debugger_in_this_thread(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere: list[str] = []

    def idle() -> None:
        elsewhere.append(threading.current_thread().name)

    idle.__module__ = "debugpy.somewhere"
    is_connected = [False]
    monkeypatch.setitem(sys.modules, "debugpy", SimpleNamespace(is_client_connected=lambda: is_connected[0]))
    monkeypatch.setattr(sys, "breakpointhook", idle)
    monkeypatch.setattr(sys, "stdin", io.StringIO("p here\nc\n"))
    here = "the handler's own"
    with breakpoints():
        hook = sys.breakpointhook
        hook()
        thread = threading.Thread(target=hook, name="other")
        thread.start()
        thread.join()
    assert sys.breakpointhook is idle
    assert repr(here) in capsys.readouterr().out
    is_connected[0] = True
    with breakpoints():
        assert sys.breakpointhook is idle
    assert elsewhere == ["other"]
