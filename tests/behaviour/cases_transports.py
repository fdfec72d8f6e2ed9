"""The same tour over each transport, with each client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import Row, case, emit, event
from flask import request
from flask_socketio import close_room, disconnect, join_room
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench

POLLING = ("polling",)
WEBSOCKET = ("websocket",)
UPGRADE = ("polling", "websocket")
RAW = {"raw": b"\x00\xff", "text": "grüße"}
AUTH = {"token": "t"}
MANY = 96
AT_ONCE = 12
"""Engine.IO takes 16 packets in one poll, and a client that waited for a processor sends all that it has in one."""


def serve_tour(bench: Bench) -> Any:
    """Handle what the tour needs, and return the list of what connect and disconnect handlers were told."""
    seen = bench.seen()
    socketio = bench.socketio

    @socketio.on("connect", namespace="/tour")
    def connect(auth: Any) -> None:
        seen.add((request.sid, auth))

    @socketio.on("disconnect", namespace="/tour")
    def on_disconnect(reason: str) -> None:
        seen.add((request.sid, reason))

    @socketio.on("echo", namespace="/tour")
    def echo(*args: Any) -> Any:
        join_room("lobby")
        reply("echoed", args)
        return args

    @socketio.on("shout", namespace="/tour")
    def shout() -> str:
        reply("shouted", RAW, to="lobby", callback=lambda value: reply("heard", value))
        return bench.server.transport(request.sid, "/tour")

    @socketio.on("finish", namespace="/tour")
    def finish() -> None:
        close_room("lobby")
        disconnect()

    return seen


def tour(*transports: str) -> Callable[[Bench], Any]:
    def run(bench: Bench) -> Any:
        seen = serve_tour(bench)
        ada = bench.client("ada", "/tour", auth=AUTH, transports=transports)
        if len(transports) > 1 and hasattr(ada, "wait_upgraded"):
            ada.wait_upgraded()
        ada.answer("shouted", b"yes")
        said = [ada.call("echo", "text", 1, None, RAW), *ada.call("shout"), ada.transport]
        ada.wait_for("heard")
        ada.emit("finish")
        ada.wait_for("disconnect")
        return said, ada.history()[1:], seen.wait(2)

    return run


def toured(transport: str) -> Any:
    return (
        [("text", 1, None, RAW), transport, transport],
        [("echoed", "text", 1, None, RAW), ("shouted", RAW), ("heard", b"yes"), ("disconnect", "server disconnect")],
        [("<ada>", AUTH), ("<ada>", "server disconnect")],
    )


TOUR: list[Row] = [
    {"kind": "connect", "namespace": "/tour", "sid": "<ada>"},
    event("echo", args=("text", 1, None, RAW), ack=("text", 1, None, RAW)),
    {"kind": "join", "to": "lobby", "sid": "<ada>", "cause": "event echo"},
    emit("echoed", args=("text", 1, None, RAW), recipients=1),
    event("shout"),
    emit("shouted", args=(RAW,), to="lobby", ack=(b"yes",)),
    emit("heard", args=(b"yes",), origin="callback", cause="event shout"),
    event("finish"),
    {"kind": "close_room", "to": "lobby", "cause": "event finish"},
    {"kind": "disconnect", "sid": "<ada>", "args": ("server disconnect",), "cause": "event finish"},
]
UPGRADED: Row = {"kind": "upgrade", "direction": "in", "args": ("websocket",)}

for _transports in (POLLING, WEBSOCKET):
    case(
        f"the tour by {_transports[0]} only",
        expect=toured(_transports[0]),
        records=TOUR,
        counts={"upgrade": 0, "rejected": 0},
    )(tour(*_transports))

case(
    "the tour by polling, then WebSocket",
    expect=toured("websocket"),
    records=TOUR,
    counts={"upgrade": 1, "rejected": 0},
)(tour(*UPGRADE))

case(
    "Node connects first, then upgrades",
    expect=toured("websocket"),
    records=[TOUR[0], {**UPGRADED, "sid": "<ada>"}, TOUR[1]],
    clients=("node",),
)(tour(*UPGRADE))

case(
    "python-socketio upgrades first, then connects",
    expect=toured("websocket"),
    records=[UPGRADED, TOUR[0], TOUR[1]],
    clients=("python",),
)(tour(*UPGRADE))


@case(
    "clients of all transports in one room",
    # Not with bytes: Engine.IO encodes a packet once for all its recipients, but for polling it must differ.
    expect=[[("news", {"n": 1})]] * 3,
    records=[emit("news", args=({"n": 1},), to="lobby", recipients=3)],
)
def mixed(bench: Bench) -> Any:
    bench.socketio.on_event("connect", lambda: join_room("lobby"))
    clients = [
        bench.client("-".join(transports), transports=transports) for transports in (POLLING, WEBSOCKET, UPGRADE)
    ]
    bench.socketio.emit("news", {"n": 1}, to="lobby")
    return [client.received() for client in clients]


@case(
    "events that are on their way while the connection is upgraded: nothing is lost, nothing comes twice",
    expect=(list(range(MANY)), list(range(MANY)), list(range(MANY))),
    records=[{"kind": "upgrade"}],
    counts={"event": MANY, "emit": MANY},
    needs="python-engineio>=4.12",  # of older ones, plain Engine.IO sometimes answers a poll with an error
)
def upgrade_in_flight(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("n")
    def number(value: int) -> int:
        seen.add(value)
        reply("n", value)
        return value

    ada = bench.client("ada", transports=("polling", "websocket"))
    values = []
    for first in range(0, MANY, AT_ONCE):
        acks = [ada.ask("n", value) for value in range(first, first + AT_ONCE)]
        values += [ack.wait()[0] for ack in acks]
    if hasattr(ada, "wait_upgraded"):
        ada.wait_upgraded()
    return sorted(seen.wait(MANY)), values, sorted(value for _, value in ada.received())
