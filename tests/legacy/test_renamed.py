"""Names that Flask, Werkzeug and Jinja had are found where they are today."""

from __future__ import annotations

import datetime as dt
import importlib
import json
import threading
from typing import TYPE_CHECKING, Any

import flask
import pytest

from sio_lab.legacy import renamed
from sio_lab.legacy.stand_in import complete
from tests.legacy.reader import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.legacy.reader import Notebook, Threads

NAMES = [(module, name, today) for module, names in renamed.RENAMED.items() for name, today in names.items()]


@pytest.fixture
def missing(runner: Threads) -> dict[str, dict[str, Callable[[], Any]]]:
    return renamed.missing(runner.notices)


@pytest.fixture
def _completed(missing: dict[str, dict[str, Callable[[], Any]]]) -> Iterator[None]:
    """Complete the modules, and make them plain again."""
    undo = [complete(importlib.import_module(module), names) for module, names in missing.items()]
    yield
    for each in undo:
        each()


@pytest.mark.parametrize(("module", "name", "today"), NAMES)
def test_each_is_somewhere_else(
    missing: dict[str, dict[str, Callable[[], Any]]], runner: Threads, module: str, name: str, today: str
) -> None:
    package, _, new = today.partition(":")
    assert missing[module][name]() is getattr(importlib.import_module(package), new)
    assert f"{module} has no {name} any more; it works here. Today: from {package} import {new}" in runner.said[0]


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, name, _ in NAMES])
def test_none_of_them_is_there_in_plain(module: str, name: str) -> None:
    assert not hasattr(importlib.import_module(module), name)


@pytest.mark.usefixtures("_completed")
def test_programs_import_them(runner: Threads, notebook: Notebook) -> None:
    names = notebook.run(
        "from flask import Flask, Markup, escape\nfrom werkzeug import secure_filename\n"
        "from werkzeug.urls import url_parse\nfrom jinja2 import Markup as JinjaMarkup\n"
        "got = escape('<b>'), secure_filename('a b'), url_parse('http://x/y').netloc, Markup is JinjaMarkup"
    )
    assert names["got"] == ("&lt;b&gt;", "a_b", "x", True)
    assert [text.partition(":")[0] for text in runner.said] == [f"<cell 1>, line {line}" for line in (1, 1, 2, 3, 4)]
    assert runner.said[0].endswith("Today: from markupsafe import Markup.\n    from flask import Flask, Markup, escape")


@pytest.mark.usefixtures("_completed")
def test_the_top_of_the_stacks_is_the_context(notebook: Notebook) -> None:
    app = flask.Flask("app")
    names = notebook.run("from flask import _request_ctx_stack as requests, _app_ctx_stack as apps")
    assert names["requests"].top is None
    assert names["apps"].top is None
    with app.test_request_context("/page"):
        assert names["requests"].top.request.path == "/page"
        names["apps"].top.database = "open"
        assert names["apps"].top.database == "open"


@pytest.mark.usefixtures("_completed")
def test_the_json_encoder_of_old_knows_dates(notebook: Notebook) -> None:
    names = notebook.run(
        "from flask.json import JSONEncoder\n"
        "class Mine(JSONEncoder):\n"
        "    def default(self, o):\n"
        "        return list(o) if isinstance(o, set) else JSONEncoder.default(self, o)"
    )
    day = dt.datetime(2020, 1, 2, tzinfo=dt.UTC)
    assert json.loads(json.dumps([{1}, day], cls=names["Mine"])) == [[1], "Thu, 02 Jan 2020 00:00:00 GMT"]


@pytest.mark.usefixtures("_completed")
def test_a_reloader_calls_its_function_once(runner: Threads, notebook: Notebook) -> None:
    done = threading.Event()
    notebook.run("from werkzeug.serving import run_with_reloader\nrun_with_reloader(serve)", serve=done.set)
    assert done.wait(DEADLINE)
    assert "Today: edit a cell and run it again." in runner.said[0]
