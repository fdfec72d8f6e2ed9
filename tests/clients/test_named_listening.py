from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from asking import DEADLINE, args_of, seconds, until
from flask_socketio import ConnectionRefusedError as Refusal
from flask_socketio import close_room, emit

from sio_lab.errors import CallFailed, ClientRefused, NotRunning, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from plain_server import PlainServer

    from sio_lab.clients import Clients, NamedClient

    Join = Callable[..., NamedClient]

pytestmark = pytest.mark.usefixtures("lesson")


class TestOn:
    def test_a_decorator_and_a_direct_form(self, server: PlainServer, join: Join) -> None:
        ada, heard = join(), []

        @ada.on("one")
        def one(value: Any) -> None:
            heard.append(("one", value))

        assert ada.on("two", heard.append) == heard.append
        server.socketio.emit("one", 1)
        server.socketio.emit("two", 2)
        ada.emit("say")
        assert heard == [("one", 1), 2]
        assert callable(one)

    def test_a_star_is_any_event_or_namespace(self, join: Join) -> None:
        ada, heard = join("ada", ["/", "/chat"]), []
        ada.on("*", lambda *args: heard.append(args))
        ada.on("said", lambda *args: heard.append(args), namespace="*")
        ada.emit("say", 1)
        ada.emit("say", 2, namespace="/chat")
        assert heard == [("said", [1]), ("/chat", [2])]

    def test_whether_it_listens_can_be_asked(self, join: Join, clients: Clients) -> None:
        ada = join()
        sid = str(ada.sid)
        assert clients.listens(sid, "/", "said") is False
        ada.emit("say")
        ada.wait_for("said")
        assert clients.listens(sid, "/", "said") is True
        ada.on("*", print, namespace="/")
        assert clients.listens(sid, "/", "whatever") is True
        assert ada.listens("said", "/chat") is False
        assert clients.listens(sid, "/chat", "said") is None
        assert clients.listens("browser", "/", "said") is None

    def test_what_it_returns_is_the_ack(self, server: PlainServer, join: Join) -> None:
        ada = join()
        ada.on("ask", lambda *args: (len(args), b"yes"))
        assert server.socketio.call("ask", (1, 2, 3), to=ada.sid, timeout=DEADLINE) == (3, b"yes")

    def test_without_a_handler_the_ack_is_empty(self, server: PlainServer, join: Join) -> None:
        assert server.socketio.call("ask", 1, to=join().sid, timeout=DEADLINE) is None

    def test_a_handler_may_call_the_server(self, server: PlainServer, join: Join) -> None:
        ada = join()
        ada.on("ask", lambda value: ada.call("give", [value, "back"]))
        assert server.socketio.call("ask", 1, to=ada.sid, timeout=DEADLINE) == [1, "back"]

    def test_events_and_handlers_keep_their_order(
        self, server: PlainServer, join: Join, transports: list[str] | None
    ) -> None:
        ada, heard = join("ada", transports=transports), []
        ada.on("tick", lambda number, blob: heard.append((number, blob)))
        wanted = [(number, str(number).encode() if number % 3 else number) for number in range(200)]
        for pair in wanted:
            server.socketio.emit("tick", pair)
        ada.call("echo")
        assert heard == args_of(ada, "tick") == wanted

    def test_a_handler_that_changes_its_argument_changes_no_history(self, join: Join) -> None:
        ada = join()
        ada.on("said", lambda words: words.clear())
        ada.emit("say", 1)
        assert args_of(ada, "said") == [([1],)]

    def test_an_error_is_told_from_the_handlers_frame_on(self, join: Join, capsys: pytest.CaptureFixture[str]) -> None:
        ada, heard = join(), []

        @ada.on("said")
        def stumble(words: list[Any]) -> None:
            heard.append(words)
            raise KeyError(words[0])

        ada.emit("say", "one")
        ada.emit("say", "two")
        told = capsys.readouterr().err
        assert heard == [["one"], ["two"]]
        assert "Client ada: the handler of 'said' in / raised:\nTraceback (most recent call last):\n" in told
        assert "in stumble" in told.splitlines()[2]
        assert "KeyError: 'one'" in told

    def test_connect_and_disconnect_are_events_too(self, join: Join) -> None:
        ada, heard = join(), []
        ada.on("disconnect", heard.append)
        ada.on("connect", lambda: heard.append(ada.call("give", "in")))
        ada.reconnect()
        ada.drop()
        assert heard == ["client disconnect", "in", "transport error"]

    def test_without_a_name_it_says_how_to_write_it(self, join: Join) -> None:
        function: Any = print
        with pytest.raises(Usage, match=r'write @ada.on\("event"\)'):
            join().on(function)

    def test_a_handler_may_close_its_client(self, join: Join) -> None:
        ada = join()
        ada.on("said", lambda _: ada.close())
        ada.emit("say", wait=False)
        until(lambda: not ada.connected)


