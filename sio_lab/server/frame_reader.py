"""The frames of a WebSocket, read off one direction of its bytes, for the log (RFC 6455, 5.2; RFC 7692).

Nothing is checked that only the two sides need to care about. What is kept of a frame is bounded, and so is what a
compressed one can make of itself.
"""

from __future__ import annotations

import codecs
import zlib
from dataclasses import dataclass

from sio_lab.core.socket_records import MOST_KEPT, NO_CODE
from sio_lab.server.framing import CONTROL, FIN, HEAD, LENGTH, LONG, MASK, MASKED, SHORT, WHOLE, unmasked
from sio_lab.server.framing import TEXT as WHOLE_TEXT

TEXT, CLOSE = 0x1, 0x8
OPCODES = {0x0: "continuation", TEXT: "text", 0x2: "binary", CLOSE: "close", 0x9: "ping", 0xA: "pong"}
DEFLATED, RESERVED = 0x40, 0x30
MOST_CONTROL = 125
PIECE = 65_536
"""So much is inflated at once."""

_TAIL = b"\x00\x00\xff\xff"
"""What a compressed message leaves off (RFC 7692, 7.2.1)."""

_NO_LETTER = bytes(range(0x80, 0xC0))
"""Bytes that go on with a letter in UTF-8, and begin none."""


class Unreadable(Exception):
    """The bytes are no frames."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One frame that has come whole; or, where its message is too long, what has come of it."""

    opcode: str
    payload: str | bytes
    """Its beginning, readable."""

    length: int
    """In bytes, not compressed."""

    is_final: bool
    code: int | None = None
    """Of a Close frame."""


class FrameReader:
    """Reads one direction; `limit` is the length of the longest message, in letters or bytes, None for any."""

    def __init__(self, window: Window | None = None, limit: int | None = None) -> None:
        self._window = window
        self._limit = limit
        self._head = b""
        self._frame: _Frame | None = None
        self._message = 0
        """How long the message is so far."""

        self._is_text = self._is_deflated = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.is_too_long = False
        """Whether a message went beyond the limit: then nothing more is read."""

    @property
    def is_between(self) -> bool:
        """Whether all frames so far have come whole, so that another one may begin."""
        return self._frame is None and not self._head

    def feed(self, data: bytes) -> list[Seen]:
        """Take in what has come; returns the frames that are whole now. Raises Unreadable."""
        if self._frame is None and not self._head and (quick := self._quick(data)) is not None:
            return [quick]
        seen: list[Seen] = []
        data, self._head = self._head + data if self._head else data, b""
        at, end = 0, len(data)
        while at < end and not self.is_too_long:
            if self._frame is None:
                header = self._begin(data, at, end)
                if not header:
                    self._head = data[at:]
                    break
                at += header
            at += self._take(data[at : at + self._missing], seen)
        if self.is_too_long:
            self._head = data[at:]
        return seen

    def _quick(self, data: bytes) -> Seen | None:
        """Return the frame where the bytes are one short, whole message, as nearly all are; None for all others."""
        size = len(data)
        if size < HEAD or data[0] not in WHOLE:
            return None
        length, header = data[1] & LENGTH, HEAD + MASK if data[1] & MASKED else HEAD
        if size != header + length or length >= SHORT or (self._limit is not None and length > self._limit):
            return None
        payload: str | bytes = unmasked(data[header:], data[HEAD:header]) if header > HEAD else data[header:]
        if data[0] == WHOLE_TEXT and isinstance(payload, bytes):
            try:
                payload = payload.decode()
            except UnicodeDecodeError:
                return None
        return Seen("text" if data[0] == WHOLE_TEXT else "binary", payload, length, is_final=True)

    def skip(self) -> None:
        """Read on after a message that was too long: whatever the length, and nothing inflated."""
        self._limit, self._window, self.is_too_long = None, SKIPPED, False
        self._is_deflated = False

    @property
    def _missing(self) -> int:
        return self._frame.missing if self._frame is not None else 0

    def _begin(self, data: bytes, at: int, end: int) -> int:
        """Read a frame's header; returns its length, 0 where it has not come whole."""
        if end - at < HEAD:
            return 0
        first, second = data[at], data[at + 1]
        length, header = second & LENGTH, HEAD
        extended = {SHORT: 2, LONG: 8}.get(length, 0)
        mask_at = at + HEAD + extended
        header += extended + (4 if second & MASKED else 0)
        if end - at < header:
            return 0
        if extended:
            length = int.from_bytes(data[at + HEAD : mask_at], "big")
        opcode = first & 0x0F
        self._check(first, opcode, length)
        mask = data[mask_at : mask_at + 4] if second & MASKED else b""
        self._frame = _Frame(opcode, bool(first & FIN), length, mask)
        if not opcode & CONTROL and opcode:
            self._message, self._is_text = 0, opcode == TEXT
            self._is_deflated = bool(first & DEFLATED) and self._window is not SKIPPED
            self._decoder.reset()
        return header

    def _check(self, first: int, opcode: int, length: int) -> None:
        is_control = bool(opcode & CONTROL)
        is_odd = is_control and (length > MOST_CONTROL or not first & FIN)
        is_packed = bool(first & DEFLATED) and (self._window is None or is_control)
        if opcode not in OPCODES or first & RESERVED or is_odd or is_packed:
            raise Unreadable(f"a frame that begins with the byte 0x{first:02x}")

    def _take(self, data: bytes, seen: list[Seen]) -> int:
        """Take in some of the frame's payload; returns how much."""
        frame = self._frame
        if frame is None:
            return 0
        frame.missing -= len(data)
        plain = frame.unmasked(data)
        if frame.opcode & CONTROL:
            frame.keep(plain)
        else:
            self._add(frame, plain)
        if not frame.missing or self.is_too_long:
            seen.append(self._seen(frame))
            self._frame = frame if frame.missing else None
        return len(data)

    def _add(self, frame: _Frame, plain: bytes) -> None:
        if not self._is_deflated or self._window is None:
            self._count(frame, plain)
            return
        is_end = not frame.missing and frame.is_final
        for piece in (plain, _TAIL) if is_end else (plain,):
            for inflated in self._window.inflate(piece):
                self._count(frame, inflated)
                if self.is_too_long:
                    return
        if is_end:
            self._window.message_ended()

    def _count(self, frame: _Frame, plain: bytes) -> None:
        frame.keep(plain)
        if self._limit is not None:
            is_plain = not self._is_text or plain.isascii()
            self._message += len(plain) if is_plain else len(plain.translate(None, _NO_LETTER))
            self.is_too_long = self._message > self._limit

    def _seen(self, frame: _Frame) -> Seen:
        name, kept = OPCODES[frame.opcode], b"".join(frame.kept)
        if frame.opcode == CLOSE:
            code = int.from_bytes(kept[:2], "big") if len(kept) > 1 else NO_CODE
            return Seen(name, kept[2:].decode("utf-8", "replace"), frame.length, is_final=True, code=code)
        if frame.opcode & CONTROL or not self._is_text:
            return Seen(name, kept, frame.length, frame.is_final)
        is_whole = len(kept) == frame.length
        text = self._decoder.decode(kept, frame.is_final and is_whole)
        if not is_whole:
            self._decoder.reset()
        return Seen(name, text, frame.length, frame.is_final)


