"""WebSockets in the loop's care: receivers that are slow, frozen or gone, messages that are too long, and the end."""

from __future__ import annotations

import base64
import gc
import os
import socket
import threading
import tracemalloc
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from websocket import ABNF

from sio_lab.core import records as r
from sio_lab.server import websocket as module
from tests.server.peers import DEADLINE, RawSocket, connected_socket
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig

LARGE = "x" * 100_000
SMALL_BUFFER = ((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),)
REASON = "a client that takes nothing in: "
TOO_LONG = "a WebSocket message longer than max_http_buffer_size, "


def entered(rig: Rig, **options: Any) -> RawSocket:
    """Return a client that the server let in."""
    raw = rig.raw(**options)
    raw.opened()
    raw.enter()
    return raw


def gone(rig: Rig, raw: RawSocket) -> r.Rejected:
    """Wait until the server has closed a connection and forgotten it; returns the row that says why."""
    while raw.receive():
        pass
    closed = rig.first(r.Closed)
    rig.wait(lambda: closed.eio_sid not in rig.log.state.connections)
    while closed.eio_sid in rig.host._carrier.carried or closed.eio_sid in rig.server.eio.sockets:
        ask(rig)  # the loop's own part comes after the record
    return rig.first(r.Rejected)


def descriptors() -> int:
    """Return how many files and sockets this process has open; 0 where the system does not tell."""
    own = Path("/proc/self/fd")
    return len(list(own.iterdir())) if own.is_dir() else 0


def ask(rig: Rig) -> None:
    """Have the loop do something, and wait for that."""
    event = threading.Event()
    rig.host._loop.call(event.set)
    assert event.wait(DEADLINE)


def websockets(rig: Rig) -> list[module.WebSocket]:
    return [carried.websocket for carried in rig.host._carrier.carried.values()]


def test_a_slow_receiver_gets_all_in_order(rig: Rig) -> None:
    raw = entered(rig, sockopt=SMALL_BUFFER)
    for number in range(100):
        rig.server.emit("n", [number, LARGE])
    (websocket,) = websockets(rig)
    assert websocket.waiting_bytes > 1_000_000
    assert [raw.receive()[:9].partition("[")[2] for _ in range(100)] == [f'"n",[{n}'[:6] for n in range(100)]
    ask(rig)
    assert websocket.waiting_bytes == 0


def test_an_honest_slow_receiver_is_not_cut_off(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 0.5)
    raw = entered(rig, sockopt=SMALL_BUFFER)
    for number in range(60):
        rig.server.emit("n", [number, LARGE])
    looked = threading.Event()
    for _ in range(60):  # much longer than the patience, but with progress all along
        looked.wait(0.01)
        assert raw.receive()
    assert rig.all(r.Closed) == []


@differs("A client that takes nothing in is cut off")
def test_one_that_takes_nothing_in_is_cut_off_and_the_others_are_not_kept_waiting(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 1.0)
    reasons: list[str] = []
    rig.socketio.on_event("disconnect", reasons.append)
    frozen, other = entered(rig, sockopt=SMALL_BUFFER), rig.peer()
    for number in range(80):
        rig.server.emit("n", [number, LARGE])
    assert len(other.wait_for("n", 80)) == 80
    told = rig.first(r.Rejected)
    assert told.reason.startswith(REASON)
    assert told.address == "127.0.0.1"
    assert gone(rig, frozen) == told
    assert reasons == ["transport error"]
    assert len(websockets(rig)) == 1


@differs("A client that takes nothing in is cut off")
def test_nobody_is_waited_for_with_more_than_the_ceiling(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 4_000_000)
    frozen = entered(rig, sockopt=SMALL_BUFFER)
    for number in range(200):
        rig.server.emit("n", [number, LARGE])
    assert all(websocket.waiting_bytes <= 4_000_000 for websocket in websockets(rig))
    assert gone(rig, frozen).reason.startswith(REASON)


def test_little_may_wait_for_long(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 0.01)
    raw = entered(rig, sockopt=SMALL_BUFFER)
    looks: list[None] = []
    (websocket,) = websockets(rig)
    monkeypatch.setattr(module, "PATIENT_BYTES", 100_000_000)
    look = module.WebSocket._look_for_progress
    monkeypatch.setattr(module.WebSocket, "_look_for_progress", lambda own: (looks.append(None), look(own)))
    for number in range(60):
        rig.server.emit("n", [number, LARGE])
    while len(looks) < 5:
        ask(rig)
    assert websocket.waiting_bytes
    assert len([raw.receive() for _ in range(60)]) == 60


