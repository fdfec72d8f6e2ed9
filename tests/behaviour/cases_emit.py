"""To whom a handler's emit and send go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from case import Row, case, emit, event
from flask import request
from flask_socketio import emit as reply
from flask_socketio import join_room, send

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench

ROOMS = {"ada": ["red"], "bob": ["red", "blue"], "cyd": ["blue"], "dan": []}


def who_gets(emit_it: Callable[[dict[str, str]], None], bench: Bench) -> dict[str, list[tuple[Any, ...]]]:
    """Return what each of four clients receives when ada's handler does `emit_it(sids by name)`."""
    sids: dict[str, str] = {}
    bench.socketio.on_event("join", join_room)
    bench.socketio.on_event("go", lambda: emit_it(sids))
    clients = {name: bench.client(name) for name in ROOMS}
    for name, client in clients.items():
        sids[name] = client.sid
        for room in ROOMS[name]:
            client.call("join", room)
    clients["ada"].call("go")
    return {name: client.received() for name, client in clients.items() if client.received()}


def received(*names: str, event: str = "news") -> dict[str, list[tuple[Any, ...]]]:
    return {name: [(event, 1)] for name in names}


WAYS: list[tuple[str, Callable[[dict[str, str]], Any], tuple[str, ...], Row]] = [
    ("nothing: to the sender", lambda _: reply("news", 1), ("ada",), {"to": "<ada>"}),
    ("broadcast=True", lambda _: reply("news", 1, broadcast=True), ("ada", "bob", "cyd", "dan"), {"to": None}),
    (
        "broadcast=True, include_self=False",
        lambda _: reply("news", 1, broadcast=True, include_self=False),
        ("bob", "cyd", "dan"),
        {"to": None},
    ),
    ("include_self=False alone: to nobody", lambda _: reply("news", 1, include_self=False), (), {"to": "<ada>"}),
    ("to= a room", lambda _: reply("news", 1, to="blue"), ("bob", "cyd"), {"to": "blue"}),
    ("room= a room", lambda _: reply("news", 1, room="blue"), ("bob", "cyd"), {"to": "blue"}),
    ("to= a list of rooms", lambda _: reply("news", 1, to=["red", "blue"]), ("ada", "bob", "cyd"), {"to": "red, blue"}),
    (
        "room= a list of rooms",
        lambda _: reply("news", 1, room=["blue", "red"]),
        ("ada", "bob", "cyd"),
        {"to": "blue, red"},
    ),
    (
        "to= a tuple of rooms",
        lambda _: reply("news", 1, to=("red", "blue")),
        ("ada", "bob", "cyd"),
        {"to": "red, blue"},
    ),
    ("to= a sid", lambda sids: reply("news", 1, to=sids["dan"]), ("dan",), {"to": "<dan>", "sid": "<dan>"}),
    (
        "to= sids and rooms",
        lambda sids: reply("news", 1, to=[sids["dan"], "red"]),
        ("ada", "bob", "dan"),
        {"to": "<dan>, red"},
    ),
    (
        "to= a room, include_self=False",
        lambda _: reply("news", 1, to="red", include_self=False),
        ("bob",),
        {"to": "red", "sid": "<bob>"},
    ),
    (
        "skip_sid= one",
        lambda sids: reply("news", 1, broadcast=True, skip_sid=sids["bob"]),
        ("ada", "cyd", "dan"),
        {"to": None},
    ),
    (
        "skip_sid= a list",
        lambda sids: reply("news", 1, broadcast=True, skip_sid=[sids["bob"], sids["ada"]]),
        ("cyd", "dan"),
        {"to": None},
    ),
    (
        "skip_sid= and include_self=False: the sender is not skipped",
        lambda sids: reply("news", 1, broadcast=True, include_self=False, skip_sid=sids["bob"]),
        ("ada", "cyd", "dan"),
        {"to": None},
    ),
    ("to= a room that nobody is in", lambda _: reply("news", 1, to="green"), (), {"to": "green"}),
    ("to= an empty list", lambda _: reply("news", 1, to=[]), ("ada",), {}),
]

for _title, _emit_it, _names, _row in WAYS:
    case(
        f"emit with {_title}",
        expect=received(*_names),
        records=[
            event("go"),
            emit("news", args=(1,), recipients=len(_names), cause="event go", origin="handler", **_row),
        ],
        counts={"emit": 1},
    )(lambda bench, emit_it=_emit_it: who_gets(emit_it, bench))


SENDS: list[tuple[str, Callable[[dict[str, str]], Any], tuple[str, ...]]] = [
    ("nothing: to the sender", lambda _: send(1), ("ada",)),
    ("broadcast=True", lambda _: send(1, broadcast=True), ("ada", "bob", "cyd", "dan")),
    (
        "broadcast=True, include_self=False",
        lambda _: send(1, broadcast=True, include_self=False),
        ("bob", "cyd", "dan"),
    ),
    ("to= a room", lambda _: send(1, to="blue"), ("bob", "cyd")),
    ("room= a list", lambda _: send(1, room=["red", "blue"]), ("ada", "bob", "cyd")),
    ("skip_sid=", lambda sids: send(1, to="red", skip_sid=sids["ada"]), ("bob",)),
]

for _title, _send_it, _names in SENDS:
    case(
        f"send with {_title}",
        expect=received(*_names, event="message"),
        records=[event("go"), emit("message", args=(1,), recipients=len(_names), cause="event go", origin="handler")],
        counts={"emit": 1},
    )(lambda bench, send_it=_send_it: who_gets(send_it, bench))


@case(
    "an emit stays in its namespace, or goes to the one that is named",
    expect=([("news", "of /")], [("news", "from / to /chat"), ("message", "sent")]),
    records=[
        event("go", namespace="/"),
        emit("news", namespace="/", args=("of /",)),
        emit("news", namespace="/chat", args=("from / to /chat",), recipients=1),
        emit("message", namespace="/chat", args=("sent",), recipients=1),
        emit("news", namespace="/chat", recipients=0),
    ],
)
def namespaces(bench: Bench) -> Any:
    bench.socketio.on_event("hi", lambda: None, namespace="/chat")

    @bench.socketio.on("go")
    def go() -> None:
        reply("news", "of /", broadcast=True)
        reply("news", "from / to /chat", namespace="/chat", broadcast=True)
        send("sent", namespace="/chat", broadcast=True)
        reply("news", "to a sid of another namespace", namespace="/chat")

    ada = bench.client("ada", "/", "/chat")
    ada.call("go")
    return ada.received("/"), ada.received("/chat")


@case(
    "an emit to a sid that is gone, or never was, goes nowhere and raises nothing",
    expect=("sent", []),
    records=[emit("news", to="nobody", recipients=0), emit("news", to="<bob>", recipients=0), event("later")],
)
def to_nobody(bench: Bench) -> Any:
    gone = bench.seen()
    bench.socketio.on_event("disconnect", lambda _reason: gone.add(request.sid))

    @bench.socketio.on("go")
    def go(sid: str) -> str:
        reply("news", to="nobody")
        reply("news", to=sid)
        return "sent"

    bench.socketio.on_event("later", lambda: None)
    ada, bob = bench.client("ada"), bench.client("bob")
    bob.close()
    gone.wait()
    answer = ada.call("go", bob.sid)
    ada.call("later")
    return *answer, ada.received()
