"""What the server sends: one record an emit, and in it exactly those who receive it."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
import socketio
from socketio import packet as sio_packet

from sio_lab.core import records as r
from sio_lab.server.outbound import as_wire, attachments_of, collected_emits
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer
    from tests.server.rig import Rig, Screen


def trio(rig: Rig) -> tuple[Peer, Peer, Peer]:
    """Return three clients: ada and bob in room red, bob and cat in room blue, all in room 7."""
    peers = rig.peer(), rig.peer(), rig.peer()
    for peer, rooms in zip(peers, (("red", 7), ("red", "blue", 7), ("blue", 7)), strict=True):
        for room in rooms:
            rig.server.enter_room(peer.get_sid(), room)
    return peers


EMITS: dict[str, Any] = {
    "to everybody": {},
    "to a room": {"to": "red"},
    "to an integer room": {"to": 7},
    "by its other name": {"room": "blue"},
    "to several rooms": {"to": ["red", "blue"]},
    "to a tuple of rooms": {"to": ("red", "blue")},
    "to a sid": {"to": 0},
    "to a sid and a room": {"to": [0, "blue"]},
    "to a room that is empty": {"to": "green"},
    "one left out": {"skip_sid": 1},
    "two left out": {"skip_sid": [0, 1]},
    "all left out": {"skip_sid": [0, 1, 2]},
    "a room but one": {"to": "red", "skip_sid": 0},
    "with an ack": {"to": 0, "callback": print},
    "to a room with an ack": {"to": "blue", "callback": print},
}


def with_sids(value: Any, sids: list[str]) -> Any:
    """Return an emit's option with sids in the place of their numbers."""
    if isinstance(value, (list, tuple)):
        return type(value)(with_sids(item, sids) for item in value)
    return sids[value] if isinstance(value, int) and value < len(sids) else value


@pytest.mark.parametrize("payload", ["text", {"a": [b"\x00", {"b": b"\xff"}]}], ids=["text", "binary"])
@pytest.mark.parametrize("name", EMITS)
def test_the_recipients_are_those_who_receive_it(rig: Rig, name: str, payload: Any) -> None:
    peers = trio(rig)
    sids = [peer.get_sid() for peer in peers]
    rig.server.emit("news", payload, **{key: with_sids(value, sids) for key, value in EMITS[name].items()})
    rig.settle(*peers)
    emitted = rig.all(r.Emitted)[0]
    assert (emitted.namespace, emitted.event) == ("/", "news")
    assert sorted(emitted.recipients) == sorted(peer.get_sid() for peer in peers if peer.got("news"))
    assert all(peer.got("news") in ([], [(payload,)]) for peer in peers)
    assert rig.rows("emit")[0]["args"] == (payload,)
    assert len(rig.all(r.Emitted)) == 4  # this one, and one to each that settled


@pytest.mark.parametrize(
    ("emit", "reached"),
    [
        (functools.partial(flask_socketio.emit, "news"), "ada"),
        (functools.partial(flask_socketio.emit, "news", broadcast=True), "ada bob cat"),
        (functools.partial(flask_socketio.emit, "news", broadcast=True, include_self=False), "bob cat"),
        (functools.partial(flask_socketio.emit, "news", to="red", include_self=False), "bob"),
        (functools.partial(flask_socketio.send, "news", to="blue"), "bob cat"),
        (functools.partial(flask_socketio.send, {"json": 1}, json=True), "ada"),
    ],
)
def test_so_they_are_of_an_emit_in_a_handler(rig: Rig, emit: Callable[[], None], reached: str) -> None:
    peers = trio(rig)
    names = {peer.get_sid(): name for peer, name in zip(peers, ("ada", "bob", "cat"), strict=True)}
    rig.socketio.on_event("go", emit)
    peers[0].ask("go")
    emitted = rig.all(r.Emitted)[0]
    assert sorted(names[sid] for sid in emitted.recipients) == reached.split()
    rig.settle(*peers)
    got = [names[peer.get_sid()] for peer in peers if peer.got(emitted.event)]
    assert " ".join(got) == reached


def test_the_address_is_kept_as_it_was_given(rig: Rig) -> None:
    trio(rig)
    rig.server.emit("news", to=["red", 7], skip_sid="nobody")
    emitted = rig.all(r.Emitted)[0]
    assert (emitted.to, emitted.skip) == (("red", 7), ("nobody",))


