"""Plain routes find the client's WebSocket in the request's environ."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask
import pytest
import socketio
from flask_sock import Sock
from flask_socketio import SocketIO

from sio_lab.legacy.plain_routes import PlainRoutes
from tests.legacy.reader import Served

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads

ECHO = """
from flask import Flask, request
app = Flask("echo")

@app.route("/echo/<name>")
def echo(name):
    ws = request.environ.get("wsgi.websocket")
    if ws is None:
        return f"no socket for {name}"
    while True:
        message = ws.receive()
        if message is None:
            break
        ws.send(f"{name}: {message}")
"""


@pytest.fixture
def plain_routes(runner: Threads) -> PlainRoutes:
    return PlainRoutes(runner.notices)


def test_a_plain_route_answers_websockets_and_pages(
    runner: Threads, notebook: Notebook, plain_routes: PlainRoutes, capfd: pytest.CaptureFixture[str]
) -> None:
    app = notebook.run(ECHO)["app"]
    plain_routes.answer(app)
    with Served(app) as served:
        client = served.client("/echo/ada")
        for text in ("one", "two"):
            client.send(text)
            assert client.recv() == f"ada: {text}"
        assert served.get("/echo/bob") == (200, "no socket for bob")
        assert served.get("/nowhere")[0] == 404
    assert len(runner.said) == 1
    assert "flask_sock" in runner.said[0]
    assert capfd.readouterr() == ("", "")


def test_real_websocket_routes_and_socketio_stay_what_they_are(plain_routes: PlainRoutes) -> None:
    app = flask.Flask("app")
    Sock(app).route("/sock")(lambda ws: ws.send("sock"))
    server = SocketIO(app, async_mode="threading")
    server.on_event("echo", lambda value: value)
    plain_routes.answer(app)
    with Served(app.wsgi_app) as served:
        assert served.client("/sock").recv() == "sock"
        client = socketio.Client()
        client.connect(f"http://127.0.0.1:{served.port}", transports=["websocket"])
        assert client.call("echo", 5) == 5
        client.disconnect()


def test_it_is_done_once_and_to_flask_apps_only(plain_routes: PlainRoutes) -> None:
    app = flask.Flask("app")
    plain_routes.answer(app)
    (handler,) = app.error_handler_spec[None][400].values()
    app.test_client().get("/")
    plain_routes.answer(app)  # Flask would refuse another one after the first request
    assert list(app.error_handler_spec[None][400].values()) == [handler]
    plain_routes.answer(lambda _environ, _start_response: [])


def test_before_request_functions_see_it_come(plain_routes: PlainRoutes) -> None:
    app, seen = flask.Flask("app"), threading.Event()
    app.before_request(seen.set)

    @app.route("/hi")
    def hi() -> Any:
        flask.request.environ["wsgi.websocket"].send("hi")
        return "not sent"

    plain_routes.answer(app)
    with Served(app) as served:
        assert served.client("/hi").recv() == "hi"
    assert seen.is_set()
