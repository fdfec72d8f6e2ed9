"""Raw WebSockets are open to the pages that Socket.IO is open to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import records as r
from sio_lab.server.environs import is_upgrade
from sio_lab.server.upgrades import REASON
from tests.server.bare_http import UPGRADE, get
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.sheet import Sheet

JSBIN = "https://jsbin.com"
PROGRAM = """
    from flask_sock import Sock
    app = Flask('shop')
    socketio = SocketIO(app, **options)
    @Sock(app).route('/echo')
    def echo(ws):
        pass
    socketio.run(app, port=0)
"""


def status(sheet: Sheet, origin: str | None, *headers: str) -> int:
    told = () if origin is None else (f"Origin: {origin}",)
    return get(sheet.url, "/echo", *told, *(headers or UPGRADE)).status


@differs("Raw WebSockets are open to the pages that Socket.IO is open to")
def test_its_own_pages_and_programs_may_open_one(sheet: Sheet) -> None:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    assert status(sheet, None) == 101
    assert status(sheet, sheet.url) == 101
    assert status(sheet, sheet.url.replace("http", "https")) == 101
    for origin in (JSBIN, "null", "http://localhost:1", "x"):
        assert status(sheet, origin) == 403, origin
    sheet.stage.origins.add(JSBIN)
    assert status(sheet, JSBIN) == 101


@pytest.mark.parametrize(("given", "expected"), [("*", 101), ([], 101), (JSBIN, 101), ("https://friend.example", 403)])
def test_so_may_those_that_the_program_lets_in(sheet: Sheet, given: object, expected: int) -> None:
    sheet.names["options"] = {"cors_allowed_origins": given}
    sheet.run("a", PROGRAM)
    assert status(sheet, JSBIN) == expected


@pytest.mark.parametrize("upgrade", ["websocket", "WebSocket", "WEBSOCKET", "websocket, other", "h2c,websocket"])
def test_however_it_is_written(sheet: Sheet, upgrade: str) -> None:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    headers = [f"Upgrade: {upgrade}" if each.startswith("Upgrade") else each for each in UPGRADE]
    assert is_upgrade({"HTTP_UPGRADE": upgrade})
    assert status(sheet, JSBIN, *headers) == 403


def test_it_is_told_with_the_fix(sheet: Sheet) -> None:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    for _ in range(3):
        status(sheet, JSBIN)
    (told,) = [each for each in sheet.log.since() if isinstance(each, r.Rejected)]
    assert (told.reason, told.hint, told.status) == (
        REASON,
        f"a page of {JSBIN} may not connect: %sio stop, then %sio start --cors {JSBIN}",
        403,
    )
    assert told.request is not None
    assert (told.request.path, told.request.origin) == ("/echo", JSBIN)


def test_an_origin_of_markup_stays_text(sheet: Sheet) -> None:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    answer = get(sheet.url, "/echo", "Origin: https://a<script>", *UPGRADE)
    assert answer.status == 403
    assert "<script" not in answer.text


def test_pages_are_no_websockets(sheet: Sheet) -> None:
    sheet.names["options"] = {}
    sheet.run("a", PROGRAM)
    assert get(sheet.url, "/nothing", f"Origin: {JSBIN}").status == 404