def test_several_arguments_and_none(rig: Rig) -> None:
    rig.peer()
    for data in (None, "one", ("one", 2), [1, 2], ()):
        rig.server.emit("news", data)
    assert [row["args"] for row in rig.rows("emit")] == [(), ("one",), ("one", 2), ([1, 2],), ()]


def test_an_emit_that_nobody_receives_says_why(rig: Rig) -> None:
    rig.url  # noqa: B018 - begins to serve
    rig.server.emit("news", 1)
    peer = rig.peer()
    rig.server.emit("news", {"a": b"\x01"}, to="gone-sid")
    rig.server.emit("news", 3, namespace="/chat")
    rig.server.emit("news", 4, skip_sid=peer.get_sid())
    assert [(record.recipients, record.hint) for record in rig.all(r.Emitted)] == [
        ((), "nobody is connected to /"),
        ((), "there is no client and no room 'gone-sid' in /"),
        ((), "nobody is connected to /chat; / has 1"),
        ((), f"everybody in / was skipped: {peer.get_sid()[:8]}"),
    ]
    assert [row["args"] for row in rig.rows("emit")] == [(1,), ({"a": b"\x01"},), (3,), (4,)]


def test_a_payload_that_cannot_be_sent_raises_where_it_is_emitted_and_makes_no_row(rig: Rig, screen: Screen) -> None:
    peer = rig.peer()
    with pytest.raises(TypeError, match="not JSON serializable"):
        rig.server.emit("news", object())
    with pytest.raises(TypeError, match="not JSON serializable"):
        rig.server.emit("news", object(), callback=print)
    rig.socketio.on_event("go", lambda: flask_socketio.emit("news", object()))
    peer.emit("go")
    assert (rig.handled("go").status, rig.all(r.Emitted)) == ("raised", [])
    screen.wait_for("not JSON serializable")


def test_to_an_empty_namespace_even_what_cannot_be_sent_may_be_emitted(rig: Rig) -> None:
    rig.server.emit("news", object())  # as on plain python-socketio
    assert rig.all(r.Emitted)[0].wire == r.NO_WIRE


def test_the_wire_text_is_what_went_over_the_wire(rig: Rig) -> None:
    raw = rig.raw()
    raw.opened()
    raw.enter()
    rig.server.emit("news", ({"a": 1}, "ü"), callback=print)
    assert raw.receive() == f"4{rig.all(r.Emitted)[0].wire.text}"
    rig.server.emit("news", b"\x01\x02")
    sent = rig.all(r.Emitted)[1].wire
    assert (f"4{sent.text}", sent.attachments) == (raw.receive(), (raw.receive(),))


def test_an_ack_is_tied_to_its_emit(rig: Rig) -> None:
    peer, answers = rig.peer(), []
    peer.answers["question"] = lambda one, two: (one + two, "sum")
    rig.server.emit("question", (20, 22), to=peer.get_sid(), callback=lambda *args: answers.append(args))
    ack = rig.first(r.AckReceived)
    emitted = rig.all(r.Emitted)[0]
    assert (ack.of, ack.ack_id, ack.broadcast, ack.sid) == (emitted.seq, emitted.ack_id, False, peer.get_sid())
    assert (ack.ms or -1) > 0
    row = rig.rows("emit")[0]
    assert (row["ack"], row["ms"]) == ((42, "sum"), ack.ms)
    rig.settle(peer)
    assert answers == [(42, "sum")]


def test_each_ack_of_a_broadcast_is_a_row_of_its_own(rig: Rig) -> None:
    peers, answers = trio(rig), []
    for number, peer in enumerate(peers):
        peer.answers["question"] = number
    rig.server.emit("question", callback=answers.append)
    rig.wait(lambda: len(rig.all(r.AckReceived)) == 3)
    emitted = rig.all(r.Emitted)[0]
    assert {(ack.of, ack.broadcast) for ack in rig.all(r.AckReceived)} == {(emitted.seq, True)}
    assert sorted(row["ack"] or row["args"] for row in rig.rows("ack")) == [(0,), (1,), (2,)]
    rig.settle(*peers)
    assert sorted(answers) == [0, 1, 2]


