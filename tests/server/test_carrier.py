"""Connections in the loop's care: pings, time-outs, upgrades that go wrong, and packets that are none."""

from __future__ import annotations

import logging
import threading
from functools import partialmethod
from typing import TYPE_CHECKING, Any

import pytest
from engineio.socket import Socket as EngineSocket
from websocket import ABNF

from sio_lab.core import records as r
from sio_lab.server.carrier import packet_of
from sio_lab.server.host import Host
from sio_lab.server.program import new_pair
from tests.server.peers import DEADLINE, RawSocket
from tests.server.rig import Gate, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

UPGRADING = "/socket.io/?EIO=4&transport=websocket&sid="


def entered(rig: Rig) -> RawSocket:
    raw = rig.raw()
    raw.opened()
    raw.enter()
    return raw


def closed(raw: RawSocket) -> None:
    """Wait until the server has closed a WebSocket."""
    while raw.receive():
        pass
    raw.close()


def forgotten(rig: Rig) -> None:
    """Wait until nothing is kept of any connection."""
    done = threading.Event()
    while rig.host._carrier.carried or rig.server.eio.sockets:
        done.clear()
        rig.host._loop.call(done.set)
        assert done.wait(DEADLINE)
    assert membership(rig.server) == folded(rig.log) == {}


