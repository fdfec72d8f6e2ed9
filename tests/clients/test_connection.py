from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import engineio.base_client
import pytest
from flask_socketio import ConnectionRefusedError as Refusal

from sio_lab.clients import connection
from sio_lab.clients.connection import Connection, Told
from sio_lab.core import records as r
from sio_lab.errors import ClientRefused, NotRunning, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from plain_server import PlainServer

    from sio_lab.clients import Clients, NamedClient
    from sio_lab.core.log import Log

    Join = Callable[..., NamedClient]

DEADLINE = 10.0


def nothing(*_args: Any) -> None:
    """Take what is told and forget it."""


@pytest.fixture(autouse=True)
def serves(plain: PlainServer) -> None:
    def refuse(_auth: Any = None) -> None:
        raise Refusal("no seat left", {"code": 7})

    plain.socketio.on_event("x", nothing)
    plain.socketio.on_event("x", nothing, namespace="/chat")
    plain.socketio.on_event("connect", refuse, namespace="/full")
    plain.socketio.on_event("connect", lambda *_: False, namespace="/shut")


def nothing_is_left() -> bool:
    loops = [each for each in threading.enumerate() if "_loop" in each.name or "sio_lab" in each.name]
    return not loops and not engineio.base_client.connected_clients


class TestRefused:
    def test_the_message_and_data_are_the_servers(self, join: Join, transports: list[str] | None) -> None:
        with pytest.raises(
            ClientRefused, match=r"Client ada was refused in /full: no seat left \{'code': 7\}"
        ) as caught:
            join("ada", "/full", transports=transports)
        assert (caught.value.message, caught.value.data) == ("no seat left", {"code": 7})
        assert nothing_is_left()

    @pytest.mark.parametrize("namespaces", [["/", "/full"], ["/full", "/chat"], ["/chat", "/", "/full"]])
    def test_one_of_several_refuses_the_client(self, join: Join, clients: Clients, namespaces: list[str]) -> None:
        with pytest.raises(ClientRefused, match="refused in /full: no seat left"):
            join("ada", namespaces)
        assert nothing_is_left()
        assert list(clients) == []

    def test_the_default_namespace_may_refuse_too(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("connect", lambda *_: False)
        started = time.monotonic()
        with pytest.raises(ClientRefused, match="Client ada was refused in /: "):
            join("ada", ["/chat", "/"])
        assert time.monotonic() - started < 2

    def test_false_has_a_message_and_no_data(self, join: Join) -> None:
        with pytest.raises(ClientRefused) as caught:
            join("ada", "/shut")
        assert caught.value.data is None
        assert caught.value.message

    def test_a_wrong_namespace_comes_with_the_logs_hint(self, join: Join) -> None:
        with pytest.raises(ClientRefused, match=r"refused in /cat: Unable to connect; Served here: /") as caught:
            join("ada", "/cat")
        assert caught.value.message == "Unable to connect"

    def test_without_taps_there_is_no_hint(self, join_untapped: Join) -> None:
        with pytest.raises(ClientRefused, match=r"refused in /cat: Unable to connect$"):
            join_untapped("ada", "/cat")


class TestNotConnected:
    @pytest.mark.parametrize("transport", ["polling", "websocket"])
    def test_nobody_listens(self, server: PlainServer, join: Join, transport: str) -> None:
        server.stop()
        with pytest.raises(NotRunning, match=r"nothing listens at http://127.0.0.1:\d+. Start the server with %sio"):
            join("ada", transports=[transport])
        assert nothing_is_left()

    def test_no_answer_in_time(self, server: PlainServer, join: Join, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(connection, "ANSWER_SECONDS", 0.2)
        gate = threading.Event()
        server.socketio.on_event("connect", lambda *_: gate.wait(DEADLINE) and None)
        try:
            with pytest.raises(ClientRefused, match=r"but it did not answer for / within 0\.2 s"):
                join("ada")
        finally:
            gate.set()
        assert nothing_is_left()

    def test_the_server_hangs_up(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("connect", lambda *_: server.server.eio.disconnect(next(iter(server.server.environ))))
        with pytest.raises(ClientRefused, match="the connection ended before it was in /: server disconnect"):
            join("ada", transports=["websocket"])
        assert nothing_is_left()

    @pytest.mark.parametrize("transport", ["polling", "websocket"])
    def test_the_server_rejects_the_request(self, server: PlainServer, join: Join, log: Log, transport: str) -> None:
        rejects = server.server.eio._bad_request

        def reject(message: str) -> Any:
            log.append(r.Rejected(message, status=400, hint="Allow the origin: cors_allowed_origins"))
            return rejects(message)

        server.server.eio._bad_request = reject
        with pytest.raises(
            ClientRefused, match=r"no Socket.IO connection to http://127.0.0.1:.* 400.*Allow the origin"
        ):
            join("ada", transports=[transport], headers={"Origin": "http://elsewhere.example"})
        assert nothing_is_left()

    def test_an_auth_that_is_no_json(self, join: Join) -> None:
        with pytest.raises(Usage, match=r"auth=\{1\}: Object of type set"):
            join("ada", auth={1})
        with pytest.raises(Usage, match="Object of type bytes"):
            join("ada", auth=lambda: {"token": b"1"})
        assert nothing_is_left()

    def test_an_auth_that_raises_is_the_users_own_error(self, join: Join) -> None:
        with pytest.raises(ZeroDivisionError):
            join("ada", auth=lambda: 1 // 0)
        assert nothing_is_left()


class TestEnding:
    def test_a_connection_never_opened_can_be_ended(self) -> None:
        unused = Connection("ada", {}, Told(nothing, nothing, nothing))
        unused.end()
        unused.cut()
        assert not unused.is_open

    def test_a_client_sent_away_from_one_namespace_stays_in_the_other(self, server: PlainServer, join: Join) -> None:
        ada = join("ada", ["/", "/chat"])
        gone = threading.Event()
        ada.on("disconnect", lambda *_: gone.set(), namespace="/chat")
        server.server.disconnect(ada.sids["/chat"], namespace="/chat")
        assert gone.wait(DEADLINE)
        assert list(ada.sids) == ["/"]
        assert ada.connected

    def test_the_servers_end_ends_it(self, server: PlainServer, join: Join, transports: list[str] | None) -> None:
        ada, gone = join("ada", transports=transports), threading.Event()
        ada.on("disconnect", lambda *_: gone.set())
        server.stop()
        assert gone.wait(DEADLINE)
        assert not ada.connected


def test_a_packet_that_can_not_be_read_is_reported_and_passed_over(
    server: PlainServer, join: Join, capsys: pytest.CaptureFixture[str]
) -> None:
    ada = join("ada")
    server.server.eio.send(ada.connection.eio_sid, "2[")
    server.socketio.emit("tick")
    assert ada.wait_for("tick") == ()
    assert "Client ada: a packet that can't be read raised:" in capsys.readouterr().err
