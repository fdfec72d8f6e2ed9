"""Frames are read off the wire as they were sent, however they were cut, fragmented and compressed."""

from __future__ import annotations

import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import FrameProtocol, Opcode

from sio_lab.core.socket_records import MOST_KEPT, NO_CODE
from sio_lab.server.frame_reader import FrameReader, Seen, Unreadable, Window, windows

MESSAGES = st.lists(
    st.lists(st.text(max_size=200), min_size=1, max_size=4) | st.lists(st.binary(max_size=200), min_size=1, max_size=4),
    max_size=6,
)
OFFERS = ["", "; client_no_context_takeover; server_no_context_takeover", "; client_max_window_bits=10"]


def deflate(offer: str) -> PerMessageDeflate:
    extension = PerMessageDeflate()
    extension.finalize(f"permessage-deflate{offer}")
    return extension


def told(frame: Seen) -> tuple[Any, ...]:
    return frame.opcode, frame.payload, frame.is_final


@given(messages=MESSAGES, is_client=st.booleans(), offer=st.none() | st.sampled_from(OFFERS), data=st.data())
def test_any_messages_are_read_as_they_were_sent(
    messages: list[Any], is_client: bool, offer: str | None, data: Any
) -> None:
    sender = FrameProtocol(client=is_client, extensions=[] if offer is None else [deflate(offer)])
    sides = windows("" if offer is None else f"permessage-deflate{offer}")
    sent, expected = b"", []
    for pieces in messages:
        for place, piece in enumerate(pieces):
            is_last = place == len(pieces) - 1
            sent += sender.send_data(piece, fin=is_last)
            first = "text" if isinstance(piece, str) else "binary"
            expected.append(("continuation" if place else first, piece, is_last))
        sent += sender.ping(b"p")
        expected.append(("ping", b"p", True))
    sent += sender.close(4000, "bye")
    expected.append(("close", "bye", True))
    reader, seen = FrameReader(sides[0 if is_client else 1]), []
    while sent:
        size = data.draw(st.integers(1, max(1, len(sent))))
        seen += reader.feed(bytes(sent[:size]))
        sent = sent[size:]
    assert [(frame.opcode, frame.is_final) for frame in seen] == [(name, is_last) for name, _, is_last in expected]
    if offer is None:
        assert list(map(told, seen)) == expected
    # A compressor may keep a piece back until its message ends: what the frames carry in all is what was sent.
    assert "".join(str(f.payload) for f in seen) == "".join(str(each[1]) for each in expected) or offer is not None
    for text in ("text", "binary"):
        assert joined(map(told, seen), text) == joined(expected, text)
    assert seen[-1].code == 4000
    assert reader.is_between


def joined(frames: Any, first: str) -> list[Any]:
    """Return the whole messages of a kind."""
    whole: list[Any] = []
    is_ours = False
    for opcode, payload, _ in frames:
        if opcode in {"text", "binary"}:
            is_ours = opcode == first
            whole += [payload] if is_ours else []
        elif opcode == "continuation" and is_ours:
            whole[-1] += payload
    return whole


def test_a_letter_cut_in_two_belongs_to_the_later_piece() -> None:
    letter = "é".encode()
    frames = bytes((0x01, 1)) + letter[:1] + bytes((0x80, 1)) + letter[1:]
    assert [frame.payload for frame in FrameReader().feed(frames)] == ["", "é"]


def test_of_a_long_frame_the_beginning_is_kept_and_all_of_it_counts() -> None:
    frame = FrameProtocol(client=True, extensions=[]).send_data(b"x" * 200_000)
    (seen,) = FrameReader().feed(bytes(frame))
    assert (len(seen.payload), seen.length) == (MOST_KEPT, 200_000)


@pytest.mark.parametrize(("text", "is_too_long"), [("x" * 10, False), ("é" * 10, False), ("x" * 11, True)])
def test_the_limit_counts_letters_as_simple_websocket_does(text: str, is_too_long: bool) -> None:
    reader = FrameReader(limit=10)
    reader.feed(bytes(FrameProtocol(client=True, extensions=[]).send_data(text)))
    assert reader.is_too_long is is_too_long


def test_fragments_count_together() -> None:
    sender, reader = FrameProtocol(client=True, extensions=[]), FrameReader(limit=10)
    reader.feed(bytes(sender.send_data(b"x" * 6, fin=False)))
    assert not reader.is_too_long
    reader.feed(bytes(sender.send_data(b"x" * 6, fin=False)))
    assert reader.is_too_long


def test_a_bomb_is_not_inflated_beyond_the_limit() -> None:
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeezed.compress(b"\0" * 50_000_000) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    head = bytes((0xC2, 127)) + len(bomb[:-4]).to_bytes(8, "big")
    reader = FrameReader(Window(), limit=1_000_000)
    (seen,) = reader.feed(head + bomb[:-4])
    assert reader.is_too_long
    assert seen.length <= 1_200_000


def test_after_a_message_too_long_the_close_frame_is_found() -> None:
    sender, reader = FrameProtocol(client=True, extensions=[]), FrameReader(limit=10)
    data = bytes(sender.send_data(b"x" * 100) + sender.close(1000))
    reader.feed(data[:50])
    reader.skip()
    assert [frame.code for frame in reader.feed(data[50:])] == [None, 1000]


@pytest.mark.parametrize(
    "data", [b"\x83\x00", b"\xa1\x00", b"\x09\x00", b"\x89\x7e\x00\x80", b"GET / HTTP/1.1", b"\xc1\x00"]
)
def test_what_is_no_frame_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable):
        FrameReader().feed(data)


def test_damaged_compression_is_refused() -> None:
    with pytest.raises(Unreadable, match="compressed data"):
        FrameReader(Window()).feed(b"\xc1\x03\xff\xff\xff")


def test_a_close_frame_may_be_without_a_code() -> None:
    assert FrameReader().feed(b"\x88\x00")[0].code == NO_CODE
    assert Opcode.CLOSE == 8


@pytest.mark.parametrize("answer", ["", "x-webkit-deflate-frame"])
def test_without_the_extension_nothing_is_inflated(answer: str) -> None:
    assert windows(answer) == (None, None)