def test_pings_come_by_the_clock_and_their_answers_are_timed(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(ping_interval=0.01)
    raw = rig.raw()
    eio_sid = raw.opened()
    for _ in range(3):
        assert raw.receive() == "2"
        raw.send("3")
    rig.wait(lambda: len(rig.all(r.PingAnswered)) >= 3)
    assert rig.all(r.PingAnswered)[0].eio_sid == eio_sid


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_who_answers_no_ping_is_gone_after_the_time_out(make_rig: Callable[..., Rig], transport: str) -> None:
    rig = make_rig(ping_interval=0.02, ping_timeout=0.05)
    reasons: list[str] = []
    rig.socketio.on_event("disconnect", reasons.append)
    client = entered(rig) if transport == "websocket" else rig.poller()
    if not isinstance(client, RawSocket):
        client.enter()
    assert rig.first(r.Closed).reason == "ping timeout"
    rig.wait(lambda: rig.all(r.Handled, key=("/", "disconnect")))
    assert reasons == ["ping timeout"]


def test_no_thread_waits_for_a_ping(rig: Rig) -> None:
    rig.peer()
    rig.poller().enter()
    assert not [thread.name for thread in threading.enumerate() if "_send_ping" in thread.name]


@pytest.mark.parametrize("first", ["2", "2other", "5", "42", "x", ""])
def test_an_upgrade_that_does_not_begin_with_a_probe_is_none(rig: Rig, first: str) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    poller = rig.poller()
    poller.enter()
    raw = RawSocket(rig.url, UPGRADING + poller.eio_sid)
    raw.send(first)
    closed(raw)
    poller.post('421["echo","still here"]')
    assert poller.get() == ['431["still here"]']
    assert rig.all(r.Upgraded) == []


def test_an_upgrade_that_is_broken_off_leaves_the_connection_as_it_was(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    poller = rig.poller()
    poller.enter()
    for last in ("close", "message"):
        raw = RawSocket(rig.url, UPGRADING + poller.eio_sid)
        raw.send("2probe")
        assert raw.receive() == "3probe"
        assert poller.get() == ["6"]
        if last == "message":
            raw.send("42[]")
            closed(raw)
        raw.close()
        rig.wait(lambda: True)
        while rig.server.eio.sockets[poller.eio_sid].upgrading:
            done = threading.Event()
            rig.host._loop.call(done.set)
            assert done.wait(DEADLINE)
        poller.post('421["echo","still here"]')
        while '431["still here"]' not in poller.get():
            pass  # what ended the poll comes before it, as in plain Engine.IO


def test_what_was_emitted_while_a_connection_is_upgraded_comes_over_the_websocket_in_order(rig: Rig) -> None:
    poller = rig.poller()
    sid = poller.enter()
    raw = RawSocket(rig.url, UPGRADING + poller.eio_sid)
    raw.send("2probe")
    assert raw.receive() == "3probe"
    assert poller.get() == ["6"]
    for number in range(50):
        rig.server.emit("n", number, to=sid)
    assert poller.get() == ["6"]  # nothing by polling any more
    raw.send("5")
    assert raw.receive() == "6"  # what ended the poll, as in plain Engine.IO
    assert [raw.receive() for _ in range(50)] == [f'42["n",{number}]' for number in range(50)]
    assert rig.first(r.Upgraded).eio_sid == poller.eio_sid
    raw.close()


@differs("What is no packet closes its WebSocket")
@pytest.mark.parametrize("packet", ["x", "", "abc"])
def test_what_is_no_packet_closes_the_websocket_and_the_client_is_gone(rig: Rig, packet: str) -> None:
    reasons: list[str] = []
    rig.socketio.on_event("disconnect", reasons.append)
    raw = entered(rig)
    raw.send(packet)
    frame = raw._ws.recv_frame()
    assert (frame.opcode, int.from_bytes(frame.data[:2])) == (ABNF.OPCODE_CLOSE, 1002)
    raw.close()
    assert rig.first(r.Rejected).reason.startswith("packets that can't be read: ValueError")
    forgotten(rig)
    assert len(reasons) == 1


def test_packets_of_unknown_kinds_are_passed_over(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    raw = entered(rig)
    raw.send("0{}", "6", "9", '421["echo",1]')
    assert raw.receive() == "431[1]"


@pytest.mark.parametrize(
    "text", ["42[]", "40", "4", '4{"a":1}', "4text", "3", "2probe", "5", "1", b"\x00\x01", "bAAAA"]
)
def test_engineio_packets_are_read_as_engineio_reads_them(text: Any) -> None:
    from engineio.packet import Packet

    ours, plain = packet_of(text), Packet(encoded_packet=text)
    assert (ours.packet_type, ours.data, ours.binary) == (plain.packet_type, plain.data, plain.binary)


def test_a_client_that_closes_is_forgotten_when_its_handler_has_ended(rig: Rig) -> None:
    gate = Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    raw = entered(rig)
    raw._ws.send_close(1000)
    gate.reached()
    assert len(rig.server.eio.sockets) == 1
    gate.open()
    forgotten(rig)
    raw.close()


def test_engineios_own_log_has_what_it_had(make_rig: Callable[..., Rig], caplog: pytest.LogCaptureFixture) -> None:
    rig = make_rig(engineio_logger=True)
    peer = rig.peer()
    with caplog.at_level(logging.INFO, "engineio.server"):
        rig.server.emit("hello", to=peer.get_sid())
        peer.wait_for("hello")
    assert any('Sending packet MESSAGE data 2["hello"]' in record.getMessage() for record in caplog.records)
    rig.server.eio.logger.setLevel(logging.ERROR)


def test_who_puts_something_in_the_way_of_packets_sees_them(rig: Rig) -> None:
    peer, seen = rig.peer(), []
    send = rig.server.eio.send_packet
    rig.server.eio.send_packet = lambda eio_sid, packet: (seen.append(packet.data), send(eio_sid, packet))
    rig.server.emit("hello")
    peer.wait_for("hello")
    del rig.server.eio.send_packet
    assert seen == ['2["hello"]']


@pytest.mark.parametrize("name", ["_websocket_handler", "send", "receive"])
@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_who_has_replaced_something_of_engineios_sockets_is_asked(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, name: str, transport: str
) -> None:
    seen: list[str] = []
    original = getattr(EngineSocket, name)

    def noted(socket: Any, *args: Any) -> Any:
        seen.append(socket.sid)
        return original(socket, *args)

    monkeypatch.setattr(EngineSocket, name, partialmethod(noted))  # as python-socketio's `instrument` does
    rig.socketio.on_event("echo", lambda value: value)
    peer = rig.peer(transports=[transport])
    assert peer.ask("echo", 1) == 1
    assert rig.host._carrier.carried == {}
    assert bool(seen) is (name != "_websocket_handler" or transport == "websocket")
    monkeypatch.undo()
    rig.peer()
    assert len(rig.host._carrier.carried) == 1


def test_connections_of_before_the_start_go_on_plainly() -> None:
    pair, log = new_pair({}), None
    from sio_lab.core.log import Log

    log = Log()
    host = Host(pair, log)
    host.attach()
    assert type(pair.server.eio.create_queue()).__module__ == "queue"
    host.start()
    assert type(pair.server.eio.create_queue()).__name__ == "Outlet"
    host.release()
    assert "create_queue" not in vars(pair.server.eio)


def test_two_servers_in_one_process_have_loops_of_their_own(make_rig: Callable[..., Rig]) -> None:
    one, other = make_rig(), make_rig()
    for rig, name in ((one, "one"), (other, "other")):
        rig.socketio.on_event("which", lambda name=name: name)
    peers = [one.peer(), other.peer()]
    assert [peer.ask("which") for peer in peers] == ["one", "other"]
    assert one.host.stop() == []
    assert peers[1].ask("which") == "other"


def test_a_handler_of_one_server_emits_on_another(make_rig: Callable[..., Rig]) -> None:
    one, other = make_rig(), make_rig()
    listener, peer = other.peer(), one.peer()
    one.socketio.on_event("tell", lambda value: other.socketio.emit("told", value))
    for number in range(20):
        peer.ask("tell", number)
    assert listener.wait_for("told", 20) == [(number,) for number in range(20)]


def test_bytes_reach_pollers_and_websockets_alike(rig: Rig) -> None:
    peers = [rig.peer(transports=(transport,)) for transport in ("polling", "websocket", "polling", "websocket")]
    for number in range(3):
        rig.server.emit("bytes", [number, b"\x00\xff"])
    for peer in peers:
        assert peer.wait_for("bytes", 3) == [([number, b"\x00\xff"],) for number in range(3)]
