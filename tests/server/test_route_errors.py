from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import flask
import jinja2
import pytest

from sio_lab.core.cells import Cells
from sio_lab.server.route_errors import RouteErrors, leave_out_ours
from sio_lab.server.routes import routes_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Sheet:
    """An app whose routes are written in cells, and what is said about them."""

    def __init__(self, folder: Path) -> None:
        self.names: dict[str, Any] = {"__name__": "__main__", "flask": flask}
        self._cells = Cells(self.names)
        self.app = flask.Flask("__main__", root_path=str(folder))
        self.app.logger.disabled = True
        self.said: list[str] = []
        self.errors = RouteErrors(self.app, self._cells, self.said.append)
        self.names["app"] = self.app

    def run(self, code: str) -> None:
        """Run a cell, with the number 1."""
        self._cells.begin("a", "In [1]", "<cell 1>")
        exec(compile(code, "<cell 1>", "exec"), self.names)  # noqa: S102 - as a notebook does
        self._cells.end()

    def get(self, path: str) -> int:
        return self.app.test_client().get(path).status_code


@pytest.fixture
def sheet(tmp_path: Path) -> Iterator[Sheet]:
    (tmp_path / "templates").mkdir()
    sheet = Sheet(tmp_path)
    sheet.errors.watch()
    yield sheet
    sheet.errors.leave()


def test_a_missing_template_is_told_with_the_line_that_asked_for_it(sheet: Sheet, tmp_path: Path) -> None:
    sheet.run("@app.route('/')\ndef index():\n    return flask.render_template('no.html')")
    assert sheet.get("/") == 500
    [told] = sheet.said
    assert told.startswith("In [1], line 3: ")
    assert "no.html" in told
    assert str(tmp_path / "templates") in told
    assert "%%sio page" in told


def test_one_that_a_template_asks_for_is_told_with_the_line_of_the_route(sheet: Sheet, tmp_path: Path) -> None:
    (tmp_path / "templates" / "index.html").write_text("\n{% include 'no.html' %}")
    sheet.run("@app.route('/')\ndef index():\n    return flask.render_template('index.html')")
    assert sheet.get("/") == 500
    assert sheet.said[0].startswith("In [1], line 3: ")
    assert "no.html" in sheet.said[0]


def test_where_no_code_of_the_readers_runs_the_page_is_named(sheet: Sheet) -> None:
    page = sheet.app.jinja_env.from_string("{% include 'no.html' %}")
    sheet.app.add_url_rule("/page", "page", page.render, methods=["POST"])
    assert sheet.app.test_client().post("/page").status_code == 500
    assert sheet.said[0].startswith("POST /page: ")


def test_other_errors_and_those_that_the_reader_takes_care_of_are_left_alone(sheet: Sheet) -> None:
    sheet.run(
        "@app.route('/fail')\ndef fail():\n    return 1 / 0\n"
        "@app.route('/missing')\ndef missing():\n    return flask.render_template('no.html')\n"
    )
    sheet.app.register_error_handler(jinja2.TemplateNotFound, lambda _error: ("sorry", 418))
    assert (sheet.get("/fail"), sheet.get("/missing"), sheet.get("/nowhere")) == (500, 418, 404)
    assert sheet.said == []


def test_it_is_told_once_for_each_request_however_often_it_is_watched(sheet: Sheet) -> None:
    sheet.errors.watch()
    sheet.run("@app.route('/')\ndef index():\n    return flask.render_template('no.html')")
    sheet.get("/")
    sheet.get("/")
    assert len(sheet.said) == 2


def test_when_it_is_left_nothing_is_said_and_other_apps_never_were_watched(sheet: Sheet, tmp_path: Path) -> None:
    other = Sheet(tmp_path)
    for each in (sheet, other):
        each.run("@app.route('/')\ndef index():\n    return flask.render_template('no.html')")
    assert other.get("/") == 500
    sheet.errors.leave()
    sheet.errors.leave()
    assert sheet.get("/") == 500
    assert sheet.said == other.said == []


def functions_logged(app: flask.Flask, caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the functions in the traceback that an app logs of a route which fails."""
    app.add_url_rule("/fails", view_func=lambda: 1 // 0)
    caplog.clear()
    assert app.test_client().get("/fails").status_code == 500
    [record] = caplog.records
    assert record.exc_info
    return [frame.f_code.co_name for frame, _ in traceback.walk_tb(record.exc_info[2])]


def test_the_traceback_in_the_log_is_as_in_plain_flask(caplog: pytest.LogCaptureFixture) -> None:
    adopted = flask.Flask("an adopted app")
    routes_of(adopted, Cells())
    assert functions_logged(adopted, caplog) == functions_logged(flask.Flask("a plain app"), caplog)


def test_an_error_of_the_labs_own_keeps_its_last_frame() -> None:
    names: dict[str, Any] = {"__name__": "sio_lab.some_module"}
    exec("def inner(): 1 // 0\ndef outer(): inner()", names)  # noqa: S102 - stands for a module of ours
    with pytest.raises(ZeroDivisionError) as raised:
        names["outer"]()
    leave_out_ours(raised.value.__traceback__)
    assert [frame.f_code.co_name for frame, _ in traceback.walk_tb(raised.value.__traceback__)][1:] == ["inner"]
    leave_out_ours(None)
