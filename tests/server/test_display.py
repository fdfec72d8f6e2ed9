"""What handlers raise is printed once, and is there when the log says that they have ended."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core import records as r
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.rig import Rig, Screen


@differs("Tracebacks begin at the handler")
@pytest.mark.parametrize("event", ["boom", "connect", "disconnect"])
def test_the_traceback_is_there_before_the_end_is_told(rig: Rig, screen: Screen, event: str) -> None:
    def boom(*_: Any) -> None:
        raise ZeroDivisionError("no")

    shown: list[bool] = []
    rig.log.subscribe(lambda: rig.all(r.Handled, status="raised") and shown.append("no" in screen.getvalue()))
    rig.socketio.on_event(event, boom)
    peer = rig.knock()
    if event == "boom":
        peer.emit("boom")
    peer.close()
    rig.first(r.Closed)
    assert shown[0]
    assert screen.getvalue().count("ZeroDivisionError: no") == 1


def test_the_same_exception_raised_again_is_shown_again(rig: Rig, screen: Screen) -> None:
    error = ValueError("always this one")

    def boom() -> None:
        raise error

    rig.socketio.on_event("boom", boom)
    peer = rig.peer()
    for _ in range(2):
        peer.emit("boom")
    rig.wait(lambda: screen.getvalue().count("ValueError: always this one") == len(rig.all(r.Handled, status="raised")))
    rig.wait(lambda: len(rig.all(r.Handled, status="raised")) == 2)


def test_what_cannot_be_sent_back_is_shown_too(rig: Rig, screen: Screen) -> None:
    rig.socketio.on_event("ask", object)
    rig.peer().emit("ask", callback=print)
    screen.wait_for("not JSON serializable")


def test_a_refusal_is_no_failure(rig: Rig, screen: Screen) -> None:
    def refuse(_auth: object) -> None:
        raise flask_socketio.ConnectionRefusedError("full")

    rig.socketio.on_event("connect", refuse)
    rig.knock()
    rig.first(r.Refused)
    assert screen.getvalue() == ""


def test_a_test_client_gets_it_raised_and_nothing_is_shown(rig: Rig, screen: Screen) -> None:
    def boom() -> None:
        raise ValueError("no")

    rig.socketio.on_event("boom", boom)
    client = rig.socketio.test_client(rig.app)
    with pytest.raises(ValueError, match="no"):
        client.emit("boom")
    assert screen.getvalue() == ""


def test_the_printing_is_not_in_the_handlers_time(rig: Rig, screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    hour, late = 3600 * 10**9, [0]
    write = screen.write

    def write_slowly(text: str) -> int:
        late[0] = hour
        return write(text)

    monkeypatch.setattr(screen, "write", write_slowly)
    clock = SimpleNamespace(perf_counter_ns=lambda: time.perf_counter_ns() + late[0])
    monkeypatch.setattr("sio_lab.server.outcomes.time", clock)
    rig.socketio.on_event("boom", lambda: {}["missing"])
    rig.peer().emit("boom")
    assert rig.handled("boom").ms < hour / 1e6
    assert late == [hour]
