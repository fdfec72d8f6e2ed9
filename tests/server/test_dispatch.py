"""Where the handlers of events run: in threads that are used again, each as in a new one."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.server import dispatch
from tests.server.peers import DEADLINE
from tests.server.rig import Gate, Screen, differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

_told: ContextVar[str] = ContextVar("told", default="nothing")


def test_events_that_are_posted_run_in_threads_that_are_used_again(rig: Rig) -> None:
    names: list[str] = []
    rig.socketio.on_event("note", lambda: names.append(threading.current_thread().name))
    poller = rig.poller()
    poller.enter()
    for number in range(20):
        poller.post('42["note"]')
        rig.wait(lambda number=number: len(rig.all(r.Handled, key=("/", "note"))) > number)  # type: ignore[misc]
    assert len(set(names)) <= 3  # the one before may not be at rest yet
    assert all(name.startswith("sio-lab-handler-") for name in names)


def test_a_hundred_posted_events_that_block_all_begin(rig: Rig) -> None:
    gate, began = threading.Event(), threading.Semaphore(0)

    def block() -> None:
        began.release()
        gate.wait(DEADLINE)

    rig.socketio.on_event("block", block)
    poller = rig.poller()
    poller.enter()
    for _ in range(100):
        poller.post('42["block"]')
    assert all(began.acquire(timeout=DEADLINE) for _ in range(100))
    gate.set()


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_locals_and_context_variables_are_blank_at_each_event(rig: Rig, transport: str) -> None:
    kept, seen = threading.local(), []

    def keep() -> None:
        seen.append((getattr(kept, "value", "nothing"), _told.get()))
        kept.value = "something"
        _told.set("something")

    rig.socketio.on_event("keep", keep)
    peer = rig.peer(transports=(transport,))
    for _ in range(20):
        peer.ask("keep")
    assert set(seen) == {("nothing", "nothing")}


@differs("One client's handlers are bounded")
def test_one_client_cannot_hold_threads_without_bound(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatch, "MOST_RUNNING", 5)
    gate = threading.Event()
    rig.socketio.on_event("block", lambda: gate.wait(DEADLINE) and None)
    rig.socketio.on_event("quick", lambda: "quick")
    peer, other = rig.peer(), rig.peer()
    for _ in range(8):
        peer.emit("block")
    rig.wait(lambda: len(rig.all(r.Handled, hint=dispatch.TOO_MANY)) == 3)
    assert other.ask("quick") == "quick"
    gate.set()
    rig.wait(lambda: len(rig.all(r.Handled, status="handled", key=("/", "block"))) == 5)
    assert peer.ask("quick") == "quick"


def test_what_is_counted_of_a_client_goes_with_it(rig: Rig) -> None:
    rig.socketio.on_event("quick", lambda: "quick")
    peer = rig.peer()
    assert peer.ask("quick") == "quick"
    peer.close()
    rig.first(r.Closed)
    rig.wait(lambda: not rig.host._dispatch._running)


def test_background_tasks_are_threads_of_their_own_that_can_be_joined(rig: Rig) -> None:
    names: list[str] = []
    rig.url  # noqa: B018 - begins to serve
    task = rig.server.start_background_task(lambda: names.append(threading.current_thread().name))
    task.join(DEADLINE)
    assert not names[0].startswith("sio-lab-handler-")


def test_call_in_a_handler_gives_the_loop_away_before_it_waits(rig: Rig) -> None:
    given: list[bool] = []
    hand_on = rig.host._loop.hand_on

    def note(*args: object) -> None:
        given.append(rig.host._loop.gathers)
        hand_on(*args)

    peer = rig.peer()
    peer.answers["whose"] = "mine"
    rig.host._loop.hand_on = note
    rig.socketio.on_event("ask", lambda: rig.socketio.call("whose", to=peer.get_sid(), timeout=DEADLINE))
    assert peer.ask("ask") == "mine"
    assert given[0]


def test_what_a_bare_servers_handler_raises_is_told_as_of_a_thread(
    make_rig: Callable[..., Rig], monkeypatch: pytest.MonkeyPatch
) -> None:
    import socketio

    told: list[object] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))
    server = socketio.Server(async_mode="threading")
    rig = make_rig(server)
    server.on("fail", lambda _sid: 1 / 0)
    server.on("quick", lambda _sid: "quick")
    peer = rig.peer()
    peer.emit("fail")
    rig.handled("fail")
    assert peer.ask("quick") == "quick"
    assert told == [ZeroDivisionError]


def test_a_handler_that_leaves_by_systemexit_ends_no_thread_of_the_loop(
    rig: Rig, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)  # which is quiet about it

    def leave() -> None:
        raise SystemExit

    rig.socketio.on_event("leave", leave)
    rig.socketio.on_event("quick", lambda: "quick")
    peer = rig.peer()
    peer.emit("leave")
    assert peer.ask("quick") == "quick"
    assert screen.getvalue() == ""


def test_served_plainly_every_event_has_a_thread_of_its_own(make_rig: Callable[..., Rig]) -> None:
    rig, names, gate = make_rig(plain=True), [], Gate()
    rig.socketio.on_event("note", lambda: names.append(threading.current_thread().name))
    peer = rig.peer()
    for _ in range(3):
        peer.ask("note")
    gate.open()
    assert len(set(names)) == 3
    assert not any(name.startswith("sio-lab-handler-") for name in names)
