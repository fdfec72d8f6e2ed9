"""Records of raw WebSockets count what they carry, and say what they carry as arguments."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.record import FIXED_BYTES
from sio_lab.core.socket_records import GONE_WRONG


@pytest.mark.parametrize(
    ("opcode", "payload", "code", "said"),
    [
        ("text", "hi", None, ("hi",)),
        ("text", "", None, ("",)),
        ("binary", b"\0", None, (b"\0",)),
        ("ping", b"", None, ()),
        ("pong", b"x", None, (b"x",)),
        ("close", "bye", 1000, (1000, "bye")),
        ("close", "", 1005, (1005,)),
    ],
)
def test_a_frame_says_what_it_carries(opcode: str, payload: str | bytes, code: int | None, said: object) -> None:
    assert r.FrameReceived("ws-1", "/echo", opcode, payload, len(payload), code=code).said == said


def test_what_is_kept_counts() -> None:
    assert r.FrameSent("ws-1", "/", "text", "x" * 50, 5_000_000).size == FIXED_BYTES + 50
    assert r.SocketOpened("ws-1", "/", None, None, 101, "GET", "HTTP").size == FIXED_BYTES + 7
    assert r.Handshaken("eio", "GET", "HTTP").size == FIXED_BYTES + 7


@pytest.mark.parametrize(
    ("code", "is_wrong"), [(1000, False), (1001, False), (1006, True), (1009, True), (1011, False)]
)
def test_codes_that_are_worth_a_look_have_a_hint(code: int, is_wrong: bool) -> None:
    closed = r.SocketClosed("ws-1", "/", 1, code, "", "client", is_clean=True, ms=1.0)
    assert closed.hint == GONE_WRONG.get(code)
    assert bool(closed.hint) is is_wrong
