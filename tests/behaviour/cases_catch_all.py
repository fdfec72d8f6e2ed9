"""Handlers of `*`: any event, any namespace, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, event
from flask import request
from flask_socketio import Namespace

if TYPE_CHECKING:
    from bench import Bench

ANY_NAMESPACE = {"namespaces": "*"}


def told(*args: Any) -> Any:
    """Return what a handler was given and what the request says."""
    return list(args), request.event, request.namespace


@case(
    "a handler of any event",
    expect=[
        (["foo", 1, 2], {"message": "*", "args": ["foo", 1, 2]}, "/"),
        (["bar"], {"message": "*", "args": ["bar"]}, "/"),
        ("by name",),
    ],
    records=[
        event("foo", args=(1, 2), handler="told", request_event={"message": "*", "args": ("foo", 1, 2)}),
        event("bar", args=(), handler="told", request_event={"message": "*", "args": ("bar",)}),
        event("named", ack=("by name",)),
    ],
)
def any_event(bench: Bench) -> Any:
    bench.socketio.on_event("*", told)
    bench.socketio.on_event("named", lambda: "by name")
    ada = bench.client("ada")
    return [ada.call("foo", 1, 2), ada.call("bar"), ada.call("named")]


@case(
    "a handler of any event is not told of connects and disconnects",
    expect=[("foo",)],
    records=[{"kind": "connect", "handler": None}, event("foo"), {"kind": "disconnect", "handler": None}],
)
def no_lifecycle(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("*", lambda *args: seen.add(args))
    ada = bench.client("ada")
    ada.call("foo")
    ada.close()
    return list(seen)


@case(
    "a handler for any namespace",
    expect=[([1], {"message": "foo", "args": [1]}, "/a"), ([2], {"message": "foo", "args": [2]}, "/b")],
    records=[
        event("foo", namespace="/a", request_event={"message": "foo", "args": (1,)}),
        event("foo", namespace="/b", sid="<ada>"),
    ],
    options=ANY_NAMESPACE,
)
def any_namespace(bench: Bench) -> Any:
    bench.socketio.on_event("foo", told, namespace="*")
    ada = bench.client("ada", "/a", "/b")
    return [ada.call("foo", 1), ada.call("foo", 2, namespace="/b")]


@case(
    "handlers for any namespace are told of connects and disconnects",
    expect=[("connect", "/a", "<ada>"), ("disconnect", "/a", "<ada>")],
    records=[{"kind": "connect", "namespace": "/a"}, {"kind": "disconnect", "namespace": "/a"}],
    options=ANY_NAMESPACE,
)
def any_namespace_lifecycle(bench: Bench) -> Any:
    seen = bench.seen()

    def note(*_: Any) -> None:
        seen.add((request.event["message"], request.namespace, request.sid))

    bench.socketio.on_event("connect", note, namespace="*")
    bench.socketio.on_event("disconnect", note, namespace="*")
    bench.client("ada", "/a").close()
    return seen.wait(2)


@case(
    "a handler of any event in any namespace is never called: Flask-SocketIO mistakes the event for its namespace",
    expect=(("", 400), []),
    records=[event("foo", namespace="/a", args=(1,), ack=("", 400))],
    options=ANY_NAMESPACE,
)
def any_event_in_any_namespace(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("*", lambda *args: seen.add(args), namespace="*")
    return bench.client("ada", "/a").call("foo", 1), list(seen)


@case(
    "which handler comes first: by name, any event here, by name in any namespace",
    expect=["/a foo", "/a *", "* foo"],
    records=[event("foo", namespace="/a"), event("bar", namespace="/a"), event("foo", namespace="/b")],
    options=ANY_NAMESPACE,
)
def order(bench: Bench) -> Any:
    for namespace, name in (("*", "foo"), ("/a", "*"), ("/a", "foo")):
        bench.socketio.on_event(name, lambda *_, place=f"{namespace} {name}": place, namespace=namespace)
    ada = bench.client("ada", "/a", "/b")
    asked = (("/a", "foo"), ("/a", "bar"), ("/b", "foo"))
    return [ada.call(name, namespace=namespace)[0] for namespace, name in asked]


@case(
    "a handler of any event hides all methods of a class-based namespace",
    expect=("function",),
    records=[event("hi", ack=("function",))],
)
def any_event_before_class(bench: Bench) -> Any:
    class Hidden(Namespace):
        def on_hi(self) -> str:
            return "method"

    bench.socketio.on_namespace(Hidden("/chat"))
    bench.socketio.on_event("*", lambda *_: "function", namespace="/chat")
    return bench.client("ada", "/chat").call("hi")


@case(
    "a class-based namespace for any namespace answers nothing: Flask-SocketIO can't find its client",
    expect=("", 400),
    options=ANY_NAMESPACE,
)
def class_for_any_namespace(bench: Bench) -> Any:
    class Everywhere(Namespace):
        def on_hi(self) -> str:
            return "method"

    bench.socketio.on_namespace(Everywhere("*"))
    return bench.client("ada", "/a").call("hi")
