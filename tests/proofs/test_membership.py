"""Whatever clients and server do: the fold is the manager's own state, and `reach` says who receives."""

from __future__ import annotations

from typing import Any

import pytest
from flask_socketio import ConnectionRefusedError as Refusal
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule
from socketio import packet

from sio_lab.clients import Clients, NamedClient
from sio_lab.core.log import Log
from sio_lab.core.targets import Target, reach
from sio_lab.errors import ClientRefused
from sio_lab.server.host import Host
from sio_lab.server.outbound import collected_emits
from sio_lab.server.program import new_pair

NAMESPACES = ("/", "/a", "/b")
ROOMS = st.sampled_from(["lobby", "attic", 7])
SECONDS = 10.0


class Membership(RuleBasedStateMachine):
    """Random lives of clients on one real server, over the real network."""

    clients = Bundle("clients")

    def __init__(self) -> None:
        super().__init__()
        self.log = Log(max_records=200)
        self.host = Host(new_pair({}), self.log)
        self.host.attach()
        self.program()
        self.host.start()
        self.roster = Clients(self.log, lambda columns: columns)
        self.count = 0

    def program(self) -> None:
        socketio = self.host.served
        for namespace in NAMESPACES:
            socketio.on_event("connect", self.on_connect, namespace=namespace)
            socketio.on_event("nothing", lambda: None, namespace=namespace)

    @staticmethod
    def on_connect(auth: Any) -> bool | None:
        how = (auth or {}).get("how", "in")
        if how == "raise":
            raise KeyError(how)
        if how == "refuse":
            raise Refusal("no", {"code": 1})
        return False if how == "false" else None

    @rule(
        target=clients,
        namespaces=st.lists(st.sampled_from(NAMESPACES), min_size=1, max_size=3, unique=True),
        transport=st.sampled_from(["polling", "websocket"]),
    )
    def connect(self, namespaces: list[str], transport: str) -> NamedClient:
        self.count += 1
        return self.roster.open(self.url, f"client{self.count}", namespaces, transports=[transport])

    @property
    def url(self) -> str:
        assert self.host.url is not None
        return self.host.url

    @rule(namespace=st.sampled_from(NAMESPACES), how=st.sampled_from(["raise", "refuse", "false"]))
    def be_refused(self, namespace: str, how: str) -> None:
        with pytest.raises(ClientRefused):
            self.roster.open(self.url, "refused", namespace, auth={"how": how}, transports=["websocket"])

    @rule(client=clients, namespace=st.sampled_from(NAMESPACES), room=ROOMS)
    def join(self, client: NamedClient, namespace: str, room: Any) -> None:
        sid = self.sid(client, namespace)
        if sid is not None:
            self.host.server.enter_room(sid, room, namespace=namespace)

    @rule(client=clients, namespace=st.sampled_from(NAMESPACES), room=ROOMS)
    def leave(self, client: NamedClient, namespace: str, room: Any) -> None:
        sid = self.sid(client, namespace)
        if sid is not None:
            self.host.server.leave_room(sid, room, namespace=namespace)

    @rule(namespace=st.sampled_from(NAMESPACES), room=ROOMS)
    def close_room(self, namespace: str, room: Any) -> None:
        self.host.server.close_room(room, namespace=namespace)

    @rule(client=clients, namespace=st.sampled_from(NAMESPACES))
    def leave_namespace(self, client: NamedClient, namespace: str) -> None:
        sid = self.sid(client, namespace)
        if sid is not None:
            client.connection._send_packet(packet.Packet(packet.DISCONNECT, namespace=namespace))
            self.gone(sid)

    @rule(client=clients, namespace=st.sampled_from(NAMESPACES))
    def be_kicked(self, client: NamedClient, namespace: str) -> None:
        sid = self.sid(client, namespace)
        if sid is not None:
            self.host.server.disconnect(sid, namespace=namespace)
            self.gone(sid)

    @rule(target=clients, client=consumes(clients))
    def reconnect(self, client: NamedClient) -> NamedClient:
        if client.name in self.roster:
            client.reconnect()
        return client

    @rule(target=clients, client=consumes(clients))
    def drop(self, client: NamedClient) -> Any:
        sids = tuple(client.sids.values())
        over_websocket = client.connected and client.connection.eio.transport() == "websocket"
        client.drop()
        if over_websocket:
            for sid in sids:
                self.gone(sid)
        return multiple(client)

    @rule(client=consumes(clients))
    def close(self, client: NamedClient) -> None:
        sids = tuple(client.sids.values())
        client.close()
        for sid in sids:
            self.gone(sid)

    @rule(
        namespace=st.sampled_from(NAMESPACES),
        rooms=st.lists(ROOMS, max_size=2, unique=True),
        skipped=st.integers(0, 2),
        binary=st.booleans(),
    )
    def emit(self, namespace: str, rooms: list[Any], skipped: int, binary: bool) -> None:
        present = self.log.state.members(namespace)
        skip = list(present[:skipped])
        expected = set(reach(self.log.state, Target(namespace, tuple(rooms)), skip))
        before = {sid: self.received(sid) for sid in self.listening()}
        with collected_emits() as emits:
            payload = (b"bytes", "text") if binary else ("text",)
            self.host.server.emit("news", payload, to=rooms or None, namespace=namespace, skip_sid=skip)
        assert set(emits[0].recipients) == expected
        self.settle()
        got = {sid for sid in self.listening() if self.received(sid) > before.get(sid, 0)}
        assert got == expected & set(self.listening())
        assert all(self.received(sid) - before[sid] <= 1 for sid in before if sid in got)

    @invariant()
    def fold_is_the_managers_state(self) -> None:
        with self.log.lock:
            manager = self.host.server.manager
            theirs = {
                place: {room: set(sids) for room, sids in rooms.items()} for place, rooms in manager.rooms.items()
            }
            ours = {
                place: {room: set(sids) for room, sids in rooms.items()}
                for place, rooms in self.log.state.rooms.items()
            }
        assert ours == theirs

    def settle(self) -> None:
        assert self.roster.settle(SECONDS)

    def gone(self, sid: str) -> None:
        assert self.log.wait(lambda: sid not in self.log.state.clients, SECONDS)

    def sid(self, client: NamedClient, namespace: str) -> str | None:
        """The client's sid where the server knows it too: one that was dropped over polling lags behind."""
        sid = client.sids.get(namespace)
        return sid if sid in self.log.state.clients else None

    def listening(self) -> dict[str, NamedClient]:
        pairs = ((self.sid(client, place), client) for client in self.roster for place in client.namespaces)
        return {sid: client for sid, client in pairs if sid is not None and client.connected}

    def received(self, sid: str) -> int:
        client = self.listening()[sid]
        place = next(place for place, other in client.sids.items() if other == sid)
        cells = client.received_columns.cells
        return sum(
            1
            for where, event in zip(cells["namespace"], cells["event"], strict=True)
            if (where, event) == (place, "news")
        )

    def teardown(self) -> None:
        self.roster.close_all()
        self.host.release()
        assert self.log.state.rooms == {}


Membership.TestCase.settings = settings(
    max_examples=30,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestMembership = Membership.TestCase