@differs("A client that takes nothing in is cut off")
def test_frozen_clients_leave_no_thread_and_no_descriptor(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(ping_interval=0.05, ping_timeout=0.1)
    rig.get("/")
    before = descriptors()
    raws = [entered(rig) for _ in range(30)]
    rig.wait(lambda: len(rig.all(r.Closed)) == 30)  # they answer no ping
    assert {record.reason for record in rig.all(r.Closed)} == {"ping timeout"}
    for raw in raws:
        while raw.receive():
            pass
        raw.close()
    while websockets(rig):
        ask(rig)
    gc.collect()
    assert descriptors() <= before + 8  # the loop's own
    assert not [thread.name for thread in threading.enumerate() if "ping" in thread.name]


def test_vanished_clients_are_forgotten(rig: Rig) -> None:
    raws = [entered(rig) for _ in range(20)]
    for raw in raws[:10]:
        raw.close()
    for raw in raws[10:]:
        # As when a process is killed: the network says so with a reset.
        raw._ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        raw._ws.sock.close()
    rig.wait(lambda: len(rig.all(r.Closed)) == 20)
    rig.server.emit("n", LARGE)
    while websockets(rig):
        ask(rig)
    assert rig.server.eio.sockets == {}


@differs("A message that is too long ends its connection before it is read")
def test_a_frame_that_says_it_is_too_long_is_refused_unread(rig: Rig) -> None:
    raw = entered(rig)
    header = bytes((0x81, 0xFF)) + (100_000_000).to_bytes(8) + b"mask"
    raw._ws.sock.sendall(header)
    frame = raw._ws.recv_frame()
    assert (frame.opcode, int.from_bytes(frame.data[:2])) == (ABNF.OPCODE_CLOSE, 1009)
    raw._ws.sock.close()
    assert rig.first(r.Rejected).reason == f"{TOO_LONG}1,000,000 bytes"
    assert rig.first(r.Closed).reason in {"transport error", "server disconnect"}


@differs("A message that is too long ends its connection before it is read")
def test_fragments_without_end_are_refused(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(max_http_buffer_size=100_000)
    raw = entered(rig)
    fragment = ABNF.create_frame("x" * 30_000, ABNF.OPCODE_TEXT, 0)
    raw._ws.send_frame(fragment)
    for _ in range(3):
        raw._ws.send_frame(ABNF.create_frame("x" * 30_000, ABNF.OPCODE_CONT, 0))
    frame = raw._ws.recv_frame()
    assert int.from_bytes(frame.data[:2]) == 1009
    assert rig.first(r.Rejected).reason == f"{TOO_LONG}100,000 bytes"


@differs("A message that is too long ends its connection before it is read")
def test_a_deflate_bomb_is_refused_before_it_has_gone_off(rig: Rig) -> None:
    connection = connected_socket(rig.url)
    key = base64.b64encode(os.urandom(16)).decode()
    connection.sendall(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n"
        f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n".encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(65_536)
    assert b"permessage-deflate" in answer
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = deflate.compress(b"0" * 300_000_000) + deflate.flush(zlib.Z_SYNC_FLUSH)
    tracemalloc.start()
    connection.sendall(bytes((0xC1, 0xFF)) + len(bomb).to_bytes(8) + bytes(4) + bomb[:-4])
    assert rig.first(r.Rejected).reason == f"{TOO_LONG}1,000,000 bytes"
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
    connection.close()


def test_what_came_before_a_message_that_is_too_long_is_handled(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(max_http_buffer_size=1000)
    raw = entered(rig)
    raw.send('42["first"]', "42" + "x" * 1000)
    assert rig.first(r.EventReceived).event == "first"
    assert rig.first(r.Rejected)


def test_what_is_sent_from_many_threads_at_once_comes_whole(rig: Rig) -> None:
    peer = rig.peer()
    senders = [
        threading.Thread(target=lambda own=own: [rig.server.emit("n", [own, n, "x" * 5000]) for n in range(50)])
        for own in range(4)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(DEADLINE)
    got = [value for (value,) in peer.wait_for("n", 200)]
    assert [[n for mine, n, _ in got if mine == own] for own in range(4)] == [list(range(50))] * 4


def test_a_text_that_cannot_be_encoded_harms_its_sender_alone(rig: Rig) -> None:
    peer = rig.peer()
    with pytest.raises(UnicodeEncodeError):
        rig.server.eio.send(peer.eio.sid, "\ud800")
    rig.server.emit("fine")
    assert peer.wait_for("fine") == [()]
