"""The lab's own pages: where they answer, and that they leave all else to the program."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
import pytest

from sio_lab.core import records as r
from sio_lab.server.web import assets
from sio_lab.server.web.site import Site
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.sheet import Sheet


def ask(url: str, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Send a request as it is written: nothing of the path is tidied."""
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, dict(answer.getheaders()), body


def root_of(app: flask.Flask | None, method: str = "GET", **more: str) -> list[bytes] | None:
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": "/",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "HTTP_HOST": "localhost",
        **more,
    }
    answer = Site(lambda: app, lambda _: {})(environ, lambda *_: None)
    return None if answer is None else list(answer)


@differs("The lab answers at / where the program does not")
def test_the_front_is_the_labs_until_the_program_has_one(sheet: Sheet) -> None:
    url = sheet.start().url
    status, _, body = ask(url, "/")
    assert (status, b"_lab/static/page.js" in body) == (200, True)
    sheet.run("1", "@app.route('/')\ndef front(): return 'mine'")
    assert ask(url, "/")[2] == b"mine"
    sheet.run("1", "")
    assert b"_lab/static/page.js" in ask(url, "/")[2]


@differs("What lies under /_lab is the lab's")
def test_below_the_labs_path_the_program_is_not_asked(sheet: Sheet) -> None:
    url = sheet.start().url
    sheet.run("1", "@app.route('/<path:path>')\ndef rest(path): return 'mine'")
    assert ask(url, "/lab")[2] == ask(url, "/_labs")[2] == b"mine"
    for path in ("/_lab/", "/_lab/lesson/", "/_lab/client/socket.io.min.js", "/_lab/static/page.js"):
        status, told, body = ask(url, path)
        assert (status, len(body)) == (200, int(told["Content-Length"])), path
    assert ask(url, "/_lab/nothing")[0] == 404


def test_none_of_it_is_recorded(sheet: Sheet) -> None:
    url = sheet.start().url
    for path in ("/", "/_lab/", "/_lab/settings.json", "/_lab/nothing"):
        ask(url, path)
    assert not [record for record in sheet.log.since() if isinstance(record, r.HttpRequest)]


def test_a_page_is_asked_for_each_time_and_sent_when_it_has_changed(sheet: Sheet) -> None:
    url = sheet.start().url
    _, told, body = ask(url, "/_lab/")
    assert told["Cache-Control"] == "no-cache"
    status, again, nothing = ask(url, "/_lab/", If_None_Match=told["ETag"])
    assert (status, again["ETag"], nothing) == (304, told["ETag"], b"")
    assert ask(url, "/_lab/", If_None_Match='"other"')[2] == body


def test_head_is_answered_as_get_without_a_body(sheet: Sheet) -> None:
    url = sheet.start().url
    for path in ("/", "/_lab/", "/_lab/client/socket.io.min.js"):
        status, told, body = ask(url, path, "HEAD")
        assert (status, body) == (200, b"")
        assert told["Content-Length"] == ask(url, path)[1]["Content-Length"]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_else_is_done_there(sheet: Sheet, method: str) -> None:
    url = sheet.start().url
    status, told, _ = ask(url, "/_lab/settings.json", method)
    assert (status, told["Allow"]) == (405, "GET, HEAD")
    assert ask(url, "/", method)[0] in {404, 405}


@pytest.mark.parametrize("path", ["/_lab", "/_lab/lesson"])
def test_a_missing_slash_is_put_there_relatively(sheet: Sheet, path: str) -> None:
    status, told, _ = ask(sheet.start().url, path)
    assert (status, told["Location"]) == (302, f"{path.rpartition('/')[2]}/")


@pytest.mark.parametrize(
    "path",
    [
        "/_lab/../site.py",
        "/_lab/client/../site.py",
        "/_lab/client/..%2fsite.py",
        "/_lab/client/%2e%2e/site.py",
        "/_lab/client//etc/passwd",
        "/_lab//etc/passwd",
        "/_lab/static/page.js/",
        "/_lab/client/LICENSE%00.js",
        "/_lab/pages/client.html",
        "/_lab/client/",
    ],
)
def test_no_path_leads_out_of_the_table(sheet: Sheet, path: str) -> None:
    assert ask(sheet.start().url, path)[0] == 404


def test_every_answer_says_what_browsers_must_know(sheet: Sheet) -> None:
    url = sheet.start().url
    for path in ("/", "/_lab/", "/_lab", "/_lab/nothing", "/_lab/settings.json", "/_lab/static/page.js"):
        told = ask(url, path)[1]
        assert "default-src 'none'" in told["Content-Security-Policy"], path
        assert told["X-Content-Type-Options"] == "nosniff"


def test_who_may_frame_it_is_asked_each_time() -> None:
    learned: list[str] = []
    told: dict[str, str] = {}
    site = Site(lambda: None, lambda _: {}, lambda: learned)
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/_lab/"}
    site(environ, lambda _, given: told.update(given))
    assert "https://hub.example" not in told["Content-Security-Policy"]
    learned.append("https://hub.example")
    site(environ, lambda _, given: told.update(given))
    assert "https://hub.example" in told["Content-Security-Policy"].partition("frame-ancestors ")[2]


class TestFront:
    def app(self, *rules: str, **options: Any) -> flask.Flask:
        app = flask.Flask("front", **options.pop("flask", {}))
        for rule in rules:
            app.add_url_rule(rule, endpoint=rule, view_func=lambda **_: "mine", **options)
        return app

    def test_of_no_app_it_is_the_labs(self) -> None:
        assert root_of(None) == [assets.front_page("_lab/").body]

    def test_a_rule_for_it_is_the_programs_whatever_its_method(self) -> None:
        assert root_of(self.app("/")) is None
        assert root_of(self.app("/", methods=["POST"])) is None
        assert root_of(self.app("/<who>", defaults={"who": ""})) is not None

    def test_a_rule_with_a_default_is_a_rule(self) -> None:
        app = self.app()
        app.add_url_rule("/", defaults={"page": 1}, endpoint="x", view_func=str)
        assert root_of(app) is None

    def test_other_rules_are_none_for_it(self) -> None:
        assert root_of(self.app("/page", "/<path:rest>", flask={"static_url_path": ""})) is not None

    def test_a_rule_of_any_host_counts(self) -> None:
        app = self.app("/")
        app.config["SERVER_NAME"] = "lab.example:5000"
        assert root_of(app) is None
        by_host = flask.Flask("hosts", host_matching=True, static_host="a.example")
        by_host.add_url_rule("/", endpoint="x", host="a.example", view_func=str)
        assert root_of(by_host) is None

    def test_a_web_socket_is_not_the_pages(self) -> None:
        assert root_of(self.app(), HTTP_UPGRADE="websocket") is None
        assert root_of(self.app(), "POST") is None
