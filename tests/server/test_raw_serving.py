"""What a raw WebSocket's function raises, prints and emits belongs to its cell and its row."""

from __future__ import annotations

import io
from functools import partial
from typing import TYPE_CHECKING

import pytest
from flask_sock import Sock

from sio_lab.core import records as r
from sio_lab.server.post_mortem import find_failure
from sio_lab.server.raw_routes import websocket_route
from sio_lab.server.streams import STREAMS
from tests.server.peers import DEADLINE
from tests.server.raw_client import RawClient
from tests.server.rig import differs

if TYPE_CHECKING:
    from tests.server.rig import Rig
    from tests.server.sheet import Sheet

BOOM = """
@ws("/echo")
def echo(ws):
    print("got", ws.receive())
    socketio.emit("told", 1)
    raise ValueError("s3cret")
"""


@pytest.fixture
def lesson(sheet: Sheet) -> Sheet:
    sheet.start()
    sheet.names["ws"] = partial(websocket_route, sheet.names["app"])
    return sheet


@differs("A raw WebSocket whose function raises closes with 1011")
def test_what_it_raises_is_told_as_a_handler_s_is(lesson: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    STREAMS.follow()
    lesson.run("1", BOOM)
    with RawClient(lesson.url) as client:
        client.send("hi")
        assert client.ended() == (1011, "the function that serves it raised")
        assert client.rest() == b""
    opened = next(record for record in lesson.log.since() if isinstance(record, r.SocketOpened))
    assert lesson.log.wait(lambda: not lesson.log.state.sockets, DEADLINE)
    (handled,) = [record for record in lesson.log.since() if isinstance(record, r.Handled) and record.of == opened.seq]
    assert (handled.status, handled.handler, handled.cell) == ("raised", "echo", "In [1]")
    assert (handled.error, handled.output) == ("ValueError: s3cret", "got hi\n")
    assert handled.traceback is not None
    assert handled.traceback.splitlines()[1].startswith('  File "<cell 1>", line 6')
    (emitted,) = [record for record in lesson.log.since() if isinstance(record, r.Emitted)]
    assert (emitted.origin, emitted.cause) == ("route", opened.seq)
    assert out.getvalue() == "got hi\n"
    assert err.getvalue().count("ValueError: s3cret") == 1
    assert "flask_sock" not in err.getvalue()
    failure = find_failure(lesson.log, lesson.stage.post_mortem, opened.seq)
    assert (failure.what, str(failure.error)) == ("the WebSocket /echo", "s3cret")


def test_what_it_does_in_the_end_is_told(lesson: Sheet) -> None:
    lesson.run("1", "@ws('/echo')\ndef echo(ws):\n    ws.send(ws.receive())\n    ws.close(4000, 'enough')")
    with RawClient(lesson.url) as client:
        assert client.say("hi") == "hi"
        assert client.ended() == (4000, "enough")
    assert lesson.log.wait(lambda: not lesson.log.state.sockets, DEADLINE)
    (closed,) = [record for record in lesson.log.since() if isinstance(record, r.SocketClosed)]
    assert (closed.code, closed.reason, closed.origin, closed.is_clean) == (4000, "enough", "server", True)
    assert lesson.log.wait(lambda: any(isinstance(record, r.Handled) for record in lesson.log.since()), DEADLINE)
    (handled,) = [record for record in lesson.log.since() if isinstance(record, r.Handled)]
    assert (handled.status, handled.handler) == ("handled", "echo")


def test_an_error_before_the_handshake_is_an_http_answer(lesson: Sheet) -> None:
    lesson.run("1", "@app.route('/echo', websocket=True)\ndef echo(): return {}['x']")
    with pytest.raises(Exception, match="500"):
        RawClient(lesson.url)
    rows = [record for record in lesson.log.since() if isinstance(record, r.HttpRequest)]
    assert [row.status for row in rows] == [500]
    assert not any(isinstance(record, r.SocketOpened) for record in lesson.log.since())


def test_without_an_account_of_routes_an_error_still_closes_with_1011(rig: Rig) -> None:
    def echo(ws: object) -> None:
        raise ValueError(ws)

    Sock(rig.app).route("/echo")(echo)
    rig.app.logger.disabled = True
    with RawClient(rig.url) as client:
        assert client.ended()[0] == 1011
        assert client.rest() == b""
