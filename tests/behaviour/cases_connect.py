"""Coming in: what a connect handler is told, and what it may do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, emit, event
from flask import request
from flask_socketio import emit as reply
from flask_socketio import join_room

if TYPE_CHECKING:
    from bench import Bench

CONNECT = {"kind": "connect", "direction": "in"}
HIDDEN = {"token": "•••", "admin": True}


@case(
    "connect without auth",
    expect=[None, "<ada>", "/", "connect", ("<environ>",)],
    records=[{**CONNECT, "namespace": "/", "sid": "<ada>", "handler": "connect", "status": "handled"}],
)
def connect_without_auth(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("connect")
    def connect(auth: Any) -> None:
        environ_only = request.event["args"][:1]  # newer versions of python-socketio add None for the auth
        for told in (auth, request.sid, request.namespace, request.event["message"], environ_only):
            seen.add(told)

    bench.client("ada")
    return list(seen)


@case(
    "connect with auth",
    expect=[({"token": "s3cret", "admin": True}, ("<environ>", {"token": "s3cret", "admin": True}))],
    # A secret never reaches the records.
    records=[
        {**CONNECT, "namespace": "/chat", "args": (HIDDEN,), "request_event": {"message": "connect", "args": (HIDDEN,)}}
    ],
)
def connect_with_auth(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("connect", namespace="/chat")
    def connect(auth: Any) -> None:
        seen.add((auth, request.event["args"]))

    bench.client("ada", "/chat", auth={"token": "s3cret", "admin": True})
    return list(seen)


@case(
    "a connect handler without parameter",
    expect=["<ada>", "<bob>"],
    records=[{**CONNECT, "sid": "<ada>"}, {**CONNECT, "sid": "<bob>"}],
)
def connect_without_parameter(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("connect")
    def connect() -> None:
        seen.add(request.sid)

    bench.client("ada")
    bench.client("bob", auth={"token": 1})
    return list(seen)


@case("no connect handler at all", expect=[("connect",)], records=[{**CONNECT, "status": None, "handler": None}])
def no_connect_handler(bench: Bench) -> Any:
    _ = bench.socketio
    return bench.client("ada").history()


@case(
    "headers, query and path of the connection",
    expect=[("7", "de", "ok", "/socket.io/", True)] * 2,
    records=[CONNECT, event("who")],
)
def headers_and_query(bench: Bench) -> Any:
    seen = bench.seen()

    def note() -> None:
        headers, query = request.headers, request.args
        local = request.remote_addr == "127.0.0.1"
        seen.add((query["room"], query["lang"], headers["X-Lesson"], request.path, local))

    bench.socketio.on_event("connect", note)
    bench.socketio.on_event("who", note)
    bench.client("ada", headers={"X-Lesson": "ok"}, query="room=7&lang=de").call("who")
    return list(seen)


@case(
    "two namespaces on one connection",
    expect={"connected": ["/", "/chat"], "sids": 2, "connections": 1},
    records=[{**CONNECT, "namespace": "/"}, {**CONNECT, "namespace": "/chat"}],
    counts={"connect": 2},
)
def two_namespaces(bench: Bench) -> Any:
    seen = bench.seen()
    connections = set()

    def connect() -> None:
        seen.add((request.namespace, request.sid))
        connections.add(bench.server.manager.eio_sid_from_sid(request.sid, request.namespace))

    bench.socketio.on_event("connect", connect)
    bench.socketio.on_event("connect", connect, namespace="/chat")
    ada = bench.client("ada", "/", "/chat")
    assert dict(seen) == ada.sids
    return {"connected": sorted(dict(seen)), "sids": len(set(ada.sids.values())), "connections": len(connections)}


@case(
    "an emit inside connect arrives before the client is told that it is connected",
    expect=[("welcome", {"n": 1}), ("connect",), ("later",)],
    records=[emit("welcome", args=({"n": 1},), recipients=1, origin="handler"), {**CONNECT, "sid": "<ada>"}],
)
def emit_inside_connect(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect() -> None:
        reply("welcome", {"n": 1})

    ada = bench.client("ada")
    bench.socketio.emit("later")
    return ada.history()


@case(
    "always_connect: an emit inside connect arrives after the client is told that it is connected",
    expect=[("connect",), ("welcome", {"n": 1})],
    records=[emit("welcome", recipients=1)],
    counts={"connect": 1, "refused": 0},
    options={"always_connect": True},
)
def always_connect(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect() -> None:
        reply("welcome", {"n": 1})

    return bench.client("ada").history()


@case(
    "a room joined inside connect",
    expect=([("came", "<ada>"), ("came", "<bob>")], [("came", "<bob>")]),
    records=[
        {"kind": "join", "to": "lobby", "sid": "<ada>"},
        emit("came", to="lobby", recipients=1),
        {**CONNECT, "sid": "<ada>"},
        {"kind": "join", "to": "lobby", "sid": "<bob>"},
        emit("came", to="lobby", recipients=2),
        {**CONNECT, "sid": "<bob>"},
    ],
)
def room_inside_connect(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect() -> None:
        join_room("lobby")
        reply("came", request.sid, to="lobby")

    ada, bob = bench.client("ada"), bench.client("bob")
    return ada.received(), bob.received()


@case(
    "coming back: a new sid, and the rooms are left behind",
    expect=(["<ada>", "lobby"], ["<ada again>"]),
    records=[
        {**CONNECT, "sid": "<ada>"},
        {"kind": "disconnect", "sid": "<ada>"},
        {"kind": "leave", "sid": "<ada>", "to": "lobby"},
        {**CONNECT, "sid": "<ada again>"},
    ],
)
def coming_back(bench: Bench) -> Any:
    gone = bench.seen()
    bench.socketio.on_event("disconnect", lambda _reason: gone.add(request.sid))

    @bench.socketio.on("my rooms")
    def my_rooms(name: str | None) -> list[str]:
        if name:
            join_room(name)
        return sorted(bench.server.rooms(request.sid), key=[request.sid, "lobby"].index)

    ada = bench.client("ada")
    (before,) = ada.call("my rooms", "lobby")
    ada.disconnect("/")
    gone.wait()
    (after,) = bench.client("ada again").call("my rooms", None)
    return before, after
