from __future__ import annotations

import gc
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import engineio.base_client
import pytest
import socketio.base_client
from asking import DEADLINE, until
from plain_server import PlainServer, Recorder

from sio_lab.clients import Clients
from sio_lab.core import records as r
from sio_lab.errors import CallFailed, NotRunning, TargetError, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.clients import NamedClient
    from sio_lab.core.log import Log

    Join = Callable[..., NamedClient]

pytestmark = pytest.mark.usefixtures("lesson")


def what_is_open() -> set[Any]:
    gc.collect()
    return {*threading.enumerate(), *(each.name for each in Path("/proc/self/fd").iterdir())}


class TestFinding:
    def test_by_name(self, join: Join, clients: Clients) -> None:
        ada, bob = join("ada"), join("bob")
        assert clients["ada"] is ada
        assert clients.get("bob") is bob
        assert list(clients) == [ada, bob]
        assert len(clients) == 2
        assert "ada" in clients

    def test_nobody_of_that_name(self, join: Join, clients: Clients) -> None:
        join("ada")
        assert clients.get("eve") is None
        assert "eve" not in clients
        with pytest.raises(TargetError, match=r"no client 'eve'; it has: ada. lab.client\(name\) opens one"):
            clients["eve"]

    def test_closed_ones_are_gone_and_dropped_ones_are_not(self, join: Join, clients: Clients) -> None:
        ada, bob = join("ada"), join("bob")
        ada.close()
        bob.drop()
        assert list(clients) == [bob]
        ada.reconnect()
        assert list(clients) == [bob, ada]


class TestOpening:
    def test_a_name_asked_for_again_is_a_new_client(self, join: Join, clients: Clients) -> None:
        old = join("ada")
        new = join("ada")
        assert not old.connected
        assert list(clients) == [new]
        with pytest.raises(Usage, match="a newer client 'ada'"):
            old.reconnect()
        old.close()
        assert list(clients) == [new]
        assert new.connected

    def test_a_wrong_option_leaves_the_old_one(self, join: Join) -> None:
        ada = join("ada")
        with pytest.raises(Usage, match='write "/chat"'):
            join("ada", "chat")
        assert ada.connected

    @pytest.mark.parametrize("name", ["", " ", 3])
    def test_a_name_is_a_text(self, join: Join, name: Any) -> None:
        with pytest.raises(Usage, match="a client's name is a text"):
            join(name)

    def test_one_that_can_not_connect_is_not_kept(self, clients: Clients) -> None:
        with pytest.raises(NotRunning):
            clients.open("http://127.0.0.1:1", "ada")
        assert list(clients) == []

    def test_the_log_knows_its_name_before_it_asks_for_a_namespace(
        self, server: PlainServer, join: Join, log: Log, transports: list[str] | None
    ) -> None:
        server.socketio.on_event("x", print, namespace="/x")
        ada = join("ada", ["/", "/x"], transports=transports)
        named, asked = (
            next(each for each in log.since() if isinstance(each, kind)) for kind in (r.ClientNamed, r.ConnectAsked)
        )
        assert (named.name, named.eio_sid, named.seq < asked.seq) == ("ada", ada.connection.eio_sid, True)
        assert {log.state.name_of(sid) for sid in ada.sids.values()} == {"ada"}


