"""What a student reads of a page that was mended."""

from __future__ import annotations

from sio_lab.server.web.known_clients import VERSION, Client
from sio_lab.server.web.notes import BASE, OLD, SWITCH, note, policy

CDN = "cdnjs.cloudflare.com"


def test_what_was_replaced_by_what_and_how_to_have_it_left() -> None:
    assert note([Client(CDN, "4.0.1")], []) == (
        f"Its socket.io 4.0.1 from {CDN} was replaced by the lab's own {VERSION}, which this server speaks. "
        "%sio start --no-mend leaves pages alone."
    )


def test_what_an_old_page_can_still_rely_on() -> None:
    told = note([Client(CDN, "2.3.0"), Client(CDN, "2.3.0")], [])
    assert told is not None
    assert told.count("2.3.0") == 1
    assert OLD in told


def test_what_this_server_has_not_and_what_tells_no_version() -> None:
    told = note([Client(None, None), Client("unpkg.com", None)], [])
    assert told is not None
    assert told.startswith(
        f"Its /socket.io/socket.io.js is the lab's own {VERSION} now: Flask-SocketIO serves none there."
    )
    assert "socket.io (of a version that its address does not tell) from unpkg.com" in told


def test_what_was_left_alone_and_why() -> None:
    told = note([], [(Client(CDN, "4.0.1"), policy("script-src x")), (Client(CDN, "3.0.0"), BASE)])
    assert told is not None
    assert (
        f"Its socket.io 4.0.1 from {CDN} was left alone: its Content-Security-Policy (script-src x) allows no" in told
    )
    assert f"Its socket.io 3.0.0 from {CDN} was left alone: its <base href> leads to another server." in told
    assert SWITCH not in told


def test_of_nothing_there_is_nothing_to_say() -> None:
    assert note([], []) is None
