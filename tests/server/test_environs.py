"""What a request says of itself is read in one way."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.server.environs import address_of, eio_sid_in, is_upgrade


@pytest.mark.parametrize(("query", "sid"), [("", ""), ("sid=a", "a"), ("EIO=4&sid=a%2Db&t=1", "a-b"), ("sid=", "")])
def test_a_session_is_read_from_the_query(query: str, sid: str) -> None:
    assert eio_sid_in({"QUERY_STRING": query}) == sid


@pytest.mark.parametrize(
    ("environ", "yes"),
    [
        ({"HTTP_UPGRADE": "WebSocket"}, True),
        ({"HTTP_UPGRADE": "h2c, websocket"}, True),
        ({"HTTP_UPGRADE": "h2c"}, False),
        ({}, False),
    ],
)
def test_a_request_for_a_websocket_is_known(environ: dict[str, Any], yes: bool) -> None:
    assert is_upgrade(environ) is yes


def test_an_environment_without_an_address_has_none() -> None:
    assert address_of({"REMOTE_ADDR": "10.0.0.1"}) == "10.0.0.1"
    assert address_of({}) is None
