"""Engine.IO's queue of a client: polled, until a WebSocket takes what is put in."""

from __future__ import annotations

import queue
import threading
from typing import Any

import pytest
from engineio.packet import MESSAGE, NOOP, PING, Packet
from wsproto.connection import Connection, ConnectionType

from sio_lab.server.outlet import Outlet
from tests.server.peers import DEADLINE


class Taken:
    """Stands in for a WebSocket."""

    def __init__(self, *, is_compressed: bool = False) -> None:
        self.is_compressed = is_compressed
        self.frames: list[bytes] = []
        self.messages: list[str | bytes] = []
        self.closes = 0
        self.send = self.frames.append
        self.send_message = self.messages.append

    def close(self) -> None:
        self.closes += 1

    def read(self) -> list[Any]:
        """Return what a client reads of it."""
        client = Connection(ConnectionType.CLIENT)
        client.receive_data(b"".join(self.frames))
        return [event.data for event in client.events()]  # type: ignore[attr-defined]


@pytest.fixture
def outlet() -> Outlet:
    return Outlet()


def text(of: object) -> Packet:
    return Packet(MESSAGE, str(of))


def test_until_a_websocket_comes_it_is_a_queue_like_any_other(outlet: Outlet) -> None:
    packets = [text("a"), Packet(NOOP), None]
    for packet in packets:
        outlet.put(packet)
    assert [outlet.get(timeout=DEADLINE) for _ in packets] == packets
    with pytest.raises(queue.Empty):
        outlet.get(block=False)
    for _ in packets:
        outlet.task_done()
    outlet.join()


def test_a_websocket_takes_what_waits_and_then_what_comes_in_order(outlet: Outlet) -> None:
    outlet.put(text("a"))
    outlet.put(Packet(MESSAGE, b"\0\xff"))
    taken = Taken()
    outlet.carry(taken)  # type: ignore[arg-type]
    outlet.put(Packet(PING))
    outlet.put(text("ü" * 100))
    assert taken.read() == ["4a", b"\0\xff", "2", "4" + "ü" * 100]
    assert outlet.empty()
    outlet.join()  # nothing is left that anybody would wait for


@pytest.mark.parametrize("is_carried", [False, True])
def test_none_closes_the_websocket(outlet: Outlet, is_carried: bool) -> None:
    taken = Taken()
    if is_carried:
        outlet.carry(taken)  # type: ignore[arg-type]
    outlet.put(None)
    if not is_carried:
        outlet.carry(taken)  # type: ignore[arg-type]
    assert (taken.closes, taken.frames, taken.messages) == (1, [], [])


def test_of_a_broadcast_all_get_the_same_frame() -> None:
    packet, clients = text("news"), [Taken() for _ in range(3)]
    for taken in clients:
        outlet = Outlet()
        outlet.carry(taken)  # type: ignore[arg-type]
        outlet.put(packet)
    (first,), *others = [taken.frames for taken in clients]
    assert all(frame is first for (frame,) in others)


def test_a_compressed_websocket_makes_frames_of_its_own(outlet: Outlet) -> None:
    packet, plain, compressed = text("news"), Taken(), Taken(is_compressed=True)
    other = Outlet()
    outlet.carry(compressed)  # type: ignore[arg-type]
    other.carry(plain)  # type: ignore[arg-type]
    for each in (outlet, other):
        each.put(packet)
        each.put(Packet(MESSAGE, b"\1"))
    assert (compressed.messages, compressed.frames) == (["4news", b"\1"], [])
    assert plain.read() == ["4news", b"\1"]


def test_what_is_put_in_while_a_websocket_comes_is_neither_lost_nor_overtaken(outlet: Outlet) -> None:
    taken, begun = Taken(), threading.Event()

    def put() -> None:
        for number in range(3000):
            outlet.put(text(number))
            if number == 100:
                begun.set()

    thread = threading.Thread(target=put)
    thread.start()
    assert begun.wait(DEADLINE)
    outlet.carry(taken)  # type: ignore[arg-type]
    thread.join(DEADLINE)
    assert taken.read() == [f"4{number}" for number in range(3000)]


def test_a_poll_that_takes_the_last_packet_at_the_same_moment_does_no_harm(
    outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlet, "empty", lambda: False)
    taken = Taken()
    outlet.carry(taken)  # type: ignore[arg-type]
    outlet.put(text("a"))
    assert taken.read() == ["4a"]
