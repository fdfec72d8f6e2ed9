"""The server asks, clients answer: emit callbacks and `call`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, emit, event
from flask import request
from flask_socketio import call, send
from flask_socketio import emit as reply
from socketio.exceptions import TimeoutError as NoAckError

if TYPE_CHECKING:
    from bench import Bench


@case(
    "an emit's callback, with no value, with one, with several",
    expect=[(), ("one",), ("one", 2, {"three": b"3"})],
    records=[
        event("go"),
        emit("question", args=(0,), ack=(), cause="event go"),
        emit("question", args=(1,), ack=("one",)),
        emit("question", args=(2,), ack=("one", 2, {"three": b"3"})),
    ],
    counts={"ack": 0},  # merged into the rows of the emits
)
def callbacks(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("go", lambda number: reply("question", number, callback=lambda *values: seen.add(values)))
    ada = bench.client("ada")
    for number, values in enumerate([(), ("one",), ("one", 2, {"three": b"3"})]):
        ada.answer("question", *values)
        ada.call("go", number)
        seen.wait(number + 1)
    return list(seen)


@case(
    "in a callback, request.sid is the sender's, and it may emit",
    expect=([("<ada>", "/", None, ("yes",))], [("question",), ("thanks", "yes")]),
    records=[
        event("go"),
        emit("question", ack=("yes",), origin="handler"),
        emit("thanks", origin="callback", cause="event go", sid="<ada>"),
    ],
)
def callback_context(bench: Bench) -> Any:
    seen = bench.seen()

    def answered(value: str) -> None:
        seen.add((request.sid, request.namespace, request.event["message"], request.event["args"]))
        reply("thanks", value)

    bench.socketio.on_event("go", lambda: reply("question", callback=answered))
    ada = bench.client("ada")
    ada.answer("question", "yes")
    ada.call("go")
    ada.wait_for("thanks")
    return list(seen), ada.received()


@case(
    "the callback of an emit to somebody else runs as the one who asked",
    expect=[("<ada>", "from bob")],
    records=[emit("question", sid="<bob>", ack=("from bob",), cause="event go")],
)
def callback_of_another(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("go")
    def go(sid: str) -> None:
        reply("question", to=sid, callback=lambda value: seen.add((request.sid, value)))

    ada, bob = bench.client("ada"), bench.client("bob")
    bob.answer("question", "from bob")
    ada.call("go", bob.sid)
    return seen.wait()


@case(
    "a callback on a broadcast is called by each client",
    expect={"from ada", "from bob"},
    records=[
        emit("question", recipients=2, ack=None),
        {"kind": "ack", "direction": "in", "namespace": "/", "event": None},
        {"kind": "ack", "direction": "in"},
    ],
    counts={"ack": 2, "emit": 1},
)
def callback_of_broadcast(bench: Bench) -> Any:
    seen = bench.seen()
    _ = bench.socketio
    ada, bob = bench.client("ada"), bench.client("bob")
    ada.answer("question", "from ada")
    bob.answer("question", "from bob")
    bench.socketio.emit("question", callback=seen.add)
    return set(seen.wait(2))


@case(
    "the callbacks of send, and of socketio.emit from a cell",
    expect=["to a send", "to a cell"],
    records=[emit("message", ack=("to a send",)), emit("question", ack=("to a cell",), origin="cell", cause=None)],
)
def callback_of_send(bench: Bench) -> Any:
    seen = bench.seen()
    bench.socketio.on_event("go", lambda: send("hi", callback=seen.add))
    ada = bench.client("ada")
    ada.answer("message", "to a send")
    ada.answer("question", "to a cell")
    ada.call("go")
    seen.wait()
    bench.socketio.emit("question", to=ada.sid, callback=seen.add)
    return seen.wait(2)


@case(
    "call inside a handler asks the client that sent the event",
    expect=[(None,), ("one",), (["one", 2],)],
    records=[
        event("go", ack=(None,)),
        emit("question", ack=(), cause="event go", origin="handler"),
        event("go", ack=("one",)),
        emit("question", ack=("one",)),
        event("go", ack=(["one", 2],)),
        emit("question", ack=("one", 2)),
    ],
)
def call_in_handler(bench: Bench) -> Any:
    bench.socketio.on_event("go", lambda: (listed(call("question", {"n": 1})),))
    ada = bench.client("ada")
    answers = []
    for values in ((), ("one",), ("one", 2)):
        ada.answer("question", *values)
        answers.append(ada.call("go"))
    return answers


def listed(value: Any) -> Any:
    """Return a tuple as a list, so that it is one value of an ack."""
    return list(value) if isinstance(value, tuple) else value


@case(
    "call inside a handler asks another client",
    expect=(("bob says 42",), [("question", 6, 7)], []),
    records=[event("go", ack=("bob says 42",)), emit("question", args=(6, 7), sid="<bob>", ack=(42,))],
)
def call_another(bench: Bench) -> Any:
    @bench.socketio.on("go")
    def go(sid: str) -> str:
        return f"bob says {call('question', (6, 7), to=sid)}"

    ada, bob = bench.client("ada"), bench.client("bob")
    bob.answer("question", 42)
    return ada.call("go", bob.sid), bob.received(), ada.received()


@case(
    "socketio.call from a cell",
    expect=["one", None, (1, 2)],
    records=[emit("question", ack=("one",), origin="cell"), emit("question", ack=()), emit("question", ack=(1, 2))],
)
def call_from_cell(bench: Bench) -> Any:
    _ = bench.socketio
    ada = bench.client("ada")
    answers = []
    for values in (("one",), (), (1, 2)):
        ada.answer("question", *values)
        answers.append(bench.socketio.call("question", to=ada.sid, timeout=5))
    return answers


@case(
    "call gives up after its timeout, and the handler may go on",
    expect=("gave up",),
    records=[event("go", ack=("gave up",)), emit("question", to="nobody", recipients=0, ack=None)],
)
def call_times_out(bench: Bench) -> Any:
    @bench.socketio.on("go")
    def go() -> str:
        try:
            return str(call("question", to="nobody", timeout=0.05))
        except NoAckError:
            return "gave up"

    return bench.client("ada").call("go")


@case(
    "call inside connect gives up: its client is not connected yet",
    expect=(["gave up"], [("connect",)]),
    records=[emit("question"), {"kind": "connect", "sid": "<ada>"}],
    clients=("node",),
)
def call_in_connect(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("connect")
    def connect() -> None:
        try:
            call("question", timeout=0.05)
        except NoAckError:
            seen.add("gave up")

    ada = bench.client("ada")
    return list(seen), [item for item in ada.history() if item[0] != "question"]


@case(
    "several questions at once: each answer reaches its own",
    expect=[["ada", 0], ["bob", 1], ["ada", 2], ["bob", 3]],
    records=[emit("question", ack=("ada",)), emit("question", ack=("bob",))],
)
def several_questions(bench: Bench) -> Any:
    seen = bench.seen()
    _ = bench.socketio
    clients = [bench.client("ada"), bench.client("bob")]
    for client in clients:
        client.answer("question", client.name)
    for number in range(4):
        bench.socketio.emit(
            "question", to=clients[number % 2].sid, callback=lambda name, number=number: seen.add([name, number])
        )
    return sorted(seen.wait(4), key=lambda answer: answer[1])
