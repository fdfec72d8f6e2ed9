"""Pages of tutorials, opened in a browser without a network: they connect and talk, directly and behind a prefix."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
from playwright.sync_api import expect

from sio_lab.core.records import HttpRequest, Rejected
from sio_lab.lab import Lab
from tests.browser.jupyter import MILLISECONDS
from tests.browser.prefix_proxy import behind
from tests.programs.reading import FOLDER, programs
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Response, Route

    from tests.programs.reading import Program

pytestmark = pytest.mark.browser

CDNJS = "//cdnjs.cloudflare.com/ajax/libs/socket.io"
CDN = "https://cdn.socket.io/4.7.5"
TALK = """
  socket.on("connect", function () { socket.emit("ask", {from: "page"}); });
  socket.on("answer", function (told) { document.title = told.namespace; });
"""


def page(load: str, connect: str, talk: str = TALK) -> str:
    return f"<!doctype html><p>a page</p>{load}<script>\n  var socket = {connect};{talk}</script>"


def module(load: str, before: str = "") -> str:
    return f'<!doctype html>{before}<script type="module">{load}\n  const socket = io("/test");{TALK}</script>'


def script(source: str, more: str = "") -> str:
    return f'<script src="{source}"{more}></script>'


PAGES = {
    "1.3, domain and port": page(
        script(f"{CDNJS}/1.3.6/socket.io.min.js", ' type="text/javascript"'),
        'io.connect("http://" + document.domain + ":" + location.port + "/test")',
    ),
    "2.3, protocol": page(
        script(
            f"{CDNJS}/2.3.0/socket.io.js",
            ' integrity="sha256-bQmrZe4yPnQrLTY+1gYylfNMBuGfnT/HKsCGX+9Xuqo=" crossorigin="anonymous"',
        ),
        'io.connect(location.protocol + "//" + document.domain + ":" + location.port + "/test", '
        '{"force new connection": true, transports: ["websocket", "flashsocket"]})',
    ),
    "0.9, no scheme": page(script(f"{CDNJS}/0.9.16/socket.io.min.js"), 'io.connect(location.host + "/test")'),
    "2.2, port 5000": page(script("https://cdn.socket.io/2.2.0/socket.io.slim.js"), 'io("http://localhost:5000/test")'),
    "4, namespace": page(script(f"{CDN}/socket.io.min.js"), 'io("/test")'),
    "4, deferred": page(
        script(f"{CDN}/socket.io.min.js", " defer"),
        "{on: function () {}}",
        f'addEventListener("load", function () {{ var socket = io("/test", {{path: "/socket.io"}}); {TALK} }});',
    ),
    "4, manager": page(script(f"{CDN}/socket.io.min.js"), 'new io.Manager().socket("/test")'),
    "of this server": page(script("/socket.io/socket.io.js"), 'io("//" + location.host + "/test?a=b")'),
    "with a base": page(f'<base href="./">{script(f"{CDN}/socket.io.min.js")}', 'io("/test")'),
    "module": module(f'import {{ io }} from "{CDN}/socket.io.esm.min.js";'),
    "default import": module(f'import io from "{CDN}/socket.io.esm.min.js";'),
    "import map": module(
        'import { io } from "socket.io-client";',
        f'<script type="importmap">{{"imports": {{"socket.io-client": "{CDN}/socket.io.esm.min.js"}}}}</script>',
    ),
    "dynamic import": module(f'const {{ io }} = await import("{CDN}/socket.io.esm.min.js");'),
}
PREFIX = "/user/ada/proxy/5000/"


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab(say=lambda _text: None)
    lab.start()

    @lab.on("ask", namespace="/test")
    def ask(_told: Any) -> None:
        lab.socketio.emit("answer", {"namespace": flask.request.namespace}, namespace="/test", to=flask.request.sid)  # type: ignore[attr-defined]

    for number, text in enumerate(PAGES.values()):
        lab.page(f"/{number}", text)
        lab.page(f"/deep/er/{number}", text)
    yield lab
    lab.close()


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """Yield a page from which nothing but this machine can be reached, and that complains of nothing."""
    complaints: list[str] = []

    def decide(route: Route) -> None:
        route.continue_() if "//127.0.0.1:" in route.request.url else route.abort()

    opened = browser.new_page()
    opened.route("**/*", decide)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    opened.close()
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_talks_to_the_server_it_came_from(lab: Lab, offline: Page, name: str) -> None:
    number = list(PAGES).index(name)
    talks(offline, f"{lab.url}/{number}")
    with behind(lab.port or 0, PREFIX) as address:
        talks(offline, f"{address}{number}")
        talks(offline, f"{address}deep/er/{number}")
    requests = [each for each in lab.log.since() if isinstance(each, HttpRequest)]
    notes = [each.mended or "" for each in requests if each.path.endswith(f"/{number}")]
    assert ["the lab's own" in note for note in notes] == [True] * 3
    assert not [each for each in lab.log.since() if isinstance(each, Rejected)]


def talks(offline: Page, address: str) -> None:
    offline.goto(address)
    expect(offline).to_have_title("/test", timeout=MILLISECONDS)


def test_events_and_options_of_an_old_page_still_work(lab: Lab, offline: Page) -> None:
    @lab.on("connect", namespace="/refusing")
    def refuse(_auth: Any) -> None:
        raise flask_socketio.ConnectionRefusedError("not today")

    told = """
      var told = [];
      ["reconnecting", "reconnect", "reconnect_attempt"].forEach(function (name) {
        socket.on(name, function () { told.push(name); document.body.dataset.told = told.join(); });
      });
      socket.once("connect", function () { setTimeout(function () { socket.io.engine.close(); }, 0); });
      io.connect("/refusing").on("error", function (why) { document.body.dataset.refused = why; });
    """
    old = page(script(f"{CDNJS}/2.3.0/socket.io.js"), 'io("/test", {"reconnection delay": 10})', told)
    lab.page("/old", old)
    offline.goto(f"{lab.url}/old")
    offline.wait_for_selector("[data-refused='not today']", timeout=MILLISECONDS)
    offline.wait_for_selector("[data-told='reconnect_attempt,reconnecting,reconnect']", timeout=MILLISECONDS)


def test_other_servers_are_left_to_the_page(lab: Lab, offline: Page) -> None:
    lab.page("/elsewhere", page(script(f"{CDN}/socket.io.min.js"), 'io("http://chat.example:3000/x")', ""))
    with offline.expect_request(lambda request: "chat.example:3000/socket.io/" in request.url, timeout=MILLISECONDS):
        offline.goto(f"{lab.url}/elsewhere")


def test_a_page_of_a_strict_policy_keeps_it(lab: Lab, offline: Page) -> None:
    @lab.app.route("/strict")
    def strict() -> flask.Response:
        nonced = page(script(f"{CDN}/socket.io.min.js", " nonce=N"), 'io("/test")').replace(
            "<script>", "<script nonce=N>"
        )
        policy = "default-src 'none'; script-src 'nonce-N' 'strict-dynamic'; connect-src 'self'"
        return flask.Response(nonced, headers={"Content-Security-Policy": policy})

    talks(offline, f"{lab.url}/strict")


WITH_CLIENT = [each for each in programs(FOLDER).values() if "/socket.io" in each.code and "vue@" not in each.code]


@pytest.mark.filterwarnings("ignore:(?s)Exception in thread.*SystemExit:pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("program", WITH_CLIENT, ids=lambda program: program.name)
def test_the_pages_of_all_programs_connect(offline: Page, program: Program) -> None:
    lab, others = Lab(say=lambda _text: None), set(threading.enumerate())
    names: dict[str, Any] = {"__name__": "a_program"}
    exec(compile(program.code, str(program.path), "exec"), names)  # noqa: S102 - one of the tests' own programs
    try:
        lab.serve(names["socketio"], port=0)
        lab.start()
        with behind(lab.port or 0, PREFIX) as address:
            with offline.expect_response(_is_of_a_post, timeout=MILLISECONDS):
                offline.goto(address)
            assert lab.log.state.clients
    finally:
        lab.close()
        # Its tasks are plain Flask-SocketIO's, which nobody ends: they would go on beside all tests to come.
        names["socketio"].sleep = sys.exit
        for thread in set(threading.enumerate()) - others:
            thread.join(DEADLINE)


def _is_of_a_post(answer: Response) -> bool:
    """Tell whether it answers what a client has sent first: which namespace it wants."""
    return answer.request.method == "POST" and "/socket.io/" in answer.url


def test_a_page_finds_a_path_of_the_programs_own_and_runs_beside_a_jquery_of_its_own(offline: Page) -> None:
    lab = Lab(say=lambda _text: None)
    old = page(f"{script('jquery.js')}{script(f'{CDNJS}/1.3.6/socket.io.min.js')}", "null", JQUERY_PAGE)
    try:
        lab.start(path="live")
        lab.on("ask", namespace="/test")(lambda _told: flask_socketio.emit("answer", {"namespace": "/test"}))
        lab.page("/deep/page", old)
        lab.page("/deep/jquery.js", "function $(ready) { document.addEventListener('DOMContentLoaded', ready) }")
        talks(offline, f"{lab.url}/deep/page")
        with behind(lab.port or 0, PREFIX) as address:
            talks(offline, f"{address}deep/page")
    finally:
        lab.close()


JQUERY_PAGE = f"""
  $(function () {{
    var socket = io.connect(location.protocol + "//" + document.domain + ":" + location.port + "/test");
    {TALK}
  }});
"""
