"""However often a SocketIO object is made on one app, one middleware is left, and what else wraps the app stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio as python_socketio
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from sio_lab.server.middleware import unstacked
from sio_lab.server.socketio import LabSocketIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


class Upper:
    """A middleware that keeps the app itself, for its settings, and what it wraps in an attribute of the usual name."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app
        self.wsgi_app = app.wsgi_app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return [part.upper() for part in self.wsgi_app(environ, start_response)]


class Application:
    """Another usual name."""

    def __init__(self, wsgi: Any) -> None:
        self.application = wsgi

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        return self.application(environ, start_response)


@pytest.fixture
def app() -> flask.Flask:
    app = flask.Flask("test")
    app.add_url_rule("/", "index", lambda: f"index {flask.request.remote_addr}")
    return app


def layers(app: flask.Flask) -> list[str]:
    """Return what wraps an app, the outermost first."""
    found, wsgi = [], app.wsgi_app
    while wsgi is not None and not hasattr(wsgi, "__func__"):
        found.append(type(wsgi).__name__)
        held = vars(wsgi)
        wsgi = held.get("wsgi_app") or held.get("application") or held.get("app")
    return found


def plain(app: flask.Flask) -> Any:
    return flask_socketio.SocketIO.__mro__[-2](app, async_mode="threading")


def test_made_five_times_with_a_proxy_fix_in_between_it_has_one(app: flask.Flask, make_rig: Callable[..., Rig]) -> None:
    for turn in range(5):
        socketio = LabSocketIO(app)
        socketio.on_event("ask", lambda turn=turn: turn)
        if turn == 2:
            app.wsgi_app = ProxyFix(app.wsgi_app)
    assert layers(app) == ["_SocketIOMiddleware", "ProxyFix"]
    assert app.wsgi_app is socketio.sockio_mw
    rig = make_rig(socketio)
    assert rig.get("/", headers={"X-Forwarded-For": "10.1.2.3"}) == (200, "index 10.1.2.3")
    assert rig.peer().ask("ask") == 4
    assert rig.peer(transports=("polling",)).ask("ask") == 4


@pytest.mark.parametrize("kind", [LabSocketIO, plain], ids=["the lab's", "plain ones"])
def test_all_are_taken_off(app: flask.Flask, kind: Callable[[flask.Flask], Any]) -> None:
    own = app.wsgi_app
    for _ in range(3):
        plain(app)
        app.wsgi_app = ProxyFix(app.wsgi_app)
        kind(app)
    unstacked(app)
    assert layers(app) == ["ProxyFix", "ProxyFix", "ProxyFix"]
    app.wsgi_app.app.app.app = own
    unstacked(app)
    assert app.test_client().get("/").status_code == 200


def test_an_app_without_any_stays_as_it_is(app: flask.Flask) -> None:
    before = dict(vars(app))
    unstacked(app)
    assert vars(app) == before
    app.wsgi_app = wrapped = ProxyFix(app.wsgi_app)
    unstacked(app)
    assert app.wsgi_app is wrapped


def test_middleware_that_keeps_the_app_itself_leads_to_no_circle(app: flask.Flask) -> None:
    LabSocketIO(app)
    app.wsgi_app = Upper(app)
    LabSocketIO(app)
    assert layers(app) == ["_SocketIOMiddleware", "Upper"]
    assert app.test_client().get("/").text.startswith("INDEX")


def test_it_is_found_under_all_usual_names_and_within_others(app: flask.Flask) -> None:
    LabSocketIO(app)
    app.wsgi_app = DispatcherMiddleware(Application(app.wsgi_app), {"/other": lambda _environ, _start: []})
    LabSocketIO(app)
    assert layers(app) == ["_SocketIOMiddleware", "DispatcherMiddleware", "Application"]
    assert app.test_client().get("/").status_code == 200


def test_another_apps_and_another_librarys_stay(app: flask.Flask) -> None:
    other = flask.Flask("other")
    LabSocketIO(other)
    app.wsgi_app = python_socketio.WSGIApp(python_socketio.Server(async_mode="threading"), app.wsgi_app)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/other": other})
    unstacked(app)
    app.wsgi_app = Application(other)
    unstacked(app)
    assert layers(other) == ["_SocketIOMiddleware"]


def test_a_function_as_middleware_hides_what_it_wraps_and_all_works(
    app: flask.Flask, make_rig: Callable[..., Rig]
) -> None:
    LabSocketIO(app)
    inner = app.wsgi_app
    app.wsgi_app = lambda environ, start: inner(environ, start)  # noqa: PLW0108 - as tutorials have it
    socketio = LabSocketIO(app)
    socketio.on_event("ask", lambda: "new")
    rig = make_rig(socketio)
    assert rig.get("/")[0] == 200
    assert rig.peer().ask("ask") == "new"
