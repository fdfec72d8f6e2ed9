"""The quicker packets, letter by letter the same as python-socketio's own."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import engineio.packet
import pytest
import socketio
from engineio import json as eio_json
from hypothesis import example, given
from hypothesis import strategies as st
from socketio import packet as sio_packet
from socketio.packet import Packet as PlainPacket

from sio_lab.server.packets import BINARY, COMPACT, MOST_ATTACHMENTS, Codec, QuickPacket, attach_packets, head_of
from sio_lab.server.patches import Patches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.binary().map(bytearray)
odd_leaves = leaves | st.just({1, 2}) | st.just((b"in a tuple", 1)) | st.just(10**200)
keys = st.text() | st.integers() | st.none() | st.binary(max_size=2)


def nested(of: st.SearchStrategy[Any], names: st.SearchStrategy[Any] = keys) -> st.SearchStrategy[Any]:
    return st.recursive(of, lambda inner: st.lists(inner) | st.dictionaries(names, inner), max_leaves=8)


namespaces = st.none() | st.sampled_from(["/", "/chat", "/a?b=c", "/ü", "no-slash", "/1-"])
numbers = st.none() | st.integers(0, 10**102) | st.sampled_from(["7", 10**99, 10**100])
heads = st.sampled_from(["0", "1", "2", "3", "4", "5", "6", "7", "x", "", "٣"])
counts = st.sampled_from(["", "", "0-", "1-", "2-", "-", "999-", "0000000001-", "00000000001-", "x-", "1", "²-", "٣-"])
places = st.sampled_from(["", "", "/,", "/chat,", "/chat", "/a?b=c,", "/,,"])
ids = st.sampled_from(["", "", "0", "12", "9" * 100, "9" * 101, "٣", "²"])
jsons = nested(leaves.filter(lambda leaf: not isinstance(leaf, (bytes, bytearray)))).map(str)
bodies = jsons | st.text() | st.sampled_from(['["a"]', '["a",{"_placeholder":true,"num":0}]', "[", "NaN", "\ufeff[]"])
texts = st.builds(lambda *parts: "".join(parts), heads, counts, places, ids, bodies) | st.text()


def outcome(work: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """Return what comes out, to the letter, or the kind of error."""
    try:
        return repr(work(*args, **options))
    except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
        return type(error)


def encoded(kind: type[Any], *args: Any) -> Any:
    packet = kind(*args)
    return packet.packet_type, packet.encode()


def decoded(kind: type[Any], text: Any, *attachments: Any) -> Any:
    packet = kind(encoded_packet=text)
    told = [packet.add_attachment(attachment) for attachment in attachments]
    return packet.packet_type, packet.attachment_count, packet.namespace, packet.id, packet.data, told


@given(st.integers(0, 6), nested(odd_leaves), namespaces, numbers)
@example(2, ["a", [{"b": (b"", [b""])}]], "/", None)
def test_it_writes_what_a_plain_packet_writes(kind: int, data: Any, namespace: str | None, number: Any) -> None:
    args = (kind, data, namespace, number)
    assert outcome(encoded, QuickPacket, *args) == outcome(encoded, PlainPacket, *args)


@given(nested(odd_leaves))
def test_it_finds_the_bytes_that_a_plain_packet_finds(data: Any) -> None:
    # Older versions look for no bytearrays, and have another name for it.
    plain = getattr(PlainPacket, "data_is_binary", QuickPacket.data_is_binary)
    assert QuickPacket.data_is_binary(data) is plain(data)


def announces_none(text: str) -> bool:
    """Tell whether python-socketio takes a text for a binary packet without attachments."""
    try:
        plain = PlainPacket(encoded_packet=text)
    except Exception:  # noqa: BLE001 - it is no packet at all
        return False
    return plain.packet_type in BINARY and plain.attachment_count == 0


@given(texts, st.lists(st.binary(max_size=3) | st.text(max_size=3), max_size=3))
@example("2" + "[" * 100_000, [])
def test_it_reads_what_a_plain_packet_reads_and_raises_what_that_raises(text: str, attachments: list[Any]) -> None:
    told = outcome(decoded, QuickPacket, text, *attachments)
    if announces_none(text):
        assert told is ValueError
    else:
        assert told == outcome(decoded, PlainPacket, text, *attachments)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("", (None, None)),
        ("7", (None, 7)),
        ("/,", ("/", None)),
        ("/a,", ("/a", None)),
        ("/a,12", ("/a", 12)),
        ("/a", None),
        ("/a?b,1", None),
        ("/a,1,2", None),
        ("x", None),
        ("-1", None),
        ("1-", None),
        ("²", None),
        ("٣", None),
        ("9" * 100, None),
    ],
)
def test_heads_are_read_where_they_are_simple_as_a_plain_packet_reads_them(text: str, head: Any) -> None:
    assert head_of(text) == head
    if head is not None:
        plain = PlainPacket(encoded_packet=f'2{text}["a"]')
        assert (plain.namespace, plain.id) == head


sound = st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats(allow_nan=False) | st.text() | st.binary()


@given(nested(sound, st.text()), st.sampled_from([None, "/chat"]), st.none() | st.integers(0, 10**99))
def test_what_it_writes_it_reads_again(data: Any, namespace: str | None, number: int | None) -> None:
    written = QuickPacket(sio_packet.EVENT, [data], namespace, number).encode()
    text, *attachments = [written] if isinstance(written, str) else written
    packet = QuickPacket(encoded_packet=text)
    assert [packet.add_attachment(attachment) for attachment in attachments][-1:] in ([], [True])
    assert (packet.data, packet.namespace, packet.id) == ([data], namespace, number)


def test_data_nested_without_end_is_an_error_of_the_same_kind() -> None:
    data: list[Any] = []
    for _ in range(50_000):
        data = [data]
    assert outcome(encoded, QuickPacket, 2, data) is outcome(encoded, PlainPacket, 2, data) is RecursionError


@pytest.mark.parametrize("text", ["5[]", '50-["a"]', "6", "50-", "6/chat,7[]"])
def test_a_binary_packet_without_attachments_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="without attachments"):
        QuickPacket(encoded_packet=text)


def test_a_packet_has_a_thousand_attachments_at_most() -> None:
    assert QuickPacket(encoded_packet=f"5{MOST_ATTACHMENTS}-[]").attachment_count == MOST_ATTACHMENTS
    with pytest.raises(ValueError, match="too many attachments: 1,001"):
        QuickPacket(encoded_packet=f"5{MOST_ATTACHMENTS + 1}-[]")


def test_the_bytes_of_all_attachments_of_a_packet_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.packets.MOST_BYTES", 10)
    packet = QuickPacket(encoded_packet='53-["a"]')
    assert [packet.add_attachment(b"x" * 4), packet.add_attachment(b"x" * 6)] == [False, False]
    with pytest.raises(ValueError, match="attachments of more than 10 bytes"):
        packet.add_attachment(b"x")


@given(jsons | nested(leaves).map(lambda data: outcome(json.dumps, data)).filter(lambda text: isinstance(text, str)))
@example("9" * 100)
@example("9" * 101)
@example("-" + "9" * 100)
@example("[1e400, NaN, -Infinity]")
@example("\ufeff[]")
@example(" [1 , 2]\n")
@example("[] x")
@example("")
def test_json_is_read_as_engineio_reads_it(text: str) -> None:
    for same in (text, text.encode(), bytearray(text.encode()), text.encode("utf-16")):
        assert outcome(Codec.loads, same) == outcome(eio_json.loads, same)


@pytest.mark.parametrize("text", ["9" * 101, "[" + "9" * 101 + "]", "\ufeff[]", "[1,]", "", b"\xff"])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    kind = outcome(Codec.loads, text)
    assert isinstance(kind, type)
    assert issubclass(kind, ValueError)


def test_numbers_that_are_none_are_read_as_json_has_them() -> None:
    nan, infinite = Codec.loads("[NaN, -Infinity]")
    assert (math.isnan(nan), infinite) == (True, -math.inf)


@pytest.mark.parametrize("options", [{}, {"parse_float": str}, {"object_pairs_hook": list}, {"parse_int": str}])
def test_options_are_heeded_when_it_reads(options: dict[str, Any]) -> None:
    text = '{"a": 1.5, "b": [' + "9" * 101 + "]}"
    assert outcome(Codec.loads, text, **options) == outcome(eio_json.loads, text, **options)


@given(nested(odd_leaves), st.sampled_from([{}, {"separators": COMPACT}, {"indent": 2}, {"allow_nan": False}]))
def test_json_is_written_as_engineio_writes_it(data: Any, options: dict[str, Any]) -> None:
    assert outcome(Codec.dumps, data, **options) == outcome(eio_json.dumps, data, **options)


# --- the server -----------------------------------------------------------------------------------------------------


class OwnJson:
    """A JSON module of a user's own."""

    dumps = staticmethod(json.dumps)
    loads = staticmethod(json.loads)


