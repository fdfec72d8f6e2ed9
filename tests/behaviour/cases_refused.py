"""Not coming in: the ways to refuse a client, and what it is told."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING, Any

from case import Has, case, event
from flask_socketio import ConnectionRefusedError as Refuse
from flask_socketio import join_room

if TYPE_CHECKING:
    from collections.abc import Callable

    from bench import Bench

NOBODY: dict[str, list[str]] = {}


def refused(namespace: str, reason: Any) -> dict[str, Any]:
    return {"kind": "refused", "direction": "in", "namespace": namespace, "error": reason}


def refuse_by(bench: Bench, answer: Callable[[], Any]) -> Any:
    """Return what a client is told whose connect handler does `answer`, and who is in the namespace then."""
    bench.socketio.on_event("connect", lambda _auth: answer(), namespace="/club")
    ada = bench.client("ada", "/club")
    return ada.refusal, ada.history(), {room: list(sids) for room, sids in bench.server.manager.rooms.items()}


def told(**refusal: Any) -> Any:
    return refusal, [("connect_error", refusal)], NOBODY


@case(
    "refusing by returning False",
    expect=told(message="Connection rejected by server"),
    records=[refused("/club", Has("Connection rejected by server"))],
    counts={"connect": 0, "refused": 1, "disconnect": 0},
)
def refuse_by_false(bench: Bench) -> Any:
    return refuse_by(bench, lambda: False)


@case(
    "a connect handler that returns None, 0 or '' lets the client in",
    expect=[[("connect",)]] * 3,
    counts={"connect": 3},
)
def falsy_is_no_refusal(bench: Bench) -> Any:
    answers = iter([None, 0, ""])
    bench.socketio.on_event("connect", lambda _auth: next(answers))
    return [bench.client(name).history() for name in ("ada", "bob", "cyd")]


def refuse_raising(*args: Any) -> Callable[[Bench], Any]:
    def refuse() -> None:
        raise Refuse(*args)

    return lambda bench: refuse_by(bench, refuse)


for _title, _args, _told in (
    ("nothing", (), {"message": "Connection rejected by server"}),
    ("a message", ("club is full",), {"message": "club is full"}),
    ("a message and data", ("club is full", {"code": 7}), {"message": "club is full", "data": {"code": 7}}),
    ("a message and several data", ("full", 7, [8]), {"message": "full", "data": [7, [8]]}),
    ("a message that is no text", (503,), {"message": "503"}),
):
    case(
        f"refusing by ConnectionRefusedError with {_title}",
        expect=told(**_told),
        records=[{**refused("/club", Has(_told["message"])), "args": (_told,)}],
        counts={"connect": 0, "refused": 1, "disconnect": 0},
    )(refuse_raising(*_args))


@case(
    "refusing by Python's own ConnectionRefusedError",
    expect=told(message="Connection refused by server"),
    records=[refused("/club", Has("Connection refused by server"))],
    needs="python-socketio>=5.14.3",
)
def refuse_by_builtin(bench: Bench) -> Any:
    def refuse() -> None:
        raise builtins.ConnectionRefusedError("not told")

    return refuse_by(bench, refuse)


@case(
    "refused in one namespace, let in to another on the same connection",
    expect=({"message": "members only"}, ("still here",)),
    records=[
        {"kind": "connect", "namespace": "/"},
        refused("/club", Has("members only")),
        event("ping me", namespace="/", ack=("still here",)),
    ],
)
def refused_in_one(bench: Bench) -> Any:
    bench.socketio.on_event("ping me", lambda: "still here")

    @bench.socketio.on("connect", namespace="/club")
    def connect() -> None:
        raise Refuse("members only")

    ada = bench.client("ada", "/", "/club")
    return dict(ada.history("/club"))["connect_error"], ada.call("ping me")


@case(
    "refusing by what the client's auth says",
    expect=[None, {"message": "who are you?"}, {"message": "who are you?"}],
    counts={"connect": 1, "refused": 2},
)
def refuse_by_auth(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect(auth: dict[str, str] | None) -> None:
        if not auth or auth.get("token") != "let me in":
            raise Refuse("who are you?")

    auths = {"ada": {"token": "let me in"}, "bob": {"token": "?"}, "cyd": None}
    return [bench.client(name, auth=auth).refusal for name, auth in auths.items()]


@case(
    "a namespace that nobody serves",
    expect=({"message": "Unable to connect"}, ["/chat"]),
    records=[refused("/chta", Has("Unable to connect"))],
    clients=("python",),
)
def unknown_namespace(bench: Bench) -> Any:
    bench.socketio.on_event("hi", lambda: None, namespace="/chat")
    return bench.client("ada", "/chta").refusal, list(bench.server.handlers)


@case(
    "a namespace that nobody serves, as JavaScript sees it: no message",
    expect={"message": ""},
    records=[refused("/chta", Has("Unable to connect"))],
    clients=("node",),
)
def unknown_namespace_in_javascript(bench: Bench) -> Any:
    _ = bench.socketio
    return bench.client("ada", "/chta").refusal


@case(
    "a refused client is in no room",
    expect=({"message": "no"}, NOBODY),
    records=[{"kind": "join", "to": "lobby"}, {"kind": "leave", "to": "lobby"}],
    counts={"refused": 1},
)
def refused_is_in_no_room(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect() -> None:
        join_room("lobby")
        raise Refuse("no")

    return bench.client("ada").refusal, bench.server.manager.rooms


def always_connect_refused(bench: Bench) -> Any:
    @bench.socketio.on("connect")
    def connect() -> None:
        raise Refuse("not today")

    ada = bench.client("ada")
    ada.wait_for("disconnect")
    return ada.history()


for _client, _reason in ("python", "server disconnect"), ("node", "parse error"):
    # socket.io-client can't read a DISCONNECT that carries data, and python-socketio sends the refusal in one.
    case(
        f"always_connect: a refused client is let in, then sent away ({_reason})",
        expect=[("connect",), ("disconnect", _reason)],
        records=[refused("/", Has("not today"))],
        options={"always_connect": True},
        clients=(_client,),
    )(always_connect_refused)
