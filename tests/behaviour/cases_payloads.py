"""What may be sent: every kind of value, both ways, and as an ack."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import case, emit, event
from flask import request
from flask_socketio import emit as reply
from flask_socketio import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench

NESTED = {"photo": b"\x89PNG", "sizes": [1, {"raw": b"\x00\xff"}], "note": None}
VALUES: dict[str, tuple[Any, ...]] = {
    "a str": ("hello",),
    "an empty str": ("",),
    "a str beyond ASCII": ("grüße, 你好, مرحبا 🎉 \u2028 \\ \" ' <b>",),
    "a str that looks like a packet": ('42["x"]',),
    "bytes": (b"\x00\xff raw",),
    "empty bytes": (b"",),
    "an int": (7,),
    "a negative int": (-1,),
    "zero": (0,),
    "a float": (2.5,),
    "True": (True,),
    "False": (False,),
    "None": (None,),
    "a list": ([1, "two", [3.5, None]],),
    "an empty list": ([],),
    "a dict": ({"room": "lobby", "tags": ["a", "b"], "deep": {"er": {"est": True}}},),
    "an empty dict": ({},),
    "nested JSON with bytes": (NESTED,),
    "no argument at all": (),
    "several arguments": ("one", 2, None, {"three": 3}),
    "several arguments with bytes": (b"one", [b"two"], 3),
    "100 kB of text": ("x" * 100_000,),
    "100 kB of bytes": (bytes(100_000),),
}


def types_of(args: tuple[Any, ...]) -> list[str]:
    return [type(arg).__name__ for arg in args]


def there_and_back(args: tuple[Any, ...]) -> Callable[[Bench], Any]:
    """Send `args` as an event, back as an ack, and back as an event."""

    def run(bench: Bench) -> Any:
        seen = bench.seen()

        @bench.socketio.on("echo")
        def echo(*received: Any) -> tuple[Any, ...]:
            seen.add(types_of(received))
            assert request.event == {"message": "echo", "args": received}
            reply("echoed", received)
            return received

        ada = bench.client("ada")
        return ada.call("echo", *args), ada.received(), list(seen)

    return run


for _title, _args in VALUES.items():
    case(
        f"payload: {_title}",
        expect=(_args, [("echoed", *_args)], [types_of(_args)]),
        records=[
            event("echo", args=_args, ack=_args, sid="<ada>", request_event={"message": "echo", "args": _args}),
            emit("echoed", args=_args, sid="<ada>", recipients=1, cause="event echo", origin="handler"),
        ],
        counts={"event": 1, "emit": 1},
    )(there_and_back(_args))


@case(
    "a tuple is several arguments, a list is one",
    expect=([("pair", 1, 2), ("pair", [1, 2]), ("pair", [1, 2], 3), ("pair",)], [(1, 2), ([1, 2],), ()]),
    records=[
        emit("pair", args=(1, 2)),
        emit("pair", args=([1, 2],)),
        emit("pair", args=([1, 2], 3)),
        emit("pair", args=()),
    ],
)
def tuples(bench: Bench) -> Any:
    returned = iter([(1, 2), [1, 2], ()])

    @bench.socketio.on("pairs")
    def pairs() -> Any:
        return next(returned)

    ada = bench.client("ada")
    for data in ((1, 2), [1, 2], ((1, 2), 3), ()):
        bench.socketio.emit("pair", data)
    return ada.received(), [ada.call("pairs") for _ in range(3)]


@case(
    "emitting None sends no argument; a tuple with None in it does",
    expect=[("nothing",), ("nothing",), ("nothing", None)],
    records=[emit("nothing", args=()), emit("nothing", args=()), emit("nothing", args=(None,))],
)
def none(bench: Bench) -> Any:
    _ = bench.socketio
    ada = bench.client("ada")
    bench.socketio.emit("nothing")
    bench.socketio.emit("nothing", None)
    bench.socketio.emit("nothing", (None,))
    return ada.received()


@case(
    "message and json",
    expect=(
        ["<ada> says hi", {"json": True}],
        [("message", "hi too"), ("json", {"hi": "too"}), ("message", {"a": "dict"})],
    ),
    records=[
        event("message", args=("<ada> says hi",)),
        emit("message", args=("hi too",)),
        event("json", args=({"json": True},)),
        emit("json", args=({"hi": "too"},)),
        emit("message", args=({"a": "dict"},)),
    ],
)
def message_and_json(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.socketio.on("message")
    def on_message(text: str) -> None:
        seen.add(text)
        send("hi too")

    @bench.socketio.on("json")
    def on_json(data: Any) -> None:
        seen.add(data)
        send({"hi": "too"}, json=True)
        send({"a": "dict"})  # a message all the same

    ada = bench.client("ada")
    ada.call("message", f"{ada.sid} says hi")
    ada.call("json", {"json": True})
    return list(seen), ada.received()


@case(
    "names of events: spaces, colons, slashes, other scripts, none at all",
    expect=["my event", "chat:new/line", "вход", "🎉", "", "42", "constructor"],
    records=[event("my event"), event("chat:new/line"), event("вход"), event("🎉"), event("")],
)
def names(bench: Bench) -> Any:
    answered = []
    ada = None
    for name in ("my event", "chat:new/line", "вход", "🎉", "", "42", "constructor"):
        bench.socketio.on_event(name, lambda: request.event["message"])
        ada = ada or bench.client("ada")
        answered += ada.call(name)
    return answered


@case(
    "emit with `data=` loses its payload, and with two arguments raises",
    expect=("TypeError", [("lost",)]),
    records=[event("try it"), emit("lost", args=())],
)
def misspelt_emit(bench: Bench) -> Any:
    @bench.socketio.on("try it")
    def try_it() -> str:
        reply("lost", data={"payload": 1})
        try:
            reply("two", 1, 2)
        except TypeError as error:
            return type(error).__name__
        return "sent"

    ada = bench.client("ada")
    (raised,) = ada.call("try it")
    return raised, ada.received()


@case(
    "what is no JSON can't be sent",
    expect=("TypeError", []),
    records=[event("try it", ack=("TypeError",))],
    counts={"emit": 0},
)
def no_json(bench: Bench) -> Any:
    @bench.socketio.on("try it")
    def try_it() -> str:
        try:
            reply("a set", {1, 2})
        except TypeError as error:
            return type(error).__name__
        return "sent"

    ada = bench.client("ada")
    return *ada.call("try it"), ada.received()


@case(
    "a handler that changes its argument changes no record of it",
    expect=({"room": "lobby", "seen": True},),
    records=[event("mark", args=({"room": "lobby"},), ack=({"room": "lobby", "seen": True},))],
)
def changed_argument(bench: Bench) -> Any:
    @bench.socketio.on("mark")
    def mark(data: dict[str, Any]) -> dict[str, Any]:
        data["seen"] = True
        return data

    return bench.client("ada").call("mark", {"room": "lobby"})
