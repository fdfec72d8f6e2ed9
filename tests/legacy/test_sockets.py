"""Programs of flask_sockets run on flask_sock."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.errors import LabError
from sio_lab.legacy.flow import bound
from sio_lab.legacy.sockets import Sockets, talking
from sio_lab.legacy.websocket import WebSocketError
from tests.legacy.reader import DEADLINE, Served

if TYPE_CHECKING:
    from tests.legacy.reader import Notebook, Threads

ECHO = """
from flask import Flask, request
app = Flask("chat")
sockets = Sockets(app)

@sockets.route("/echo")
def echo_socket(ws):
    while not ws.closed:
        message = ws.receive()
        ws.send(message)

@sockets.route("/rooms/<int:number>")
def room(ws, number):
    ws.send(f"room {number} {request.args['name']}")

@app.route("/echo")
def page():
    return "a page"
"""

BLUEPRINTS = """
from flask import Flask, Blueprint
html = Blueprint("html", __name__)
ws = Blueprint("ws", __name__)

@html.route("/")
def hello():
    return "Hello"

@ws.route("/echo")
def echo_socket(socket):
    while not socket.closed:
        socket.send(socket.receive())

app = Flask("chat")
sockets = Sockets(app)
app.register_blueprint(html, url_prefix="/")
sockets.register_blueprint(ws, url_prefix="/chat/")
"""


@pytest.fixture
def sockets(runner: Threads) -> type[Sockets]:
    return bound(Sockets, runner.flow)


def test_a_program_echoes_until_its_clients_are_gone(
    runner: Threads, notebook: Notebook, sockets: type[Sockets]
) -> None:
    names = notebook.run(ECHO, Sockets=sockets)
    with Served(names["app"]) as served:
        one, two = served.client("/echo"), served.client("/echo")
        for client, text in ((one, "one"), (two, "two"), (one, "three")):
            client.send(text)
            assert client.recv() == text
        assert served.client("/rooms/3?name=ada").recv() == "room 3 ada"
        assert served.get("/echo") == (200, "a page")
    assert len(runner.said) == 1
    assert "<cell 1>, line 4: flask_sockets is no longer kept" in runner.said[0]
    assert "Today: from flask_sock import Sock" in runner.said[0]


def test_blueprints_are_taken_over(notebook: Notebook, sockets: type[Sockets]) -> None:
    names = notebook.run(BLUEPRINTS, Sockets=sockets)
    with Served(names["app"]) as served:
        client = served.client("/chat/echo")
        client.send("hi")
        assert client.recv() == "hi"
        assert served.get("/") == (200, "Hello")
        assert served.get("/echo")[0] == 404


def test_a_blueprints_own_prefix_counts_where_none_is_given(notebook: Notebook, sockets: type[Sockets]) -> None:
    names = notebook.run(
        BLUEPRINTS.replace('"ws", __name__', '"ws", __name__, url_prefix="/own"').replace(', url_prefix="/chat/"', ""),
        Sockets=sockets,
    )
    assert "/own/echo" in {rule.rule for rule in names["app"].url_map.iter_rules()}


def test_routes_may_be_defined_before_there_is_an_app(sockets: type[Sockets]) -> None:
    later, app = sockets(), flask.Flask("app")
    later.route("/hi")(lambda ws: ws.send("hi"))
    later.init_app(app)
    later.add_url_rule("/ho", None, lambda ws: ws.send("ho"))
    with Served(app) as served:
        assert [served.client(path).recv() for path in ("/hi", "/ho")] == ["hi", "ho"]


def test_the_view_is_the_readers_own_function(notebook: Notebook, sockets: type[Sockets]) -> None:
    names = notebook.run(ECHO, Sockets=sockets)
    view = names["app"].view_functions["websocket /echo"]
    assert view.__name__ == "echo_socket"
    assert names["echo_socket"].__code__ is view.__wrapped__.__wrapped__.__code__


def test_a_client_that_leaves_ends_its_view_quietly(sockets: type[Sockets], capfd: pytest.CaptureFixture[str]) -> None:
    app, ended = flask.Flask("app"), threading.Event()

    def view(ws: Any) -> None:
        try:
            while True:  # as many do: they send what they have not received
                ws.send(ws.receive())
        finally:
            ended.set()

    sockets(app).route("/echo")(view)
    with Served(app) as served:
        served.client("/echo").close()
        assert ended.wait(DEADLINE)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("error", [ValueError("mine"), WebSocketError("of another client")])
def test_what_a_view_raises_while_its_client_is_there_is_an_error(error: Exception) -> None:
    def view(_ws: Any) -> None:
        raise error

    with pytest.raises(type(error)):
        talking(view)(SimpleNamespace(connected=True, environ={}))


def test_a_route_without_a_function_is_refused(sockets: type[Sockets]) -> None:
    with pytest.raises(LabError, match="give the function"):
        sockets(flask.Flask("app")).add_url_rule("/hi")