class OwnPacket(PlainPacket):
    """A packet class of a user's own."""


@pytest.fixture(autouse=True)
def _json_put_back() -> Iterator[None]:
    """Put back what servers with a JSON of their own replace for the whole process."""
    before = sio_packet.Packet.json, engineio.packet.Packet.json
    yield
    sio_packet.Packet.json, engineio.packet.Packet.json = before


def server_of(**options: Any) -> socketio.Server:
    return socketio.Server(async_mode="threading", **options)


def test_a_plain_server_gets_the_quick_packets_and_is_left_as_it_was() -> None:
    server, patches = server_of(), Patches()
    before = dict(vars(server))
    attach_packets(server, patches)
    assert server.packet_class is QuickPacket
    patches.undo()
    assert vars(server) == before


@pytest.mark.parametrize("options", [{"serializer": "msgpack"}, {"serializer": OwnPacket}, {"json": OwnJson}], ids=str)
def test_a_server_with_packets_or_json_of_its_own_keeps_them(options: dict[str, Any]) -> None:
    server, patches = server_of(**options), Patches()
    before = dict(vars(server))
    attach_packets(server, patches)
    assert vars(server) == before
    assert server.packet_class.json is (OwnJson if "json" in options else sio_packet.Packet.json)


def test_a_packet_whose_attachments_can_not_be_put_in_place_is_waited_for_no_more() -> None:
    server, patches = server_of(), Patches()
    attach_packets(server, patches)
    server._binary_packet["gone wrong"] = QuickPacket(encoded_packet='51-["a",{"_placeholder":true,"num":5}]')
    server._binary_packet["waits"] = waits = QuickPacket(encoded_packet='52-["a"]')
    with pytest.raises(IndexError):
        server._handle_eio_message("gone wrong", b"x")
    server._handle_eio_message("waits", b"x")
    assert server._binary_packet == {"waits": waits}
