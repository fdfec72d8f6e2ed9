"""Servers of gevent and eventlet have the lab serve."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import flask
import pytest
from werkzeug.routing import WebsocketMismatch

from sio_lab.legacy import serving
from sio_lab.legacy.flow import bound
from sio_lab.legacy.plain_routes import PlainRoutes

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what an old program asks for; nothing listens there


@pytest.mark.parametrize(
    ("listener", "address"),
    [
        (("127.0.0.1", 5000), ("127.0.0.1", 5000)),
        (("", 5000), (EVERYWHERE, 5000)),
        (("localhost", "8080"), ("localhost", 8080)),
        (8080, (EVERYWHERE, 8080)),
        ("127.0.0.1:80", ("127.0.0.1", 80)),
        (":80", (EVERYWHERE, 80)),
        (serving.Address("::1", 1), ("::1", 1)),
    ],
)
def test_addresses_are_read_as_those_servers_read_them(listener: Any, address: tuple[str, int]) -> None:
    assert serving.address_of(listener).getsockname() == address


def test_a_listening_socket_has_one_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        assert serving.address_of(listening).port == listening.getsockname()[1]
    serving.address_of(80).close()


def servers(runner: Threads, kind: type[Any]) -> type[Any]:
    return bound(kind, runner.flow, plain_routes=PlainRoutes(runner.notices))


@pytest.mark.parametrize("method", ["serve_forever", "start"])
def test_a_wsgi_server_has_the_lab_serve_and_returns(runner: Threads, notebook: Notebook, method: str) -> None:
    app = flask.Flask("app")
    names = notebook.run(
        f"server = WSGIServer(('', 5000), app, log=None)\nserver.{method}()\nstarted = server.started\nserver.stop()",
        WSGIServer=servers(runner, serving.WSGIServer),
        app=app,
    )
    assert runner.served == [(app, EVERYWHERE, 5000)]
    assert names["started"]
    assert not names["server"].started
    assert [text.splitlines()[0] for text in runner.said] == [
        (
            f"<cell 1>, line 2: WSGIServer.{method}() serves in the background here and returns at once. "
            f"Today: socketio.run(app, host='{EVERYWHERE}', port=5000)."
        ),
        "<cell 1>, line 4: WSGIServer.stop() leaves the lab's server running. To stop it: %sio stop.",
    ]
    assert (names["server"].address, names["server"].server_port) == ((EVERYWHERE, 5000), 5000)
    assert names["server"].server_host == EVERYWHERE


def test_only_with_a_websocket_handler_do_plain_routes_answer_websockets(runner: Threads) -> None:
    with_handler, without, of_geventwebsocket = (flask.Flask(name) for name in "abc")
    kind = servers(runner, serving.WSGIServer)
    kind(80, with_handler, handler_class=serving.WebSocketHandler).start()
    kind(80, without).start()
    servers(runner, serving.WebSocketServer)(80, of_geventwebsocket).start()
    answered = [
        WebsocketMismatch in app.error_handler_spec[None][400] for app in (with_handler, without, of_geventwebsocket)
    ]
    assert answered == [True, False, True]
