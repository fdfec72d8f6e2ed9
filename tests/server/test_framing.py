"""Frames, compared with wsproto as the client, and with simple-websocket as the server that is fed the same bytes."""

from __future__ import annotations

import os
import tracemalloc
import zlib
from operator import mul
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
import simple_websocket
from hypothesis import example, given, settings
from hypothesis import strategies as st
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Ping, Pong, TextMessage
from wsproto.extensions import PerMessageDeflate

from sio_lab.server.carrier import Unstarted
from sio_lab.server.framing import Reader, close_frame, frame_of, frame_size, is_compressed, unmasked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sio_lab.server.framing import Message

LIMIT = 1_000_000
CONTINUATION, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9
BORDERS = (0, 1, 125, 126, 127, 65_535, 65_536, 65_537, 200_000)

either = st.sampled_from([False, True])
units = st.sampled_from(["a", "ü", "€", "😀", "\0"])
sizes = st.sampled_from(BORDERS) | st.integers(0, 1000)
texts = st.text(max_size=20) | st.builds(lambda unit, size: unit * size, units, sizes)
binaries = st.binary(max_size=20) | st.builds(lambda unit, size: bytes([unit]) * size, st.integers(0, 255), sizes)
cuts = st.lists(st.integers(0, 2**20), max_size=4)
controls = st.lists(st.builds(Ping, st.binary(max_size=125)) | st.builds(Pong, st.binary(max_size=125)), max_size=2)
scripts = st.lists(st.tuples(texts | binaries, cuts, controls), max_size=5)
masks = st.binary(min_size=4, max_size=4)


class Plain:
    """What plain Flask-SocketIO reads WebSockets with."""

    def __init__(self, deflate: bool = False) -> None:
        self.sent = b""
        head = {"HOST": "a", "UPGRADE": "websocket", "CONNECTION": "Upgrade", "SEC_WEBSOCKET_VERSION": "13"}
        head |= {"SEC_WEBSOCKET_KEY": "dGhlIHNhbXBsZSBub25jZQ=="}
        head |= {"SEC_WEBSOCKET_EXTENSIONS": "permessage-deflate"} if deflate else {}
        environ = {f"HTTP_{name}": value for name, value in head.items()} | {"werkzeug.socket": self}
        self.server = simple_websocket.Server(environ, thread_class=Unstarted)
        self.sent = b""

    def send(self, data: bytes) -> None:
        self.sent += data

    def feed(self, data: bytes) -> None:
        if self.server.connected:
            self.server.ws.receive_data(data)
            self.server.connected = self.server._handle_events()


def reader_of(limit: int = LIMIT, *, deflate: bool = False) -> Reader:
    """Return a reader as the carrier makes it."""
    return Reader(Plain(deflate).server.ws.connection, limit)


def client_of(*, deflate: bool = False) -> Connection:
    extension = PerMessageDeflate()
    if deflate:
        extension.finalize("permessage-deflate")
    return Connection(ConnectionType.CLIENT, [extension])


def cut(data: Any, places: Iterable[int]) -> list[Any]:
    ends = sorted({place % (len(data) + 1) for place in places} | {len(data)})
    return [data[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]


def said(client: Connection, script: Any) -> tuple[bytes, list[bytes]]:
    """Return what a client sends of messages in fragments, and what its pings say.

    Compressed ones get no pings between their fragments: of those, wsproto does not inflate the rest.
    """
    data, pings, is_bare = b"", [], not is_compressed(client)
    for message, places, between in script:
        kind = TextMessage if isinstance(message, str) else BytesMessage
        fragments = cut(message, places)
        for number, fragment in enumerate(fragments, 1):
            is_last = number == len(fragments)
            data += client.send(kind(fragment, message_finished=is_last))
            for control in between if is_bare or is_last else ():
                data += client.send(control)
                pings += [control.payload] if isinstance(control, Ping) else []
    return data, pings


def fed(reader: Reader, pieces: Iterable[bytes]) -> list[Message]:
    return [message for piece in pieces for message in reader.feed(piece)]


def heard(data: bytes, client: Connection) -> list[Any]:
    client.receive_data(data)
    return list(client.events())


def frame(
    kind: int, payload: bytes = b"", *, fin: bool = True, reserved: int = 0, mask: bytes | None = b"mask"
) -> bytes:
    """Return a client's frame, right or wrong; None masks nothing."""
    whole = bytearray(frame_of(payload))
    whole[0] = fin << 7 | reserved << 4 | kind
    if mask is None:
        return bytes(whole)
    whole[1] |= 0x80
    return bytes(whole[: len(whole) - len(payload)]) + mask + unmasked(payload, mask)


def announced(length: int, kind: int = BINARY) -> bytes:
    """Return the header of a frame whose payload has yet to come."""
    return bytes([0x80 | kind, 0xFF]) + length.to_bytes(8) + b"mask"


@settings(deadline=None, max_examples=60)
@given(scripts, cuts, masks, either)
def test_messages_come_whole_and_in_order_however_they_are_cut_and_pings_are_answered(
    script: Any, places: list[int], mask: bytes, deflate: bool
) -> None:
    with mock.patch("wsproto.frame_protocol.os", SimpleNamespace(urandom=lambda _size: mask)):
        data, pings = said(client_of(deflate=deflate), script)
    reader = reader_of(deflate=deflate)
    messages = fed(reader, cut(data, places))
    assert messages == [message for message, *_ in script]
    assert {type(message) for message in messages} <= {str, bytes}
    assert [event.payload for event in heard(reader.reply, client_of())] == pings
    assert (reader.has_ended, reader.is_too_long) == (False, False)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(st.text(max_size=200) | st.binary(max_size=200), cuts, controls), max_size=4), either)
