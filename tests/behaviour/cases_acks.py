"""What a client gets back for an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, event
from flask_socketio import Namespace

if TYPE_CHECKING:
    from bench import Bench
    from client import Client


def silent(ada: Client, event: str) -> bool:
    """Tell whether `event` gets no ack: none has come when a later event, and all else, is done."""
    ack = ada.ask(event)
    for _ in range(3):
        ada.call("later")
    ada.history()
    return not ack.arrived


@case(
    "acks with no value, with one, with several",
    expect=[(), ("one",), ("one", 2, None)],
    records=[event("none", ack=()), event("one", ack=("one",)), event("several", ack=("one", 2, None))],
)
def how_many(bench: Bench) -> Any:
    bench.socketio.on_event("none", lambda: None)
    bench.socketio.on_event("one", lambda: "one")
    bench.socketio.on_event("several", lambda: ("one", 2, None))
    ada = bench.client("ada")
    return [ada.call(name) for name in ("none", "one", "several")]


@case(
    "falsy values are acknowledged as they are",
    expect=[(False,), (0,), ("",), ([],), ({},)],
    records=[event("echo", ack=(False,)), event("echo", ack=(0,)), event("echo", ack=("",))],
)
def falsy(bench: Bench) -> Any:
    bench.socketio.on_event("echo", lambda value: value)
    ada = bench.client("ada")
    return [ada.call("echo", value) for value in (False, 0, "", [], {})]


@case(
    "an event without a wish for an ack gets none",
    expect=([("done",)], [("done",)]),
    records=[event("quiet", ack_id=None, ack=None)],
)
def no_wish(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("quiet")
    def quiet() -> str:
        seen.add(("done",))
        return "nobody hears this"

    ada = bench.client("ada")
    ada.emit("quiet")
    seen.wait()
    bench.socketio.emit("done", to=ada.sid)
    return list(seen), ada.received()


@case(
    "several acks at once each reach their own question",
    expect=[(number, number * number) for number in range(20)],
    records=[event("square", args=(3,), ack=(3, 9))],
    counts={"event": 20},
)
def many_at_once(bench: Bench) -> Any:
    bench.socketio.on_event("square", lambda number: (number, number * number))
    ada = bench.client("ada")
    return [ack.wait() for ack in [ada.ask("square", number) for number in range(20)]]


@case(
    "an event that no function handles gets no ack",
    expect=True,
    records=[
        {"kind": "event", "event": "my evnt", "status": "no-handler", "ack": None, "handler": None},
        event("later"),
    ],
)
def nobody_handles(bench: Bench) -> Any:
    bench.socketio.on_event("my event", lambda: None)
    bench.socketio.on_event("later", lambda: None)
    return silent(bench.client("ada"), "my evnt")


@case(
    "an event that no method handles gets an empty ack",
    expect=(),
    records=[{"kind": "event", "event": "missing", "namespace": "/class", "status": "no-handler", "ack": ()}],
)
def no_method_handles(bench: Bench) -> Any:
    bench.socketio.on_namespace(Namespace("/class"))
    return bench.client("ada", "/class").call("missing")


@case(
    "a client without a namespace's handlers at all gets no ack",
    expect=[],
    records=[{"kind": "event", "event": "hello?", "status": "no-handler"}],
    counts={"event": 1},
)
def no_handlers(bench: Bench) -> Any:
    _ = bench.socketio
    ada = bench.client("ada")
    ada.emit("hello?")
    return ada.received()
