"""Requests to the user's own app, one record each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.server.http import HttpTap
from tests.server.peers import connected_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig


def told(rig: Rig, path: str) -> tuple[str, int]:
    """Wait for a request; returns method and status."""
    record = rig.first(r.HttpRequest, path=path)
    assert record.address == "127.0.0.1"
    assert record.ms > 0
    return record.method, record.status


@pytest.fixture
def site(rig: Rig) -> Rig:
    """Return a server whose app answers in several ways."""
    rig.app.add_url_rule("/hello", "hello", lambda: "hello")
    rig.app.add_url_rule("/teapot", "teapot", lambda: ("no coffee", 418))
    rig.app.add_url_rule("/send", "send", lambda: flask.request.get_data(as_text=True), methods=["POST"])
    rig.app.add_url_rule("/break", "break_", lambda: {}["key"])
    rig.app.add_url_rule("/away", "away", lambda: flask.redirect("/hello"))
    return rig


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        ("/hello", None, ("GET", 200)),
        ("/hello?name=Ada", None, ("GET", 200)),
        ("/teapot", None, ("GET", 418)),
        ("/send", "data", ("POST", 200)),
        ("/missing", None, ("GET", 404)),
        ("/hello", "data", ("POST", 405)),
    ],
)
def test_a_request_tells_method_path_and_status(site: Rig, path: str, body: str | None, expected: Any) -> None:
    assert site.get(path, body)[0] == expected[1]
    assert told(site, path.partition("?")[0]) == expected
    row = site.rows("http")[0]
    assert (row["direction"], row["event"]) == ("in", f"{expected[0]} {path.partition('?')[0]}")
    assert row["status"] == str(expected[1])


def test_each_step_of_a_redirect_is_one(site: Rig) -> None:
    site.get("/away")
    told(site, "/hello")
    assert [(record.path, record.status) for record in site.all(r.HttpRequest)] == [("/away", 302), ("/hello", 200)]


@pytest.mark.parametrize("propagated", [False, True], ids=["by Flask", "by the web server"])
def test_a_raising_view_is_a_500_and_told(site: Rig, caplog: pytest.LogCaptureFixture, *, propagated: bool) -> None:
    site.app.testing = propagated
    assert site.get("/break")[0] == 500
    assert told(site, "/break") == ("GET", 500)
    assert len(site.all(r.HttpRequest)) == 1
    site.host.stop()
    assert "KeyError: 'key'" in caplog.text


def test_socketios_own_requests_are_left_out(site: Rig) -> None:
    site.peer(transports=("polling",)).close()
    site.peer().close()
    site.get("/socket.io/?EIO=3")
    site.get("/socket.iox")
    told(site, "/socket.iox")
    assert len(site.all(r.HttpRequest)) == 1


def test_a_streamed_body_is_told_when_it_is_through_and_is_the_routes_all_along(site: Rig) -> None:
    def pieces() -> Iterator[str]:
        for number in range(3):
            site.socketio.emit("piece", number)
            yield f"{number},"

    site.app.add_url_rule("/stream", "stream", lambda: flask.Response(pieces()))
    assert site.get("/stream") == (200, "0,1,2,")
    assert told(site, "/stream") == ("GET", 200)
    assert [record.origin for record in site.all(r.Emitted)] == ["route"] * 3
    assert [type(record) for record in site.log.since()][-4:] == [r.Emitted] * 3 + [r.HttpRequest]


def test_a_body_that_nobody_waits_for_is_told_and_closed(site: Rig) -> None:
    closed: list[bool] = []

    def endless() -> Iterator[bytes]:
        try:
            while True:
                yield b"x" * 100_000
        finally:
            closed.append(True)

    site.app.add_url_rule("/endless", "endless", lambda: flask.Response(endless()))
    with connected_socket(site.url) as connection:
        connection.sendall(b"GET /endless HTTP/1.1\r\nHost: x\r\n\r\n")
        connection.recv(10)
    assert told(site, "/endless") == ("GET", 200)
    assert closed == [True]


def test_a_body_that_breaks_off_is_told(site: Rig, caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise ValueError("on purpose")

    site.app.add_url_rule("/broken", "broken", lambda: flask.Response(broken(), headers={"Content-Length": "5"}))
    assert site.get("/broken") == (200, "begun")
    assert told(site, "/broken") == ("GET", 200)
    site.host.stop()
    assert "on purpose" in caplog.text


def test_a_path_without_end_is_cut(site: Rig) -> None:
    site.get("/" + "x" * 5000)
    assert len(site.first(r.HttpRequest).path) == 500


def tap(app: Callable[..., Any]) -> tuple[HttpTap, Log]:
    log = Log()
    return HttpTap(app, log, "/live/"), log


def test_an_app_that_begins_its_answer_with_the_first_piece_is_told_right() -> None:
    def lazy(_environ: Any, start_response: Callable[..., Any]) -> Iterator[bytes]:
        start_response("201 CREATED", [])
        yield b"x"

    app, log = tap(lazy)
    body = app({"PATH_INFO": "/", "REQUEST_METHOD": "PUT"}, lambda *_: None)
    assert log.since() == []
    assert list(body) == [b"x"]
    body.close()
    record = log.get(1)
    assert isinstance(record, r.HttpRequest)
    assert (record.method, record.status, record.address) == ("PUT", 201, None)


def test_the_paths_of_socketio_are_those_it_was_given() -> None:
    app, log = tap(lambda _environ, _start: [b"x"])
    assert app({"PATH_INFO": "/live/"}, lambda *_: None) == [b"x"]
    assert log.since() == []


@pytest.mark.parametrize("path", ["/foo/socket.io/?EIO=4", "/socket.io?EIO=4", "/js/socket.io.js", "/x?EIO=4"])
def test_what_was_meant_for_socketio_is_kept_with_its_request(site: Rig, path: str) -> None:
    assert site.get(path)[0] == 404
    request = site.first(r.HttpRequest).request
    assert request is not None
    assert (request.path, request.query) == (path.partition("?")[0], path.partition("?")[2])


@pytest.mark.parametrize("path", ["/hello?EIO=4", "/nowhere"])
def test_of_other_requests_no_more_is_kept(site: Rig, path: str) -> None:
    site.get(path)
    assert site.first(r.HttpRequest).request is None
