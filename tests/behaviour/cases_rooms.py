"""Rooms: who is in which, and until when."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from case import Row, case, emit, event
from flask import request
from flask_socketio import close_room, join_room, leave_room, rooms
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from bench import Bench


def join(room: str, sid: str = "<ada>", **cells: Any) -> Row:
    return {"kind": "join", "direction": "-", "to": room, "sid": sid, **cells}


def leave(room: str, sid: str = "<ada>", **cells: Any) -> Row:
    return {"kind": "leave", "direction": "-", "to": room, "sid": sid, **cells}


def my_rooms() -> list[Any]:
    """Return the client's rooms in a stable order, its personal one as `mine`."""
    return sorted(("mine" if room == request.sid else room for room in rooms()), key=str)


def serve_rooms(bench: Bench, namespace: str = "/") -> None:
    """Handle `join` and `leave` of one room: both answer with the client's rooms."""

    @bench.socketio.on("join", namespace=namespace)
    def on_join(room: Any) -> list[Any]:
        join_room(room)
        return my_rooms()

    @bench.socketio.on("leave", namespace=namespace)
    def on_leave(room: Any) -> list[Any]:
        leave_room(room)
        return my_rooms()

    bench.socketio.on_event("rooms", my_rooms, namespace=namespace)


_numbers = itertools.count()


def heard_in(bench: Bench, room: Any, *clients: Any, namespace: str = "/") -> list[str]:
    """Return the names of those who get an emit to `room`."""
    number = next(_numbers)
    bench.socketio.emit("heard", number, to=room, namespace=namespace)
    return [client.name for client in clients if ("heard", number) in client.received(namespace)]


@case(
    "join_room, leave_room and rooms()",
    expect=[["mine"], ["lobby", "mine"], ["bar", "lobby", "mine"], ["bar", "mine"]],
    records=[
        event("join", args=("lobby",)),
        join("lobby", cause="event join"),
        join("bar"),
        event("leave"),
        leave("lobby", cause="event leave"),
    ],
    counts={"join": 2},
)
def join_and_leave(bench: Bench) -> Any:
    serve_rooms(bench)
    ada = bench.client("ada")
    asked = (("rooms",), ("join", "lobby"), ("join", "bar"), ("leave", "lobby"))
    return [ada.call(*words)[0] for words in asked]


@case(
    "who hears a room, from joining to leaving",
    expect=[[], ["ada"], ["ada", "bob"], ["bob"]],
    records=[
        emit("heard", to="lobby", recipients=0),
        join("lobby"),
        emit("heard", to="lobby", recipients=1),
        join("lobby", "<bob>"),
        emit("heard", to="lobby", recipients=2),
        leave("lobby"),
        emit("heard", to="lobby", recipients=1, sid="<bob>"),
    ],
)
def who_hears(bench: Bench) -> Any:
    serve_rooms(bench)
    ada, bob = bench.client("ada"), bench.client("bob")
    heard = [heard_in(bench, "lobby", ada, bob)]
    for client, verb in ((ada, "join"), (bob, "join"), (ada, "leave")):
        client.call(verb, "lobby")
        heard.append(heard_in(bench, "lobby", ada, bob))
    return heard


@case(
    "joining twice is joining once; leaving a room one is not in does nothing",
    expect=[["lobby", "mine"], ["lobby", "mine"], ["mine"], ["mine"]],
    records=[join("lobby"), leave("lobby")],
)
def twice(bench: Bench) -> Any:
    serve_rooms(bench)
    ada = bench.client("ada")
    return [ada.call(verb, "lobby")[0] for verb in ("join", "join", "leave", "leave")]


@case(
    "rooms named by numbers",
    expect=([7, "mine"], ["ada"], []),
    records=[join("7"), emit("heard", to="7", recipients=1), emit("heard", to="7", recipients=0)],
)
def number(bench: Bench) -> Any:
    serve_rooms(bench)
    ada, bob = bench.client("ada"), bench.client("bob")
    (rooms_of_ada,) = ada.call("join", 7)
    return rooms_of_ada, heard_in(bench, 7, ada, bob), heard_in(bench, "7", bob)


@case(
    "rooms of one name in two namespaces are two rooms",
    expect=(["lobby", "mine"], ["mine"], ["ada"], []),
    records=[join("lobby", namespace="/a"), emit("heard", namespace="/b", to="lobby", recipients=0)],
    counts={"join": 1},
)
def per_namespace(bench: Bench) -> Any:
    serve_rooms(bench, "/a")
    serve_rooms(bench, "/b")
    ada = bench.client("ada", "/a", "/b")
    joined, (other,) = ada.call("join", "lobby")[0], ada.call("rooms", namespace="/b")
    heard = [heard_in(bench, "lobby", ada, namespace=namespace) for namespace in ("/a", "/b")]
    return joined, other, *heard


