"""Going: who ended it, and what is told to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, emit, event
from flask import request
from flask_socketio import Namespace, disconnect, join_room, rooms
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from bench import Bench
    from seen import Seen


def gone(sid: str, reason: str, **cells: Any) -> dict[str, Any]:
    return {"kind": "disconnect", "direction": "in", "sid": sid, "args": (reason,), **cells}


def note_leavers(bench: Bench, namespace: str = "/") -> Seen:
    """Return the list to which (sid, namespace, reason) of each leaver is added."""
    seen = bench.seen()

    @bench.socketio.on("disconnect", namespace=namespace)
    def on_disconnect(reason: str) -> None:
        assert request.event == {"message": "disconnect", "args": (reason,)}
        seen.add((request.sid, request.namespace, reason))

    return seen


@case(
    "a client leaves",
    expect=([("<ada>", "/", "client disconnect")], [("connect",), ("disconnect", "client disconnect")]),
    records=[
        gone("<ada>", "client disconnect", request_event={"message": "disconnect", "args": ("client disconnect",)})
    ],
    counts={"disconnect": 1},
)
def client_leaves(bench: Bench) -> Any:
    seen = note_leavers(bench)
    ada = bench.client("ada")
    ada.disconnect("/")
    return seen.wait(), ada.history()


@case(
    "a client leaves one of two namespaces",
    expect=([("<ada>", "/chat", "client disconnect")], ("here",)),
    records=[gone("<ada>", "client disconnect", namespace="/chat"), event("roll call", namespace="/", ack=("here",))],
    counts={"disconnect": 1},
)
def client_leaves_one(bench: Bench) -> Any:
    seen = note_leavers(bench, "/chat")
    bench.socketio.on_event("roll call", lambda: "here")
    ada = bench.client("ada", "/", "/chat")
    ada.disconnect("/chat")
    return seen.wait(), ada.call("roll call")


@case(
    "a client closes its connection: it leaves all its namespaces",
    expect={("<ada>", "/", "client disconnect"), ("<ada>", "/chat", "client disconnect")},
    records=[gone("<ada>", "client disconnect")] * 2,
)
def client_closes(bench: Bench) -> Any:
    seen, seen_in_chat = note_leavers(bench), note_leavers(bench, "/chat")
    bench.client("ada", "/", "/chat").close()
    return {*seen.wait(), *seen_in_chat.wait()}


@case(
    "a connection that breaks",
    expect=[("<ada>", "/", "transport close")],
    records=[gone("<ada>", "transport close")],
    needs="python-engineio>=4.11.2",
)
def connection_breaks(bench: Bench) -> Any:
    seen = note_leavers(bench)
    bench.client("ada").drop()
    return seen.wait()


@case(
    "a client that answers no more pings",
    expect=[("<ada>", "/", "ping timeout")],
    records=[gone("<ada>", "ping timeout")],
    options={"ping_interval": 1, "ping_timeout": 0.5},
    clients=("python",),
)
def ping_timeout(bench: Bench) -> Any:
    seen = note_leavers(bench)
    bench.client("ada").freeze()
    return seen.wait()


@case(
    "a handler sends its client away",
    expect=([("<ada>", "/", "server disconnect")], [("bye",), ("disconnect", "server disconnect")]),
    records=[event("leave"), emit("bye", cause="event leave"), gone("<ada>", "server disconnect", cause="event leave")],
)
def handler_disconnects(bench: Bench) -> Any:
    seen = note_leavers(bench)

    @bench.socketio.on("leave")
    def leave() -> None:
        reply("bye")
        disconnect()

    ada = bench.client("ada")
    ada.emit("leave")
    ada.wait_for("disconnect")
    return seen.wait(), ada.history()[1:]


@case(
    "a handler sends another client away, from one namespace only",
    expect=([("<bob>", "/chat", "server disconnect")], ("here",), ("here",)),
    records=[event("kick", ack=()), gone("<bob>", "server disconnect", namespace="/chat", cause="event kick")],
)
def handler_kicks(bench: Bench) -> Any:
    seen = note_leavers(bench, "/chat")
    bench.socketio.on_event("roll call", lambda: "here")

    @bench.socketio.on("kick", namespace="/chat")
    def kick(sid: str) -> None:
        disconnect(sid=sid)

    ada, bob = bench.client("ada", "/", "/chat"), bench.client("bob", "/", "/chat")
    ada.call("kick", bob.sids["/chat"], namespace="/chat")
    bob.wait_for("disconnect", namespace="/chat")
    return seen.wait(), ada.call("roll call"), bob.call("roll call")


@case(
    "the server sends a client away from outside any handler",
    expect=([("<ada>", "/", "server disconnect")], [("connect",), ("disconnect", "server disconnect")]),
    records=[gone("<ada>", "server disconnect", cause=None)],
)
def server_disconnects(bench: Bench) -> Any:
    seen = note_leavers(bench)
    ada = bench.client("ada")
    bench.server.disconnect(ada.sid)
    ada.wait_for("disconnect")
    return seen.wait(), ada.history()


@case(
    "a disconnect handler without parameter",
    expect=["<ada>"],
    records=[gone("<ada>", "client disconnect", status="handled")],
)
def disconnect_without_parameter(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("disconnect")
    def on_disconnect() -> None:
        seen.add(request.sid)

    bench.client("ada").close()
    return seen.wait()


@case(
    "a class-based namespace is told of leaving, with or without a reason",
    expect=([("<ada>", "client disconnect")], ["<ada>"]),
    records=[gone("<ada>", "client disconnect")] * 2,
)
def class_is_told(bench: Bench) -> Any:
    new, old = bench.seen(), bench.seen()

    class New(Namespace):
        def on_disconnect(self, reason: str) -> None:
            new.add((request.sid, reason))

    class Old(Namespace):
        def on_disconnect(self) -> None:
            old.add(request.sid)

    bench.socketio.on_namespace(New("/new"))
    bench.socketio.on_namespace(Old("/old"))
    bench.client("ada", "/new", "/old").close()
    return new.wait(), old.wait()


@case(
    "in a disconnect handler the client is still in its rooms, and the others may be told",
    expect=([{"<ada>", "lobby"}], [("left", "<ada>")]),
    records=[
        emit("left", recipients=1, to="lobby", args=("<ada>",)),
        {"kind": "leave", "sid": "<ada>", "to": "lobby"},
    ],
)
def rooms_in_disconnect(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("connect", lambda: join_room("lobby"))

    @bench.socketio.on("disconnect")
    def on_disconnect(_reason: str) -> None:
        if not list(seen):
            reply("left", request.sid, to="lobby", include_self=False)
            seen.add(set(rooms()))

    ada, bob = bench.client("ada"), bench.client("bob")
    ada.close()
    return seen.wait(), bob.received()