def test_messages_come_whole_even_byte_by_byte(script: Any, deflate: bool) -> None:
    data, _pings = said(client_of(deflate=deflate), script)
    assert fed(reader_of(deflate=deflate), (bytes([byte]) for byte in data)) == [message for message, *_ in script]


@given(st.text(max_size=40), cuts)
def test_a_letter_may_begin_in_one_fragment_and_end_in_another(text: str, places: list[int]) -> None:
    first, *rest = cut(text.encode(), places)
    data = frame(TEXT, first, fin=not rest)
    for number, fragment in enumerate(rest, 1):
        data += frame(CONTINUATION, fragment, fin=number == len(rest))
    assert reader_of().feed(data) == [text]


def test_what_is_compressed_leans_on_what_came_before() -> None:
    client, reader, noise = client_of(deflate=True), reader_of(deflate=True), os.urandom(5000)
    first, second = client.send(BytesMessage(noise)), client.send(BytesMessage(noise))
    assert len(second) < len(first) / 10
    assert reader.feed(first) + reader.feed(second) == [noise, noise]


@pytest.mark.parametrize("size", BORDERS)
@pytest.mark.parametrize("kind", ["text", "bytes"])
def test_a_frame_of_ours_is_what_a_client_reads_at_each_border(size: int, kind: str) -> None:
    message: Message = "a" * size if kind == "text" else b"a" * size
    (event,) = heard(frame_of(message), client_of())
    assert (event.data, event.message_finished, event.frame_finished) == (message, True, True)


@given(texts | binaries)
def test_a_frame_of_ours_is_the_one_that_wsproto_would_write(message: Message) -> None:
    event = TextMessage(message) if isinstance(message, str) else BytesMessage(message)
    assert frame_of(message) == Connection(ConnectionType.SERVER).send(event)


@given(st.binary(max_size=70), masks)
def test_a_mask_is_laid_over_each_four_bytes(payload: bytes, mask: bytes) -> None:
    assert unmasked(payload, mask) == bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


@given(st.sampled_from(BORDERS), either)
def test_the_size_of_a_frame_is_known_as_soon_as_its_header_is_there(size: int, is_masked: bool) -> None:
    data = frame(BINARY, bytes(size), mask=b"mask" if is_masked else None)
    header = len(data) - size
    assert frame_size(b"x" + data, 1, 1 + header) == (header, size)
    assert all(frame_size(data, 0, end) is None for end in range(header))


frames = st.builds(
    frame,
    st.sampled_from([CONTINUATION, TEXT, BINARY] * 4 + [CLOSE, PING, 10, 3, 7, 11, 15]),
    st.binary(max_size=8)
    | st.text(max_size=8).map(str.encode)
    | st.sampled_from([bytes(125), bytes(126), bytes(65_536)]),
    fin=st.sampled_from([True, True, False]),
    reserved=st.sampled_from([0] * 9 + [4, 2, 1]),
    mask=st.sampled_from([b"mask"] * 9 + [None]),
)


@settings(deadline=None, max_examples=400)
@given(st.lists(frames, max_size=6), cuts, either)
def test_whatever_a_client_sends_is_read_and_answered_as_plain_simple_websocket_does(
    sent: list[bytes], places: list[int], deflate: bool
) -> None:
    plain, reader = Plain(deflate), reader_of(deflate=deflate)
    for piece in cut(b"".join(sent), places):
        plain.feed(piece)
    messages = fed(reader, cut(b"".join(sent), places))
    assert messages == plain.server.input_buffer
    assert (reader.reply, reader.has_ended) == (plain.sent, not plain.server.connected)


