"""The ways to say what answers an event, and which of them comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, event
from flask import request
from flask_socketio import Namespace

if TYPE_CHECKING:
    from bench import Bench


@case(
    "@on, @event, @event(namespace=), on_event",
    expect=[("on", "/"), ("event", "/"), ("event in chat", "/chat"), ("on_event", "/chat")],
    records=[
        event("by on", namespace="/", ack=("on", "/")),
        event("by_event", namespace="/"),
        event("by_event", namespace="/chat"),
        event("by on_event", namespace="/chat"),
    ],
)
def ways_to_register(bench: Bench) -> Any:
    socketio = bench.socketio

    @socketio.on("by on")
    def by_on() -> Any:
        return "on", request.namespace

    @socketio.event
    def by_event() -> Any:
        return "event", request.namespace

    def by_event_in_chat() -> Any:
        return "event in chat", request.namespace

    by_event_in_chat.__name__ = "by_event"
    socketio.event(namespace="/chat")(by_event_in_chat)
    socketio.on_event("by on_event", lambda: ("on_event", request.namespace), namespace="/chat")
    ada = bench.client("ada", "/", "/chat")
    asked = (("by on", "/"), ("by_event", "/"), ("by_event", "/chat"), ("by on_event", "/chat"))
    return [ada.call(name, namespace=namespace) for name, namespace in asked]


@case("a decorator returns the function itself", expect=[3, 3, 3])
def decorators_return(bench: Bench) -> Any:
    def three() -> int:
        return 3

    socketio = bench.socketio
    return [socketio.on("a")(three)(), socketio.event(three)(), socketio.event(namespace="/x")(three)()]


@case(
    "one function for several events",
    expect=[("add", 3), ("plus", 7)],
    records=[event("add", ack=("add", 3)), event("plus", ack=("plus", 7))],
)
def several_events(bench: Bench) -> Any:
    @bench.socketio.on("add")
    @bench.socketio.on("plus")
    def add(left: int, right: int) -> Any:
        return request.event["message"], left + right

    ada = bench.client("ada")
    return [ada.call("add", 1, 2), ada.call("plus", 3, 4)]


@case(
    "the definition that came last answers, while clients are connected",
    expect=[("old",), ("new",)],
    records=[event("hi", ack=("old",)), event("hi", ack=("new",))],
)
def redefined(bench: Bench) -> Any:
    bench.socketio.on_event("hi", lambda: "old")
    ada = bench.client("ada")
    before = ada.call("hi")
    bench.socketio.on_event("hi", lambda: "new")
    return [before, ada.call("hi")]


@case(
    "request.event and what else a handler is told",
    expect=({"message": "my event", "args": ({"room": "lobby"}, 2)}, "<ada>", "/chat", "plain", True),
    records=[
        event(
            "my event",
            namespace="/chat",
            sid="<ada>",
            request_event={"message": "my event", "args": ({"room": "lobby"}, 2)},
            ack=(),
        )
    ],
)
def what_a_handler_is_told(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("my event", namespace="/chat")
    def my_event(*_: Any) -> None:
        browser = request.headers.get("X-Browser")
        seen.add((request.event, request.sid, request.namespace, browser, "Host" in request.headers))

    ada = bench.client("ada", "/chat", headers={"X-Browser": "plain"})
    ada.call("my event", {"room": "lobby"}, 2)
    return next(iter(seen))


class Chat(Namespace):
    """Answers `hi` and `bye`; `bye` returns what it was told."""

    def on_connect(self, auth: Any) -> None:
        self.emit("connected with", auth, room=request.sid)

    def on_hi(self, name: str) -> str:
        self.send(f"hi {name}", room=request.sid)
        self.emit("hi", name, room=request.sid)
        return f"hello {name}"

    def on_bye(self, *_: Any) -> Any:
        return request.event, request.namespace, self.namespace


@case(
    "a class-based namespace",
    expect=(
        ("hello ada",),
        ({"message": "bye", "args": [1, 2]}, "/chat", "/chat"),
        [("connected with", {"a": 1}), ("message", "hi ada"), ("hi", "ada")],
    ),
    records=[
        {"kind": "connect", "namespace": "/chat"},
        event("hi", namespace="/chat", handler="Chat.on_hi", ack=("hello ada",)),
        event("bye", handler="Chat.on_bye", request_event={"message": "bye", "args": (1, 2)}),
    ],
)
def class_based(bench: Bench) -> Any:
    bench.socketio.on_namespace(Chat("/chat"))
    ada = bench.client("ada", "/chat", auth={"a": 1})
    return ada.call("hi", "ada"), ada.call("bye", 1, 2), ada.received()


@case(
    "a class-based namespace for the default namespace",
    expect=("hello ada",),
    records=[event("hi", namespace="/", handler="Chat.on_hi")],
)
def class_for_default(bench: Bench) -> Any:
    bench.socketio.on_namespace(Chat())
    return bench.client("ada").call("hi", "ada")


@case(
    "a function hides a class's method of the same event; the other methods still answer",
    expect=[("function",), ({"message": "bye", "args": []}, "/chat", "/chat")],
    records=[event("hi", ack=("function",)), event("bye", handler="Chat.on_bye")],
)
def function_before_class(bench: Bench) -> Any:
    bench.socketio.on_namespace(Chat("/chat"))
    bench.socketio.on_event("hi", lambda _name: "function", namespace="/chat")
    ada = bench.client("ada", "/chat")
    return [ada.call("hi", "ada"), ada.call("bye")]


@case(
    "a class may dispatch its events by itself",
    expect=[("dispatched", "my event", 1), ("dispatched", "other", 2)],
    records=[event("my event", ack=("dispatched", "my event", 1)), event("other")],
)
def own_dispatch(bench: Bench) -> Any:
    class Dispatch(Namespace):
        def trigger_event(self, event: str, *args: Any) -> Any:
            return ("dispatched", event, *args[1:]) if event not in {"connect", "disconnect"} else None

    bench.socketio.on_namespace(Dispatch("/own"))
    ada = bench.client("ada", "/own")
    return [ada.call("my event", 1), ada.call("other", 2)]
