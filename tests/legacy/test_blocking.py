"""`app.run()` has the lab serve, and returns."""

from __future__ import annotations

import threading
from types import ModuleType
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import werkzeug.serving

from sio_lab.legacy import blocking

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.legacy.reader import Notebook, Threads

EVERYWHERE = "0.0.0.0"  # noqa: S104 - what a program asks for


@pytest.fixture
def plain(runner: Threads, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Return the calls that reach Werkzeug's own function, while the lab's is in front of it."""
    calls: list[Any] = []
    monkeypatch.setattr(werkzeug.serving, "run_simple", lambda *args, **options: calls.append((args, options)))
    undo = blocking.unblock(runner, werkzeug.serving)
    yield calls
    undo()


@pytest.mark.parametrize(
    ("call", "address"),
    [
        ("app.run()", ("127.0.0.1", 5000)),
        ("app.run('0.0.0.0', 80, debug=True)", (EVERYWHERE, 80)),
        ("app.run(host='localhost', port=8080, use_reloader=True)", ("localhost", 8080)),
    ],
)
def test_app_run_serves_in_the_background(
    runner: Threads, notebook: Notebook, plain: list[Any], call: str, address: tuple[str, int]
) -> None:
    app = flask.Flask("app")
    notebook.run(call, app=app)
    assert runner.served == [(app, *address)]
    assert not plain
    (said,) = runner.said
    assert said.startswith("<cell 1>, line 1: app.run() would keep the cell busy for ever")
    assert said.endswith(f"Today: socketio.run(app, host={address[0]!r}, port={address[1]}).\n    {call}")


def test_so_does_werkzeugs_own_function(runner: Threads, notebook: Notebook, plain: list[Any]) -> None:
    app = flask.Flask("app")
    notebook.run("from werkzeug.serving import run_simple\nrun_simple('localhost', 5000, app, threaded=True)", app=app)
    assert runner.served == [(app, "localhost", 5000)]
    assert not plain
    assert "run_simple() would keep the cell busy" in runner.said[0]


def test_in_a_thread_only_apps_with_a_socketio_are_the_labs(runner: Threads, plain: list[Any]) -> None:
    alone, with_socketio = flask.Flask("alone"), flask.Flask("with")
    flask_socketio.SocketIO(with_socketio, async_mode="threading")
    for app in (alone, with_socketio):
        thread = threading.Thread(target=werkzeug.serving.run_simple, args=("localhost", 5000, app), kwargs={"a": 1})
        thread.start()
        thread.join()
    assert [app for app, _, _ in runner.served] == [with_socketio]
    assert plain == [(("localhost", 5000, alone), {"a": 1})]


def test_what_is_no_flask_app_is_left_to_werkzeug(runner: Threads, plain: list[Any]) -> None:
    werkzeug.serving.run_simple("localhost", 5000, print)
    assert plain == [(("localhost", 5000, print), {})]
    assert not runner.served


def test_all_is_put_back_and_what_others_put_there_since_stays(runner: Threads) -> None:
    module = ModuleType("serving")
    for since in (None, len):
        vars(module)["run_simple"] = max
        undo = blocking.unblock(runner, module)
        assert vars(module)["run_simple"].__wrapped__ is max
        if since is not None:
            vars(module)["run_simple"] = since
        undo()
        undo()
        assert vars(module)["run_simple"] is (since or max)
