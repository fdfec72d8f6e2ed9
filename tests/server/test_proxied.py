"""Pages of the program come through the notebook's proxy when the reader has agreed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from tests.server.bare_http import POLLING, UPGRADE, WEBSOCKET, Answer, get, typed
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

MARKS = {
    "context": "X-Forwarded-Context: /user/ada/proxy/5000",
    "path": "X-ProxyContextPath: /user/ada/proxy/5000",
    "empty": "x-proxycontextpath:",
}
PROGRAM = """
    app = Flask('shop')
    @app.route('/', defaults={'path': ''})
    @app.route('/<path:path>', methods=['GET', 'POST'])
    def page(path):
        return 'mine'
    SocketIO(app, **options).run(app, port=0)
"""


@pytest.fixture
def shop(sheet: Sheet) -> Sheet:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    return sheet


@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
@differs("Pages come through the notebook's proxy when you have agreed")
def test_pages_through_the_proxy_wait_for_consent(shop: Sheet, mark: str) -> None:
    assert get(shop.url, "/chat").text == "mine"
    answer = get(shop.url, "/chat", mark)
    assert answer.status == 403
    for part in ("could open your notebooks", "%sio open /chat", "%config SioMagics.pages_through_proxy = True"):
        assert part in answer.text
    assert "mine" not in answer.text
    shop.stage.proxied.allow()
    assert get(shop.url, "/chat", mark).text == "mine"


@pytest.mark.parametrize(
    "path", ["/", "/_labs/x", "/x//_lab/x", "/socket.io", "/socket.iox/", "/x/_lab/", "/..%2f_lab/"]
)
def test_what_only_looks_like_the_labs_own_is_a_page(shop: Sheet, path: str) -> None:
    assert get(shop.url, path, MARKS["context"]).status == 403


@pytest.mark.parametrize(
    "line", ["POST /chat", "PUT /chat", "DELETE /chat", "OPTIONS /chat", "HEAD /chat", "QUERY /chat"]
)
def test_so_is_every_method(shop: Sheet, line: str) -> None:
    host = f"Host: {shop.url.removeprefix('http://')}"
    answer = typed(shop.url, f"{line} HTTP/1.1", host, MARKS["path"])
    assert answer.status == 403
    assert (answer.text == "") is line.startswith("HEAD")


def test_a_path_that_is_passed_on_whole_shows_the_proxy_too(shop: Sheet) -> None:
    answer = get(shop.url, "/user/ada/proxy/absolute/5000/chat")
    assert answer.status == 403
    assert "%sio open /<" in answer.text


def test_socketio_raw_websockets_and_the_labs_pages_come_through(shop: Sheet) -> None:
    mark = MARKS["context"]
    assert get(shop.url, POLLING, mark).status == 200
    assert get(shop.url, WEBSOCKET, mark, *UPGRADE).status == 101
    assert get(shop.url, "/_lab/nothing", mark).status == 404
    assert get(shop.url, "/echo", mark, *UPGRADE).status == 400  # the program's own answer: no WebSocket is there


def test_another_path_of_socketio_comes_through_as_well(sheet: Sheet) -> None:
    sheet.names["options"] = {"path": "/deep/ws"}
    sheet.run("a", PROGRAM)
    assert get(sheet.url, "/deep/ws/?EIO=4&transport=polling", MARKS["context"]).status == 200
    assert get(sheet.url, POLLING, MARKS["context"]).status == 403


def test_it_is_told_once_with_the_fix(shop: Sheet) -> None:
    for number in range(30):
        get(shop.url, f"/chat{number}", MARKS["context"])
    (told,) = [each for each in shop.log.since() if isinstance(each, r.Rejected)]
    assert told.hint is not None
    assert "%sio open /chat0" in told.hint
    assert "%config SioMagics.pages_through_proxy = True" in told.hint
    assert told.request is not None
    assert told.request.path == "/chat0"


@pytest.mark.parametrize("path", ["/<script>alert(1)</script>", "/%22onload=%22x", "/a%0d%0aX:%20y", "/{path}"])
def test_an_odd_path_is_not_told_again(shop: Sheet, path: str) -> None:
    answer = get(shop.url, path, MARKS["context"])
    assert answer.status == 403
    assert "%sio open /<" in answer.text
    assert "script>alert" not in answer.text


def test_no_request_agrees(shop: Sheet) -> None:
    for path in ("/_lab/agree", "/_lab/?agree=1", "/?pages_through_proxy=1", "/_lab/proxied/allow"):
        for method in ("GET", "POST", "PUT"):
            host = f"Host: {shop.url.removeprefix('http://')}"
            typed(shop.url, f"{method} {path} HTTP/1.1", host, "Content-Length: 0")
    assert not shop.stage.proxied.is_allowed


def test_the_page_may_not_run_anything(shop: Sheet) -> None:
    answer: Answer = get(shop.url, "/", MARKS["context"])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