def test_call_inside_a_handler_is_told_with_its_ack(rig: Rig) -> None:
    peer = rig.peer()
    peer.answers["name?"] = "Ada"
    rig.socketio.on_event("greet", lambda: f"Hello {flask_socketio.call('name?')}")
    assert peer.ask("greet") == "Hello Ada"
    assert rig.rows("emit")[0]["ack"] == ("Ada",)


def test_acks_that_never_come_are_forgotten_with_their_connection(rig: Rig) -> None:
    raws = [rig.raw() for _ in range(10)]
    for raw in raws:
        raw.opened()
        raw.enter()
    for _ in range(20):
        rig.server.emit("question", callback=print)
    awaited = rig.host._taps.outbound._awaited
    assert [len(numbers) for numbers in awaited.values()] == [20] * 10
    for raw in raws:
        raw.close()
    rig.wait(lambda: len(rig.all(r.Closed)) == 10)
    assert awaited == {}


def test_no_ack_is_awaited_of_a_ghost(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("disconnect", lambda _sid, _reason: 1 / 0)  # a bare server then leaves the client in its rooms
    rig = make_rig(server)
    sid = rig.poller().enter()
    rig.host.stop()
    rig.server.emit("question", callback=print)
    assert rig.first(r.Emitted).recipients == (sid,)
    assert rig.host._taps.outbound._awaited == {}


def test_collected_emits_are_those_of_this_piece_of_code(rig: Rig) -> None:
    rig.peer()
    with collected_emits() as outer:
        rig.server.emit("one")
        with collected_emits() as inner:
            rig.server.emit("two")
        rig.server.send("three")
    rig.server.emit("four")
    assert [record.event for record in outer] == ["one", "message"]
    assert [record.event for record in inner] == ["two"]


def test_a_client_that_dies_of_an_emit_does_not_confuse_the_rooms_its_handler_closes(rig: Rig) -> None:
    ada, bob = rig.peer(), rig.peer()
    rig.server.enter_room(bob.get_sid(), "lobby")
    rig.socketio.on_event("disconnect", lambda *_reason: flask_socketio.close_room("lobby"))
    # So that Engine.IO finds, in the very moment it sends to ada, that her last ping went unanswered.
    rig.server.eio.sockets[rig.server.manager.eio_sid_from_sid(ada.get_sid(), "/")].last_ping = 1.0
    rig.server.emit("news", to=ada.get_sid())
    assert rig.first(r.Disconnected).reason == "ping timeout"
    assert rig.server.rooms(bob.get_sid()) == [bob.get_sid()]
    assert rig.log.state.members("/", "lobby") == ()


@differs("No 40 ms wait between two packets")
def test_two_emits_in_a_row_are_two_packets_that_leave_at_once(rig: Rig) -> None:
    peer = rig.peer()
    rig.server.emit("one")
    rig.server.emit("two")
    assert peer.wait_for("two") == [()]
    (carried,) = rig.host._carrier.carried.values()
    assert carried.websocket._connection.getsockopt(6, 1)  # TCP_NODELAY


def test_an_emit_within_another_is_told_on_its_own(rig: Rig) -> None:
    peer = rig.peer()
    send = rig.server.eio.send_packet

    def send_and_emit(eio_sid: str, packet: Any) -> None:
        send(eio_sid, packet)
        if "outer" in packet.data:
            rig.server.emit("inner", to=peer.get_sid())

    rig.server.eio.send_packet = send_and_emit
    rig.server.emit("outer")
    del rig.server.eio.send_packet
    assert [record.event for record in rig.all(r.Emitted)] == ["outer", "inner"]
    peer.wait_for("inner")


@pytest.mark.parametrize(
    ("text", "count"),
    [("2[]", 0), ('51-["a"]', 1), ('512-/ns,7["a"]', 12), ("61-1[]", 1), ("5-", 0), ("5x-[]", 0), (b"\x80", 0)],
)
def test_attachments_are_counted_from_the_head(text: str | bytes, count: int) -> None:
    assert attachments_of(text) == count


def test_as_wire_takes_what_a_packet_encodes_to() -> None:
    binary = sio_packet.Packet(sio_packet.EVENT, data=["a", b"\x01", b"\x02"])
    assert as_wire(binary.encode()).attachments == (b"\x01", b"\x02")
    assert as_wire("2[]") == r.Wire("2[]")
    assert as_wire(b"\x80") == r.Wire(b"\x80")
