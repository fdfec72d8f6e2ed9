"""One app and its server: attached, started, stopped, released; and what can be served at all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import LabError, PortTaken
from sio_lab.server.host import Host, server_of
from sio_lab.server.thread import listen
from tests.server.peers import request

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def test_it_tells_where_it_listens_while_it_does(rig: Rig) -> None:
    assert (rig.host.running, rig.host.url) == (False, None)
    rig.host.start()
    assert rig.host.running
    assert rig.host.url == f"http://127.0.0.1:{rig.host.port}"
    assert rig.log.state.url == rig.host.url
    rig.host.stop()
    assert (rig.host.running, rig.host.url, rig.log.state.url) == (False, None, None)
    assert [type(record) for record in rig.log.since()] == [r.ServerStarted, r.ServerStopped]


def test_start_and_stop_may_be_called_again(rig: Rig) -> None:
    rig.host.start()
    url = rig.host.url
    rig.host.start(port=1)
    assert rig.host.url == url
    assert rig.host.stop() == rig.host.stop() == []
    assert len(rig.all(r.ServerStopped)) == 1


def test_a_failed_start_leaves_it_as_it_was(rig: Rig) -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortTaken):
        rig.host.start(port=taken.getsockname()[1])
    assert (rig.host.running, rig.host.url, rig.host.port) == (False, None, 0)
    assert rig.log.since() == []
    rig.host.start()
    assert rig.host.running


def test_after_a_restart_handlers_and_port_are_the_same(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    url = rig.url
    rig.host.stop()
    rig.host.start(rig.host.address, rig.host.port)
    assert rig.host.url == url
    assert rig.peer().ask("echo", 1) == 1


def test_started_and_stopped_from_many_threads_it_ends_in_one_piece(rig: Rig) -> None:
    def work() -> None:
        for _ in range(5):
            rig.host.start()
            rig.host.stop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not rig.host.running
    assert len(rig.all(r.ServerStarted)) == len(rig.all(r.ServerStopped))


def test_before_it_is_started_it_watches(rig: Rig) -> None:
    rig.socketio.on_event("chat", print)
    assert rig.first(r.HandlerRegistered).event == "chat"
    assert rig.socketio.host is rig.host


def test_release_stops_and_a_second_one_does_nothing(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.peer()
    rig.host.release()
    assert not rig.host.running
    seen = rig.log.last_seq
    rig.socketio.on_event("later", print)
    rig.host.release()
    assert rig.log.last_seq == seen


def test_what_was_released_can_be_served_by_another_host(make_rig: Callable[..., Rig]) -> None:
    first = make_rig()
    first.socketio.on_event("echo", lambda value: value)
    first.peer().ask("echo", 1)
    first.close()
    second = make_rig(first.socketio)
    assert second.peer().ask("echo", 2) == 2
    assert [record.ack_id for record in second.all(r.EventReceived)] == [1]
    assert len(first.all(r.EventReceived)) == 1


def test_a_plain_flask_socketio_is_served(make_rig: Callable[..., Rig]) -> None:
    app = flask.Flask("plain")
    app.add_url_rule("/", "hello", lambda: "hello")
    rig = make_rig(flask_socketio.SocketIO(app, async_mode="threading", path="/live"))
    rig.socketio.on_event("echo", lambda value: value)
    assert rig.host.is_flask
    assert rig.get("/") == (200, "hello")
    assert rig.peer(socketio_path="/live").ask("echo", 1) == 1
    assert rig.first(r.HttpRequest).path == "/"
    assert len(rig.all(r.HttpRequest)) == 1


def test_a_bare_server_is_served(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("echo", lambda _sid, value: value)
    rig = make_rig(server)
    assert not rig.host.is_flask
    assert rig.peer().ask("echo", 1) == 1
    assert rig.handled("echo").status == "handled"
    assert rig.get("/elsewhere")[0] == 404
    assert rig.first(r.HttpRequest).status == 404


class Eventlet(socketio.Server):
    """A server of another kind, as far as can be seen."""

    async_mode = "eventlet"

    def __init__(self) -> None:
        """Need nothing that may not be installed."""


@pytest.mark.parametrize(
    ("served", "text"),
    [
        (flask_socketio.SocketIO(), r"has no app yet: call socketio\.init_app\(app\) first"),
        (flask.Flask("app"), r"Can't serve a Flask: give a flask_socketio\.SocketIO"),
        (None, "Can't serve a NoneType|has no app yet"),
        (socketio.AsyncServer(async_mode="asgi"), "Can't serve a AsyncServer"),
        (Eventlet(), r"runs async_mode='eventlet'; the lab serves 'threading' only"),
    ],
)
def test_what_cannot_be_served_is_named_with_what_can(served: Any, text: str) -> None:
    with pytest.raises(LabError, match=text):
        server_of(served)
    with pytest.raises(LabError, match=text):
        Host(served, Log())


def test_bad_addresses_are_told_as_such(rig: Rig) -> None:
    for address, port in (("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("127.0.0.1", "eighty")):
        with pytest.raises(LabError):
            rig.host.start(address, port)
    assert not rig.host.running


def test_two_hosts_serve_side_by_side(make_rig: Callable[..., Rig]) -> None:
    one, two = make_rig(), make_rig()
    assert one.url != two.url
    one.host.stop()
    assert request(f"{two.url}/")[0] == 404
