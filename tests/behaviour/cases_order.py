"""In which order things arrive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, emit, event
from flask_socketio import emit as reply

if TYPE_CHECKING:
    from bench import Bench

MANY = 100
IN_ORDER = [("n", number) for number in range(MANY)]


@case(
    "many emits of one handler arrive in order",
    expect=IN_ORDER,
    records=[emit("n", args=(0,)), emit("n", args=(1,)), emit("n", args=(MANY - 1,))],
    counts={"emit": MANY},
)
def many_emits(bench: Bench) -> Any:
    @bench.socketio.on("count")
    def count() -> None:
        for number in range(MANY):
            reply("n", number)

    ada = bench.client("ada")
    ada.call("count")
    return ada.received()


@case(
    "what a handler emitted arrives before its ack",
    expect=[True] * 20,
    records=[event("go", ack=()), emit("done", cause="event go"), event("go"), emit("done")],
)
def emits_before_ack(bench: Bench) -> Any:
    bench.socketio.on_event("go", lambda number: reply("done", number))
    ada = bench.client("ada")
    return [bool(ada.call("go", number) == () and ("done", number) in ada.so_far()) for number in range(20)]


@case(
    "async_handlers=False: many events of one client are handled in order",
    expect=list(range(MANY)),
    records=[event("n", args=(0,)), event("n", args=(1,)), event("n", args=(MANY - 1,))],
    counts={"event": MANY},
    options={"async_handlers": False},
)
def in_order(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("n", seen.add)
    ada = bench.client("ada")
    for number in range(MANY):
        ada.emit("n", number)
    return seen.wait(MANY)


@case(
    "async_handlers=False: a handler that raises, and the next event",
    expect=("still here",),
    records=[{"kind": "event", "event": "explode", "status": "raised"}, event("later")],
    options={"async_handlers": False},
)
def in_order_raising(bench: Bench) -> Any:
    @bench.socketio.on("explode")
    def explode() -> None:
        raise ValueError("for this case")

    bench.socketio.on_event("later", lambda: "still here")
    ada = bench.client("ada")
    ada.emit("explode")
    return ada.call("later")


@case(
    "many events of one client: all are handled, and recorded in the order in which they were sent",
    expect=list(range(MANY)),
    records=[event("n", args=(number,), sid="<ada>") for number in range(MANY)],
    counts={"event": MANY},
)
def many_events(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("n", seen.add)
    ada = bench.client("ada")
    for number in range(MANY):
        ada.emit("n", number)
    return sorted(seen.wait(MANY))


@case(
    "a slow handler holds up neither its own client's next event nor another client's",
    expect=[("quick",), ("quick",), ("slow",)],
    records=[event("slow", sid="<ada>"), event("quick", sid="<ada>"), event("quick", sid="<bob>")],
)
def slow_handler(bench: Bench) -> Any:
    quick = bench.seen()

    @bench.socketio.on("slow")
    def slow() -> str:
        quick.wait(2)
        return "slow"

    @bench.socketio.on("quick")
    def answer() -> str:
        quick.add("quick")
        return "quick"

    ada, bob = bench.client("ada"), bench.client("bob")
    waiting = ada.ask("slow")
    return [ada.call("quick"), bob.call("quick"), waiting.wait()]
