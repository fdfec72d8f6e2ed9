"""Stopping, whatever goes on at that moment, and starting again."""

from __future__ import annotations

import threading
from contextlib import suppress
from http.client import HTTPException
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.server.thread import ServerThread
from tests.server.peers import DEADLINE, Poller
from tests.server.rig import Gate, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig, Screen

TRANSPORTS = (("polling",), ("websocket",), ("polling", "websocket"))


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_handler_that_blocks_holds_nobody_up_and_is_told_when_it_ends(rig: Rig, transports: tuple[str, ...]) -> None:
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    peer = rig.peer(transports=transports)
    peer.emit("slow")
    gate.reached()
    assert rig.host.stop() == []
    peer.wait_for("disconnect")
    assert membership(rig.server) == folded(rig.log) == {}
    assert [type(record) for record in rig.log.since()][-1] is r.ServerStopped
    gate.open()
    assert rig.handled("slow").status == "handled"


def test_a_connect_handler_that_blocks_is_named(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 0.1)
    gate = Gate()
    rig.socketio.on_event("connect", gate.pass_through)
    raw = rig.raw()
    raw.opened()
    raw.send("40")
    gate.reached()
    busy = rig.host.stop()
    gate.open()
    assert [name.startswith("sio-lab-handler-") for name in busy] == [True]
    rig.first(r.Handled)


@pytest.mark.parametrize("transports", TRANSPORTS)
def test_a_disconnect_handler_that_blocks_is_named_and_the_port_is_free(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, transports: tuple[str, ...]
) -> None:
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 0.3)
    gate = Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    rig.peer(transports=transports)
    port = rig.host.port
    assert "sio-lab-disconnect" in rig.host.stop()
    rig.host.start(port=port)
    assert rig.host.stop() == []
    gate.open()
    rig.wait(lambda: not rig.log.state.clients)


def test_a_disconnect_handler_that_raises_keeps_nobody(rig: Rig, screen: Screen) -> None:
    rig.socketio.on_event("disconnect", lambda _reason: 1 / 0)
    for transports in TRANSPORTS:
        rig.peer(transports=transports)
    assert rig.host.stop() == []
    assert rig.server.eio.sockets == rig.log.state.clients == {}
    assert [record.status for record in rig.all(r.Handled, key=("/", "disconnect"))] == ["raised"] * 3
    assert screen.getvalue().count("ZeroDivisionError") == 3
    rig.host.start(port=rig.host.port)
    rig.socketio.on_event("echo", lambda value: value)
    assert rig.peer().ask("echo", 1) == 1


def by_handler(rig: Rig) -> None:
    rig.socketio.on_event("stop", rig.socketio.stop)
    rig.peer().emit("stop")


def by_connect_handler(rig: Rig) -> None:
    rig.socketio.on_event("connect", rig.socketio.stop)
    raw = rig.raw()
    raw.opened()
    raw.send("40")


def by_disconnect_handler(rig: Rig) -> None:
    rig.socketio.on_event("disconnect", lambda _reason: rig.socketio.stop())
    rig.peer().close()


def by_ack_callback(rig: Rig) -> None:
    rig.peer()
    rig.server.emit("question", callback=rig.socketio.stop)


def by_task(rig: Rig) -> None:
    rig.peer()
    rig.socketio.start_background_task(rig.socketio.stop)


def by_users_thread(rig: Rig) -> None:
    rig.peer()
    thread = threading.Thread(target=rig.socketio.stop)
    thread.start()
    thread.join()


@differs("socketio.stop() works")
@pytest.mark.parametrize(
    "stop",
    [by_handler, by_connect_handler, by_disconnect_handler, by_ack_callback, by_task, by_users_thread],
)
def test_stop_works_from_anywhere(rig: Rig, monkeypatch: pytest.MonkeyPatch, stop: Callable[[Rig], None]) -> None:
    monkeypatch.setattr("sio_lab.server.host.ANSWER_SECONDS", 0.01)
    stop(rig)
    rig.first(r.ServerStopped)
    assert not rig.host.running
    assert rig.server.eio.sockets == {}
    assert rig.log.state.connections == {}
    rig.host.start(port=rig.host.port)
    assert rig.get("/")[0] == 404


@differs("socketio.stop() works")
def test_stop_works_in_a_route_and_its_answer_goes_out_first(rig: Rig) -> None:
    rig.peer()

    @rig.app.route("/stop")
    def stop() -> str:
        rig.socketio.stop()
        return "stopping"

    assert rig.get("/stop") == (200, "stopping")
    rig.first(r.ServerStopped)
    assert not rig.host.running
    assert rig.first(r.HttpRequest).status == 200