class TestSettle:
    def test_it_is_true_when_all_has_arrived(self, server: PlainServer, join: Join, clients: Clients) -> None:
        ada = join("ada", transports=["polling"])
        join("bob")
        for number in range(50):
            server.socketio.emit("tick", number)
        assert clients.settle()
        assert ada.received_columns.cells["args"] == tuple((number,) for number in range(50))

    def test_it_waits_for_what_has_not_reached_the_server_yet(
        self, join: Join, clients: Clients, gate: threading.Event
    ) -> None:
        gate.set()
        ada = join("ada", transports=["polling"])
        for _ in range(50):
            ada.emit("slow", wait=False)
        assert clients.settle(DEADLINE)
        assert len(ada.received_columns) == 50

    def test_it_is_false_while_a_handler_runs(self, join: Join, clients: Clients, gate: threading.Event) -> None:
        ada = join("ada")
        ada.emit("slow", wait=False)
        assert not clients.settle(0.05)
        gate.set()
        assert clients.settle()
        assert ada.wait_for("finished") == ()

    def test_dropped_and_closed_clients_are_not_waited_for(
        self, server: PlainServer, join: Join, clients: Clients
    ) -> None:
        ada, bob = join("ada", transports=["polling"]), join("bob", transports=["polling"])
        ada.drop()
        bob.close()
        server.socketio.emit("tick")
        assert clients.settle()

    def test_what_was_emitted_may_be_waited_for_whatever_runs(
        self, server: PlainServer, join: Join, clients: Clients, gate: threading.Event
    ) -> None:
        ada = join("ada", transports=["polling"])
        ada.emit("slow", wait=False)
        server.socketio.emit("tick", 1)
        assert clients.delivered()
        assert ada.received_columns.cells["args"] == ((1,),)
        gate.set()

    def test_clients_notice_that_they_were_sent_away(self, server: PlainServer, join: Join, clients: Clients) -> None:
        ada, bob = join("ada"), join("bob")
        assert not clients.noticed_leaving([ada.sid, bob.sid], 0.05)
        server.server.disconnect(ada.sid)
        assert clients.noticed_leaving([ada.sid])
        assert (ada.connected, bob.connected) == (False, True)

    def test_it_is_true_where_there_is_nobody(self, clients: Clients) -> None:
        assert clients.settle()


class TestCloseAll:
    def test_nothing_is_left(self, log: Log) -> None:
        before = what_is_open()
        server = PlainServer()
        Recorder(server.server, log)
        clients = Clients(log, lambda columns: columns)
        for number in range(4):
            for transports in (["polling"], ["websocket"], None):
                client = clients.open(server.url, f"{number} {transports}", transports=transports)
                client.on("*", print)
        clients["0 None"].drop()
        clients["1 ['polling']"].drop()
        clients["1 ['polling']"].reconnect()
        clients["2 ['websocket']"].close()
        server.socketio.emit("tick")
        clients.close_all()
        clients.close_all()
        assert not [each for each in threading.enumerate() if "_loop" in each.name or "sio_lab" in each.name]
        assert list(clients) == []
        server.stop()
        # The plain server's ping threads sleep for another second.
        until(lambda: what_is_open() <= before)
        assert socketio.base_client.reconnecting_clients == []
        assert engineio.base_client.connected_clients == []

    def test_a_server_that_is_gone_does_not_hold_it_up(self, server: PlainServer, join: Join, clients: Clients) -> None:
        for number in range(6):
            join(str(number), transports=["polling"] if number % 2 else ["websocket"])
        server.stop()
        started = time.monotonic()
        clients.close_all()
        assert time.monotonic() - started < 3
        assert engineio.base_client.connected_clients == []

    def test_neither_does_one_that_no_longer_answers(
        self, server: PlainServer, join: Join, clients: Clients, gate: threading.Event
    ) -> None:
        for number in range(6):
            join(str(number), transports=["polling"] if number % 2 else ["websocket"])
        server.server.eio.handlers["message"] = lambda *_: gate.wait(DEADLINE)
        started = time.monotonic()
        clients.close_all()
        gate.set()
        assert time.monotonic() - started < 4
        assert not [each for each in threading.enumerate() if "_loop" in each.name]

    def test_neither_do_handlers_that_still_run(
        self, server: PlainServer, join: Join, clients: Clients, gate: threading.Event
    ) -> None:
        for number in range(6):
            join(str(number)).on("tick", lambda: gate.wait(DEADLINE))
        server.socketio.emit("tick")
        assert not clients.settle(0.1)
        started = time.monotonic()
        clients.close_all()
        assert time.monotonic() - started < 3
        gate.set()
        until(lambda: not [each for each in threading.enumerate() if "sio_lab" in each.name])

    def test_clients_may_be_opened_again(self, join: Join, clients: Clients) -> None:
        ada = join("ada")
        clients.close_all()
        with pytest.raises(CallFailed):
            ada.call("echo")
        ada.reconnect()
        assert list(clients) == [ada]
