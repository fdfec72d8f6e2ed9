from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import flask
import pytest
import socketio as python_socketio
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.middleware.proxy_fix import ProxyFix

from sio_lab.errors import LabError
from sio_lab.lab import Lab
from sio_lab.legacy import Notices
from sio_lab.runner import Runner
from tests.server.peers import DEADLINE, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab(say=lambda _text: None)
    yield lab
    lab.close()


@pytest.fixture
def runner(lab: Lab) -> Runner:
    return Runner(lab, Notices(lab.say))


def shop() -> flask.Flask:
    app = flask.Flask("shop")
    app.add_url_rule("/", "index", lambda: "shop")
    return app


# --- tasks ------------------------------------------------------------------------------------------------------------


def test_what_it_spawns_is_a_task_that_ends_at_its_sleep(lab: Lab, runner: Runner) -> None:
    begun = threading.Event()

    def tick(first: int, second: int) -> None:
        assert (first, second) == (1, 2)
        begun.set()
        while True:
            runner.sleep(DEADLINE)

    thread = runner.spawn(tick, 1, second=2)
    assert begun.wait(DEADLINE)
    assert len(lab.tasks) == 1
    assert lab.tasks.df["task"].str.endswith("tick").all()
    lab.stop()
    thread.join(DEADLINE)
    assert not thread.is_alive()
    assert len(lab.tasks) == 0


def test_elsewhere_it_only_sleeps(runner: Runner) -> None:
    before = time.monotonic()
    runner.sleep(0.01)
    runner.sleep(0)
    assert time.monotonic() - before >= 0.01


def test_what_a_task_raises_is_told(lab: Lab, runner: Runner, capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise LookupError("not there")

    runner.spawn(fail).join(DEADLINE)
    assert lab.log.wait(lambda: len(lab.tasks) == 0, DEADLINE)
    assert "LookupError: not there" in capsys.readouterr().err


# --- serving ----------------------------------------------------------------------------------------------------------


def test_an_app_with_a_socketio_is_served_with_it(lab: Lab, runner: Runner) -> None:
    app = shop()
    socketio = lab.stage.socketio_class(app)
    socketio.on("ask")(lambda: "answer")
    runner.serve(app, "127.0.0.1", 0)
    assert lab.socketio is socketio
    assert request(f"{lab.url}/") == (200, "shop")
    assert lab.client("ada").call("ask") == "answer"


def test_an_app_without_one_gets_one_once(lab: Lab, runner: Runner) -> None:
    app = shop()
    runner.serve(app, "127.0.0.1", 0)
    socketio, url = lab.socketio, lab.url
    runner.serve(app, "127.0.0.1", lab.port or 0)
    assert (lab.socketio, lab.url) == (socketio, url)
    assert app.extensions["socketio"] is socketio
    assert request(f"{url}/") == (200, "shop")


@pytest.mark.parametrize(
    "wrap",
    [
        lambda app: app.wsgi_app,
        ProxyFix,
        DispatcherMiddleware,
        lambda app: ProxyFix(DispatcherMiddleware(ProxyFix(app))),
    ],
    ids=["its middleware", "ProxyFix", "DispatcherMiddleware", "several"],
)
def test_the_app_is_found_behind_middleware(lab: Lab, runner: Runner, wrap: Callable[[Any], Any]) -> None:
    app = shop()
    lab.stage.socketio_class(app)
    runner.serve(wrap(app), "127.0.0.1", 0)
    assert lab.app is app


def test_a_server_of_python_socketios_own_is_served_as_it_is(lab: Lab, runner: Runner) -> None:
    server = python_socketio.Server(async_mode="threading")
    server.on("ask", lambda _sid: "answer")
    runner.serve(python_socketio.WSGIApp(server), "127.0.0.1", 0)
    assert lab.socketio is server
    assert lab.client("ada").call("ask") == "answer"


def test_what_is_no_flask_app_is_refused(lab: Lab, runner: Runner) -> None:
    class Circle:
        """Middleware around itself."""

        @property
        def app(self) -> Circle:
            return self

    for thing in (lambda _environ, _start: [], None, Circle()):
        with pytest.raises(LabError, match=f"Can't serve a {type(thing).__name__}: give the Flask app"):
            runner.serve(thing, "127.0.0.1", 0)
    assert not lab.running
