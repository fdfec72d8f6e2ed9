"""What the server does of its own accord: from a cell, a thread, a route, a background task."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from case import Row, case, emit, event
from flask import has_request_context, request
from flask_socketio import emit as reply
from flask_socketio import join_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench


def three_clients(bench: Bench) -> tuple[Any, ...]:
    """Return ada and bob, who are in the lobby, and cyd, who is not."""
    bench.socketio.on_event("join", lambda: join_room("lobby"))
    ada, bob, cyd = (bench.client(name) for name in ("ada", "bob", "cyd"))
    ada.call("join")
    bob.call("join")
    return ada, bob, cyd


EMITS: list[tuple[str, Callable[[Any, str], Any], list[tuple[Any, ...]], Row]] = [
    ("emit", lambda io, _: io.emit("news", 1), [("news", 1)] * 3, {"to": None, "recipients": 3}),
    ("emit to=", lambda io, _: io.emit("news", 1, to="lobby"), [("news", 1)] * 2, {"to": "lobby", "recipients": 2}),
    ("emit room=", lambda io, _: io.emit("news", 1, room="lobby"), [("news", 1)] * 2, {"to": "lobby", "recipients": 2}),
    ("emit to= a sid", lambda io, sid: io.emit("news", 1, to=sid), [("news", 1)], {"to": "<ada>", "sid": "<ada>"}),
    ("emit skip_sid=", lambda io, sid: io.emit("news", 1, skip_sid=sid), [("news", 1)] * 2, {"recipients": 2}),
    ("send", lambda io, _: io.send("hi"), [("message", "hi")] * 3, {"event": "message", "recipients": 3}),
    ("send to=", lambda io, _: io.send("hi", to="lobby"), [("message", "hi")] * 2, {"event": "message", "to": "lobby"}),
    ("send json=True", lambda io, _: io.send({"a": 1}, json=True), [("json", {"a": 1})] * 3, {"event": "json"}),
]


def from_a_cell(bench: Bench, act: Callable[[], None]) -> None:
    del bench
    act()


def from_a_thread(bench: Bench, act: Callable[[], None]) -> None:
    del bench
    thread = threading.Thread(target=act)
    thread.start()
    thread.join()


def from_a_route(bench: Bench, act: Callable[[], None]) -> None:
    bench.app.add_url_rule("/act", "act", lambda: str(act() or "done"))
    assert bench.get("/act").text == "done"


def from_a_task(bench: Bench, act: Callable[[], None]) -> None:
    bench.socketio.start_background_task(act).join()


PLACES: list[tuple[Callable[..., None], str | None]] = [
    (from_a_cell, "cell"),
    (from_a_thread, None),
    (from_a_route, "route"),
    (from_a_task, "task"),
]


def server_emit(place: Callable[..., None], act: Callable[[Any, str], Any]) -> Callable[[Bench], Any]:
    def run(bench: Bench) -> Any:
        clients = three_clients(bench)
        place(bench, lambda: act(bench.socketio, clients[0].sid))
        return [item for client in clients for item in client.received()]

    return run


for _place, _origin in PLACES:
    for _title, _act, _expect, _row in EMITS:
        case(
            f"socketio.{_title} {_place.__name__.replace('_', ' ')}",
            expect=_expect,
            records=[{"kind": "emit", "direction": "out", "origin": _origin, "cause": None, **_row}],
            counts={"emit": 1},
        )(server_emit(_place, _act))


@case(
    "socketio.emit with namespace=",
    expect=([], [("news", 1)]),
    records=[emit("news", namespace="/chat", recipients=1, sid="<ada>")],
)
def server_emit_namespace(bench: Bench) -> Any:
    bench.socketio.on_event("hi", lambda: None, namespace="/chat")
    ada = bench.client("ada", "/", "/chat")
    bench.socketio.emit("news", 1, namespace="/chat")
    return ada.received("/"), ada.received("/chat")


@case(
    "socketio.emit where nobody is connected",
    expect="sent",
    records=[emit("news", recipients=0)],
)
def server_emit_to_nobody(bench: Bench) -> Any:
    bench.socketio.emit("news", 1)
    return "sent"


@case(
    "socketio.emit inside a handler goes to all, unlike emit",
    expect=([("all",), ("reply",)], [("all",)]),
    records=[
        emit("all", to=None, recipients=2, cause="event go", origin="handler"),
        emit("reply", to="<ada>", recipients=1, cause="event go", origin="handler"),
    ],
)
def server_emit_in_handler(bench: Bench) -> Any:
    @bench.socketio.on("go")
    def go() -> None:
        bench.socketio.emit("all")
        reply("reply")

    ada, bob = bench.client("ada"), bench.client("bob")
    ada.call("go")
    return ada.received(), bob.received()


@case(
    "what a route does: an answer over HTTP, an emit, and no sid",
    expect=((201, "1 told"), [("news", "from a route")], [(False, "/news")]),
    records=[
        emit("news", origin="route", recipients=1),
        {"kind": "http", "direction": "in", "event": "GET /news", "status": "201"},
    ],
)
def route(bench: Bench) -> Any:
    seen = bench.seen()

    @bench.app.route("/news")
    def news() -> Any:
        seen.add((hasattr(request, "sid"), request.path))
        bench.socketio.emit("news", "from a route")
        return "1 told", 201

    ada = bench.client("ada")
    answer = bench.get("/news")
    return (answer.status, answer.text), ada.received(), list(seen)


@case(
    "a background task that a handler starts: it sleeps, and emits with socketio.emit",
    expect=(("started",), [("tick", 0), ("tick", 1), ("tick", 2)]),
    records=[
        event("start", ack=("started",)),
        emit("tick", args=(0,), origin="task", cause="event start"),
        emit("tick", args=(2,), origin="task", cause="event start", to="<ada>"),
    ],
    counts={"emit": 3},
)
def background_task(bench: Bench) -> Any:
    def tick(sid: str, times: int) -> None:
        for number in range(times):
            bench.socketio.sleep(0.01)
            bench.socketio.emit("tick", number, to=sid)

    @bench.socketio.on("start")
    def start(times: int) -> str:
        bench.socketio.start_background_task(tick, request.sid, times=times)
        return "started"

    ada = bench.client("ada")
    answer = ada.call("start", 3)
    ada.wait_for("tick", 3)
    return answer, ada.received()


@case(
    "a background task has no request: emit and request.sid raise in it",
    expect=[False, "Working outside of request context.", "Working outside of application context."],
    records=[event("start")],
)
def task_without_request(bench: Bench) -> Any:
    seen = bench.seen()

    def first_line_of(deed: Callable[[], Any]) -> str:
        try:
            return str(deed())
        except RuntimeError as error:
            return str(error).splitlines()[0]

    def task() -> None:
        seen.add(has_request_context())
        seen.add(first_line_of(lambda: request.sid))
        seen.add(first_line_of(lambda: reply("x", namespace="/", to="nobody")))

    @bench.socketio.on("start")
    def start() -> None:
        bench.socketio.start_background_task(task).join()

    bench.client("ada").call("start")
    return list(seen)


@case(
    "emit outside of any handler raises",
    expect=["RuntimeError"],
    counts={"emit": 0},
)
def emit_in_a_cell(bench: Bench) -> Any:
    _ = bench.socketio
    try:
        reply("news", 1)
    except RuntimeError as error:
        return [type(error).__name__]
    return []


@case(
    "socketio.close_room from a cell",
    expect=([("before",)], {None: ["<ada>"], "<ada>": ["<ada>"]}),
    records=[{"kind": "close_room", "to": "lobby", "cause": None}, {"kind": "leave", "to": "lobby", "sid": "<ada>"}],
)
def server_close_room(bench: Bench) -> Any:
    bench.socketio.on_event("join", lambda: join_room("lobby"))
    ada = bench.client("ada")
    ada.call("join")
    bench.socketio.emit("before", to="lobby")
    bench.socketio.close_room("lobby")
    bench.socketio.emit("after", to="lobby")
    return ada.received(), {room: list(sids) for room, sids in bench.server.manager.rooms["/"].items()}


@case(
    "a task that raises ends alone; the server lives on",
    expect=("still here",),
    records=[event("roll call", ack=("still here",))],
    escapes="a task is a thread of the user's own, which ends with the exception",
    escapes_on=("plain", "lab"),
)
def task_raises(bench: Bench) -> Any:
    def task() -> None:
        raise ValueError("from the task")

    bench.socketio.on_event("roll call", lambda: "still here")
    bench.socketio.start_background_task(task).join()
    return bench.client("ada").call("roll call")
