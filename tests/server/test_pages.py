"""A page is a Jinja template in a cell: served at its path, redefined while served, safe for what students send."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import flask
import pytest

from sio_lab.errors import Usage
from sio_lab.server.pages import serve_page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.server.sheet import Sheet

EVIL = "<script>alert(1)</script>"
HARMLESS = "&lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def app() -> flask.Flask:
    return flask.Flask("test")


@pytest.fixture
def sheet(sheet: Sheet) -> Sheet:
    sheet.names["serve_page"] = serve_page
    return sheet.start()


def get(app: flask.Flask, path: str) -> str:
    answer = app.test_client().get(path)
    assert answer.mimetype == "text/html"
    return answer.text


@pytest.mark.parametrize(
    ("path", "template", "asked", "text"),
    [
        ("/", "hello", "/", "hello"),
        ("/", "", "/", ""),
        ("/", "{{ 1 + 1 }} {{ request.args.room }}", "/?room=lobby", "2 lobby"),
        ("/", "{% for n in range(3) %}{{ n }}{% endfor %}", "/", "012"),
        ("/", "{{ url_for('static', filename='a.js') }}", "/", "/static/a.js"),
        ("/", "{# nothing #}{% raw %}{{ vue }}{% endraw %}", "/", "{{ vue }}"),
        ("/", "Grüße 👋\n", "/", "Grüße 👋"),
        ("/room/<name>", "{{ name }}", "/room/lobby", "lobby"),
        ("/room/<name>/", "{{ name }}", "/room/lobby/", "lobby"),
        ("/add/<int:a>/<int:b>", "{{ a + b }}", "/add/1/2", "3"),
        ("/half/<float:x>", "{{ x / 2 }}", "/half/1.0", "0.5"),
        ("/files/<path:name>", "{{ name }}", "/files/a/b.txt", "a/b.txt"),
        ("/any/<any(one, two):which>", "{{ which }}", "/any/two", "two"),
        ("/<source>", "{{ source }}", "/x", "x"),
        ("/<template>/<page>", "{{ template }}{{ page }}", "/x/y", "xy"),
        ("/a.b/c-d", "dots", "/a.b/c-d", "dots"),
        ("/größe", "größe", "/größe", "größe"),
    ],
)
def test_a_page_is_served_at_its_path(app: flask.Flask, path: str, template: str, asked: str, text: str) -> None:
    serve_page(app, path, template)
    assert get(app, asked) == text


def test_what_students_send_is_text_and_never_html(app: flask.Flask) -> None:
    serve_page(app, "/hello/<path:name>", "<b>{{ name }}</b> {{ request.args.q }} {{ request.args.safe | safe }}")
    assert get(app, f"/hello/{EVIL}?q={EVIL}&safe=<i>") == f"<b>{HARMLESS}</b> {HARMLESS} <i>"


def test_what_students_send_is_no_template(app: flask.Flask) -> None:
    serve_page(app, "/hello/<name>", "{{ name }}")
    assert get(app, "/hello/{{ 7 * 7 }}") == "{{ 7 * 7 }}"


def test_it_extends_and_includes_the_apps_own_templates(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "base.html").write_text("<title>{% block title %}{% endblock %}</title>")
    app = flask.Flask("test", root_path=str(tmp_path))
    app.context_processor(lambda: {"teacher": "Ada"})
    app.template_filter("loud")(str.upper)
    serve_page(app, "/", "{% extends 'base.html' %}{% block title %}{{ teacher | loud }}{% endblock %}")
    assert get(app, "/") == "<title>ADA</title>"


@pytest.mark.parametrize("path", ["chat", "", "chat/", "http://localhost/"])
def test_a_path_begins_with_a_slash(app: flask.Flask, path: str) -> None:
    with pytest.raises(Usage) as told:
        serve_page(app, path, "x")
    assert str(told.value) == f"{path!r} is no path: it begins with a slash, as in /{path or 'chat'}."


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/<uuid4:x>", "the converter 'uuid4' does not exist"),
        ("/<a>/<a>", "duplicate argument 'a'"),
        ("/<int(low=1):x>", "unexpected keyword argument 'low'"),
        ("/<string(length=a):x>", "invalid literal for int"),
        ("/<a", "malformed url rule"),
        ("/<1a>", "malformed url rule"),
    ],
)
def test_a_path_that_flask_refuses_is_said_plainly(app: flask.Flask, path: str, says: str) -> None:
    with pytest.raises(Usage, match=f"can't be a path: .*{says}"):
        serve_page(app, path, "x")
    assert [rule.rule for rule in app.url_map.iter_rules()] == ["/static/<path:filename>"]
    serve_page(app, "/", "all is well")
    assert get(app, "/") == "all is well"


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("<h1>\n{{ a + }}\n</h1>", "The page's line 2 ({{ a + }}) is no Jinja: unexpected 'end of print statement'"),
        ("{% for x in y %}\n", "The page's line 1 ({% for x in y %}) is no Jinja: Unexpected end of template."),
        ("\n\n{% unknown %}", "The page's line 3 ({% unknown %}) is no Jinja: Encountered unknown tag 'unknown'."),
        ("{{ x", "The page's line 1 ({{ x) is no Jinja: unexpected end of template, expected 'end of print"),
        ("{% block a %}{% endblock %}\n{% block a %}{% endblock %}", "no Jinja: block 'a' defined twice"),
    ],
)
def test_a_template_that_can_not_be_read_is_said_with_its_line(app: flask.Flask, template: str, says: str) -> None:
    with pytest.raises(Usage) as told:
        serve_page(app, "/", template)
    assert says in str(told.value)
    assert app.test_client().get("/").status_code == 404


# --- in cells -------------------------------------------------------------------------------------------------------


def test_a_page_is_redefined_while_it_is_served_and_goes_with_its_cell(sheet: Sheet) -> None:
    sheet.run("a", "serve_page(app, '/', 'one')")
    assert sheet.get("/") == (200, "one")
    sheet.run("a", "serve_page(app, '/', 'two {{ 1 }}')")
    assert sheet.get("/") == (200, "two 1")
    sheet.run("a", "serve_page(app, '/other', 'moved')")
    assert "_lab/" in sheet.get("/")[1]  # the lab's page again
    assert sheet.get("/other") == (200, "moved")
    assert sheet.run("a", "pass") == ["route /other"]
    assert sheet.get("/other")[0] == 404


def test_one_run_may_serve_a_page_several_times_and_the_last_counts(sheet: Sheet) -> None:
    sheet.run("a", "serve_page(app, '/', 'one')\nserve_page(app, '/', 'two')")
    assert sheet.get("/") == (200, "two")
    sheet.run("a", "for text in ('three', 'four'): serve_page(app, '/', text)")
    assert sheet.get("/") == (200, "four")
    assert sheet.run("a", "pass") == ["route /"]


def test_code_of_no_cell_may_do_so_too(sheet: Sheet) -> None:
    for text in ("one", "two", "three"):
        serve_page(sheet.names["app"], "/", text)
        assert sheet.get("/") == (200, text)


def test_a_slip_in_the_template_keeps_the_page_that_was_there(sheet: Sheet) -> None:
    sheet.run("a", "serve_page(app, '/', 'one')")
    for slip in ("serve_page(app, '/', '{{ one')", "serve_page(app, 'one', 'x')", "serve_page(app, '/<a', 'x')"):
        with pytest.raises(Usage):
            sheet.run("a", slip)
        assert sheet.get("/") == (200, "one")


def test_a_page_over_a_route_gives_it_back(sheet: Sheet) -> None:
    sheet.run("a", "@app.route('/')\ndef index():\n    return 'route'")
    sheet.run("b", "serve_page(app, '/', 'page')")
    assert sheet.get("/") == (200, "page")
    sheet.run("b", "pass")
    assert sheet.get("/") == (200, "route")


def test_no_request_is_lost_while_a_page_is_redefined(sheet: Sheet) -> None:
    sheet.run("a", "serve_page(app, '/', '0')")
    seen: list[tuple[int, str]] = []
    stop = threading.Event()

    def ask() -> None:
        while not stop.is_set():
            seen.append(sheet.get("/"))

    asker = threading.Thread(target=ask)
    asker.start()
    try:
        for turn in range(1, 51):
            sheet.run("a", f"serve_page(app, '/', '{turn}')")
    finally:
        stop.set()
        asker.join()
    assert {status for status, _ in seen} == {200}
    numbers = [int(text) for _, text in seen]
    assert numbers == sorted(numbers)
    assert sheet.get("/") == (200, "50")