def polling(rig: Rig) -> tuple[Poller, threading.Thread]:
    """Return a client and its thread, which waits for packets."""
    poller = Poller(rig.url)
    poller.enter()
    waiting = threading.Event()
    queue = rig.server.eio.sockets[poller.eio_sid].queue
    get = queue.get

    def get_and_tell(*args: Any, **options: Any) -> Any:
        waiting.set()
        return get(*args, **options)

    def poll() -> None:
        with suppress(OSError, HTTPException):
            poller.get()

    queue.get = get_and_tell
    thread = threading.Thread(target=poll)
    thread.start()
    assert waiting.wait(DEADLINE)
    return poller, thread


def test_a_poll_that_waits_is_ended(rig: Rig) -> None:
    _, thread = polling(rig)
    assert rig.host.stop() == []
    thread.join(DEADLINE)
    assert not thread.is_alive()


def test_it_is_ended_too_where_its_disconnect_handler_hangs(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    _, thread = polling(rig)
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 1.0)
    assert rig.host.stop() == ["sio-lab-disconnect"]
    thread.join(DEADLINE)
    assert not thread.is_alive()
    gate.open()


def test_a_client_that_reads_nothing_is_let_go(rig: Rig) -> None:
    raw = rig.raw()
    raw.opened()
    raw.enter()
    for _ in range(40):
        rig.server.emit("flood", "x" * 1_000_000)
    assert rig.host.stop() == []


def test_after_a_restart_dead_clients_are_still_found(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(ping_interval=0.01, ping_timeout=0.05)
    for count in (1, 2, 3):
        rig.url  # noqa: B018 - begins to serve
        raw = rig.raw()
        raw.opened()
        raw.enter()
        rig.wait(lambda count=count: len(rig.all(r.Closed, reason="ping timeout")) == count)
        assert rig.host.stop() == []


def test_clients_of_all_kinds_come_back_to_the_same_port(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    url = rig.url
    for round_ in range(3):
        peers = [rig.peer(transports=transports) for transports in TRANSPORTS]
        assert [peer.ask("echo", round_) for peer in peers] == [round_] * 3
        assert rig.host.stop() == []
        for peer in peers:
            peer.wait_for("disconnect")
        rig.host.start(port=int(url.rpartition(":")[2]))
    assert rig.url == url
    assert rig.log.state.clients == rig.log.state.connections == {}


def test_a_stop_that_comes_while_another_goes_on_waits_for_it(rig: Rig) -> None:
    gate = Gate()
    rig.peer()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    results: list[list[str]] = []
    threads = [threading.Thread(target=lambda: results.append(rig.host.stop())) for _ in range(2)]
    for thread in threads:
        thread.start()
    gate.reached()
    gate.open()
    for thread in threads:
        thread.join(DEADLINE)
    assert results == [[], []]
    assert len(rig.all(r.ServerStopped)) == 1


def test_a_client_that_arrives_in_the_middle_of_it_is_let_go_too(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    url, gate = rig.url, Gate()
    generate, close = rig.server.eio.generate_id, ServerThread.close_connections

    def generate_late() -> str:
        gate.pass_through()
        return generate()

    def open_and_close(server: ServerThread, timeout: float) -> list[str]:
        gate.open()  # all who were there have been disconnected
        return close(server, timeout)

    monkeypatch.setattr(rig.server.eio, "generate_id", generate_late)
    monkeypatch.setattr(ServerThread, "close_connections", open_and_close)

    def arrive() -> None:
        with suppress(OSError, HTTPException):
            Poller(url)

    thread = threading.Thread(target=arrive)
    thread.start()
    gate.reached()
    assert rig.host.stop() == []
    thread.join(DEADLINE)
    assert rig.server.eio.sockets == rig.log.state.connections == {}


@pytest.mark.usefixtures("_no_thread_left")
def test_stopped_while_clients_still_arrive_nobody_is_left(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    url, over = rig.url, threading.Event()

    def arriving() -> None:
        while not over.is_set():
            try:
                Poller(url).enter()
            except (OSError, HTTPException, LookupError, ValueError):
                return

    threads = [threading.Thread(target=arriving) for _ in range(4)]
    for thread in threads:
        thread.start()
    rig.wait(lambda: len(rig.all(r.Connected)) > 20)
    assert rig.host.stop() == []
    over.set()
    for thread in threads:
        thread.join(DEADLINE)
    assert rig.host.stop() == []