def test_a_ping_between_compressed_fragments_confuses_wsproto_here_as_in_plain() -> None:
    client, plain, reader = client_of(deflate=True), Plain(deflate=True), reader_of(deflate=True)
    data = client.send(TextMessage("abc", message_finished=False)) + client.send(Ping())
    data += client.send(TextMessage("def"))
    plain.feed(data)
    assert (reader.feed(data), reader.reply) == (plain.server.input_buffer, plain.sent)


WRONG = {
    "an unmasked frame": (frame(TEXT, b"a", mask=None), 1002),
    "a reserved bit": (frame(TEXT, b"a", reserved=2), 1002),
    "compressed, which was not agreed on": (frame(TEXT, b"a", reserved=4), 1002),
    "a reserved opcode": (frame(3, b"a"), 1002),
    "a reserved control opcode": (frame(11), 1002),
    "a control frame of 126 bytes": (frame(PING, bytes(126)), 1002),
    "a control frame of 65,536 bytes": (frame(PING, bytes(65_536)), 1002),
    "a control frame in fragments": (frame(PING, fin=False), 1002),
    "a continuation out of nowhere": (frame(CONTINUATION, b"a"), 1002),
    "a message within another": (frame(TEXT, b"a", fin=False) + frame(TEXT, b"b"), 1002),
    "a length in two bytes that fits in one": (b"\x81\xfe\0\x01" + b"mask" + b"\x0c", 1002),
    "a length in eight bytes that fits in two": (b"\x82\xff" + (1).to_bytes(8) + b"mask" + b"\x0c", 1002),
    "a text that is no UTF-8": (frame(TEXT, b"\xff"), 1007),
    "a text that ends within a letter": (frame(TEXT, "ü".encode()[:1]), 1007),
    "half a surrogate pair": (frame(TEXT, b"\xed\xa0\x80"), 1007),
    "a Close frame of one byte": (frame(CLOSE, b"\3"), 1002),
    "a Close frame with a code that is not to be sent": (frame(CLOSE, b"\x03\xed"), 1002),
    "a Close frame with a reason that is no UTF-8": (frame(CLOSE, b"\x03\xe8\xff"), 1007),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_breaks_the_protocol_ends_the_reading_with_the_close_code_of_plain(name: str) -> None:
    data, code = WRONG[name]
    plain, reader = Plain(), reader_of()
    plain.feed(data)
    assert reader.feed(frame(TEXT, b"before") + data + frame(TEXT, b"after")) == ["before"]
    assert (reader.has_ended, reader.reply) == (True, plain.sent)
    (event,) = heard(reader.reply, client_of())
    assert event.code == code
    assert reader.feed(frame(TEXT, b"later")) == []


def test_what_can_not_be_inflated_ends_the_reading() -> None:
    reader = reader_of(deflate=True)
    assert reader.feed(frame(TEXT, b"\xff\xff\xff", reserved=4)) == []
    assert heard(reader.reply, client_of())[0].code == 1007


@pytest.mark.parametrize("payload", [b"", b"\x03\xe8", b"\x03\xe9bye", b"\x0b\xb8", b"\x13\x87" + b"x" * 123])
def test_a_close_frame_is_answered_with_its_own_code_and_nothing_is_read_after_it(payload: bytes) -> None:
    reader = reader_of()
    assert reader.feed(frame(TEXT, b"a") + frame(CLOSE, payload) + frame(TEXT, b"b")) == ["a"]
    assert reader.has_ended
    assert reader.reply == frame(CLOSE, payload, mask=None)
    assert reader.feed(frame(TEXT, b"c")) == []


def test_after_a_close_frame_of_ours_messages_are_read_until_the_client_answers_it() -> None:
    reader = reader_of()
    (event,) = heard(close_frame(reader.protocol, 1012, "again"), client_of())
    assert (event, close_frame(reader.protocol)) == (CloseConnection(1012, "again"), b"")
    long = b"x" * 70_000
    assert reader.feed(frame(TEXT, b"a") + frame(PING) + frame(BINARY, long)) == ["a", long]
    assert (reader.has_ended, reader.reply) == (False, b"")
    assert reader.feed(frame(CLOSE, b"\x03\xf4") + frame(TEXT, b"b")) == []
    assert (reader.has_ended, reader.reply) == (True, b"")


@pytest.mark.parametrize("deflate", [False, True])
def test_whether_frames_are_compressed_is_read_off_the_extensions(deflate: bool) -> None:
    assert is_compressed(Plain(deflate).server.ws.connection) is deflate
    assert is_compressed(object())


@settings(deadline=None)
@given(st.builds(mul, units, st.integers(0, 200)), st.integers(10, 200), st.tuples(cuts, cuts), either)
@example("😀" * 100, 100, ([], []), False)
@example("😀" * 101, 100, ([], []), False)
def test_a_text_is_too_long_when_it_has_more_letters_than_the_limit(
    text: str, limit: int, places: tuple[list[int], list[int]], deflate: bool
) -> None:
    script = [("", [], []), (text, places[0], []), ("", [], [])]
    reader = reader_of(limit, deflate=deflate)
    messages = fed(reader, cut(said(client_of(deflate=deflate), script)[0], places[1]))
    assert reader.is_too_long is (len(text) > limit)
    assert messages == (["", text, ""] if len(text) <= limit else [""])


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("deflate", [False, True])
def test_bytes_are_too_long_when_there_are_more_than_the_limit(extra: int, deflate: bool) -> None:
    reader, message = reader_of(70_000, deflate=deflate), bytes(70_000 + extra)
    data = said(client_of(deflate=deflate), [("a", [], []), (message, [], []), ("b", [], [])])[0]
    assert reader.feed(data) == (["a"] if extra else ["a", message, "b"])
    assert (reader.is_too_long, reader.has_ended) == (bool(extra), False)


@pytest.mark.parametrize("kind", [TEXT, BINARY, CONTINUATION])
@pytest.mark.parametrize("deflate", [False, True])
def test_a_frame_that_announces_too_much_is_refused_before_it_has_come(kind: int, deflate: bool) -> None:
    reader = reader_of(deflate=deflate)
    assert reader.feed(frame(TEXT, b"before") + announced(4 * LIMIT + 1, kind)) == ["before"]
    assert reader.is_too_long
    assert reader.feed(b"x" * LIMIT + frame(TEXT, b"after")) == []


def test_a_message_is_too_long_before_all_of_it_has_come() -> None:
    reader = reader_of()
    assert reader.feed(announced(2 * LIMIT) + bytes(LIMIT)) == []
    assert not reader.is_too_long
    assert reader.feed(b"x") == []
    assert reader.is_too_long


@pytest.mark.parametrize("deflate", [False, True])
def test_fragments_without_end_are_refused_at_the_limit(deflate: bool) -> None:
    reader = reader_of(deflate=deflate)
    reader.feed(frame(BINARY, fin=False))
    fragment, count = frame(CONTINUATION, bytes(1000), fin=False), 0
    while not reader.is_too_long:
        assert reader.feed(fragment) == []
        count += 1
    assert count == LIMIT // 1000 + 1


@pytest.mark.parametrize(("kind", "whole"), [(TEXT, "ab"), (BINARY, b"ab")])
def test_empty_fragments_without_end_take_no_room(kind: int, whole: Message) -> None:
    reader = reader_of()
    reader.feed(frame(kind, b"a", fin=False) + frame(CONTINUATION, fin=False) * 10_000)
    assert (reader._pieces, reader._rest) == ([whole[:1]], b"")
    assert reader.feed(frame(CONTINUATION, b"b")) == [whole]


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """Return 300 MB of zeros in some 300 kB."""
    deflate, zeros = zlib.compressobj(wbits=-15), bytes(10_000_000)
    return b"".join(deflate.compress(zeros) for _ in range(30)) + deflate.flush(zlib.Z_SYNC_FLUSH)[:-4]


def in_fragments(kind: int, payload: bytes, size: int) -> bytes:
    parts: Sequence[bytes] = [payload[at : at + size] for at in range(0, len(payload), size)]
    rest = b"".join(frame(CONTINUATION, part, fin=False) for part in parts[1:])
    return frame(kind, parts[0], fin=False, reserved=4) + rest + frame(CONTINUATION)


@pytest.mark.parametrize("kind", [TEXT, BINARY])
@pytest.mark.parametrize("size", [1000, 1_000_000])
def test_what_inflates_beyond_the_limit_is_inflated_a_little_beyond_it_only(bomb: bytes, kind: int, size: int) -> None:
    reader = reader_of(deflate=True)
    data = frame(TEXT, b"before") + in_fragments(kind, bomb, size) + frame(TEXT, b"after")
    tracemalloc.start()
    try:
        messages = reader.feed(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (messages, reader.is_too_long) == (["before"], True)
    assert peak < 8 * LIMIT
