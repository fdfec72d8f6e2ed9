"""Paths that lead elsewhere."""

from __future__ import annotations

import pytest

from sio_lab.core.cause import Setup
from sio_lab.core.cause_path import UNSERVED, is_socketio_like, looks_like_a_path, not_found, unserved
from sio_lab.core.records import NO_WIRE, Asked, HttpRequest, Refused


def refused(namespace: str, hint: str | None = None, sid: str | None = None, reason: str = UNSERVED) -> Refused:
    return Refused(namespace, sid, "eio", None, reason, NO_WIRE, hint)


@pytest.mark.parametrize(
    ("namespace", "line"),
    [
        ("/socket.io", 'io({path: "/socket.io/"});'),
        ("/api/socket.io/", 'io({path: "/api/socket.io/"});'),
        ("/user/ada/proxy/5000", 'io({path: "/user/ada/proxy/5000/socket.io/"});'),
        ("/user/ada/proxy/5000/", 'io({path: "/user/ada/proxy/5000/socket.io/"});'),
        ("/chat/", 'io("/chat");'),
    ],
)
def test_a_namespace_that_looks_like_a_path(namespace: str, line: str) -> None:
    assert looks_like_a_path(namespace)
    cause = unserved(refused(namespace))
    assert cause is not None
    assert cause.name == "wrong path"
    assert cause.next_step.endswith(line)


def test_a_namespace_that_nobody_serves() -> None:
    cause = unserved(refused("/chatt", "nobody serves /chatt; did you mean '/chat'?"))
    assert cause is not None
    assert cause.name == "namespace not served"
    assert "did you mean '/chat'?" in cause.what
    assert "@socketio.on('my event', namespace='/chatt')" in cause.next_step
    long = unserved(refused(f"/{'x' * 500}/"))
    assert long is not None
    assert "\n" not in long.next_step


@pytest.mark.parametrize(
    "row",
    [
        refused("/x", sid="cat"),
        refused("/x", reason="go away"),
        refused("/x", "it is connected to /x already"),
    ],
)
def test_what_a_handler_refuses_is_none(row: Refused) -> None:
    assert unserved(row) is None


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/foo/socket.io/", "A proxy in front"),
        ("/socket.io", "The slash at the end is missing"),
        ("/ws", "given that in its option path"),
    ],
)
def test_socketio_asked_for_elsewhere(path: str, says: str) -> None:
    cause = not_found(HttpRequest("GET", path, 404, 1.0, None, request=Asked("GET", path, "EIO=4")))
    assert cause is not None
    assert (cause.name, cause.certainty) == ("wrong path", "sure")
    assert says in cause.what
    assert cause.next_step.endswith('io({path: "/socket.io/"});')


def test_the_server_may_have_it_elsewhere() -> None:
    row = HttpRequest("GET", "/socket.io/", 404, 1.0, None, request=Asked("GET", "/socket.io/", ""))
    cause = not_found(row, Setup(path="/ws/"))
    assert cause is not None
    assert cause.certainty == "likely"
    assert cause.next_step.endswith('io({path: "/ws/"});')


def test_the_script_that_node_servers_have() -> None:
    path = "/assets/socket.io.js"
    cause = not_found(HttpRequest("GET", path, 404, 1.0, None, request=Asked("GET", path, "")))
    assert cause is not None
    assert cause.name == "script not served"


@pytest.mark.parametrize(
    "row", [HttpRequest("GET", "/x", 404, 1.0, None), HttpRequest("GET", "/socket.io", 200, 1.0, None)]
)
def test_other_requests_are_none(row: HttpRequest) -> None:
    assert not_found(row) is None


@pytest.mark.parametrize(
    ("path", "query", "is_it"),
    [
        ("/x", "EIO=4", True),
        ("/x/socket.io/", "", True),
        ("/socket.io", "", True),
        ("/js/socket.io.min.js", "", True),
        ("/favicon.ico", "", False),
        ("/about/socket.io/faq", "", False),
    ],
)
def test_what_was_meant_for_socketio(path: str, query: str, is_it: object) -> None:
    assert is_socketio_like(path, query) is is_it
