from __future__ import annotations

import pytest

from tests.benchmarks.raw.frames import FINAL, PING, TEXT, FrameReader, masked

LENGTHS = [0, 1, 4, 125, 126, 127, 300, 65_535, 65_536]


def from_server(payload: bytes, opcode: int = TEXT) -> bytes:
    size = len(payload)
    if size < 126:
        length = bytes((size,))
    else:
        length = b"\x7e" + size.to_bytes(2, "big") if size < 1 << 16 else b"\x7f" + size.to_bytes(8, "big")
    return bytes((FINAL | opcode,)) + length + payload


def unmasked(frame: bytes) -> bytes:
    begin = 2 if frame[1] & 0x7F < 126 else 4
    mask, body = frame[begin : begin + 4], frame[begin + 4 :]
    return bytes(byte ^ mask[place % 4] for place, byte in enumerate(body))


@pytest.mark.parametrize("size", LENGTHS[:-1])
def test_what_a_client_sends_is_masked(size: int) -> None:
    payload = bytes(number % 251 for number in range(size))
    frame = masked(payload)
    assert frame[0] == FINAL | TEXT
    assert frame[1] & 0x80
    assert unmasked(frame) == payload
    assert size == 0 or payload not in frame


@pytest.mark.parametrize("size", LENGTHS)
def test_a_message_may_come_in_any_pieces(size: int) -> None:
    payload = b"x" * size
    stream = from_server(payload) + from_server(b"next")
    for cut in {0, 1, 2, 3, 5, 9, len(stream) - 5, len(stream)}:
        reader = FrameReader()
        assert reader.feed(stream[:cut]) + reader.feed(stream[cut:]) == [payload, b"next"]


def test_messages_come_out_one_byte_at_a_time_too() -> None:
    reader, came = FrameReader(), []
    for byte in from_server(b"one") + from_server(b"2" * 200):
        came += reader.feed(bytes((byte,)))
    assert came == [b"one", b"2" * 200]


def test_pings_are_kept_for_an_answer() -> None:
    reader = FrameReader()
    assert reader.feed(from_server(b"here?", PING) + from_server(b"text")) == [b"text"]
    assert reader.pings == [b"here?"]


@pytest.mark.parametrize("frame", [b"\x88\x02\x03\xe8", b"\x82\x01x", b"\x01\x01x"])
def test_what_no_server_sends_here_is_an_error(frame: bytes) -> None:
    with pytest.raises(ConnectionError, match="closed, or sent a frame"):
        FrameReader().feed(frame)
