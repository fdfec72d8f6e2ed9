"""In which threads handlers run, as far as handlers can tell."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from case import case, event
from flask import request
from flask_socketio import emit as reply
from seen import DEADLINE

if TYPE_CHECKING:
    from bench import Bench

HUNDREDS = 200
_kept = threading.local()
_told: ContextVar[str] = ContextVar("told", default="nothing")


@case("what a handler keeps in a threading.local is gone with it", expect=[("none",)] * 20)
def thread_locals(bench: Bench) -> Any:
    @bench.socketio.on("keep")
    def keep(value: int) -> Any:
        before = getattr(_kept, "value", "none")
        _kept.value = value
        return before

    ada = bench.client("ada")
    return [ada.call("keep", number) for number in range(20)]


@case("a threading.local's own class is made anew for each event", expect=[(1,)] * 5)
def thread_local_classes(bench: Bench) -> Any:
    class Counter(threading.local):
        count = 0

    counter = Counter()

    @bench.socketio.on("count")
    def count() -> int:
        counter.count += 1
        return counter.count

    ada = bench.client("ada")
    return [ada.call("count") for _ in range(5)]


@case("a context variable that a handler sets is gone with it", expect=[("nothing",)] * 20)
def context_variables(bench: Bench) -> Any:
    @bench.socketio.on("tell")
    def tell(value: str) -> str:
        before = _told.get()
        _told.set(value)
        return before

    ada = bench.client("ada")
    return [ada.call("tell", f"told {number}") for number in range(20)]


@case(
    "a handler runs in no main thread, and a thread that it starts sees none of its context", expect=(False, "nothing")
)
def threads_of_its_own(bench: Bench) -> Any:
    @bench.socketio.on("start")
    def start() -> Any:
        _told.set("told")
        seen: list[str] = []
        thread = threading.Thread(target=lambda: seen.append(_told.get()))
        thread.start()
        thread.join()
        return threading.current_thread() is threading.main_thread(), seen[0]

    return bench.client("ada").call("start")


@case(
    "handlers that block by the hundred stop nobody, themselves neither",
    expect=(["quick"] * 5, list(range(HUNDREDS))),
    counts={"event": HUNDREDS + 5},
    clients=("python",),
)
def blocked(bench: Bench) -> Any:
    gate, began, ended = threading.Event(), bench.seen(), bench.seen()

    @bench.socketio.on("block")
    def block(number: int) -> None:
        began.add(number)
        gate.wait(DEADLINE)
        ended.add(number)

    bench.socketio.on_event("quick", lambda: "quick")
    ada, bob = bench.client("ada"), bench.client("bob")
    for number in range(HUNDREDS):
        ada.emit("block", number)
    began.wait(HUNDREDS)
    answers = [client.call("quick")[0] for client in (ada, bob, ada, bob, ada)]
    gate.set()
    return answers, sorted(ended.wait(HUNDREDS))


@case(
    "an event overtakes one of its own client whose handler blocks",
    expect=["second", "first"],
    records=[event("wait"), event("go")],
)
def overtaking(bench: Bench) -> Any:
    gate, seen = threading.Event(), bench.seen()

    @bench.socketio.on("wait")
    def wait() -> None:
        gate.wait(DEADLINE)
        seen.add("first")

    @bench.socketio.on("go")
    def go() -> None:
        seen.add("second")
        gate.set()

    ada = bench.client("ada")
    ada.emit("wait")
    ada.emit("go")
    return seen.wait(2)


@case("call inside a handler: of the client that asked, and of another one", expect=(("ada's", "bob's"),))
def calls(bench: Bench) -> Any:
    ada, bob = bench.client("ada"), bench.client("bob")
    ada.answer("whose", "ada's")
    bob.answer("whose", "bob's")

    @bench.socketio.on("ask")
    def ask() -> Any:
        asked = [bench.socketio.call("whose", to=sid, timeout=DEADLINE) for sid in (request.sid, bob.sid)]
        return [tuple(asked)]

    (told,) = ada.call("ask")
    return (tuple(told[0]),)


@case("what a handler emitted before it blocks arrives while it does", expect=[("before",)])
def emits_before_it_blocks(bench: Bench) -> Any:
    gate = threading.Event()

    @bench.socketio.on("block")
    def block() -> None:
        reply("before")
        gate.wait(DEADLINE)

    ada = bench.client("ada")
    ada.emit("block")
    ada.wait_for("before")
    gate.set()
    return ada.received()


@case("what a handler emitted before it sleeps arrives while it does", expect=[("before",)])
def emits_before_it_sleeps(bench: Bench) -> Any:
    gate = threading.Event()

    @bench.socketio.on("sleep")
    def sleep() -> None:
        reply("before")
        while not gate.is_set():
            bench.socketio.sleep(0.01)

    ada = bench.client("ada")
    ada.emit("sleep")
    ada.wait_for("before")
    gate.set()
    return ada.received()


@case("a handler that waits for a later event of its own client gets it", expect=(("later",),))
def waits_for_a_later_event(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("later", lambda: seen.add("later"))
    bench.socketio.on_event("first", lambda: seen.wait(1)[0])
    ada = bench.client("ada")
    ack = ada.ask("first")
    ada.emit("later")
    return (ack.wait(),)
