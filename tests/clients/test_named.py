from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest
from asking import DEADLINE, args_of, seconds, until
from flask import request

from sio_lab.errors import CallFailed, NotRunning, Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from plain_server import PlainServer

    from sio_lab.clients import NamedClient

    Join = Callable[..., NamedClient]

pytestmark = pytest.mark.usefixtures("lesson")


class TestWhatItIs:
    def test_it_knows_its_name_namespaces_and_sids(self, server: PlainServer, join: Join) -> None:
        server.socketio.on_event("connect", lambda *_: None, namespace="/admin")
        ada = join("ada", ["/chat", "/admin"])
        manager = server.server.manager
        assert (ada.name, ada.namespaces, ada.connected) == ("ada", ("/chat", "/admin"), True)
        assert ada.sid == ada.sids["/chat"]
        assert ada.sid != ada.sids["/admin"]
        assert all(manager.is_connected(sid, namespace) for namespace, sid in ada.sids.items())

    def test_its_repr_is_short(self, join: Join) -> None:
        ada = join("ada", "/chat")
        assert repr(ada) == f"<Client ada /chat sid={ada.sid} connected>"
        ada.close()
        assert repr(ada) == "<Client ada /chat disconnected>"
        assert (ada.sid, ada.sids) == (None, {})

    def test_it_speaks_over_each_transport(self, join: Join, transports: list[str] | None) -> None:
        ada = join("ada", transports=transports)
        assert ada.connection.eio.transport() == (transports or ["websocket"])[0]
        assert ada.call("echo", "é", b"\0\1", {"a": [b"2"]}) == ("é", b"\0\1", {"a": [b"2"]})

    def test_auth_headers_and_query_reach_the_server(self, server: PlainServer, join: Join) -> None:
        seen: list[Any] = []

        def connect(auth: Any) -> None:
            seen.append((auth, request.headers["X-Class"], request.args["seat"]))

        server.socketio.on_event("connect", connect)
        tokens = iter(["one", "two"])
        ada = join("ada", auth=lambda: {"token": next(tokens)}, headers={"X-Class": "9b"}, query={"seat": 7})
        ada.reconnect()
        assert seen == [({"token": "one"}, "9b", "7"), ({"token": "two"}, "9b", "7")]

    def test_auth_may_be_a_text(self, server: PlainServer, join: Join) -> None:
        seen: list[Any] = []
        server.socketio.on_event("connect", seen.append)
        join("ada", auth="sesame")
        assert seen == ["sesame"]


class TestEmit:
    def test_several_arguments_are_several(self, join: Join) -> None:
        ada = join()
        ada.emit("say", 1, None, {"a": 2}, (3, 4))
        assert args_of(ada, "said") == [([1, None, {"a": 2}, [3, 4]],)]

    def test_a_single_tuple_is_several_arguments_too(self, join: Join) -> None:
        ada = join()
        ada.emit("say", (1, 2))
        ada.emit("say", None)
        ada.emit("say")
        assert args_of(ada, "said") == [([1, 2],), ([None],), ([],)]

    def test_it_returns_when_all_have_what_its_handler_emitted(self, join: Join, transports: list[str] | None) -> None:
        ada, bob = join("ada", transports=transports), join("bob", transports=transports)
        for number in range(20):
            ada.emit("say", number)
            assert args_of(bob, "said")[-1] == ([number],)
            assert args_of(ada, "said")[-1] == ([number],)

    def test_it_returns_when_their_handlers_have_run(self, join: Join) -> None:
        ada, bob = join("ada"), join("bob")
        heard: list[Any] = []

        @bob.on("said")
        def answer(words: list[Any]) -> None:
            if words == ["ping"]:
                bob.emit("say", "pong")

        ada.on("said", heard.append)
        ada.emit("say", "ping")
        assert heard == [["ping"], ["pong"]]

    def test_it_does_not_wait_when_told_so(self, join: Join, gate: threading.Event) -> None:
        ada = join()
        assert seconds(lambda: ada.emit("slow", wait=False)) < 0.5
        gate.set()
        assert ada.wait_for("finished") == ()

    def test_a_slower_server_is_no_error(self, join: Join) -> None:
        ada = join()
        assert 0.9 < seconds(lambda: ada.emit("slow")) < 2

    def test_a_server_without_taps_is_no_error(self, join_untapped: Join) -> None:
        ada = join_untapped()
        assert 0.9 < seconds(lambda: ada.emit("say", 1)) < 2
        assert ada.wait_for("said") == ([1],)

    def test_an_event_without_handler_does_not_hold_it_up(self, join: Join) -> None:
        ada = join()
        assert seconds(lambda: ada.emit("nobody answers")) < 0.9
        assert seconds(lambda: ada.emit("fail")) < 0.9

    def test_its_callback_has_run_with_the_ack(self, join: Join) -> None:
        ada, acks = join(), []
        ada.emit("echo", 1, 2, callback=lambda *values: acks.append((values, ada.call("give", 3))))
        assert acks == [((1, 2), 3)]

    def test_send_is_the_event_message(self, server: PlainServer, join: Join) -> None:
        heard: list[Any] = []
        server.socketio.on_event("message", lambda *args: heard.append(args))
        ada = join()
        ada.send("hi", 2)
        assert heard == [("hi", 2)]

    def test_it_goes_to_the_first_namespace_or_the_one_named(self, join: Join) -> None:
        ada = join("ada", ["/chat", "/"])
        ada.emit("say", 1)
        ada.emit("say", 2, namespace="/")
        cells = ada.received_columns.cells
        assert list(zip(cells["namespace"], cells["args"], strict=True)) == [("/chat", ([1],)), ("/", ([2],))]

    @pytest.mark.parametrize("leave", ["drop", "close"])
    def test_a_client_that_is_gone_says_how_to_come_back(self, join: Join, leave: str) -> None:
        ada = join()
        getattr(ada, leave)()
        with pytest.raises(NotRunning, match=r"ada is not connected.*reconnect\(\)"):
            ada.emit("echo")

    def test_a_namespace_it_is_not_in_is_named_with_those_it_is_in(self, join: Join) -> None:
        ada = join("ada", ["/", "/chat"])
        with pytest.raises(Usage, match="'/cat' but in / and /chat"):
            ada.emit("echo", namespace="/cat")

    def test_a_namespace_it_was_sent_away_from(self, join: Join) -> None:
        ada = join("ada", ["/", "/chat"])
        ada.emit("kick me", wait=False)
        until(lambda: "/" not in ada.sids)
        with pytest.raises(Usage, match=r"has disconnected client ada from /; it is still in /chat"):
            ada.emit("echo", namespace="/")
        assert ada.call("echo", 1, namespace="/chat") == 1

    @pytest.mark.parametrize(
        ("value", "said"),
        [
            ({1, 2}, "Object of type set"),
            (object(), "Object of type object"),
            ({(1,): 2}, "not tuple"),
            ([(b"bytes in a tuple",)], "Object of type bytes"),
        ],
    )
    def test_what_can_not_be_sent_is_named_and_not_counted(self, join: Join, value: Any, said: str) -> None:
        ada = join()
        with pytest.raises(Usage, match=f"(?s)'say' can't be sent: .*{said}"):
            ada.emit("say", value)
        assert seconds(lambda: ada.emit("say", 1)) < 0.9
        assert args_of(ada, "said") == [([1],)]

    def test_an_argument_that_holds_itself(self, join: Join) -> None:
        ada, loop = join(), []
        loop.append(loop)
        with pytest.raises(Usage, match="'echo' can't be sent"):
            ada.call("echo", loop)
        assert ada.call("echo", 1) == 1

    def test_an_event_is_a_text(self, join: Join) -> None:
        event: Any = 3
        with pytest.raises(Usage, match="3 is no name of an event"):
            join().emit(event)

    def test_threads_may_send_at_once(self, join: Join) -> None:
        ada, answers = join(), {}

        def ask(number: int) -> None:
            answers[number] = ada.call("echo", bytes([number]) * 1000, {"b": bytes([number])})

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(DEADLINE)
        assert answers == {n: (bytes([n]) * 1000, {"b": bytes([n])}) for n in range(20)}


