"""WebSocket frames as bytes: a client's own, masked, and a reader for those of a server."""

from __future__ import annotations

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
FINAL = 0x80
MASKED = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127
"""Lengths that say: the real one follows, in so many bytes."""

_MASK = bytes((0x5A, 0x1F, 0xC3, 0x88))
"""Any four bytes do; those of zero would spare some servers their unmasking."""


def masked(payload: bytes, opcode: int = TEXT) -> bytes:
    """Return the frame that a client sends."""
    size = len(payload)
    head = bytes((FINAL | opcode, MASKED | min(size, TWO_BYTES)))
    if size >= TWO_BYTES:
        head += size.to_bytes(2, "big")
    # One operation on two long integers: far cheaper in Python than one for each byte.
    key = int.from_bytes((_MASK * (size // 4 + 1))[:size], "big")
    return head + _MASK + (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")


class FrameReader:
    """Takes in bytes as they come and gives out whole messages."""

    def __init__(self) -> None:
        self.pings: list[bytes] = []
        """Payloads of WebSocket pings that want a pong; whoever answers them empties it."""
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """Return the payloads of all text frames that are complete now.

        Raises ConnectionError where the server closes or sends what no Socket.IO server sends here.
        """
        messages, at = list[bytes](), 0
        data = self._rest + data if self._rest else data
        while (place := _payload(data, at)) is not None:
            begin, end = place
            if data[at] == FINAL | TEXT:
                messages.append(data[begin:end])
            else:
                self._take_control(data[at], data[begin:end])
            at = end
        self._rest = data[at:]
        return messages

    def _take_control(self, first: int, payload: bytes) -> None:
        if first == FINAL | PING:
            self.pings.append(payload)
        elif first != FINAL | PONG:
            raise ConnectionError(f"the server closed, or sent a frame of type {first:#x}: {payload[:80]!r}")


def _payload(data: bytes, at: int) -> tuple[int, int] | None:
    """Return where the payload of the frame at `at` begins and ends; None where it is not all there yet."""
    begin = at + 2
    if len(data) < begin:
        return None
    size = data[at + 1]
    if size >= TWO_BYTES:
        begin += 2 if size == TWO_BYTES else 8
        size = int.from_bytes(data[at + 2 : begin], "big")
    # A length that is cut off comes out as zero or small; its frame is not all there either way.
    return (begin, begin + size) if len(data) >= begin + size else None
