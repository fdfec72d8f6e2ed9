"""A WebSocket's handshake is found for each row that tells of one."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.handshake import Handshake, accepted, handshake_of, header_in
from sio_lab.core.log import Log
from tests import factories as make

KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
REQUEST = f"GET /chat HTTP/1.1\nHost: x\nSec-WebSocket-Key: {KEY}"
RESPONSE = f"HTTP/1.1 101 Switching Protocols\nSec-WebSocket-Accept: {ACCEPT}"


def test_the_key_is_answered_as_the_rfc_has_it() -> None:
    assert accepted(KEY) == ACCEPT


def test_headers_are_read_from_the_texts() -> None:
    shaken = Handshake(REQUEST, RESPONSE)
    assert shaken.request_line == "GET /chat HTTP/1.1"
    assert shaken.status_line == "HTTP/1.1 101 Switching Protocols"
    assert shaken.request_headers == (("Host", "x"), ("Sec-WebSocket-Key", KEY))
    assert shaken.response_headers == (("Sec-WebSocket-Accept", ACCEPT),)
    assert "base64(SHA-1(Key + GUID))" in shaken.accept


def test_request_answer_and_proof_are_shown_with_a_line_between() -> None:
    assert repr(Handshake(REQUEST, RESPONSE)).split("\n\n") == [REQUEST, RESPONSE, Handshake(REQUEST, RESPONSE).accept]
    assert repr(Handshake(REQUEST, "HTTP/1.1 400 Bad Request")) == f"{REQUEST}\n\nHTTP/1.1 400 Bad Request"


def test_no_value_makes_a_header_of_its_own() -> None:
    told = Handshake(f"{REQUEST}\nX-Odd: a\x85b\x0bSec-WebSocket-Version: 8", RESPONSE).request_headers
    assert told[-1] == ("X-Odd", "a\x85b\x0bSec-WebSocket-Version: 8")


def test_a_header_is_found_by_name() -> None:
    assert header_in(REQUEST, "host") == "x"
    assert header_in(REQUEST, "origin") == ""


def test_an_answer_that_does_not_fit_is_told() -> None:
    assert ACCEPT in Handshake(REQUEST, RESPONSE.replace(ACCEPT, "x")).accept
    assert Handshake("GET /", "HTTP/1.1 400 Bad Request").accept == ""


def test_rows_have_the_handshake_of_their_connection() -> None:
    log = Log()
    by_websocket = make.connect(log, make.ADA)
    log.append(r.Handshaken(by_websocket.eio_sid, REQUEST, RESPONSE))
    by_polling = make.connect(log, make.BEN)
    assert handshake_of(log, by_polling) is None
    log.append(r.Handshaken(by_polling.eio_sid, REQUEST.replace("chat", "ben"), RESPONSE))
    upgraded = log.append(r.Upgraded(by_polling.eio_sid, (make.BEN,)))
    opened = make.open_socket(log)
    assert handshake_of(log, by_websocket) == Handshake(REQUEST, RESPONSE)
    assert handshake_of(log, by_polling) is None  # its `upgrade` row has it
    shaken = handshake_of(log, upgraded)
    assert shaken is not None
    assert shaken.request_line == "GET /ben HTTP/1.1"
    assert handshake_of(log, opened) == Handshake(opened.request, opened.response)
    assert handshake_of(log, make.receive(log, make.ADA, "x")) is None
