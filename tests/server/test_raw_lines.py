"""All raw WebSockets of a program begin and end together."""

from __future__ import annotations

from sio_lab.core.log import Log
from sio_lab.server.raw_lines import LINE, Limits, Lines, hang_up


def test_a_server_without_sockets_is_left_alone() -> None:
    lines = Lines(Log(), lambda: Limits(None, 25), lambda _error: None)
    environ = {"HTTP_UPGRADE": "websocket"}
    assert lines.connect(environ) is environ
    hang_up(environ, None)
    lines.close_all(1001)


def test_what_never_became_a_websocket_goes_on_as_a_request() -> None:
    log = Log()
    lines = Lines(log, lambda: Limits(None, 25), lambda _error: None)
    environ = lines.connect({"HTTP_UPGRADE": "websocket", "werkzeug.socket": object(), "PATH_INFO": "/x"})
    assert environ[LINE].line.path == "/x"
    hang_up(environ, ValueError("no"))
    assert log.last_seq == 0
