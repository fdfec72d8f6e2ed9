"""What old programs do in the lab; as for the others, the function of a program's name drives it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.programs.visitors import Browser
from tests.server.peers import RawSocket

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Peer


def flask_ext(url: str, connect: Callable[..., Peer]) -> None:
    assert Browser(url).get("/").text == "<h1>flask.ext</h1>"
    ada = connect("/test")
    ada.ask("my event", {"data": 1}, namespace="/test")
    assert ada.wait_for("my response") == [({"data": 1, "count": 1},)]


def eventlet_patched(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada, bob = connect("/count"), connect("/count")
    ada.emit("start", namespace="/count")
    assert ada.wait_for("started") == [()]
    for peer in (ada, bob):
        assert peer.wait_for("count", 5) == [({"number": number},) for number in range(1, 6)]


def eventlet_wsgi(url: str, connect: Callable[..., Peer]) -> None:
    assert Browser(url).get("/").text == "mode: threading"
    car = connect()
    car.ask("telemetry", {"speed": 5})
    assert car.wait_for("steer") == [({"angle": 0.5},)]


def gevent_patched(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada, bob = connect(), connect()
    ada.ask("hire", "Gus")
    assert ada.wait_for("hired") == [("Gus",)]
    for peer in (ada, bob):
        assert peer.wait_for("work", 3) == [({"name": "Gus", "number": number},) for number in range(3)]


def gevent_websocket(url: str, connect: Callable[..., Peer]) -> None:
    assert Browser(url).get("/hello/Ada").text == "Hello, Ada, from /hello/Ada"
    ada = connect()
    ada.ask("join", "garden")
    assert ada.wait_for("joined") == [({"room": "garden"},)]


def flask_sockets_echo(url: str, connect: Callable[..., Peer]) -> None:
    del connect
    assert Browser(url).get("/").text == "Hello, sockets!"
    raw = RawSocket(url, "/echo")
    raw.send("abc")
    assert raw.receive() == "cba"
    raw.send("again")
    assert raw.receive() == "niaga"
    raw.close()


def async_mode(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect()
    ada.ask("mode")
    assert ada.wait_for("mode") == [("threading",)]


def broadcast_everywhere(url: str, connect: Callable[..., Peer]) -> None:
    assert Browser(url).get("/announce").status == 500
    ada = connect()
    ada.emit("shout", "hey")
    ada.emit("reply", "hey")


def data_keyword(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect()
    ada.ask("ask", "why")
    assert ada.wait_for("answer") == [()]


def send_data(url: str, connect: Callable[..., Peer]) -> None:
    del url
    connect().send("hello")


def blanks_in_names(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect("/test")
    assert ada.wait_for("my response") == [({"data": "Connected"},)]
    ada.emit("my event", {"data": "lost"}, namespace="/test")
    ada.ask("my_event", {"data": "found"}, namespace="/test")
    assert ada.wait_for("my response", 2)[1] == ({"data": "found"},)


def json_handler(url: str, connect: Callable[..., Peer]) -> None:
    del url
    ada = connect()
    ada.emit("json", {"a": 1})
    assert ada.wait_for("message") == [({"received": {"a": 1}},)]


def session_id(url: str, connect: Callable[..., Peer]) -> None:
    del url
    connect().emit("register")
