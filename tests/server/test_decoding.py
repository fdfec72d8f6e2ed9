"""Servers that write another dialect: msgpack, and JSON by a module of their own."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import engineio.packet
import pytest
import socketio.packet

from sio_lab.core import records as r
from sio_lab.core.wire import Wire, decode, encode
from sio_lab.server.decoding import codec_of, decoder_of, read_any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig

DAY = dt.date(2026, 11, 21)


class DateJson:
    """A JSON module that knows dates."""

    @staticmethod
    def dumps(value: Any, **options: Any) -> str:
        return json.dumps(value, default=lambda day: {"day": day.isoformat()}, **options)

    @staticmethod
    def loads(text: str, **options: Any) -> Any:
        def hook(value: dict[str, Any]) -> Any:
            return dt.date.fromisoformat(value["day"]) if list(value) == ["day"] else value

        return json.loads(text, object_hook=hook, **options)


@pytest.fixture
def _json_put_back() -> Iterator[None]:
    """Put back what servers with a JSON of their own replace for the whole process."""
    before = socketio.packet.Packet.json, engineio.packet.Packet.json
    yield
    socketio.packet.Packet.json, engineio.packet.Packet.json = before


def exchange(rig: Rig, value: Any, **options: Any) -> list[dict[str, Any]]:
    """Have a value echoed and acknowledged; returns the rows of the event and the emit."""
    rig.socketio.on_event("echo", lambda value: (rig.socketio.emit("echoed", value), value)[1])
    peer = rig.peer(**options)
    assert peer.ask("echo", value) == value
    assert peer.wait_for("echoed") == [(value,)]
    return [*rig.rows("event"), *rig.rows("emit")]


def test_plain_servers_are_read_by_the_core(rig: Rig) -> None:
    assert decoder_of(rig.server) is decode


def test_a_msgpack_server_is_read_in_all_tables(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(serializer="msgpack")
    value = {"a": [1, 2.5, None], "b": b"\x00\xff"}
    event, emit = exchange(rig, value, serializer="msgpack")
    assert (event["args"], event["ack"], emit["args"]) == ((value,), (value,), (value,))
    assert isinstance(rig.first(r.EventReceived).wire.text, bytes)
    assert emit["bytes"] == len(rig.first(r.Emitted).wire.text)
    assert rig.rows("connect")[0]["args"] == ()


def test_on_a_msgpack_server_names_and_near_ones_are_told(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(serializer="msgpack")
    rig.socketio.on_event("chat", print)
    rig.knock("/nowhere", serializer="msgpack")
    assert rig.first(r.Refused).reason == "Unable to connect"
    rig.peer(serializer="msgpack").emit("chatt")
    assert (rig.handled("chatt").hint or "").endswith("did you mean 'chat'?")


def test_an_ack_of_a_msgpack_client_is_read(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(serializer="msgpack")
    peer, answers = rig.peer(serializer="msgpack"), []
    peer.answers["name?"] = b"Ada"
    rig.server.emit("name?", callback=answers.append)
    rig.first(r.AckReceived)
    assert rig.rows("emit")[0]["ack"] == (b"Ada",)


@pytest.mark.usefixtures("_json_put_back")
def test_a_json_of_ones_own_is_read_with_it(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(json=DateJson)
    event, emit = exchange(rig, {"due": DAY, "file": b"\x01"})
    assert event["args"] == event["ack"] == emit["args"] == ({"due": DAY, "file": b"\x01"},)


@pytest.mark.usefixtures("_json_put_back")
def test_the_standard_modules_are_read_by_the_core(make_rig: Callable[..., Rig]) -> None:
    assert decoder_of(make_rig(json=json).server) is decode


@pytest.mark.parametrize("text", [b"\xc1", b"\x81", b"\x80"])
def test_what_a_decoder_chokes_on_is_a_value_error(make_rig: Callable[..., Rig], text: bytes) -> None:
    rig = make_rig(serializer="msgpack")
    with pytest.raises(ValueError, match="this server's decoder can't read it"):
        rig.host.decode(r.Wire(text))


def test_a_packet_of_msgpack_that_cannot_be_read_is_rejected(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(serializer="msgpack")
    raw = rig.raw()
    raw.opened()
    raw.send(b"\xc1", b"\x80")
    rig.wait(lambda: len(rig.all(r.Rejected)) == 2)
    assert [record.wire.text for record in rig.all(r.Rejected)] == [b"\xc1", b"\x80"]
    assert [row["args"] for row in rig.rows("rejected")] == [(b"\xc1",), (b"\x80",)]


def test_a_decoder_may_be_any_class() -> None:
    class Reversed(socketio.packet.Packet):
        def decode(self, encoded_packet: str) -> int:
            return super().decode(encoded_packet[::-1])

    packet = decoder_of(SimpleNamespace(packet_class=Reversed))(r.Wire('2["chat"]'[::-1]))
    assert (packet.type, packet.event) == ("EVENT", "chat")


def test_a_capture_s_packets_are_read_by_what_they_are() -> None:
    import socketio.msgpack_packet

    packet = socketio.msgpack_packet.MsgPackPacket(packet_type=2, namespace="/", data=["chat", b"\x00"])
    assert read_any(Wire(packet.encode())).args == (b"\x00",)
    assert read_any(encode("EVENT", ["chat", 1])).args == (1,)
    with pytest.raises(ValueError, match="can't read it"):
        read_any(Wire(b"\xff"))


def test_a_server_s_codec_has_a_name() -> None:
    assert codec_of(None) == "json"
    assert codec_of(socketio.Server()) == "json"
    assert codec_of(socketio.Server(serializer="msgpack")) == "msgpack"
