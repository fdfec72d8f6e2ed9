"""`@lab.ws`: functions answer raw WebSockets, and are replaced by their cells."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import flask
import pytest
import websocket

from sio_lab.core import records as r
from sio_lab.errors import Usage
from sio_lab.lab import Lab
from sio_lab.server.raw_routes import websocket_route
from tests.server.peers import DEADLINE
from tests.server.raw_client import ECHO, RawClient
from tests.server.rig import differs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.server.sheet import Sheet


@pytest.fixture
def lesson(sheet: Sheet) -> Sheet:
    sheet.start()
    sheet.names |= {"ws": partial(websocket_route, sheet.names["app"]), "flask": flask}
    return sheet


def closed(sheet: Sheet) -> list[tuple[int, str, bool]]:
    return [
        (record.code, record.origin, record.is_clean)
        for record in sheet.log.since()
        if isinstance(record, r.SocketClosed)
    ]


def test_a_lab_s_function_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.thread.POLL_SECONDS", 0.005)
    lab = Lab()
    lab.start()
    try:

        @lab.ws("/rooms/<int:number>")
        def room(ws: Any, number: int) -> None:
            ws.send(f"room {number} {ws.receive()}")

        assert callable(room)
        with RawClient(lab.url or "", "/rooms/3") as client:
            assert client.say("hi") == "room 3 hi"
            assert client.ended() == (1000, "")
        assert lab.log.wait(lambda: not lab.log.state.sockets, DEADLINE)  # the client knows before the log does
        kinds = [row["kind"] for row in lab.traffic]
        assert kinds[1:] == ["handshake", "frame", "frame", "frame", "frame", "close"]
        handshake = lab.traffic[2].handshake
        assert handshake is not None
        assert handshake.request_line == "GET /rooms/3 HTTP/1.1"
        assert "Sec-WebSocket-Accept" in str(lab.traffic[2])
    finally:
        lab.close()


@differs("Raw WebSockets end when their function is replaced")
def test_a_page_is_closed_with_1012_and_finds_the_new_function(lesson: Sheet) -> None:
    lesson.run("1", ECHO.format(answer="'old ' + ws.receive()"))
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "old hi"
        assert lesson.run("1", ECHO.format(answer="'new ' + ws.receive()")) == []
        assert client.ended() == (1012, "")
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "new hi"
        lesson.run("2", "x = 1")
        assert client.say("still") == "new still"
        assert lesson.run("1", "") == ["route /echo"]
        assert client.ended()[0] == 1012
    lesson.log.wait(lambda: len(closed(lesson)) == 2, DEADLINE)
    assert closed(lesson) == [(1012, "lab", True)] * 2
    with pytest.raises(websocket.WebSocketBadStatusException, match="404"):
        RawClient(lesson.url)


def test_another_cell_s_sockets_stay_open(lesson: Sheet) -> None:
    lesson.run("1", ECHO.format(answer="ws.receive()"))
    other = "@ws('/other')\ndef other(ws):\n    while True: ws.send(ws.receive())"
    lesson.run("2", other)
    with RawClient(lesson.url) as client:
        lesson.run("2", other)
        assert client.say("hi") == "hi"


def test_a_client_that_never_answers_is_cut_off(lesson: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.raw_lines.FAREWELL_SECONDS", 0.05)
    lesson.run("1", ECHO.format(answer="ws.receive()"))
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "hi"
        lesson.run("1", "")
        assert lesson.log.wait(lambda: bool(closed(lesson)), DEADLINE)
        assert closed(lesson) == [(1012, "lab", False)]


@pytest.mark.parametrize(
    "code",
    [
        "from flask_sock import Sock\nsock = Sock(app)\n@sock.route('/echo')",
        "from flask_sock import Sock\nsock = Sock()\n@sock.route('/echo')",
        "from flask_sock import Sock\nsock, bp = Sock(app), flask.Blueprint('b', 'b')\n@sock.route('/echo', bp=bp)",
    ],
    ids=["app", "init_app", "blueprint"],
)
def test_pasted_socks_are_served_recorded_and_replaced(lesson: Sheet, code: str) -> None:
    whole = code + "\ndef echo(ws):\n    while True: ws.send(ws.receive())\n"
    whole += "if 'bp' in dir(): app.register_blueprint(bp)\n" if "bp" in code else ""
    whole += "sock.init_app(app)\n" if "Sock()" in code else ""
    lesson.run("1", whole)
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "hi"
        assert [row.payload for row in lesson.log.since() if isinstance(row, r.FrameSent)] == ["hi"]
        lesson.run("1", whole)
        assert client.ended()[0] == 1012


@pytest.mark.parametrize("path", ["echo", "", "/<", "/<nowhere:x>", 7])
def test_a_bad_path_is_refused(lesson: Sheet, path: Any) -> None:
    with pytest.raises(Usage, match="path"):
        lesson.names["ws"](path)


def test_what_is_no_function_is_refused(lesson: Sheet) -> None:
    with pytest.raises(Usage, match="above a function"):
        lesson.names["ws"]("/echo")("echo")


def test_one_cell_gives_a_path_to_one_function(lesson: Sheet) -> None:
    with pytest.raises(Usage, match="already"):
        lesson.run("1", ECHO.format(answer="1") + ECHO.format(answer="2"))


def test_another_program_ends_them_too(lesson: Sheet) -> None:
    lesson.run("1", ECHO.format(answer="ws.receive()"))
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "hi"
        lesson.run("2", "app2 = Flask('two')\nsocketio2 = SocketIO(app2)\nsocketio2.run(app2)")
        assert client.ended()[0] == 1012


@pytest.fixture(autouse=True)
def _stops(sheet: Sheet) -> Iterator[None]:
    yield
    assert sheet.stage.stop() == []
