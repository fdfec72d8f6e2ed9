"""The wire codec, held against python-socketio's own."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from socketio.packet import Packet as Theirs

from sio_lab.core.records import Wire
from sio_lab.core.wire import REDACTED, TYPES, Packet, decode, encode, explain, redact

LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
PAYLOADS = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)
NAMESPACES = st.sampled_from(["/", "/chat", "/a/b", "/ünïcode"])
ACK_IDS = st.none() | st.integers(0, 10**12)


def pieces(wire: Wire) -> list[str | bytes]:
    return [wire.text, *wire.attachments]


@given(event=st.text(), args=st.lists(PAYLOADS, max_size=3), namespace=NAMESPACES, ack_id=ACK_IDS)
def test_what_is_encoded_is_decoded(event: str, args: list[Any], namespace: str, ack_id: int | None) -> None:
    packet = decode(encode("EVENT", [event, *args], namespace, ack_id))
    assert packet.type in {"EVENT", "BINARY_EVENT"}
    assert (packet.namespace, packet.ack_id, packet.event, packet.args) == (namespace, ack_id, event, tuple(args))


@given(data=st.lists(PAYLOADS, min_size=1, max_size=3), namespace=NAMESPACES, ack_id=ACK_IDS)
def test_both_write_the_same_text(data: list[Any], namespace: str, ack_id: int | None) -> None:
    theirs = Theirs(2, data=["event", *data], namespace=namespace, id=ack_id).encode()
    assert pieces(encode("EVENT", ["event", *data], namespace, ack_id)) == (
        theirs if isinstance(theirs, list) else [theirs]
    )


@given(data=st.lists(PAYLOADS, min_size=1, max_size=3), namespace=NAMESPACES, ack_id=ACK_IDS)
def test_ours_reads_what_theirs_writes(data: list[Any], namespace: str, ack_id: int | None) -> None:
    theirs = Theirs(3, data=data, namespace=namespace, id=ack_id).encode()
    written = theirs if isinstance(theirs, list) else [theirs]
    assert decode(Wire(written[0], tuple(written[1:]))).args == tuple(data)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    try:
        decode(Wire(text))
    except ValueError:
        return


@pytest.mark.parametrize("text", ["", "x", "7", "9[]", "-1"])
def test_what_is_no_packet_says_so(text: str) -> None:
    with pytest.raises(ValueError, match=r"no Socket\.IO packet starts with"):
        decode(Wire(text))


def test_a_missing_attachment_says_so() -> None:
    with pytest.raises(ValueError, match="names an attachment that is not there"):
        decode(Wire('51-["x",{"_placeholder":true,"num":3}]', (b"one",)))


def test_deep_nesting_says_so() -> None:
    deep = "[" * 200_000
    with pytest.raises(ValueError, match=r"nested too deeply|Expecting value"):
        decode(Wire("2" + deep))


@pytest.mark.parametrize(
    ("text", "packet"),
    [
        ("0", Packet("CONNECT", "/", None, None)),
        ("0/chat,", Packet("CONNECT", "/chat", None, None)),
        ('0/chat?token=1,{"a":1}', Packet("CONNECT", "/chat", None, {"a": 1})),
        ("1/chat,", Packet("DISCONNECT", "/chat", None, None)),
        ('2["hi"]', Packet("EVENT", "/", None, ["hi"])),
        ('2/chat,12["hi",1]', Packet("EVENT", "/chat", 12, ["hi", 1])),
        ("3/chat,12[]", Packet("ACK", "/chat", 12, [])),
        ('4{"message":"no"}', Packet("CONNECT_ERROR", "/", None, {"message": "no"})),
    ],
)
def test_the_protocols_own_examples(text: str, packet: Packet) -> None:
    assert decode(Wire(text)) == packet


def test_bytes_are_read_as_text() -> None:
    assert decode(Wire(b'2["hi"]')).event == "hi"


def test_an_ack_has_no_event() -> None:
    assert decode(Wire("31[1]")).event is None


@given(PAYLOADS)
def test_redacted_values_keep_their_shape_and_no_secret(value: Any) -> None:
    hidden = redact({"token": "s3cr3t-token", "more": value})
    assert isinstance(hidden, dict)
    assert hidden["token"] == REDACTED
    assert "s3cr3t-token" not in json.dumps(hidden)
    if isinstance(value, dict):
        assert set(hidden["more"]) == set(value)


def test_who_authenticates_how_stays_visible() -> None:
    assert redact({"user": "ada", "admin": True, "none": None, "list": [1, "x"]}) == {
        "user": REDACTED,
        "admin": True,
        "none": None,
        "list": [REDACTED, REDACTED],
    }
    assert redact("bearer") == REDACTED


@given(event=st.text(), args=st.lists(PAYLOADS, max_size=2), namespace=NAMESPACES, ack_id=ACK_IDS)
def test_the_explained_pieces_joined_are_the_text(
    event: str, args: list[Any], namespace: str, ack_id: int | None
) -> None:
    wire = encode("EVENT", [event, *args], namespace, ack_id)
    assert "".join(piece for piece, _ in explain(wire)) == wire.text


def test_pieces_are_explained() -> None:
    wire = Wire('51-/chat,7["x",{"_placeholder":true,"num":0}]', (b"a",))
    assert [meaning for _, meaning in explain(wire)] == [
        "type BINARY_EVENT",
        "1 binary attachments follow",
        "namespace",
        "ack id",
        "data as JSON",
    ]


def test_what_is_no_packet_is_explained_as_such() -> None:
    assert explain(Wire("hello")) == [("hello", "not a Socket.IO packet")]
    assert explain(Wire("")) == []


def test_all_types_have_names() -> None:
    assert len(TYPES) == 7
