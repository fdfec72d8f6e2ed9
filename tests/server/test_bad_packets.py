"""Packets that nobody should send: a row says why, and the server lives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import records as r
from sio_lab.core.wire import REDACTED
from tests.server.peers import connected_socket
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Poller
    from tests.server.rig import Rig, Screen

BINARY = '451-["file",{"_placeholder":true,"num":0}]'


def entered(rig: Rig, *namespaces: str) -> Poller:
    """Return a connection whose posts return when they have been taken in, connected to namespaces."""
    poller = rig.poller()
    for namespace in namespaces or ("/",):
        poller.enter(namespace)
    return poller


def partial(rig: Rig) -> dict[str, list[Any]]:
    """Return what is kept of packets whose attachments are still to come."""
    return rig.host._taps.inbound._partial


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        ("4", "TypeError"),
        ("4x", "ValueError: invalid literal for int()"),
        ("49[]", "ValueError: Unknown packet type."),
        ("44{}", "ValueError: Unexpected CONNECT_ERROR packet."),
        ("42", "TypeError"),
        ("42[]", "IndexError"),
        ("42{}", "KeyError: 0"),
        ('42["cut off"', "JSONDecodeError: Expecting ',' delimiter"),
        ("42" + "[" * 100_000, "RecursionError"),
        ('4512345678901-["many"]', "ValueError: too many attachments"),
        ("42" + "7" * 101 + '["long id"]', "ValueError: id field is too long"),
    ],
    ids=lambda text: text[:20],
)
def test_what_cannot_be_read_makes_a_row_that_says_why(rig: Rig, packet: str, reason: str) -> None:
    rig.socketio.on_event("ping", lambda: "pong")
    poller = entered(rig)
    assert poller.post(packet) == 200
    rejected = rig.first(r.Rejected)
    assert rejected.reason.startswith("a packet that can't be read: ")
    assert reason in rejected.reason
    assert (rejected.eio_sid, rejected.address) == (poller.eio_sid, "127.0.0.1")
    assert rejected.wire.text == packet[1:]
    poller.post('421["ping"]')
    assert poller.get() == ['431["pong"]']
    assert rig.log.state.running == {}


def test_a_secret_in_a_connect_packet_with_a_slip_is_hidden(rig: Rig) -> None:
    rig.poller().post('40{"token":"hunter2"')
    assert rig.first(r.Rejected).wire.text == f"0{REDACTED}"
    assert "hunter2" not in repr(rig.log.since())


@pytest.mark.parametrize("name", ["5", "null", "true", "{}", "[]", '{"a":1}', "[[1]]"])
@pytest.mark.parametrize("handlers", ["none", "function", "catch-all"])
def test_a_name_that_is_no_text_harms_nobody(rig: Rig, screen: Screen, name: str, handlers: str) -> None:
    if handlers == "function":
        rig.socketio.on_event("ping", lambda: None)
    if handlers == "catch-all":
        rig.socketio.on_event("*", lambda *args: list(args))
    poller = entered(rig)
    poller.post(f"42[{name},1]")
    done = rig.first(r.Handled, of=rig.first(r.EventReceived).seq)
    names_no_type = name in {"5", "null", "true"}
    if handlers == "catch-all" and names_no_type:
        assert (done.status, done.key) == ("handled", ("/", "*"))
    elif handlers == "none" or names_no_type:
        assert (done.status, done.error) == ("no-handler", None)
    else:
        assert (done.status, (done.error or "")[:26]) == ("raised", "TypeError: unhashable type")
        screen.wait_for("unhashable")
    assert rig.log.state.running == {}


def test_a_binary_event_waits_for_its_attachments(rig: Rig) -> None:
    rig.socketio.on_event("file", len)
    poller = entered(rig)
    poller.post(BINARY)
    assert rig.all(r.EventReceived) == []
    poller.post("bAAH/")
    assert rig.handled("file").value == "3"
    assert rig.first(r.EventReceived).wire == r.Wire(BINARY[1:], (b"\x00\x01\xff",))
    assert partial(rig) == {}


def test_what_never_came_in_full_is_forgotten_with_its_connection(rig: Rig) -> None:
    for _ in range(20):
        raw = rig.raw()
        raw.opened()
        raw.enter()
        raw.send(BINARY.replace("451-", "453-"), b"one")
        raw.close()
    rig.wait(lambda: len(rig.all(r.Closed)) == 20)
    assert partial(rig) == {}
    assert rig.all(r.EventReceived) == []


@differs("A packet with bytes that can't be read is dropped")
def test_a_text_in_the_place_of_an_attachment_is_told_as_it_came_and_harms_that_packet_alone(rig: Rig) -> None:
    poller = entered(rig)
    poller.post(BINARY.replace('"num":0', '"num":5'))
    for _ in range(5):
        poller.post('42["ping"]')
    assert [record.wire for record in rig.all(r.Rejected)] == [r.Wire('2["ping"]')]
    assert len(rig.all(r.EventReceived)) == 4


@differs("A packet with bytes that can't be read is dropped")
@pytest.mark.parametrize("packet", ["450-", "45[", '451001-["many"]', '45999999999-["more"]'])
def test_a_binary_packet_without_attachments_or_with_too_many_mutes_nobody(rig: Rig, packet: str) -> None:
    poller = entered(rig)
    poller.post(packet)
    assert rig.first(r.Rejected).wire.text == packet[1:]
    poller.post('42["ping"]')
    assert [record.event for record in rig.all(r.EventReceived)] == ["ping"]
    assert partial(rig) == rig.server._binary_packet == {}


def test_attachments_beyond_the_last_are_not_kept(rig: Rig) -> None:
    poller = entered(rig)
    poller.post(BINARY.replace('"num":0', '"num":5'))
    for _ in range(50):
        poller.post("bAAAA")
    assert len(rig.all(r.Rejected)) == 50
    assert partial(rig) == {}


def test_a_packet_cut_off_by_the_server_is_not_taken_for_the_next_one(rig: Rig) -> None:
    rig.socketio.on_event("ping", lambda: None, namespace="/other")
    poller = rig.poller()
    sid = poller.enter()
    poller.enter("/other")
    poller.post(BINARY)
    rig.server.disconnect(sid)
    poller.post('42/other,["ping"]')
    assert rig.first(r.EventReceived).wire == r.Wire('2/other,["ping"]')


@pytest.mark.parametrize(("packet", "number"), [("43[1]", None), ("437[1]", 7), ("431[1]", 1), ("430[1]", 0)])
def test_an_ack_that_nobody_waits_for_is_a_row_of_its_own(rig: Rig, packet: str, number: int | None) -> None:
    poller = entered(rig)
    poller.post(packet)
    ack = rig.first(r.AckReceived)
    assert (ack.of, ack.ack_id, ack.ms, ack.wire.text) == (None, number, None, packet[1:])
    assert [row["kind"] for row in rig.rows()][-1] == "ack"
    assert rig.host._taps.outbound._awaited == {}


def test_a_raising_ack_callback_is_no_bad_packet(rig: Rig) -> None:
    poller = entered(rig)
    rig.server.emit("question", callback=lambda _answer: 1 / 0)
    poller.post("431[42]")
    assert rig.first(r.AckReceived).of == rig.first(r.Emitted).seq
    assert rig.all(r.Rejected) == []


def test_a_raising_disconnect_handler_is_no_bad_packet(rig: Rig) -> None:
    rig.socketio.on_event("disconnect", lambda *_reason: {}["reason"])
    entered(rig).post("41")
    assert rig.rows("disconnect")[0]["error"] == "KeyError: 'reason'"
    assert rig.all(r.Rejected) == []


@pytest.mark.parametrize("frame", ["x", "\x00", ""])
@pytest.mark.parametrize("plain", [False, True])
def test_what_is_no_engineio_packet_makes_a_row_and_others_are_served(
    make_rig: Callable[..., Rig], frame: str, plain: bool, caplog: pytest.LogCaptureFixture
) -> None:
    rig = make_rig(plain=plain)
    rig.socketio.on_event("ping", lambda: "pong")
    raw = rig.raw()
    eio_sid = raw.opened()
    raw.enter()
    raw.send(frame)
    assert raw.receive() == ""
    rejected = rig.first(r.Rejected)
    assert rejected.reason.startswith("packets that can't be read: ValueError: ")
    assert (rejected.eio_sid, rejected.address) == (eio_sid, "127.0.0.1")
    assert rig.peer().ask("ping") == "pong"
    assert rig.host.stop() == []
    assert ("Error on request" in caplog.text) is plain  # what Werkzeug says of it


def test_too_many_packets_in_one_poll_are_told_with_the_way_out(rig: Rig) -> None:
    poller = entered(rig)
    assert poller.post(*['42["tick"]'] * 17) == 200  # as Engine.IO answers, though it reads none of them
    assert rig.first(r.Rejected).reason == "packets that can't be read: ValueError: Too many packets in payload"
    assert "engineio.payload.Payload.max_decode_packets = 500" in (rig.first(r.Rejected).hint or "")
    assert rig.all(r.EventReceived) == []


def test_a_thousand_bad_packets_leave_nothing_behind_but_rows(rig: Rig) -> None:
    poller = entered(rig)
    for _ in range(100):
        poller.post(*["42[]", "437[1]", "4x"] * 4)
    assert len(rig.all(r.Rejected)) == 800
    assert len(rig.all(r.AckReceived)) == 400
    taps = rig.host._taps
    assert (taps.inbound._partial, taps.outbound._awaited, rig.log.state.running) == ({}, {}, {})


def test_a_post_that_is_too_big_leaves_no_thread_when_the_server_stops(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(max_http_buffer_size=100)
    poller = entered(rig)
    head = f"POST /socket.io/?EIO=4&transport=polling&sid={poller.eio_sid} HTTP/1.1\r\nContent-Length: 101\r\n\r\n"
    with connected_socket(rig.url) as connection:
        connection.sendall(head.encode() + b"x" * 101)
        rig.first(r.Closed, eio_sid=poller.eio_sid)  # Engine.IO's thread now waits for a poll, for ever
        assert rig.host.stop() == []