class TestCall:
    def test_it_returns_what_python_socketio_returns(self, join: Join) -> None:
        ada = join()
        assert ada.call("say") is None
        assert ada.call("give", [1, {"b": b"2"}]) == [1, {"b": b"2"}]
        assert ada.call("echo", 1, 2) == (1, 2)

    def test_then_it_settles_as_emit_does(self, join: Join) -> None:
        ada, bob = join("ada"), join("bob", transports=["polling"])
        for number in range(20):
            ada.call("say", number)
            assert args_of(bob, "said")[-1] == ([number],)

    def test_a_handler_that_raised_ends_it_at_once(self, join: Join) -> None:
        ada = join()
        with pytest.raises(CallFailed, match="call 'fail' in /: its handler the_handler raised ValueError: no such"):
            ada.call("fail")

    def test_no_handler_ends_it_at_once_with_the_hint(self, join: Join) -> None:
        ada = join()
        started = time.monotonic()
        with pytest.raises(CallFailed, match=r"call 'ecko' in /: Did you mean 'echo'"):
            ada.call("ecko")
        with pytest.raises(CallFailed, match=r"answers it; define one: @socketio.on\('nope', namespace='/'\)"):
            ada.call("nope")
        assert time.monotonic() - started < 1

    def test_it_waits_no_longer_than_told(self, join: Join) -> None:
        ada = join()
        with pytest.raises(CallFailed, match=r"its handler has been running for 0.2 s. A longer wait: timeout=0.4"):
            ada.call("slow", timeout=0.2)
        assert not ada.connection.callbacks["/"].keys() - {0}

    def test_without_taps_it_works_and_does_not_settle(self, join_untapped: Join) -> None:
        ada = join_untapped()
        assert seconds(lambda: ada.call("echo")) < 0.9
        with pytest.raises(CallFailed, match="the server has not told of the event"):
            ada.call("fail", timeout=0.1)

    def test_a_namespace_it_is_not_in_fails_at_once(self, join: Join) -> None:
        ada = join()
        with pytest.raises(CallFailed, match=r"call 'echo': .*not in the namespace '/chat' but in /"):
            ada.call("echo", namespace="/chat")
        ada.drop()
        with pytest.raises(CallFailed, match="call 'echo': Client ada is not connected"):
            ada.call("echo")

    def test_being_disconnected_meanwhile_fails_at_once(self, join: Join) -> None:
        ada = join()
        started = time.monotonic()
        with pytest.raises(CallFailed, match="disconnected before the ack came: server disconnect"):
            ada.call("kick me")
        assert time.monotonic() - started < 1
        assert not ada.connected

    def test_being_dropped_meanwhile_fails_at_once(self, join: Join) -> None:
        ada = join()
        threading.Timer(0.1, ada.connection.cut).start()
        with pytest.raises(CallFailed, match="disconnected before the ack came: transport error"):
            ada.call("slow")
