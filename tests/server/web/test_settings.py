"""What the client page is told of the server in charge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask_socketio
import socketio
from flask_sock import Sock

from sio_lab.core.log import Log
from sio_lab.server.entrance import NAME
from sio_lab.server.host import Host
from sio_lab.server.web.settings import LONGEST, MOST, Settings
from tests.factories import ADA, connect

if TYPE_CHECKING:
    from tests.server.rig import Rig


def told(host: Any, log: Log | None = None, query: str = "") -> dict[str, Any]:
    return Settings(lambda: host, log or Log())({"QUERY_STRING": query})


class Chat(flask_socketio.Namespace):
    def on_connect(self) -> None: ...

    def on_leave(self, data: Any) -> None: ...


def test_events_are_told_by_namespace(rig: Rig) -> None:
    rig.socketio.on("join")(print)
    rig.socketio.on("connect")(print)
    rig.socketio.on("*", namespace="/any")(print)
    rig.socketio.on("everywhere", namespace="*")(print)
    rig.socketio.on_namespace(Chat("/chat"))
    given = told(rig.host)
    assert given["events"] == {"/": ["join"], "/any": ["*"], "*": ["everywhere"], "/chat": ["leave"]}
    assert given["namespaces"] == ["/", "/any", "/chat"]
    assert given["path"] == "socket.io"


def test_raw_web_sockets_are_told(rig: Rig) -> None:
    Sock(rig.app).route("/echo")(lambda ws: ws.send("x"))
    rig.app.add_url_rule("/page", view_func=lambda: "x", endpoint="page")
    assert told(rig.host)["websockets"] == ["/echo"]


def test_a_bare_server_and_none_at_all() -> None:
    server = socketio.Server(async_mode="threading", namespaces=["/a", "/b"])
    server.on("hi", print)
    assert told(Host(server, Log()))["namespaces"] == ["/", "/a", "/b"]
    nothing = {"path": "socket.io", "namespaces": ["/"], "events": {}, "websockets": []}
    assert told(None) == {**nothing, "name_taken": False, "joined": ""}


def test_a_name_is_taken_while_its_client_is_there() -> None:
    log = Log()
    connect(log, ADA, name="ada")
    assert told(None, log, "lab_name=ada")["name_taken"]
    assert told(None, log, "lab_name=+ada+")["name_taken"]
    assert not told(None, log, "lab_name=bob")["name_taken"]


def test_a_question_that_is_none_is_answered_all_the_same() -> None:
    assert not told(None, query="&".join(f"a{n}=1" for n in range(1000)))["name_taken"]


def test_what_is_told_is_bounded(rig: Rig) -> None:
    for number in range(MOST + 50):
        rig.socketio.on(f"event {number}")(print)
    rig.socketio.on("x" * (LONGEST + 1))(print)
    assert len(told(rig.host)["events"]["/"]) == MOST


def test_a_page_that_has_joined_a_class_is_told_its_name() -> None:
    asked = {"QUERY_STRING": "lab_name=eve", NAME: "Ada"}
    assert Settings(lambda: None, Log())(asked)["joined"] == "Ada"
