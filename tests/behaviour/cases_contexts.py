"""What of Flask a handler has around it: all new for each event, and what ends with it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask
from case import case
from flask import current_app, g, request, session
from seen import DEADLINE

if TYPE_CHECKING:
    from bench import Bench


@case("flask.g is empty at each event", expect=[("empty", "kept")] * 3)
def globals_of_one_event(bench: Bench) -> Any:
    @bench.socketio.on("keep")
    def keep() -> Any:
        before = g.get("value", "empty")
        g.value = "kept"
        return before, g.value

    ada = bench.client("ada")
    return [ada.call("keep") for _ in range(3)]


@case("what a handler sets on the request is gone with it", expect=[("nothing", True)] * 3)
def request_of_one_event(bench: Bench) -> Any:
    seen: list[Any] = []

    @bench.socketio.on("set")
    def change() -> Any:
        before = getattr(request, "mark", "nothing")
        request.mark = "mark"
        real = request._get_current_object()
        is_new = all(each is not real for each in seen)
        seen.append(real)
        return before, is_new

    ada = bench.client("ada")
    return [ada.call("set") for _ in range(3)]


@case(
    "a request is that of the connection: its path, query, headers, cookies and what no rule matches",
    expect=[("/socket.io/", "GET", "7", "here", "c", None, None, None, "NotFound", [])] * 2,
)
def what_a_request_has(bench: Bench) -> Any:
    @bench.socketio.on("look")
    def look() -> Any:
        return (
            *(request.path, request.method, request.args["number"], request.headers["X-Place"], request.cookies["b"]),
            *(request.url_rule, request.view_args, request.endpoint),
            *(type(request.routing_exception).__name__, list(request.blueprints)),
        )

    headers = {"X-Place": "here", "Cookie": "b=c"}
    ada = bench.client("ada", headers=headers, query="number=7")
    return [ada.call("look") for _ in range(2)]


@case(
    "a rule that matches the connection's path is the request's own", expect=[("anything", {"name": "socket.io"})] * 2
)
def a_rule_that_matches(bench: Bench) -> Any:
    bench.app.add_url_rule("/<name>/", "anything", lambda name: name, websocket=True)

    @bench.socketio.on("look")
    def look() -> Any:
        return request.endpoint, request.view_args

    ada = bench.client("ada")
    return [ada.call("look") for _ in range(2)]


@case("url_for in a handler, also of a route that was added since", expect=[("/page",), ("/page",), ("/other",)])
def urls(bench: Bench) -> Any:
    app = bench.app
    with app.test_request_context():
        app.add_url_rule("/page", "page", lambda: "")
        app.add_url_rule("/other", "other", lambda: "")
    bench.socketio.on_event("url", flask.url_for)
    ada = bench.client("ada")
    return [ada.call("url", name) for name in ("page", "page", "other")]


@case("current_app is the app, and its class and name are what they were", expect=("lesson",))
def the_app(bench: Bench) -> Any:
    bench.app.config["LESSON"] = "lesson"
    bench.socketio.on_event("app", lambda: current_app.config["LESSON"])
    return bench.client("ada").call("app")


@case(
    "teardown functions run after each event, the last first, and hear what was raised",
    expect=(["app", "request", "app", "request", "app: None", "request: ValueError", "app: ValueError"]),
    clients=("python",),
    escapes="what a handler raises ends its thread in plain Flask-SocketIO",
)
def teardown(bench: Bench) -> Any:
    seen, told = bench.seen(), []

    def note(name: str, error: BaseException | None) -> None:
        if "on" in told:
            seen.add(f"{name}: {type(error).__name__ if error else None}")

    bench.app.teardown_request(lambda error: note("request", error))
    bench.app.teardown_appcontext(lambda error: note("app", error))
    bench.socketio.on_event("fine", lambda: told.append("on"))

    @bench.socketio.on("raise")
    def fail() -> None:
        raise ValueError("for this case")

    ada = bench.client("ada")
    ada.call("fine")
    first = seen.wait(2)
    ada.emit("raise")
    both = seen.wait(4)
    return ["app", "request", "app", "request", *(["app: None"] if "app: None" in first else []), *both[2:]]


@case(
    "a teardown function that raises", expect=("answered",), escapes="it ends the handler's thread", clients=("python",)
)
def failing_teardown(bench: Bench) -> Any:
    is_on = threading.Event()

    @bench.app.teardown_request
    def fail(_error: BaseException | None) -> None:
        if is_on.is_set():
            is_on.clear()
            raise ValueError("for this case")

    bench.socketio.on_event("break", is_on.set)
    bench.socketio.on_event("answer", lambda: "answered")
    ada = bench.client("ada")
    ada.emit("break")
    assert bench.wait_until(lambda: not is_on.is_set())
    return ada.call("answer")


@case(
    "two events of one client at once: each has its own request, both write into one session",
    expect=(["one", "two"], [["one", 1], ["two", 2]]),
)
def at_once(bench: Bench) -> Any:
    bench.app.secret_key = bench.name
    both, seen = threading.Barrier(2), bench.seen()

    @bench.socketio.on("write")
    def write(name: str, value: int) -> None:
        both.wait(DEADLINE)
        session[name] = value
        both.wait(DEADLINE)
        seen.add(request.event["args"][0])

    bench.socketio.on_event("read", lambda: sorted(session.items()))
    ada = bench.client("ada")
    ada.emit("write", "one", 1)
    ada.emit("write", "two", 2)
    names = sorted(seen.wait(2))
    return names, ada.call("read")[0]


@case(
    "an event that a handler triggers by hand runs with a request of its own, in the handler's app context",
    expect=(("inner", "inner", "outer"),),
)
def nested(bench: Bench) -> Any:
    @bench.socketio.on("inner")
    def inner() -> str:
        g.name = "inner"
        return request.event["message"]

    @bench.socketio.on("outer")
    def outer() -> Any:
        g.name = "outer"
        told = bench.server._trigger_event("inner", "/", request.sid)
        return [told, g.name, request.event["message"]]

    (told,) = bench.client("ada").call("outer")
    return (tuple(told),)


@case("an app's own request class and session interface are used", expect=[("mine", 1), ("mine", 2)])
def classes_of_the_apps_own(bench: Bench) -> Any:
    class MyRequest(flask.Request):
        @property
        def mark(self) -> str:
            return "mine"

    bench.app.request_class = MyRequest
    bench.app.secret_key = bench.name

    @bench.socketio.on("look")
    def look() -> Any:
        session["count"] = session.get("count", 0) + 1
        return request.mark, session["count"]

    ada = bench.client("ada")
    return [ada.call("look") for _ in range(2)]


@case(
    "signals: an event pushes and pops contexts as a request does",
    expect=["appcontext_pushed", "request_tearing_down", "appcontext_tearing_down", "appcontext_popped"],
)
def signals(bench: Bench) -> Any:
    seen, app = bench.seen(), bench.app
    names = ("appcontext_pushed", "request_tearing_down", "appcontext_tearing_down", "appcontext_popped")
    receivers = {name: lambda *_, told=name, **__: seen.add(told) for name in names}
    bench.socketio.on_event("quiet", lambda: None)
    ada = bench.client("ada")
    ada.call("quiet")
    for name, receiver in receivers.items():
        getattr(flask.signals, name).connect(receiver, app)
    ada.emit("quiet")
    told = seen.wait(4)
    for name, receiver in receivers.items():
        getattr(flask.signals, name).disconnect(receiver, app)
    return told[:4]
