"""WebSocket routes of Flask-Sock are routes as all others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import websocket

from sio_lab.server.thread import ServerThread
from tests.server.lesson import Lesson, view
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lesson() -> Lesson:
    return Lesson()


class TestWebSockets:
    @pytest.fixture
    def url(self, lesson: Lesson) -> Iterator[str]:
        server = ServerThread(lesson.app, "127.0.0.1", 0)
        server.start()
        yield server.url.replace("http", "ws")
        server.stop_listening()
        assert not server.close_connections()

    def say(self, url: str, text: str) -> Any:
        """Return what a new connection answers."""
        client = websocket.create_connection(url, DEADLINE)
        client.send(text)
        answer = client.recv()
        client.shutdown()
        return answer

    def test_the_next_connection_gets_the_new_function(self, lesson: Lesson, url: str) -> None:
        code = "@sock.route('/echo')\ndef echo(ws): ws.send('{} ' + ws.receive())"
        lesson.run("sock", "from flask_sock import Sock\nsock = Sock(app)")
        for text in ("old", "new"):
            assert lesson.run("1", code.format(text)) == []
            assert self.say(f"{url}/echo", "hi") == f"{text} hi"
        lesson.run("sock", "from flask_sock import Sock\nsock = Sock(app)")
        lesson.run("2", view("page", "/page"))
        assert self.say(f"{url}/echo", "hi") == "new hi"
        assert lesson.run("1", "") == ["route /echo"]
        with pytest.raises(websocket.WebSocketBadStatusException, match="404"):
            self.say(f"{url}/echo", "hi")

    def test_a_connection_that_is_open_keeps_its_function(self, lesson: Lesson, url: str) -> None:
        code = "@sock.route('/echo')\ndef echo(ws):\n    while True: ws.send('{} ' + ws.receive())"
        lesson.run("sock", "from flask_sock import Sock\nsock = Sock(app)")
        lesson.run("1", code.format("old"))
        client = websocket.create_connection(f"{url}/echo", DEADLINE)
        lesson.run("1", code.format("new"))
        client.send("hi")
        assert client.recv() == "old hi"
        client.shutdown()

    def test_a_sock_whose_app_comes_later_may_have_late_routes(self, lesson: Lesson, url: str) -> None:
        lesson.run("sock", "from flask_sock import Sock\nsock = Sock()")
        code = "@sock.route('/echo')\ndef echo(ws): ws.send('{} ' + ws.receive())"
        lesson.run("1", code.format("old"))
        lesson.run("init", "sock.init_app(app)")
        assert self.say(f"{url}/echo", "hi") == "old hi"
        lesson.run("1", code.format("new"))
        assert self.say(f"{url}/echo", "hi") == "new hi"