class Window:
    """What has been inflated of one direction, which the next message may refer to."""

    def __init__(self, bits: int = 15, *, is_kept: bool = True) -> None:
        self._bits = bits
        self._is_kept = is_kept
        self._inflater = zlib.decompressobj(-bits)

    def inflate(self, data: bytes) -> list[bytes]:
        """Return what comes of some bytes, in pieces. Raises Unreadable."""
        pieces: list[bytes] = []
        try:
            while data:
                pieces.append(self._inflater.decompress(data, PIECE))
                data = self._inflater.unconsumed_tail
            while rest := self._inflater.decompress(b"", PIECE):
                pieces.append(rest)
        except zlib.error as error:
            raise Unreadable(f"compressed data: {error}") from error
        return pieces

    def message_ended(self) -> None:
        """Begin anew for the next message, where the two sides have agreed on that."""
        if not self._is_kept:
            self._inflater = zlib.decompressobj(-self._bits)


SKIPPED = Window()
"""Stands for one where nothing is inflated any more."""


class _Frame:
    """A frame that is coming."""

    __slots__ = ("_at", "_kept_bytes", "_mask", "is_final", "kept", "length", "missing", "opcode")

    def __init__(self, opcode: int, is_final: bool, length: int, mask: bytes) -> None:
        self.opcode = opcode
        self.is_final = is_final
        self.missing = length
        self.length = 0
        self.kept: list[bytes] = []
        self._kept_bytes = 0
        self._mask = mask
        self._at = 0

    def unmasked(self, data: bytes) -> bytes:
        """Return the payload's next bytes as they were before they were masked."""
        if not self._mask or not data:
            return data
        turn = self._at & 3
        self._at += len(data)
        return unmasked(data, self._mask[turn:] + self._mask[:turn])

    def keep(self, plain: bytes) -> None:
        """Count what it carries, and keep its beginning."""
        self.length += len(plain)
        room = MOST_KEPT - self._kept_bytes
        if room > 0 and plain:
            self.kept.append(plain[:room])
            self._kept_bytes += len(self.kept[-1])


def windows(extensions: str) -> tuple[Window | None, Window | None]:
    """Return what inflates each direction, the client's first, by an answer's Sec-WebSocket-Extensions."""
    told = next((each for each in extensions.split(",") if each.strip().startswith("permessage-deflate")), None)
    if told is None:
        return None, None
    words = {name.strip(): value.strip(' "') for name, _, value in (word.partition("=") for word in told.split(";"))}
    client, server = (_window(words, side) for side in ("client", "server"))
    return client, server


def _window(words: dict[str, str], side: str) -> Window:
    bits = words.get(f"{side}_max_window_bits", "")
    return Window(int(bits) if bits.isdigit() else 15, is_kept=f"{side}_no_context_takeover" not in words)
