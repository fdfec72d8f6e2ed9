"""Socket.IO clients of old are found in pages, those of today are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.legacy.pages import CLIENT, is_old_script, old_clients

OLD = [
    "//cdnjs.cloudflare.com/ajax/libs/socket.io/0.9.16/socket.io.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/socket.io/1.3.5/socket.io.min.js",
    "https://cdnjs.cloudflare.com/ajax/libs/socket.io/2.3.0/socket.io.js",
    "https://cdn.socket.io/socket.io-1.4.5.js",
    "https://cdn.socket.io/2.2.0/socket.io.slim.js",
    "https://cdn.jsdelivr.net/npm/socket.io-client@2/dist/socket.io.slim.js",
    "https://unpkg.com/socket.io-client@2.3.0/dist/socket.io.js",
    "static/js/socket.io-2.0.js",
]
OTHERS = {
    "https://unpkg.com/vue-socket.io@3.0.10/dist/vue-socketio.js": "vue-socket.io brings a Socket.IO client 2.x",
    "/socket.io/socket.io.js": "Flask-SocketIO serves no client script there",
    "socket.io/socket.io.min.js": "Flask-SocketIO serves no client script there",
}
TODAYS = [
    CLIENT,
    "https://cdnjs.cloudflare.com/ajax/libs/socket.io/4.0.1/socket.io.js",
    "https://cdnjs.cloudflare.com/ajax/libs/socket.io/3.0.4/socket.io.js",
    "https://unpkg.com/socket.io-client@4/dist/socket.io.min.js",
    "https://cdn.socket.io/socket.io-3.1.3.js",
    "static/socket.io.js",
    "/static/js/socket.io.min.js",
    "https://example.org/2/jquery.js",
    "https://cdn.socket.io/socket.io-10.0.0.js",
]


def page(source: str) -> str:
    return f"<html>\n<head>\n<script type='text/javascript'\n  src=\"{source}\"></script>\n</head></html>"


@pytest.mark.parametrize("source", OLD)
def test_clients_of_before_3_are_found(source: str) -> None:
    (found,) = old_clients(page(source))
    assert (found.line, found.source) == (4, source)
    assert "which the server refuses (HTTP 400)." in found.text
    assert found.text.endswith(f'Load <script src="{CLIENT}"></script> instead.')


@pytest.mark.parametrize(("source", "why"), OTHERS.items())
def test_so_are_others_that_can_not_connect(source: str, why: str) -> None:
    (found,) = old_clients(page(source), client="/client.js")
    assert found.text.startswith(why)
    assert "/client.js" in found.text


@pytest.mark.parametrize("source", TODAYS)
def test_clients_of_today_and_unknown_ones_are_left_alone(source: str) -> None:
    assert not old_clients(page(source))


@pytest.mark.parametrize(
    ("text", "is_old"),
    [
        ("/*!\n * Socket.IO v2.3.0\n * (c) 2014-2019 Guillermo Rauch\n */ !function", True),
        ("/*!\n * Socket.IO v4.8.1\n */", False),
        ("!function(e){console.log('Socket.IO')}", False),
        ("", False),
    ],
)
def test_a_script_is_told_by_its_banner(text: str, is_old: bool) -> None:
    assert is_old_script(text) is is_old


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_looked_at(text: str) -> None:
    assert old_clients(text) == [] or "socket" in text.lower()