class TestReceived:
    def test_it_is_a_table_made_by_the_frame_given(self, join: Join) -> None:
        ada = join()
        before = time.time_ns()
        ada.emit("say", 1)
        columns = ada.received
        assert columns.names == ("time", "namespace", "event", "args")
        row = columns.row(0)
        assert (row["namespace"], row["event"], row["args"]) == ("/", "said", ([1],))
        assert before <= row["time"] <= time.time_ns()
        assert ada.received_dropped == 0

    def test_the_newest_can_be_read_alone(self, join: Join) -> None:
        ada = join()
        for number in range(3):
            ada.emit("say", number)
        total, newest = ada.received_since(1, 10)
        assert (total, [each.args for each in newest]) == (3, [([1],), ([2],)])
        assert ada.received_since(3, 10) == (3, [])

    def test_it_outlives_the_connection(self, join: Join) -> None:
        ada = join()
        ada.emit("say", 1)
        ada.reconnect()
        ada.emit("say", 2)
        assert args_of(ada, "said") == [([1],), ([2],)]

    def test_it_holds_what_came_before_the_connect_packet(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("connect", lambda *_: emit("welcome", "hi"))
        assert args_of(join(), "welcome") == [("hi",)]


class TestWaitFor:
    def test_each_arrival_is_handed_out_once_in_order(self, join: Join) -> None:
        ada = join()
        ada.emit("say", 1)
        ada.emit("say", 2)
        assert [ada.wait_for("said"), ada.wait_for("said")] == [([1],), ([2],)]
        ada.emit("slow", wait=False)
        with pytest.raises(CallFailed):
            ada.wait_for("said", timeout=0.05)

    def test_it_waits_for_what_is_still_to_come(self, join: Join, gate: threading.Event) -> None:
        ada = join()
        ada.emit("slow", wait=False)
        threading.Timer(0.1, gate.set).start()
        assert ada.wait_for("finished") == ()

    def test_a_namespace_can_be_asked_for(self, join: Join) -> None:
        ada = join("ada", ["/", "/chat"])
        ada.emit("say", 1)
        ada.emit("say", 2, namespace="/chat")
        assert ada.wait_for("said", namespace="/chat") == ([2],)
        assert ada.wait_for("said") == ([1],)
        with pytest.raises(Usage, match="'/nope' but in / and /chat"):
            ada.wait_for("said", namespace="/nope")

    def test_in_vain_it_says_what_did_arrive(self, join: Join) -> None:
        ada = join()
        with pytest.raises(CallFailed, match=r"received no 'sad' within 0.05 s. Nothing else arrived"):
            ada.wait_for("sad", timeout=0.05)
        ada.emit("say", 1)
        with pytest.raises(CallFailed, match=r"received no 'sad' in / within 0.05 s. What did .*: 'said' \(1\)"):
            ada.wait_for("sad", namespace="/", timeout=0.05)

    def test_a_disconnected_client_has_nothing_to_wait_for(self, join: Join) -> None:
        ada = join()
        ada.emit("say", 1)
        ada.drop()
        assert ada.wait_for("said") == ([1],)
        with pytest.raises(CallFailed, match=r"received no 'said' and none will: .*reconnect\(\).*before: 1 of them"):
            ada.wait_for("said")


class TestComingAndGoing:
    def test_a_drop_says_goodbye_to_nobody(self, server: PlainServer, join: Join) -> None:
        reasons: list[str] = []
        server.socketio.on_event("disconnect", reasons.append)
        ada, bob = join("ada", transports=["websocket"]), join("bob")
        ada.drop()
        bob.drop()
        # An older server calls it 'server disconnect'.
        assert len(reasons) == 2
        assert "client disconnect" not in reasons
        assert not ada.connected

    def test_over_polling_the_server_does_not_notice(self, server: PlainServer, join: Join) -> None:
        reasons: list[str] = []
        server.socketio.on_event("disconnect", reasons.append)
        ada = join("ada", transports=["polling"])
        sid = ada.sid
        ada.drop()
        assert not ada.connected
        assert server.server.manager.is_connected(sid, "/")
        assert not reasons

    def test_a_dropped_client_stays_dropped_until_it_reconnects(self, join: Join, transports: list[str] | None) -> None:
        ada = join("ada", transports=transports)
        sid = ada.sid
        assert "den" in ada.call("enter")
        assert ada.lost is None
        ada.drop()
        ada.drop()
        assert ada.lost is not None
        assert not any(thread.is_alive() for thread in ada.connection.eio._threads)
        ada.reconnect()
        assert ada.connected
        assert ada.sid not in {None, sid}
        assert ada.call("which rooms") == [ada.sid]

    def test_reconnect_while_connected_says_goodbye_first(self, server: PlainServer, join: Join) -> None:
        reasons: list[str] = []
        server.socketio.on_event("disconnect", reasons.append)
        ada = join()
        ada.reconnect()
        assert reasons == ["client disconnect"]
        assert ada.connected

    def test_close_says_goodbye_and_may_be_repeated(
        self, server: PlainServer, join: Join, transports: list[str] | None
    ) -> None:
        reasons: list[str] = []
        server.socketio.on_event("disconnect", reasons.append)
        ada = join("ada", ["/", "/chat"], transports=transports)
        assert seconds(ada.close) < 0.9
        ada.close()
        assert reasons == ["client disconnect"]
        assert not ada.connected
        assert not server.server.manager.rooms

    def test_close_returns_when_the_others_know(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("disconnect", lambda *_: server.socketio.emit("left"))
        ada, bob = join("ada"), join("bob")
        ada.close()
        assert args_of(bob, "left") == [()]

    def test_a_new_client_is_there_when_the_others_know(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("connect", lambda *_: server.socketio.emit("joined"))
        ada = join("ada")
        join("bob")
        assert len(args_of(ada, "joined")) == 2

    def test_close_does_not_hang_when_the_server_is_gone(self, server: PlainServer, join: Join) -> None:
        ada, bob = join("ada"), join("bob", transports=["polling"])
        server.stop()
        assert seconds(ada.close) < 3
        assert seconds(bob.close) < 3

    def test_reconnect_to_a_server_that_is_gone(self, server: PlainServer, join: Join) -> None:
        ada = join()
        server.stop()
        with pytest.raises(NotRunning, match=r"ada: nothing listens at http://127.0.0.1:\d+. Start the server"):
            ada.reconnect()
        assert not ada.connected

    def test_a_refused_reconnect_leaves_it_disconnected(self, server: PlainServer, join: Join) -> None:
        answers = iter([None, "enough"])

        def connect(_auth: Any = None) -> None:
            reason = next(answers)
            if reason:
                raise Refusal(reason)

        server.socketio.on_event("connect", connect)
        ada = join()
        with pytest.raises(ClientRefused, match="enough"):
            ada.reconnect()
        assert not ada.connected

    def test_a_client_sent_away_keeps_no_thread(self, join: Join) -> None:
        ada, reasons = join(), []
        ada.on("disconnect", reasons.append)
        ada.emit("kick me")
        until(lambda: not any(thread.is_alive() for thread in ada.connection.eio._threads))
        assert not ada.connected
        until(lambda: reasons == ["server disconnect"])

    def test_rooms_are_the_servers(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("clear", lambda: close_room("den"))
        ada = join()
        ada.call("enter")
        ada.emit("clear")
        assert ada.call("which rooms") == [ada.sid]