@case(
    "the personal room: others may emit to it, the sid is its name",
    expect=([("whisper", "psst")], "<bob>"),
    records=[emit("whisper", to="<bob>", sid="<bob>", recipients=1, cause="event whisper")],
)
def personal_room(bench: Bench) -> Any:
    @bench.socketio.on("whisper")
    def whisper(sid: str, text: str) -> str:
        reply("whisper", text, to=sid)
        return next(iter(rooms(sid)))

    ada, bob = bench.client("ada"), bench.client("bob")
    (name,) = ada.call("whisper", bob.sid, "psst")
    return bob.received(), name


@case(
    "nobody may enter or close the personal room of another",
    expect=["ValueError", "ValueError"],
    records=[event("sneak in")],
    needs="python-socketio>=5.17",
    counts={"join": 0, "close_room": 0},
)
def personal_is_personal(bench: Bench) -> Any:
    @bench.socketio.on("sneak in")
    def sneak_in(sid: str) -> list[str]:
        raised = []
        for deed in (join_room, close_room):
            try:
                deed(sid)
            except ValueError as error:
                raised.append(type(error).__name__)
        return raised

    bob = bench.client("bob")
    return bench.client("ada").call("sneak in", bob.sid)[0]


@case(
    "leaving one's personal room mutes replies",
    expect=(["lobby"], [("connect",), ("to the room",)]),
    records=[emit("reply", to="<ada>", recipients=0), emit("to the room", to="lobby", recipients=1)],
)
def leaving_personal_room(bench: Bench) -> Any:
    serve_rooms(bench)

    @bench.socketio.on("hush")
    def hush() -> list[Any]:
        leave_room(request.sid)
        reply("reply")
        reply("to the room", to="lobby")
        return my_rooms()

    ada = bench.client("ada")
    ada.call("join", "lobby")
    (left,) = ada.call("hush")
    ada.wait_for("to the room")  # `received` would wait for the end in vain: that goes to the personal room, too
    return left, ada.so_far()


@case(
    "close_room sends all out, and nobody else",
    expect=(["bar", "mine"], ["mine"], []),
    records=[
        event("close"),
        {"kind": "close_room", "direction": "-", "namespace": "/", "to": "lobby", "cause": "event close"},
        leave("lobby", cause="event close"),
        leave("lobby", "<bob>"),
        emit("heard", to="lobby", recipients=0),
    ],
    counts={"close_room": 1, "leave": 2},
)
def close(bench: Bench) -> Any:
    serve_rooms(bench)
    bench.socketio.on_event("close", close_room)
    ada, bob, cyd = (bench.client(name) for name in ("ada", "bob", "cyd"))
    ada.call("join", "bar")
    ada.call("join", "lobby")
    bob.call("join", "lobby")
    cyd.call("close", "lobby")
    return *ada.call("rooms"), *bob.call("rooms"), heard_in(bench, "lobby", ada, bob, cyd)


@case(
    "who disconnects leaves all rooms",
    expect={None: ["<bob>"], "<bob>": ["<bob>"], "lobby": ["<bob>"]},
    records=[{"kind": "disconnect", "sid": "<ada>"}, leave("lobby"), leave("bar")],
    counts={"leave": 2},
)
def leaving_at_disconnect(bench: Bench) -> Any:
    serve_rooms(bench)
    ada, bob = bench.client("ada"), bench.client("bob")
    for client, room in ((ada, "lobby"), (bob, "lobby"), (ada, "bar")):
        client.call("join", room)
    ada.close()
    ada_is_gone = bench.wait_until(lambda: "bar" not in bench.server.manager.rooms["/"])
    return ada_is_gone and {room: list(sids) for room, sids in bench.server.manager.rooms["/"].items()}


@case(
    "a handler puts another client into a room, and reads its rooms",
    expect=([["<bob>", "vip"]], ["bob"], [["<bob>"]]),
    records=[event("promote", sid="<ada>"), join("vip", "<bob>", cause="event promote"), leave("vip", "<bob>")],
)
def another_client(bench: Bench) -> Any:
    @bench.socketio.on("promote")
    def promote(sid: str) -> list[list[str]]:
        join_room("vip", sid=sid)
        return [sorted(rooms(sid=sid), key=[sid, "vip"].index)]

    @bench.socketio.on("demote")
    def demote(sid: str) -> list[list[str]]:
        leave_room("vip", sid=sid)
        return [rooms(sid=sid)]

    ada, bob = bench.client("ada"), bench.client("bob")
    (promoted,) = ada.call("promote", bob.sid)
    heard = heard_in(bench, "vip", ada, bob)
    return promoted, heard, *ada.call("demote", bob.sid)


@case(
    "rooms are no permissions: who is not in a room may emit to it",
    expect=([], [("news",)]),
    records=[emit("news", to="lobby", recipients=1, sid="<bob>", cause="event shout")],
)
def outsider(bench: Bench) -> Any:
    serve_rooms(bench)
    bench.socketio.on_event("shout", lambda: reply("news", to="lobby"))
    ada, bob = bench.client("ada"), bench.client("bob")
    bob.call("join", "lobby")
    ada.call("shout")
    return ada.received(), bob.received()
