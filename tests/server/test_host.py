"""One app and its server: attached, started, stopped, released; and what can be served at all."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import LabError, PortTaken
from sio_lab.server.host import TLS_ROWS, Host, server_of
from sio_lab.server.program import new_pair
from sio_lab.server.socketio import LabSocketIO
from sio_lab.server.thread import listen
from tests.server.peers import Peer, connected_socket, request
from tests.server.rig import Gate, differs, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig, Screen


def test_it_tells_where_it_listens_while_it_does(rig: Rig) -> None:
    assert (rig.host.running, rig.host.url) == (False, None)
    rig.host.start()
    assert rig.host.running
    assert rig.host.url == f"http://127.0.0.1:{rig.host.port}"
    assert rig.log.state.url == rig.host.url
    rig.host.stop()
    assert (rig.host.running, rig.host.url, rig.log.state.url) == (False, None, None)
    assert [type(record) for record in rig.log.since()] == [r.ServerStarted, r.ServerStopped]


def test_start_and_stop_may_be_called_again(rig: Rig) -> None:
    rig.host.start()
    url = rig.host.url
    rig.host.start(port=1)
    assert rig.host.url == url
    assert rig.host.stop() == rig.host.stop() == []
    assert len(rig.all(r.ServerStopped)) == 1


def test_a_failed_start_leaves_it_as_it_was(rig: Rig) -> None:
    with listen("127.0.0.1", 0) as taken, pytest.raises(PortTaken):
        rig.host.start(port=taken.getsockname()[1])
    assert (rig.host.running, rig.host.url, rig.host.port) == (False, None, 0)
    assert rig.log.since() == []
    rig.host.start()
    assert rig.host.running


def test_after_a_restart_handlers_and_port_are_the_same(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    url = rig.url
    rig.host.stop()
    rig.host.start(rig.host.address, rig.host.port)
    assert rig.host.url == url
    assert rig.peer().ask("echo", 1) == 1


def test_started_and_stopped_from_many_threads_it_ends_in_one_piece(rig: Rig) -> None:
    def work() -> None:
        for _ in range(5):
            rig.host.start()
            rig.host.stop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not rig.host.running
    assert len(rig.all(r.ServerStarted)) == len(rig.all(r.ServerStopped))


def test_before_it_is_started_it_watches(rig: Rig) -> None:
    rig.socketio.on_event("chat", print)
    assert rig.first(r.HandlerRegistered).event == "chat"
    assert rig.socketio.lab_host is rig.host


def test_release_stops_and_a_second_one_does_nothing(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig()
    rig.peer()
    rig.host.release()
    assert not rig.host.running
    seen = rig.log.last_seq
    rig.socketio.on_event("later", print)
    rig.host.release()
    assert rig.log.last_seq == seen


def test_what_was_released_can_be_served_by_another_host(make_rig: Callable[..., Rig]) -> None:
    first = make_rig()
    first.socketio.on_event("echo", lambda value: value)
    first.peer().ask("echo", 1)
    first.close()
    second = make_rig(first.socketio)
    assert second.peer().ask("echo", 2) == 2
    assert [record.ack_id for record in second.all(r.EventReceived)] == [1]
    assert len(first.all(r.EventReceived)) == 1


def test_a_plain_flask_socketio_is_served(make_rig: Callable[..., Rig]) -> None:
    app = flask.Flask("plain")
    app.add_url_rule("/", "hello", lambda: "hello")
    rig = make_rig(flask_socketio.SocketIO(app, async_mode="threading", path="/live"))
    rig.socketio.on_event("echo", lambda value: value)
    assert rig.host.is_flask
    assert rig.get("/") == (200, "hello")
    assert rig.peer(socketio_path="/live").ask("echo", 1) == 1
    assert rig.first(r.HttpRequest).path == "/"
    assert len(rig.all(r.HttpRequest)) == 1


def test_a_bare_server_is_served(make_rig: Callable[..., Rig]) -> None:
    server = socketio.Server(async_mode="threading")
    server.on("echo", lambda _sid, value: value)
    rig = make_rig(server)
    assert not rig.host.is_flask
    assert rig.peer().ask("echo", 1) == 1
    assert rig.handled("echo").status == "handled"
    assert rig.get("/elsewhere")[0] == 404
    assert rig.first(r.HttpRequest).status == 404


class Eventlet(socketio.Server):
    """A server of another kind, as far as can be seen."""

    async_mode = "eventlet"

    def __init__(self) -> None:
        """Need nothing that may not be installed."""


@pytest.mark.parametrize(
    ("served", "text"),
    [
        (flask_socketio.SocketIO(), r"has no app yet: call socketio\.init_app\(app\) first"),
        (flask.Flask("app"), r"Can't serve a Flask: give a flask_socketio\.SocketIO"),
        (None, "Can't serve a NoneType|has no app yet"),
        (socketio.AsyncServer(async_mode="asgi"), "Can't serve a AsyncServer"),
        (Eventlet(), r"runs async_mode='eventlet'; the lab serves 'threading' only"),
    ],
)
def test_what_cannot_be_served_is_named_with_what_can(served: Any, text: str) -> None:
    with pytest.raises(LabError, match=text):
        server_of(served)
    with pytest.raises(LabError, match=text):
        Host(served, Log())


def test_bad_addresses_are_told_as_such(rig: Rig) -> None:
    for address, port in (("no.such.host.invalid", 0), ("127.0.0.1", 70_000), ("127.0.0.1", "eighty")):
        with pytest.raises(LabError):
            rig.host.start(address, port)
    assert not rig.host.running


def test_two_hosts_serve_side_by_side(make_rig: Callable[..., Rig]) -> None:
    one, two = make_rig(), make_rig()
    assert one.url != two.url
    one.host.stop()
    assert request(f"{two.url}/")[0] == 404


# --- one takes over from another --------------------------------------------------------------------------------------


@pytest.fixture
def successor(make_rig: Callable[..., Rig]) -> Iterator[Callable[..., Host]]:
    """Return what makes another host with the log of a rig; it is released before that is closed."""
    del make_rig
    hosts: list[Host] = []

    def make(rig: Rig, served: Any = None) -> Host:
        hosts.append(Host(served or new_pair({}), rig.log))
        hosts[-1].attach()
        return hosts[-1]

    yield make
    for host in hosts:
        host.release()


def test_one_takes_over_at_the_same_address(rig: Rig, successor: Callable[..., Host]) -> None:
    rig.app.add_url_rule("/", "old", lambda: "old")
    url, new = rig.url, successor(rig)
    new.served.sockio_mw.flask_app.add_url_rule("/", "new", lambda: "new")
    new.served.on_event("echo", lambda value: value)
    assert rig.get() == (200, "old")
    assert new.take_over(rig.host) == []
    assert (new.url, new.port, new.address) == (url, rig.host.port, rig.host.address)
    assert (rig.host.running, rig.host.url, rig.log.state.url) == (False, None, url)
    assert request(url) == (200, "new")
    peer = Peer().open(url)
    assert peer.ask("echo", 1) == 1
    peer.close()
    assert [type(record) for record in rig.log.since() if isinstance(record, (r.ServerStarted, r.ServerStopped))] == [
        r.ServerStarted,
        r.ServerStarted,
    ]


def test_somebody_listens_all_the_time(rig: Rig, successor: Callable[..., Host]) -> None:
    url, over, statuses = rig.url, threading.Event(), set()

    def ask() -> None:
        while not over.is_set():
            statuses.add(request(f"{url}/nothing")[0])

    asking = threading.Thread(target=ask)
    asking.start()
    hosts = [rig.host]
    for _ in range(10):
        hosts.append(successor(rig))
        assert hosts[-1].take_over(hosts[-2]) == []
    over.set()
    asking.join()
    assert statuses == {404}
    assert [host.running for host in hosts] == [False] * 10 + [True]


def test_what_was_taken_over_from_is_left_as_it_was_found(
    make_rig: Callable[..., Rig], successor: Callable[..., Host]
) -> None:
    pair = new_pair({})
    before = (set(vars(pair)), set(vars(pair.server)), dict(pair.server.eio.handlers))
    rig = make_rig(pair)
    rig.peer()
    assert successor(rig).take_over(rig.host) == []
    assert (set(vars(pair)), set(vars(pair.server)), pair.server.eio.handlers) == before
    assert not [name for name, value in vars(pair.server.eio).items() if callable(value)]
    assert pair.server.eio.sockets == {}
    seen = rig.log.last_seq
    pair.on_event("later", print)
    assert rig.host.stop() == []
    assert rig.log.last_seq == seen


def test_the_state_has_the_handlers_of_the_new_one(rig: Rig, successor: Callable[..., Host]) -> None:
    class Chat(flask_socketio.Namespace):
        def on_join(self) -> None: ...

        def on_left(self) -> None: ...

    class NewChat(flask_socketio.Namespace):
        def on_join(self) -> None: ...

    for event in ("both", "old"):
        rig.socketio.on_event(event, print)
    rig.socketio.on_namespace(Chat("/chat"))
    rig.url  # noqa: B018 - begins to serve
    new = successor(rig)
    new.served.on_event("both", len)
    new.served.on_event("new", len)
    new.served.on_namespace(NewChat("/chat"))
    new.take_over(rig.host)
    state = rig.log.state
    functions = {event: handler.registered.function for (_, event), handler in state.functions.items()}
    assert functions == {"both": "len", "new": "len"}
    assert list(state.methods) == [("/chat", "join")]
    assert set(rig.server.handlers["/"]) == {"both", "old"}
    assert list(rig.server.namespace_handlers) == ["/chat"]


def test_clients_of_the_old_one_are_gone_from_the_state(rig: Rig, successor: Callable[..., Host]) -> None:
    peers = [rig.peer(transports=(transport,)) for transport in ("polling", "websocket")]
    for peer in peers:
        rig.server.enter_room(peer.get_sid(), "lobby")
    new = successor(rig)
    assert new.take_over(rig.host) == []
    for peer in peers:
        peer.wait_for("disconnect")
    assert membership(rig.server) == folded(rig.log) == {}
    assert rig.log.state.clients == rig.log.state.connections == {}
    assert {record.reason for record in rig.all(r.Disconnected)} == {"server disconnect"}


def test_of_one_that_does_not_run_nothing_is_taken_but_its_place(rig: Rig, successor: Callable[..., Host]) -> None:
    rig.host.start()
    port = rig.host.port
    rig.host.stop()
    new = successor(rig)
    assert new.take_over(rig.host) == []
    assert not new.running
    assert (new.address, new.port) == (rig.host.address, port)
    assert "lab_host" not in vars(rig.socketio)


def test_one_that_listens_already_stays_where_it_is(rig: Rig, successor: Callable[..., Host]) -> None:
    url, new = rig.url, successor(rig)
    new.start()
    own = new.url
    assert new.take_over(rig.host) == []
    assert new.url == own != url
    assert not rig.host.running
    with pytest.raises(OSError, match="refused"):
        request(url)


def test_with_the_same_object_there_is_nothing_to_do(rig: Rig) -> None:
    url, peer = rig.url, rig.peer()
    rig.socketio.on_event("echo", lambda value: value)
    seen = rig.log.last_seq
    assert rig.host.take_over(rig.host) == Host(rig.socketio, rig.log).take_over(rig.host) == []
    assert rig.host.url == url
    assert rig.log.last_seq == seen
    assert peer.ask("echo", 1) == 1


def test_two_socketio_on_one_app_take_turns(make_rig: Callable[..., Rig], successor: Callable[..., Host]) -> None:
    app = flask.Flask("shared")
    app.add_url_rule("/", "page", lambda: "page")
    rig = make_rig(LabSocketIO(app))
    rig.socketio.on_event("tell", lambda: "old")
    poller = rig.poller()
    poller.enter()
    new = successor(rig, LabSocketIO(app))
    new.served.on_event("tell", lambda: "new")
    # From here on the app itself would give all of Socket.IO's requests to the new one.
    assert poller.post('421["tell"]') == 200
    assert poller.get() == ['431["old"]']
    assert new.take_over(rig.host) == []
    peer = Peer().open(new.url or "")
    assert peer.ask("tell") == "new"
    assert request(new.url or "") == (200, "page")
    peer.close()
    assert not rig.all(r.Rejected)


def test_after_it_has_taken_over_it_stops_and_starts_as_ever(rig: Rig, successor: Callable[..., Host]) -> None:
    rig.peer()
    new = successor(rig)
    new.take_over(rig.host)
    peer, port = Peer().open(new.url or ""), new.port
    assert new.stop() == []
    peer.wait_for("disconnect")
    peer.close()
    assert (new.running, rig.log.state.url) == (False, None)
    new.start(port=port)
    assert request(new.url or "")[0] == 404


def test_they_may_take_turns(rig: Rig, successor: Callable[..., Host]) -> None:
    url, new = rig.url, successor(rig)
    rig.socketio.on_event("who", lambda: "old")
    new.served.on_event("who", lambda: "new")
    for _ in range(2):
        assert new.take_over(rig.host) == []
        peers = [Peer().open(url)]
        assert peers[0].ask("who") == "new"
        assert rig.host.take_over(new) == []
        peers.append(Peer().open(url))
        assert peers[1].ask("who") == "old"
        assert rig.host.stop() == []
        for peer in peers:
            peer.close()
        rig.host.start(port=rig.host.port)


def test_a_route_at_work_gives_its_answer(rig: Rig, successor: Callable[..., Host], monkeypatch: Any) -> None:
    monkeypatch.setattr("sio_lab.server.host.ANSWER_SECONDS", 0.01)
    gate, answers = Gate(), []
    rig.app.add_url_rule("/slow", "slow", lambda: (gate.pass_through(), "done")[1])
    url = rig.url
    asking = threading.Thread(target=lambda: answers.append(request(f"{url}/slow")))
    asking.start()
    gate.reached()
    (name,) = successor(rig).take_over(rig.host)
    assert "process_request_thread" in name
    gate.open()
    asking.join()
    assert answers == [(200, "done")]


def test_a_bare_server_takes_over_and_is_taken_over_from(make_rig: Callable[..., Rig], successor: Any) -> None:
    servers = [socketio.Server(async_mode="threading") for _ in range(2)]
    for number, server in enumerate(servers):
        server.on("who", lambda _sid, number=number: number)
    rig = make_rig(servers[0])
    assert rig.peer().ask("who") == 0
    new = successor(rig, servers[1])
    assert new.take_over(rig.host) == []
    peer = Peer().open(new.url or "")
    assert peer.ask("who") == 1
    peer.close()


@differs("Who speaks TLS is told of in a row")
def test_https_at_the_plain_port_makes_a_row(rig: Rig, screen: Screen) -> None:
    with connected_socket(rig.url) as client:
        client.sendall(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\n")
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")
    told = rig.first(r.Rejected)
    assert (told.reason, told.address, told.request) == ("a TLS handshake", "127.0.0.1", None)
    assert "write http://" in (told.hint or "")
    assert screen.getvalue() == ""


def test_those_who_speak_tls_without_end_do_not_fill_the_log(rig: Rig) -> None:
    for _ in range(3 * TLS_ROWS):
        with connected_socket(rig.url) as client:
            client.sendall(b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\n")
            assert client.recv(100)
    assert TLS_ROWS <= len(rig.all(r.Rejected)) <= TLS_ROWS + 5
