"""Handlers that fail, and who is told: nobody, an error handler, the client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import Has, Row, case, emit, event
from cases_acks import silent
from flask import request
from flask_socketio import Namespace, join_room
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from bench import Bench

IN_ITS_THREAD = "the exception ends the event's own thread, where Python's threading shows it"


def raised(name: str, error: Any, **cells: Any) -> Row:
    return {"kind": "event", "event": name, "status": "raised", "error": error, "ack": None, **cells}


def explode(*_: Any) -> None:
    raise ValueError("no such room: attic")


@case(
    "a handler that raises: no ack, and the server lives on",
    expect=(True, ("still here",)),
    records=[raised("explode", Has("ValueError: no such room: attic"), handler="explode"), event("later")],
    escapes=IN_ITS_THREAD,
)
def handler_raises(bench: Bench) -> Any:
    bench.socketio.on_event("explode", explode)
    bench.socketio.on_event("later", lambda: "still here")
    ada = bench.client("ada")
    return silent(ada, "explode"), ada.call("later")


@case(
    "what a handler emitted before it raised has been sent",
    expect=[("half done",)],
    records=[raised("explode", Has("ValueError")), emit("half done", cause="event explode")],
    escapes=IN_ITS_THREAD,
)
def raises_after_emit(bench: Bench) -> Any:
    @bench.socketio.on("explode")
    def half() -> None:
        reply("half done")
        explode()

    ada = bench.client("ada")
    ada.emit("explode")
    ada.wait_for("half done")
    return ada.received()


@case(
    "a method of a class-based namespace that raises: no ack",
    expect=True,
    records=[raised("explode", Has("ValueError"), namespace="/class"), event("later")],
    escapes=IN_ITS_THREAD,
)
def method_raises(bench: Bench) -> Any:
    class Fragile(Namespace):
        def on_explode(self) -> None:
            explode()

        def on_later(self) -> None:
            pass

    bench.socketio.on_namespace(Fragile("/class"))
    return silent(bench.client("ada", "/class"), "explode")


@case(
    "a handler that is given too few arguments",
    expect=(True, ("2 arguments",)),
    records=[
        raised("add", Has("TypeError"), args=(1,), handler="add"),
        event("add", args=(1, 2), ack=("2 arguments",)),
    ],
    escapes=IN_ITS_THREAD,
)
def wrong_arguments(bench: Bench) -> Any:
    @bench.socketio.on("add")
    def add(_left: int, _right: int) -> str:
        return "2 arguments"

    bench.socketio.on_event("later", lambda: None)
    ada = bench.client("ada")
    ack = ada.ask("add", 1)
    quiet = silent(ada, "later but not handled")
    return quiet and not ack.arrived, ada.call("add", 1, 2)


@case(
    "a handler that is given too many arguments",
    expect=True,
    records=[raised("hi", Has("TypeError"), args=("ada",))],
    escapes=IN_ITS_THREAD,
)
def too_many_arguments(bench: Bench) -> Any:
    bench.socketio.on_event("hi", lambda: "never")
    bench.socketio.on_event("later", lambda: None)
    ada = bench.client("ada")
    ack = ada.ask("hi", "ada")
    return silent(ada, "not handled") and not ack.arrived


@case(
    "on_error is told, with the request at hand; what it returns is the ack",
    expect=(("sorry: no such room: attic",), [("ValueError", "explode", ({"room": "attic"},), "<ada>")]),
    records=[
        {
            "kind": "event",
            "event": "explode",
            "status": "raised",
            "error": Has("ValueError"),
            "ack": ("sorry: no such room: attic",),
        }
    ],
)
def on_error(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on_error()
    def told(error: Exception) -> str:
        seen.add((type(error).__name__, request.event["message"], request.event["args"], request.sid))
        return f"sorry: {error}"

    bench.socketio.on_event("explode", explode)
    return bench.client("ada").call("explode", {"room": "attic"}), list(seen)


@case(
    "on_error, on_error(namespace), on_error_default: each for its own",
    expect=[("of /",), ("of /chat",), ("default",)],
    records=[{"kind": "event", "namespace": namespace, "status": "raised"} for namespace in ("/", "/chat", "/other")],
)
def on_errors(bench: Bench) -> Any:
    namespaces = ("/", "/chat", "/other")
    bench.socketio.on_error()(lambda _error: "of /")
    bench.socketio.on_error("/chat")(lambda _error: "of /chat")
    bench.socketio.on_error_default(lambda _error: "default")
    for namespace in namespaces:
        bench.socketio.on_event("explode", explode, namespace=namespace)
    ada = bench.client("ada", *namespaces)
    return [ada.call("explode", namespace=namespace) for namespace in namespaces]


@case(
    "on_error of a namespace is told of its class's methods, too",
    expect=("sorry",),
    records=[{"kind": "event", "event": "explode", "namespace": "/class", "status": "raised", "ack": ("sorry",)}],
)
def on_error_of_class(bench: Bench) -> Any:
    class Fragile(Namespace):
        def on_explode(self) -> None:
            explode()

    bench.socketio.on_namespace(Fragile("/class"))
    bench.socketio.on_error("/class")(lambda _error: "sorry")
    return bench.client("ada", "/class").call("explode")


@case(
    "an error handler that raises itself: no ack",
    expect=True,
    records=[raised("explode", Has("KeyError"))],
    escapes=IN_ITS_THREAD,
)
def on_error_raises(bench: Bench) -> Any:
    @bench.socketio.on_error_default
    def worse(_error: Exception) -> None:
        raise KeyError("worse")

    bench.socketio.on_event("explode", explode)
    bench.socketio.on_event("later", lambda: None)
    return silent(bench.client("ada"), "explode")


@case(
    "an error handler may emit to the client",
    expect=[("failed", "no such room: attic")],
    records=[{"kind": "event", "event": "explode"}, emit("failed", sid="<ada>", cause="event explode")],
)
def on_error_emits(bench: Bench) -> Any:
    bench.socketio.on_error_default(lambda error: reply("failed", str(error)))
    bench.socketio.on_event("explode", explode)
    ada = bench.client("ada")
    ada.call("explode")
    return ada.received()


@case(
    "a disconnect handler that raises: the server lives on; on plain, the client stays in its rooms as a ghost",
    expect=(["told"], ("still here",), ["<ada>", "<bob>"]),
    differs="A raising disconnect handler leaves no ghost",
    expect_lab=(["told"], ("still here",), ["<bob>"]),
    records=[{"kind": "disconnect", "sid": "<ada>", "status": "raised", "error": Has("ValueError")}, event("later")],
)
def disconnect_raises(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("disconnect", namespace="/chat")
    def on_disconnect(_reason: str) -> None:
        if not list(seen):
            seen.add("told")
            explode()

    bench.socketio.on_event("later", lambda: "still here")
    ada = bench.client("ada", "/", "/chat")
    bench.client("bob", "/chat")
    ada.disconnect("/chat")
    return list(seen.wait()), ada.call("later"), list(bench.server.manager.rooms["/chat"][None])


@case(
    "a client that vanishes while its handler runs: joining a room raises, emitting does not",
    expect=(["emitted", "KeyError"], ("still here",)),
    records=[
        event("slow", sid="<ada>"),
        {"kind": "disconnect", "sid": "<ada>"},
        emit("too late", recipients=0, cause="event slow"),
    ],
)
def client_vanishes(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("slow")
    def slow() -> None:
        sid = request.sid
        bench.wait_until(lambda: sid not in bench.server.manager.rooms["/"])
        reply("too late")
        seen.add("emitted")
        try:
            join_room("lobby")
        except KeyError as error:
            seen.add(type(error).__name__)

    bench.socketio.on_event("later", lambda: "still here")
    ada, bob = bench.client("ada"), bench.client("bob")
    ada.emit("slow")
    ada.close()
    return seen.wait(2), bob.call("later")
