"""WebSocket frames: bytes off the network -> messages, and packets -> bytes for it.

wsproto reads and writes all of RFC 6455. Most of what Socket.IO clients send are short, whole frames, though, and most
of what a server sends is the same frame for many: those are read and written here, at a tenth of the price. wsproto
never sees them, which is sound as long as it stands between two messages.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeAlias

from wsproto.events import BytesMessage, CloseConnection, Ping, TextMessage
from wsproto.frame_protocol import CloseReason
from wsproto.utilities import LocalProtocolError

if TYPE_CHECKING:
    from collections.abc import Iterator

Message: TypeAlias = "str | bytes"

TEXT, BINARY = 0x81, 0x82
"""First byte of a message in one frame: FIN and the opcode, no extension's bits (RFC 6455, 5.2)."""

WHOLE = frozenset({TEXT, BINARY})
FIN, MASKED, CONTROL = 0x80, 0x80, 0x08
LENGTH = 0x7F
SHORT, LONG = 126, 127
EXTENDED = {SHORT: 2, LONG: 8}
"""Lengths that stand for others -> how many of the next bytes tell the length."""

HEAD, MASK = 2, 4
"""How many bytes begin every frame, and how many a mask has."""

MOST_INFLATION = 1032
"""What deflate can make of one byte, at most (zlib's technical notes)."""

BYTES_A_LETTER = 4
"""The most that UTF-8 takes for one."""


