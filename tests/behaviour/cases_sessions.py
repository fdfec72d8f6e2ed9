"""What handlers may keep: Flask's session, and what else of Flask they see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
from case import case, event
from flask import current_app, g, request, session

if TYPE_CHECKING:
    from bench import Bench


def count_visits(bench: Bench) -> tuple[Any, Any]:
    """Return a client that came with the cookie of an HTTP login, and the cookie."""
    bench.app.secret_key = bench.name

    @bench.app.route("/login")
    def login() -> str:
        session["user"] = "ada"
        session["visits"] = 10
        return "welcome"

    @bench.app.route("/visits")
    def visits() -> str:
        return str(session.get("visits"))

    @bench.socketio.on("visit")
    def visit() -> Any:
        session["visits"] = session.get("visits", 0) + 1
        return session.get("user"), session["visits"]

    cookie = bench.get("/login").cookie.partition(";")[0]
    return bench.client("ada", headers={"Cookie": cookie}), cookie


@case(
    "session: each client has its own, a copy of what HTTP had when it connected",
    expect=([("ada", 11), ("ada", 12), ("ada", 13)], (None, 1), "10"),
    records=[
        event("visit", ack=("ada", 11)),
        event("visit", ack=("ada", 13)),
        event("visit", sid="<bob>", ack=(None, 1)),
    ],
)
def managed(bench: Bench) -> Any:
    ada, cookie = count_visits(bench)
    bob = bench.client("bob")
    return [ada.call("visit") for _ in range(3)], bob.call("visit"), bench.get("/visits", cookie).text


@case(
    "manage_session=False: Flask's own session, which a cookie freezes as it was at connect",
    expect=([("ada", 11), ("ada", 11)], (None, 1), "10"),
    records=[event("visit", ack=("ada", 11)), event("visit", ack=("ada", 11))],
    options={"manage_session": False},
)
def unmanaged(bench: Bench) -> Any:
    ada, cookie = count_visits(bench)
    bob = bench.client("bob")
    return [ada.call("visit") for _ in range(2)], bob.call("visit"), bench.get("/visits", cookie).text


@case(
    "session: written in connect, read in events and in disconnect",
    expect=(("ada",), ["ada"]),
    records=[event("who", ack=("ada",))],
)
def from_connect_on(bench: Bench) -> Any:
    seen = bench.seen()
    bench.app.secret_key = bench.name

    @bench.socketio.on("connect")
    def connect(auth: Any) -> None:
        session["name"] = auth["name"]

    bench.socketio.on_event("who", lambda: session["name"])
    bench.socketio.on_event("disconnect", lambda _reason: seen.add(session["name"]))
    ada = bench.client("ada", auth={"name": "ada"})
    answer = ada.call("who")
    ada.close()
    return answer, seen.wait()


@case(
    "session: one for all namespaces of a connection",
    expect=[(1,), (2,), (3,)],
    records=[event("count", namespace="/a"), event("count", namespace="/b"), event("count", namespace="/a")],
)
def across_namespaces(bench: Bench) -> Any:
    bench.app.secret_key = bench.name

    def count() -> int:
        session["count"] = session.get("count", 0) + 1
        return session["count"]

    for namespace in ("/a", "/b"):
        bench.socketio.on_event("count", count, namespace=namespace)
    ada = bench.client("ada", "/a", "/b")
    return [ada.call("count", namespace=namespace) for namespace in ("/a", "/b", "/a")]


@case(
    "session of a server-side interface, shared with HTTP both ways by manage_session=False",
    expect=[(1,), "1", (2,), "2"],
    records=[event("count", ack=(1,)), event("count", ack=(2,))],
    counts={"http": 2},
    options={"manage_session": False},
)
def server_side_session(bench: Bench) -> Any:
    kept: dict[str, Any] = {}

    class Session(dict[str, Any], flask.sessions.SessionMixin):
        modified = True

    class Kept(flask.sessions.SessionInterface):
        def open_session(self, *_: Any) -> Any:
            return Session(kept)

        def save_session(self, _app: Any, session: Any, _response: Any) -> None:
            kept.update(session)

    bench.app.session_interface = Kept()
    bench.app.add_url_rule("/count", "count", lambda: str(session["count"]))

    @bench.socketio.on("count")
    def count() -> int:
        session["count"] = session.get("count", 0) + 1
        return session["count"]

    ada = bench.client("ada")
    return [ada.call("count"), bench.get("/count").text, ada.call("count"), bench.get("/count").text]


@case(
    "g is new for each event, current_app is the app, before_request does not run, url_for works",
    expect=[(False, True, "/about"), (False, True, "/about")],
    records=[event("look"), event("look")],
)
def rest_of_flask(bench: Bench) -> Any:
    bench.app.add_url_rule("/about", "about", lambda: "about")

    @bench.app.before_request
    def before() -> None:
        g.ran = True

    @bench.socketio.on("look")
    def look() -> Any:
        known = hasattr(g, "ran") or hasattr(g, "mine")
        g.mine = True
        return known, current_app._get_current_object() is bench.app, flask.url_for("about")

    ada = bench.client("ada")
    return [ada.call("look"), ada.call("look")]


@case(
    "events at the same time: each sees its own request",
    expect=[["first", "<ada>", "first", "<ada>"], ["second", "<ada>", "second", "<ada>"]],
    records=[event("first"), event("second")],
)
def at_the_same_time(bench: Bench) -> Any:
    here = bench.seen()

    def meet() -> list[str]:
        before = [request.event["message"], request.sid]
        here.add(1)
        here.wait(2)
        return [[*before, request.event["message"], request.sid]]

    bench.socketio.on_event("first", meet)
    bench.socketio.on_event("second", meet)
    ada = bench.client("ada")
    return [ack.wait()[0][0] for ack in [ada.ask("first"), ada.ask("second")]]
