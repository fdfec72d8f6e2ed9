"""A handshake's texts are short, in one line each, and without secrets."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.server.shaking import Heard, listening, request_text, response_text, status_of

ENVIRON = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/echo",
    "QUERY_STRING": "token=s3cret&EIO=4",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "HTTP_UPGRADE": "websocket",
    "HTTP_SEC_WEBSOCKET_KEY": "abc",
}


def test_a_request_is_told_with_its_headers() -> None:
    assert request_text(ENVIRON).split("\n") == [
        "GET /echo?token=…&EIO=4 HTTP/1.1",
        "Upgrade: websocket",
        "Sec-WebSocket-Key: abc",
    ]


@pytest.mark.parametrize(
    "name",
    ["COOKIE", "AUTHORIZATION", "PROXY_AUTHORIZATION", "X_CSRFTOKEN", "X_XSRF_TOKEN", "X_API_KEY", "X_SESSION_ID"],
)
def test_secrets_are_hidden(name: str) -> None:
    assert "s3cret" not in request_text({**ENVIRON, f"HTTP_{name}": "s3cret"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("SEC_WEBSOCKET_PROTOCOL", "chat, bearer." + "s3cret" * 10), ("REFERER", "http://x/?token=s3cret")],
)
def test_secrets_in_odd_places_are_hidden(name: str, value: str) -> None:
    assert "s3cret" not in request_text({**ENVIRON, f"HTTP_{name}": value})


def test_an_answer_is_told_without_its_cookies() -> None:
    head = b"HTTP/1.1 101 Switching Protocols\r\nSet-Cookie: s3cret\r\nUpgrade: websocket\r\n\r\n\x81\x02hi"
    text = response_text(head)
    assert text == "HTTP/1.1 101 Switching Protocols\nSet-Cookie: …\nUpgrade: websocket"
    assert (status_of(head), status_of(b""), status_of(b"\x81\x02hi")) == (101, 0, 0)


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=2_000), max_size=80))
def test_whatever_comes_the_text_is_bounded(headers: dict[str, str]) -> None:
    text = request_text({**ENVIRON, **{f"HTTP_X_{name}": value for name, value in headers.items()}})
    assert len(text.split("\n")) <= 62
    assert len(text) < 80_000


def test_the_answer_is_told_once_and_everything_passes() -> None:
    sent: list[bytes] = []
    told: list[Any] = []
    inner = SimpleNamespace(send=lambda data: sent.append(data) or len(data), recv=bytes, fileno=lambda: 7)
    heard = Heard(inner, "GET /", lambda *each: told.append(each))
    heard.eio_sid = "eio"
    for data in (b"HTTP/1.1 101 Switching", b" Protocols\r\n\r\n", b"\x81\x02hi"):
        assert heard.send(data) == len(data)
    assert b"".join(sent).endswith(b"\r\n\r\n\x81\x02hi")
    assert told == [("eio", "GET /", "HTTP/1.1 101 Switching Protocols")]
    assert heard.recv(2) == b"\0\0"
    assert heard.fileno() == 7


def test_only_requests_for_a_websocket_are_listened_to() -> None:
    plain = {"werkzeug.socket": SimpleNamespace(recv=bytes)}
    assert listening(plain, print) is plain
    assert isinstance(listening({**ENVIRON, **plain}, print)["werkzeug.socket"], Heard)


@pytest.mark.parametrize("is_plain", [False, True])
@pytest.mark.parametrize("transports", [["websocket"], ["polling", "websocket"]])
def test_socket_ios_own_handshake_is_in_the_log(make_rig: Any, is_plain: bool, transports: list[str]) -> None:
    rig = make_rig(plain=is_plain)
    rig.peer(transports=transports)
    shaken = rig.first(r.Handshaken)
    assert shaken.eio_sid == rig.first(r.Connected).eio_sid
    assert shaken.request.startswith("GET /socket.io/?transport=websocket&EIO=4")
    assert shaken.response.startswith("HTTP/1.1 101")
    assert "Sec-WebSocket-Accept: " in shaken.response