class Reader:
    """Takes in what one client sends; `limit` is the length of the longest message, in letters or bytes."""

    def __init__(self, protocol: Any, limit: int) -> None:
        self.protocol = protocol
        self.limit = limit
        self.is_compressed = is_compressed(protocol)
        self._rest = b""
        """The beginning of a frame that has not come whole, and is not wsproto's."""

        self._missing = 0
        """How many bytes of the frame that wsproto reads have not come yet."""

        self._pieces: list[Any] = []
        self._length = 0
        self._is_fragmented = False
        self.reply = b""
        """What is to be sent in answer: pongs, and the answer to a Close frame."""

        self.has_ended = False
        """Whether the client has closed the WebSocket, or has broken the protocol; nothing is read after that."""

        self.is_too_long = False
        """Whether a message went beyond the limit; nothing is read after that."""

    def feed(self, data: bytes) -> list[Message]:
        """Take in what has come; returns the messages that are whole now."""
        messages: list[Message] = []
        data, self._rest = self._rest + data if self._rest else data, b""
        at, end = 0, len(data)
        while at < end and not self.has_ended and not self.is_too_long:
            step = self._whole_frame(data, at, end, messages) or self._any_frame(data, at, end, messages)
            if not step:
                self._rest = data[at:]
                break
            at += step
        return messages

    def _whole_frame(self, data: bytes, at: int, end: int, messages: list[Message]) -> int:
        """Read a short message that came in one whole frame; returns its length on the wire, 0 where it is none."""
        kind = data[at]
        if kind not in WHOLE or end - at < HEAD + MASK or self._missing or self._is_fragmented:
            return 0
        length, begin = data[at + 1] - MASKED, at + HEAD + MASK
        if length == SHORT and end - begin >= EXTENDED[SHORT]:
            begin += EXTENDED[SHORT]
            length = int.from_bytes(data[at + HEAD : at + HEAD + EXTENDED[SHORT]])
            if length < SHORT:
                return 0  # one byte would have told that: wsproto refuses it
        elif not 0 <= length < SHORT:
            return 0
        if begin + length > end or length > self.limit or self.is_compressed:
            return 0
        payload = unmasked(data[begin : begin + length], data[begin - MASK : begin])
        if kind == TEXT:
            try:
                messages.append(payload.decode())
            except UnicodeDecodeError:
                return 0  # wsproto knows how to answer that
        else:
            messages.append(payload)
        return begin + length - at

    def _any_frame(self, data: bytes, at: int, end: int, messages: list[Message]) -> int:
        """Have wsproto read what there is of a frame; returns how much that was, 0 where the header is not whole."""
        if not self._missing:
            size = frame_size(data, at, end)
            if size is None:
                return 0
            header, length = size
            if not data[at] & CONTROL:
                self._is_fragmented = not data[at] & FIN
                if length > self.limit * BYTES_A_LETTER:
                    self.is_too_long = True
                    return 0
            self._missing = header + length
        step = min(self._missing, end - at)
        self._missing -= step
        for chunk in self._chunks(data[at : at + step]):
            self._through_wsproto(chunk, messages)
            if self.has_ended or self.is_too_long:
                break
        return step

    def _chunks(self, data: bytes) -> Iterator[bytes]:
        """Cut what may inflate into pieces none of which can go far beyond the limit."""
        size = max(512, self.limit // MOST_INFLATION) if self.is_compressed else len(data)
        return (data[at : at + size] for at in range(0, len(data), size))

    def _through_wsproto(self, data: bytes, messages: list[Message]) -> None:
        try:
            self.protocol.receive_data(data)
            for event in self.protocol.events():
                if isinstance(event, (TextMessage, BytesMessage)):
                    self._piece(event, messages)
                elif isinstance(event, Ping):
                    with suppress(LocalProtocolError):  # after a Close frame of this side no pong is sent
                        self.reply += self.protocol.send(event.response())
                elif isinstance(event, CloseConnection):
                    self.has_ended = True
                    self.reply += self.protocol.send(event.response())
                if self.is_too_long:
                    return
        except LocalProtocolError:
            # It was closed from this side in the meantime: there is nobody to answer.
            self.has_ended = True

    def _piece(self, event: TextMessage | BytesMessage, messages: list[Message]) -> None:
        self._length += len(event.data)
        if self._length > self.limit:
            self.is_too_long = True
            return
        if event.data:  # an endless message of empty fragments takes no room
            self._pieces.append(event.data)
        if event.message_finished:
            whole = "".join(self._pieces) if isinstance(event, TextMessage) else b"".join(self._pieces)
            messages.append(whole)
            self._pieces, self._length = [], 0


def frame_size(data: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Return how long the header and the payload of a client's frame are; None where the header is not whole."""
    if end - at < HEAD:
        return None
    length = data[at + 1] & LENGTH
    extended = EXTENDED.get(length, 0)
    header = HEAD + extended + (MASK if data[at + 1] & MASKED else 0)
    if end - at < header:
        return None
    return header, int.from_bytes(data[at + HEAD : at + HEAD + extended]) if extended else length


def unmasked(payload: bytes, mask: bytes) -> bytes:
    """Return what a client sent under a mask of four bytes (RFC 6455, 5.3)."""
    length = len(payload)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(payload) ^ int.from_bytes(key)).to_bytes(length)


def frame_of(message: Message) -> bytes:
    """Return a message as a server's frame: whole, unmasked, not compressed."""
    kind, payload = (TEXT, message.encode()) if isinstance(message, str) else (BINARY, message)
    length = len(payload)
    if length < SHORT:
        return bytes((kind, length)) + payload
    if length < 1 << 16:
        return bytes((kind, SHORT)) + length.to_bytes(2) + payload
    return bytes((kind, LONG)) + length.to_bytes(8) + payload


def close_frame(protocol: Any, code: int = CloseReason.NORMAL_CLOSURE, reason: str | None = None) -> bytes:
    """Return the frame that begins to close a WebSocket; nothing where it is closing already."""
    try:
        frame: bytes = protocol.send(CloseConnection(code, reason))
    except LocalProtocolError:
        return b""
    return frame


def is_compressed(protocol: Any) -> bool:
    """Tell whether an extension takes part in the frames; True where wsproto does not say."""
    extensions = getattr(getattr(protocol, "_proto", None), "extensions", None)
    return extensions is None or any(extension.enabled() for extension in extensions)
