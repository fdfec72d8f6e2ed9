"""Bringing Engine.IO to rest: clients, sleeping ping threads, and the monitor."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from simple_websocket import ConnectionClosed
from wsproto.utilities import LocalProtocolError

from sio_lab.core import records as r
from sio_lab.server.quiesce import _quietly, disconnect_all, forget_clients, stop_monitor
from tests.server.peers import DEADLINE
from tests.server.rig import Gate, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def named(part: str) -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if part in thread.name]


@differs("Sleeping ping threads end with their client")
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_the_thread_that_would_ping_ends_with_its_client(make_rig: Callable[..., Rig], transport: str) -> None:
    rig = make_rig(plain=True)
    others = named("ping")  # of plain servers, in other tests
    peer = rig.peer(transports=(transport,))
    (thread,) = [each for each in named("ping") if each not in others]
    peer.close()
    thread.join(DEADLINE)
    assert not thread.is_alive()


@pytest.mark.parametrize("plain", [False, True])
def test_pings_go_on_while_the_client_is_there(make_rig: Callable[..., Rig], plain: bool) -> None:
    rig = make_rig(ping_interval=0.01, plain=plain)
    raw = rig.raw()
    raw.opened()
    for _ in range(5):
        assert raw.receive() == "2"
        raw.send("3")


def test_a_sleep_of_the_users_own_is_left_to_itself(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    me, sleep = threading.current_thread(), rig.server.eio._async["sleep"]

    def note(seconds: float) -> None:
        # All servers of the process share it: whoever else sleeps does so as ever.
        if threading.current_thread() is me:
            slept.append(seconds)
        else:
            sleep(seconds)

    monkeypatch.setitem(rig.server.eio._async, "sleep", note)
    rig.peer().close()
    rig.first(r.Closed)
    rig.socketio.sleep(0.5)
    assert slept == [0.5]


def test_what_is_noted_of_a_connection_goes_with_it(rig: Rig) -> None:
    for transport in ("polling", "websocket"):
        rig.peer(transports=(transport,)).close()
    rig.wait(lambda: len(rig.all(r.Closed)) == 2)
    for thread in named("ping"):
        thread.join(DEADLINE)
    assert rig.host._sleepers._waiting == {}


def test_websockets_are_known_while_they_are_open(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(plain=True)
    peer = rig.peer()
    rig.poller()
    (eio_sid,) = rig.host._sleepers.websockets
    assert eio_sid == peer.eio.sid
    peer.close()
    rig.first(r.Closed)
    for thread in named("process_request_thread"):
        thread.join(DEADLINE)
    assert rig.host._sleepers.websockets == {}


def test_a_ping_that_is_due_at_the_very_end_does_not_wait(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(plain=True)
    poller = rig.poller()
    connection = rig.server.eio.sockets[poller.eio_sid]
    connection.closing = True
    rig.server.eio.start_background_task(connection._send_ping).join(DEADLINE)
    assert rig.host._sleepers._waiting == {}
    for thread in named("ping"):
        thread.join(DEADLINE)
    connection.closing = False


def test_all_are_disconnected_and_their_handlers_run(rig: Rig) -> None:
    reasons: list[str] = []
    rig.socketio.on_event("disconnect", reasons.append)
    peers = [rig.peer(transports=(transport,)) for transport in ("polling", "websocket")]
    assert disconnect_all(rig.server.eio, DEADLINE) == []
    assert reasons == ["server disconnect"] * 2
    assert rig.server.eio.sockets == {}
    assert membership(rig.server) == {}
    for peer in peers:
        peer.wait_for("disconnect")


def test_a_handler_that_hangs_holds_up_its_own_thread_only(rig: Rig) -> None:
    gate, reasons = Gate(), []
    sids = [rig.poller().enter() for _ in range(3)]

    def gone(reason: str) -> None:
        reasons.append(reason)
        if len(reasons) == 1:
            gate.pass_through()

    rig.socketio.on_event("disconnect", gone)
    try:
        assert disconnect_all(rig.server.eio, 0.5) == ["sio-lab-disconnect"]
        assert len(reasons) == 3
        assert list(rig.log.state.clients) == sids[:1]
    finally:
        gate.open()
    rig.wait(lambda: not rig.log.state.clients)


def test_one_that_comes_back_late_takes_no_new_client_with_it(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 0.1)
    gate = Gate()
    old = rig.poller().enter()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    assert rig.host.stop() == ["sio-lab-disconnect"]
    rig.host.start(port=rig.host.port)
    rig.socketio.on_event("echo", lambda value: value)
    peer = rig.peer()
    gate.open()
    rig.wait(lambda: old not in rig.log.state.clients)
    for worker in named("sio-lab-disconnect"):
        worker.join(DEADLINE)
    assert peer.ask("echo", 1) == 1
    assert list(rig.log.state.clients) == [peer.get_sid()]


def test_whose_disconnect_handler_would_not_end_is_forgotten_all_the_same(rig: Rig) -> None:
    for namespace in ("/", "/other"):
        rig.socketio.on_event("nothing", print, namespace=namespace)
    peer = rig.peer("/", "/other")
    rig.server.enter_room(peer.get_sid("/other"), "lobby", namespace="/other")
    forget_clients(rig.server)
    forget_clients(rig.server)
    assert membership(rig.server) == folded(rig.log) == {}
    assert len(rig.all(r.Left)) == 5


def test_without_a_monitor_there_is_nothing_to_end(rig: Rig) -> None:
    assert stop_monitor(rig.server.eio) == []
    assert rig.server.eio.start_service_task


def test_a_monitor_is_ended_and_starts_again_with_the_next_client(rig: Rig) -> None:
    rig.poller()
    monitor = rig.server.eio.service_task_handle
    assert stop_monitor(rig.server.eio) == stop_monitor(rig.server.eio) == []
    assert not monitor.is_alive()
    rig.poller()
    assert rig.server.eio.service_task_handle not in {None, monitor}


def test_a_monitor_that_has_hardly_begun_is_ended_too(rig: Rig) -> None:
    started, gate = [], Gate()
    start = rig.server.eio.start_background_task

    def start_late(target: Callable[..., Any], *args: Any) -> Any:
        if target.__name__ != "_service_task":
            return start(target, *args)
        started.append(start(lambda: (gate.pass_through(), target(*args))))
        return started[0]

    rig.server.eio.start_background_task = start_late
    rig.poller()
    gate.reached()
    threading.Timer(0, gate.open).start()
    assert stop_monitor(rig.server.eio) == []
    assert not started[0].is_alive()


def test_a_monitor_that_a_handler_holds_up_is_named(make_rig: Callable[..., Rig]) -> None:
    rig, gate = make_rig(ping_interval=0.01, ping_timeout=0.05, plain=True), Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    raw = rig.raw()
    raw.opened()
    raw.enter()
    gate.reached()  # it answered no ping
    monitor = rig.server.eio.service_task_handle
    try:
        assert stop_monitor(rig.server.eio, 0.01) == [monitor.name]
    finally:
        gate.open()
    monitor.join(DEADLINE)
    assert not monitor.is_alive()


@pytest.mark.parametrize("error", [OSError("Bad file descriptor"), ConnectionClosed(), LocalProtocolError("closed")])
def test_a_websocket_closed_twice_at_once_is_closed_in_peace(error: Exception) -> None:
    def close() -> None:
        raise error

    _quietly(close)()


def test_all_other_errors_of_closing_are_told() -> None:
    with pytest.raises(ZeroDivisionError):
        _quietly(lambda: 1 / 0)()
