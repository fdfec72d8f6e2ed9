"""The pair that the lab makes where the user brings none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import flask

from sio_lab.server.program import new_pair
from sio_lab.server.socketio import LabSocketIO

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def app_of(pair: LabSocketIO) -> flask.Flask:
    return pair.sockio_mw.flask_app


def test_it_is_a_real_app_and_a_real_socketio() -> None:
    pair = new_pair({})
    assert type(pair) is LabSocketIO
    assert isinstance(app_of(pair), flask.Flask)
    assert app_of(pair).wsgi_app is pair.sockio_mw


def test_options_are_socketios_own() -> None:
    pair = new_pair({"ping_interval": 3, "cors_allowed_origins": "*"})
    assert (pair.server.eio.ping_interval, pair.server.eio.cors_allowed_origins) == (3, "*")


def test_its_sessions_are_signed_with_a_key_of_their_own() -> None:
    keys = {app_of(new_pair({})).config["SECRET_KEY"] for _ in range(3)}
    assert len(keys) == 3
    assert min(map(len, keys)) >= 32


def test_templates_and_static_files_are_those_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder, name, text in (("templates", "page.html", "Hello {{ name }}"), ("static", "a.js", "let a")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    app = app_of(new_pair({}))
    app.add_url_rule("/", "page", lambda: flask.render_template("page.html", name="Ada"))
    browser = app.test_client()
    assert browser.get("/").text == "Hello Ada"
    with browser.get("/static/a.js") as answer:
        assert answer.text == "let a"
