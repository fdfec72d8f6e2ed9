"""All taps of one server: on that instance only, off it without a trace, and on a server that runs already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import engineio
import flask_socketio
import pytest
import socketio

from sio_lab.core import records as r
from sio_lab.core.cells import Cells
from sio_lab.core.log import Log
from sio_lab.server.program import new_pair
from sio_lab.server.quiesce import disconnect_all, stop_monitor
from sio_lab.server.taps import Taps
from sio_lab.server.thread import ServerThread
from tests.server.peers import Peer
from tests.server.rig import folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.rig import Rig

CLASSES = (
    flask_socketio.SocketIO,
    socketio.Server,
    socketio.Manager,
    socketio.base_manager.BaseManager,
    socketio.base_server.BaseServer,
    engineio.Server,
    engineio.base_server.BaseServer,
    engineio.socket.Socket,
)


class Plain:
    """A server that runs without a lab, and its clients."""

    def __init__(self) -> None:
        self.socketio = new_pair({"ping_interval": 0.05})
        self.socketio.on_event("join", flask_socketio.join_room)
        self.socketio.on_event("echo", lambda *args: args)
        self.socketio.on_event("echo", lambda *args: args, namespace="/chat")
        self.server: Any = self.socketio.server
        self._thread = ServerThread(self.socketio.sockio_mw.flask_app, "127.0.0.1", 0)
        self._thread.start()
        self._peers: list[Peer] = []

    def peer(self, *namespaces: str, **options: Any) -> Peer:
        self._peers.append(Peer())
        return self._peers[-1].open(self._thread.url, *namespaces, **options)

    def close(self) -> None:
        for peer in self._peers:
            peer.close()
        self._thread.stop_listening()
        disconnect_all(self.server.eio, 1)
        self._thread.close_connections()
        stop_monitor(self.server.eio)


@pytest.fixture
def plain(_no_thread_left: None) -> Iterator[Plain]:
    """Return a server that runs without a lab."""
    plain = Plain()
    yield plain
    plain.close()


def attributes(server: Any) -> dict[str, Any]:
    """Return the attributes of a server and its parts that may be replaced, its changing data left out."""
    parts = {"server": server, "manager": server.manager, "eio": server.eio}
    parts |= {f"socket {sid}": connection for sid, connection in server.eio.sockets.items()}
    found = {name: {key: value for key, value in vars(part).items() if callable(value)} for name, part in parts.items()}
    return found | {"handlers": list(server.eio.handlers.items())}


def everything(log: Log, kind: type[r.Record]) -> list[Any]:
    return [record for record in log.since() if type(record) is kind]


def test_off_again_the_server_is_as_it_was_found(plain: Plain) -> None:
    before, keys = attributes(plain.server), [set(vars(part)) for part in (plain.server, plain.server.manager)]
    taps = Taps(plain.server, Log(), Cells())
    taps.attach()
    assert attributes(plain.server) != before
    taps.detach()
    assert attributes(plain.server) == before
    assert [set(vars(part)) for part in (plain.server, plain.server.manager)] == keys


def test_with_clients_connected_too_before_and_meanwhile(plain: Plain) -> None:
    plain.peer(transports=("polling",))
    plain.peer(transports=("polling", "websocket")).ask("echo")
    before = attributes(plain.server)
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    later = plain.peer()
    later.ask("echo", 1)
    taps.detach()
    after = attributes(plain.server)
    assert {name: after[name] for name in before} == before
    assert [attrs for name, attrs in after.items() if name not in before] == [{}]
    seen = log.last_seq
    assert later.ask("echo", 2) == 2
    later.close()
    assert log.last_seq == seen


def test_no_class_is_touched(plain: Plain) -> None:
    before = [dict(vars(cls)) for cls in CLASSES]
    taps = Taps(plain.server, Log(), Cells())
    taps.attach()
    plain.peer().ask("echo")
    assert [dict(vars(cls)) for cls in CLASSES] == before
    taps.detach()
    assert [dict(vars(cls)) for cls in CLASSES] == before


def test_a_host_leaves_all_it_serves_as_it_was_found(make_rig: Callable[..., Rig]) -> None:
    pair = new_pair({})
    before, own = attributes(pair.server), dict(vars(pair))
    rig = make_rig(pair)
    rig.peer()
    rig.close()
    assert attributes(pair.server) == before
    assert vars(pair) == own
    assert pair.lab_host is None


def test_a_second_attach_and_a_second_detach_do_nothing(plain: Plain) -> None:
    log, before = Log(), attributes(plain.server)
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    once = attributes(plain.server)
    taps.attach()
    assert attributes(plain.server) == once
    plain.peer().ask("echo")
    assert len(everything(log, r.EventReceived)) == len(everything(log, r.Handled)) - 1 == 1
    taps.detach()
    assert not taps.attached
    taps.detach()
    assert attributes(plain.server)["server"] == before["server"]


def test_on_again_all_is_told_again(plain: Plain) -> None:
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    taps.detach()
    taps.attach()
    plain.peer().ask("echo")
    assert [record.event for record in everything(log, r.EventReceived)] == ["echo"]
    taps.detach()


class Games(flask_socketio.Namespace):
    def on_play(self) -> None: ...


def test_off_again_its_handlers_are_told_to_be_gone(plain: Plain) -> None:
    plain.socketio.on_namespace(Games("/games"))
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    assert len(log.state.functions) == 3
    assert list(log.state.methods) == [("/games", "play")]
    taps.detach()
    assert log.state.functions == log.state.methods == {}
    seen = log.last_seq
    taps.detach()
    assert log.last_seq == seen
    taps.attach()
    assert len(log.state.functions) == 3
    taps.detach()


def test_on_a_running_server_a_snapshot_tells_what_is_there(plain: Plain) -> None:
    ada = plain.peer("/", "/chat")
    bob = plain.peer(transports=("polling",))
    ada.ask("join", "lobby")
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    assert type(log.get(1)) is r.Snapshot
    assert folded(log) == membership(plain.server)
    assert set(log.state.clients) == {ada.get_sid(), ada.get_sid("/chat"), bob.get_sid()}
    assert all(client.connected_at == log.get(1).at for client in log.state.clients.values())
    transports = {connection.eio_sid: connection.transport for connection in log.state.connections.values()}
    assert transports == {ada.eio.sid: "websocket", bob.eio.sid: "polling"}
    assert {("/", "echo"), ("/chat", "echo"), ("/", "join")} == set(log.state.functions)
    taps.detach()


def test_after_the_snapshot_those_clients_are_told_of_like_all_others(plain: Plain) -> None:
    ada = plain.peer("/", "/chat")
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    assert ada.ask("echo", 1, namespace="/chat") == 1
    ada.ask("join", "lobby")
    plain.server.emit("news", to="lobby")
    assert everything(log, r.EventReceived)[0].sid == ada.get_sid("/chat")
    assert everything(log, r.Emitted)[0].recipients == (ada.get_sid(),)
    ada.leave("/chat")
    assert log.wait(lambda: "/chat" not in log.state.rooms, 10)
    assert folded(log) == membership(plain.server)
    ada.close()
    assert log.wait(lambda: not log.state.connections, 10)
    assert folded(log) == membership(plain.server) == {}
    taps.detach()


def test_without_clients_there_is_no_snapshot(plain: Plain) -> None:
    log = Log()
    taps = Taps(plain.server, log, Cells())
    taps.attach()
    assert everything(log, r.Snapshot) == []
    taps.detach()


def test_two_servers_in_one_process_keep_to_themselves(make_rig: Callable[..., Rig]) -> None:
    one, two = make_rig(), make_rig()
    for rig, answer in ((one, "one"), (two, "two")):
        rig.socketio.on_event("who", lambda answer=answer: answer)
    peers = one.peer(), two.peer()
    assert [peer.ask("who") for peer in peers] == ["one", "two"]
    one.server.emit("news")
    for rig, peer in zip((one, two), peers, strict=True):
        assert list(rig.log.state.clients) == [peer.get_sid()]
        assert [record.eio_sid for record in rig.all(r.EventReceived)] == [peer.eio.sid]
    assert [len(rig.all(r.Emitted)) for rig in (one, two)] == [1, 0]


def test_what_a_handler_of_one_does_to_the_other_has_no_cause_there(make_rig: Callable[..., Rig]) -> None:
    one, two = make_rig(), make_rig()
    sid = two.poller().enter()

    def handler() -> None:
        two.server.enter_room(sid, "lobby")
        two.server.emit("news")
        flask_socketio.emit("done")

    one.socketio.on_event("go", handler)
    one.peer().ask("go")
    assert [two.all(r.Joined)[-1].cause, two.all(r.Emitted)[0].cause] == [None, None]
    assert one.all(r.Emitted)[0].cause == one.first(r.EventReceived).seq
