"""Where the lab does otherwise than plain Flask-SocketIO, as sio_lab/server/DIFFERENCES.md announces."""

from __future__ import annotations

import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import requests
from case import Has, case, event
from flask_socketio import Namespace, join_room
from flask_socketio import emit as reply
from seen import DEADLINE

if TYPE_CHECKING:
    from bench import Bench
    from seen import Seen

REFUSED = ("connect_error", {"message": "The server's connect handler raised an error"})
RAISING_CONNECT = "A raising connect handler refuses"
RUN_ONCE = "Connect and disconnect handlers run once"
TEST_CLIENT = "socketio.test_client() leaves real clients alone"
STOP = "socketio.stop() works"
RESERVED = "Clients may not send connect or disconnect as events"


def after_broken_connect(bench: Bench) -> Any:
    """Return what a client hears of /broken once it is connected to /, and in how many rooms of /broken somebody is."""
    bench.socketio.on_event("later", lambda: "still here")
    ada = bench.start_client("ada", "/broken", "/")
    ada.wait_connected(("/",))
    ada.call("later", namespace="/")
    return ada.so_far("/broken"), len(bench.server.manager.rooms.get("/broken", ()))


@case(
    "a connect handler that raises",
    expect=([], 3),
    differs=RAISING_CONNECT,
    expect_lab=([REFUSED], 0),
    records=[
        {"kind": "refused", "namespace": "/broken", "error": Has("ZeroDivisionError"), "status": "raised"},
        {"kind": "connect", "namespace": "/"},
    ],
)
def connect_raises(bench: Bench) -> Any:
    @bench.socketio.on("connect", namespace="/broken")
    def connect() -> None:
        join_room("lobby")
        _ = 1 / 0

    return after_broken_connect(bench)


@case(
    "a connect handler that raises, and an error handler that returns: the client is let in",
    expect=([("connect",)], 3),
    records=[{"kind": "connect", "namespace": "/broken", "status": "raised", "error": Has("ZeroDivisionError")}],
)
def connect_raises_with_on_error(bench: Bench) -> Any:
    bench.socketio.on_error("/broken")(lambda _error: None)

    @bench.socketio.on("connect", namespace="/broken")
    def connect() -> None:
        join_room("lobby")
        _ = 1 / 0

    return after_broken_connect(bench)


@case(
    "a TypeError inside a connect handler",
    expect=([], 2, ["called", "called", "called", "called"]),
    differs=RUN_ONCE,
    expect_lab=([REFUSED], 0, ["called"]),
    records=[{"kind": "refused", "namespace": "/broken", "error": Has("TypeError")}],
)
def type_error_in_connect(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("connect", namespace="/broken")
    def connect(auth: Any = None) -> None:
        seen.add("called")
        len(auth)

    return *after_broken_connect(bench), list(seen)


@case(
    "a TypeError inside a disconnect handler",
    expect=["called", "called"],
    differs=RUN_ONCE,
    expect_lab=["called"],
    records=[{"kind": "disconnect", "sid": "<ada>", "status": "raised", "error": Has("TypeError")}],
)
def type_error_in_disconnect(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("disconnect", namespace="/broken")
    def on_disconnect(_reason: Any = None) -> None:
        seen.add("called")
        len(None)

    return after_disconnect(bench, seen)


@case(
    "a TypeError inside on_disconnect of a class-based namespace",
    expect=["called", "called"],
    differs=RUN_ONCE,
    expect_lab=["called"],
    records=[{"kind": "disconnect", "namespace": "/broken", "status": "raised", "error": Has("TypeError")}],
)
def type_error_in_method(bench: Bench) -> Any:
    seen = bench.seen()

    class Fragile(Namespace):
        def on_disconnect(self, _reason: Any = None) -> None:
            seen.add("called")
            len(None)

    bench.socketio.on_namespace(Fragile("/broken"))
    return after_disconnect(bench, seen)


def after_disconnect(bench: Bench, seen: Seen) -> Any:
    """Return what is seen when a client has left /broken and the server went on to its next packet."""
    bench.socketio.on_event("later", lambda: None)
    ada = bench.client("ada", "/", "/broken")
    ada.disconnect("/broken")
    ada.call("later")
    return list(seen)


@case(
    "an event that a client names disconnect",
    expect=(["forged reason"], ("still here",)),
    differs=RESERVED,
    expect_lab=([], ("still here",)),
    records=[
        {"kind": "event", "event": "disconnect", "args": ("forged reason",), "status": "no-handler"},
        event("later"),
    ],
    counts={"disconnect": 0},
    options={"async_handlers": False},  # so that the first event is done when the second is acknowledged
    clients=("python",),  # socket.io-client refuses to send one
)
def forged_disconnect(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("disconnect", seen.add)
    bench.socketio.on_event("later", lambda: "still here")
    ada = bench.client("ada")
    ada.emit("disconnect", "forged reason")
    answer = ada.call("later")
    return list(seen), answer


@case(
    "a real client beside socketio.test_client()",
    expect=([{"name": "pong", "args": [1], "namespace": "/"}], False),
    differs=TEST_CLIENT,
    expect_lab=([{"name": "pong", "args": [1], "namespace": "/"}], True),
    records=[event("later", sid="<ada>", ack=("still here",))],
)
def beside_test_client(bench: Bench) -> Any:
    bench.socketio.on_event("later", lambda: "still here")
    bench.socketio.on_event("ping", lambda number: reply("pong", number))
    ada = bench.client("ada")
    tester = bench.socketio.test_client(bench.app)
    tester.emit("ping", 1)
    got = tester.get_received()
    ack = ada.ask("later")
    return got, bench.wait_until(lambda: ack.arrived, seconds=0.5 if bench.name == "plain" else DEADLINE)


@case(
    "socketio.stop() in a route",
    expect=(["Cannot stop unknown web server"], True),
    differs=STOP,
    expect_lab=(["stopping"], False),
    records=[{"kind": "server", "event": "stopped"}],
    clients=("python",),
)
def stop(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.app.route("/stop")
    def stop() -> str:
        try:
            bench.socketio.stop()
            seen.add("stopping")
        except RuntimeError as error:
            seen.add(str(error))
        return "done"

    address = ("127.0.0.1", int(bench.url.rpartition(":")[2]))
    with suppress(requests.RequestException):  # the answer may be cut off
        bench.get("/stop")
    stopped = bench.wait_until(lambda: not listens(address), seconds=0 if bench.name == "plain" else DEADLINE)
    return seen.wait(), not stopped


def listens(address: tuple[str, int]) -> bool:
    try:
        socket.create_connection(address).close()
    except ConnectionRefusedError:
        return False
    return True
