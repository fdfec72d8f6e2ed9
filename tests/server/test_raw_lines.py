"""All raw WebSockets of a program begin and end together."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core.log import Log
from sio_lab.server.raw_lines import LINE, Lines, Rules, hang_up, is_upgrade


@pytest.mark.parametrize(("environ", "yes"), [({"HTTP_UPGRADE": "WebSocket"}, True), ({}, False)])
def test_a_request_for_a_websocket_is_known(environ: dict[str, Any], yes: bool) -> None:
    assert is_upgrade(environ) is yes


def test_a_server_without_sockets_is_left_alone() -> None:
    lines = Lines(Log(), lambda: Rules(None, 25), lambda _error: None)
    environ = {"HTTP_UPGRADE": "websocket"}
    assert lines.connect(environ) is environ
    hang_up(environ, None)
    lines.close_all(1001)


def test_what_never_became_a_websocket_goes_on_as_a_request() -> None:
    log = Log()
    lines = Lines(log, lambda: Rules(None, 25), lambda _error: None)
    environ = lines.connect({"HTTP_UPGRADE": "websocket", "werkzeug.socket": object(), "PATH_INFO": "/x"})
    assert environ[LINE].line.path == "/x"
    hang_up(environ, ValueError("no"))
    assert log.last_seq == 0
