"""Which scripts are the official client, from where they are to be replaced, and what is left alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.server import web
from sio_lab.server.web.known_clients import VERSION, Client, Place, client_of

HERE = Place("/chat/room", frozenset({"lab:8000", "localhost:5000"}), "live")
CDNJS = "cdnjs.cloudflare.com"
FOUND = {
    f"//{CDNJS}/ajax/libs/socket.io/0.9.16/socket.io.min.js": Client(CDNJS, "0.9.16"),
    f"http://{CDNJS}/ajax/libs/socket.io/1.3.6/socket.io.min.js": Client(CDNJS, "1.3.6"),
    f"https://{CDNJS}/ajax/libs/socket.io/2.3.0/socket.io.js": Client(CDNJS, "2.3.0"),
    f"https://{CDNJS}/ajax/libs/socket.io/4.0.1/socket.io.msgpack.min.js": Client(CDNJS, "4.0.1", is_msgpack=True),
    "https://cdn.socket.io/socket.io-1.4.5.js": Client("cdn.socket.io", "1.4.5"),
    "https://cdn.socket.io/2.2.0/socket.io.slim.js": Client("cdn.socket.io", "2.2.0"),
    "https://cdn.socket.io/4.7.5/socket.io.esm.min.js": Client("cdn.socket.io", "4.7.5"),
    "https://CDN.Socket.IO/4.7.5/socket.io.min.js?x=1#y": Client("cdn.socket.io", "4.7.5"),
    "https://code.jquery.com/socket.io-2.0.js": Client("code.jquery.com", "2.0"),
    "https://cdn.jsdelivr.net/npm/socket.io-client@2/dist/socket.io.slim.js": Client("cdn.jsdelivr.net", "2"),
    "https://cdn.jsdelivr.net/npm/socket.io-client@4.7.5/+esm": Client("cdn.jsdelivr.net", "4.7.5"),
    "https://unpkg.com/socket.io-client@2.3.0/dist/socket.io.js": Client("unpkg.com", "2.3.0"),
    "https://unpkg.com/socket.io-client": Client("unpkg.com", None),
    "https://esm.sh/v135/socket.io-client@4.7.2": Client("esm.sh", "4.7.2"),
    "/socket.io/socket.io.js": Client(None, None),
    "../socket.io/socket.io.min.js": Client(None, None),
    "/live/socket.io.js": Client(None, None),
    "http://localhost:5000/socket.io/socket.io.js": Client(None, None),
    "//lab:8000/socket.io/socket.io.js": Client(None, None),
}
LEFT_ALONE = [
    "static/socket.io.js",
    "/static/js/socket.io-2.0.js",
    "static/socket.io/socket.io.js",
    "http://lab:8000/static/socket.io.js",
    "http://localhost:3000/socket.io/socket.io.js",
    "http://127.0.0.1:3000/static/socket.io.js",
    "https://chat.example.org/socket.io/socket.io.js",
    "https://unpkg.com/vue-socket.io@3.0.10/dist/vue-socketio.js",
    "https://unpkg.com/socket.io-stream@0.9/socket.io-stream.js",
    "https://cdn.socket.io/5.0.0/socket.io.min.js",
    "https://code.jquery.com/jquery-3.6.0.min.js",
    "data:text/javascript,socket.io.js",
    "http://[/socket.io.js",
    "https://x:port/socket.io.js",
    "",
]


@pytest.mark.parametrize(("source", "client"), FOUND.items())
def test_clients_from_elsewhere_are_found_with_their_version(source: str, client: Client) -> None:
    assert client_of(source, HERE) == client


@pytest.mark.parametrize("source", LEFT_ALONE)
def test_all_else_is_left_alone(source: str) -> None:
    assert client_of(source, HERE) is None


@pytest.mark.parametrize(("version", "is_old"), [("0.9.16", True), ("2", True), ("3.1.3", False), (None, False)])
def test_it_is_old_before_3(version: str | None, *, is_old: bool) -> None:
    assert Client("x", version).is_old is is_old


def test_the_version_is_that_of_the_file() -> None:
    text = (Path(web.__file__).parent / "client" / "socket.io.min.js").read_text()
    assert re.search(r"Socket\.IO v(\S+)", text[:200])[1] == VERSION  # type: ignore[index]


@settings(deadline=None)
@given(st.text())
def test_any_text_can_be_asked_about(text: str) -> None:
    client_of(text, HERE)
    client_of(f"https://{text}/socket.io.js", HERE)
