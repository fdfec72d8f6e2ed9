"""Programs that make their own SocketIO object, or a bare python-socketio Server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import socketio
from case import case, emit, event
from flask import request
from flask_socketio import Namespace
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from bench import Bench


@case(
    "SocketIO() with init_app: handlers registered before and after it",
    expect=(("before", "<ada>"), ("after",), ("method",), [("pong", 1)], "page"),
    records=[
        event("before", ack=("before", "<ada>")),
        emit("pong", args=(1,), cause="event before"),
        event("after"),
        event("hi", namespace="/class"),
        {"kind": "http", "event": "GET /page", "status": "200"},
    ],
)
def init_app(bench: Bench) -> Any:
    app = flask.Flask("factory")
    socketio = flask_socketio.SocketIO()

    @socketio.on("before")
    def before() -> Any:
        reply("pong", 1)
        return "before", request.sid

    class Early(Namespace):
        def on_hi(self) -> str:
            return "method"

    socketio.on_namespace(Early("/class"))
    socketio.init_app(app, async_mode="threading")
    socketio.on_event("after", lambda: "after")
    app.add_url_rule("/page", "page", lambda: "page")
    bench.serve(socketio, app)
    ada = bench.client("ada", "/", "/class")
    answers = ada.call("before"), ada.call("after"), ada.call("hi", namespace="/class")
    return *answers, ada.received("/"), bench.get("/page").text


@case(
    "SocketIO(app) with another path",
    expect=(("pong",), ["/ws/"]),
    records=[event("ping", ack=("pong",))],
)
def other_path(bench: Bench) -> Any:
    app = flask.Flask("elsewhere")
    socketio = flask_socketio.SocketIO(app, path="/ws", async_mode="threading")
    seen = bench.seen()

    @socketio.on("ping")
    def ping() -> str:
        seen.add(request.path)
        return "pong"

    bench.serve(socketio, app)
    return bench.client("ada", path="ws").call("ping"), list(seen)


def bare_server(bench: Bench) -> socketio.Server:
    """Serve a bare server that knows `join`, `echo` and `ask`."""
    server = socketio.Server(async_mode="threading")

    @server.event
    def connect(sid: str, environ: dict[str, Any], auth: Any) -> None:
        server.save_session(sid, {"name": (auth or {}).get("name"), "query": environ["QUERY_STRING"][:3]})

    @server.on("join")
    def join(sid: str, room: str) -> list[str]:
        server.enter_room(sid, room)
        return sorted(server.rooms(sid), key=[sid, room].index)

    @server.on("echo")
    def echo(sid: str, *args: Any) -> Any:
        server.emit("echoed", args, to=sid)
        return args

    server.on("who", server.get_session)
    server.on("ask", lambda sid: server.call("question", {"n": 1}, to=sid))
    bench.serve(server)
    return server


@case(
    "a bare Server: acks, rooms, sessions, call",
    expect=(
        ({"name": "ada", "query": "a=1"},),
        (["<ada>", "lobby"],),
        (1, b"2"),
        ("an answer",),
        [("echoed", 1, b"2"), ("question", {"n": 1}), ("news", "to the lobby")],
    ),
    records=[
        {"kind": "connect", "namespace": "/", "sid": "<ada>"},
        event("join", args=("lobby",), sid="<ada>"),
        {"kind": "join", "to": "lobby", "sid": "<ada>", "cause": "event join"},
        event("echo", args=(1, b"2"), ack=(1, b"2")),
        emit("echoed", args=(1, b"2"), cause="event echo", origin="handler"),
        event("ask", ack=("an answer",)),
        emit("question", args=({"n": 1},), ack=("an answer",)),
        emit("news", args=("to the lobby",), to="lobby", recipients=1, origin="cell"),
    ],
)
def bare(bench: Bench) -> Any:
    server = bare_server(bench)
    ada = bench.client("ada", auth={"name": "ada"}, query="a=1")
    ada.answer("question", "an answer")
    answers = ada.call("who"), ada.call("join", "lobby"), ada.call("echo", 1, b"2"), ada.call("ask")
    server.emit("news", "to the lobby", to="lobby")
    return *answers, ada.received()


@case(
    "a bare Server: refusing, and being left",
    expect=({"message": "members only", "data": {"code": 7}}, [("<bob>", "client disconnect")]),
    records=[
        {"kind": "refused", "namespace": "/club", "args": ({"message": "members only", "data": {"code": 7}},)},
        {"kind": "disconnect", "namespace": "/club", "sid": "<bob>", "args": ("client disconnect",)},
    ],
)
def bare_refusal(bench: Bench) -> Any:
    server = socketio.Server(async_mode="threading")
    seen = bench.seen()

    @server.on("connect", namespace="/club")
    def connect(_sid: str, _environ: dict[str, Any], auth: Any) -> None:
        if not auth:
            raise socketio.exceptions.ConnectionRefusedError("members only", {"code": 7})

    @server.on("disconnect", namespace="/club")
    def on_disconnect(sid: str, reason: str) -> None:
        seen.add((sid, reason))

    bench.serve(server)
    ada = bench.client("ada", "/club")
    bench.client("bob", "/club", auth={"member": 1}).close()
    return ada.refusal, seen.wait()


@case(
    "a bare Server: classes, catch-all handlers, events that nobody handles",
    expect=(("method", 1), ("foo", "<ada>", 2), ("later",)),
    records=[
        event("hi", namespace="/class"),
        event("foo", namespace="/any", args=(2,)),
        event("later", namespace="/class"),
    ],
)
def bare_handlers(bench: Bench) -> Any:
    server = socketio.Server(async_mode="threading")

    class Chat(socketio.Namespace):
        def on_hi(self, _sid: str, number: int) -> Any:
            return "method", number

        def on_later(self, _sid: str) -> Any:
            return "later"

    server.register_namespace(Chat("/class"))
    server.on("*", lambda *args: args, namespace="/any")
    bench.serve(server)
    ada = bench.client("ada", "/class", "/any")
    return ada.call("hi", 1), ada.call("foo", 2, namespace="/any"), ada.call("later")


@case(
    "a room joined by enter_room of the server behind a SocketIO object",
    expect=[("news",)],
    records=[{"kind": "join", "to": "lobby", "sid": "<ada>", "cause": None}, emit("news", to="lobby", recipients=1)],
)
def server_behind(bench: Bench) -> Any:
    _ = bench.socketio
    ada = bench.client("ada")
    bench.server.enter_room(ada.sid, "lobby")
    bench.socketio.emit("news", to="lobby")
    return ada.received()
