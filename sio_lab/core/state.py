"""What is true now: clients, rooms, namespaces, handlers and tasks, folded from the records as they come.

Who is in which room follows from `Joined` and `Left` alone, which tell what the server's own manager did. All other
records only annotate: that keeps refusals, closed rooms and namespace disconnects right by construction.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.broadcasts import Broadcasts
from sio_lab.core.handler_state import HandlerState
from sio_lab.core.sockets import SOCKET_RECORDS, SocketState, fold_socket

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

REMEMBERED_NAMES = 10_000
REMEMBERED_OUTCOMES = 10_000
REMEMBERED_DEPARTURES = 10_000


@dataclass(slots=True)
class ConnectionState:
    """One Engine.IO connection, which carries a client in each of its namespaces."""

    eio_sid: str
    transport: str = "polling"
    address: str | None = None
    user_agent: str | None = None
    name: str | None = None
    """What the lab calls it, where it is one of the lab's own clients."""

    rtt_ms: float | None = None
    """Round trip of the last ping, in milliseconds."""

    events: int = 0
    """Events received on it so far."""

    sids: list[str] = field(default_factory=list)
    """Its clients, one a namespace."""


@dataclass(slots=True)
class ClientState:
    """One sid: a client in one namespace."""

    sid: str
    namespace: str
    eio_sid: str
    entered_at: int
    """Nanoseconds since 1970."""

    connected_at: int | None = None
    """None while its `connect` handler decides."""

    rooms: list[r.Room] = field(default_factory=list)
    """Its rooms in the order it entered them, room None and the personal one included."""

    events_in: int = 0
    events_out: int = 0
    bytes_in: int = 0
    bytes_out: int = 0


@dataclass(slots=True)
class NamespaceCounts:
    """How many events a namespace has seen, and how many of them failed."""

    events: int = 0
    errors: int = 0


@dataclass(slots=True)
class TaskState:
    """One background task that runs."""

    started: r.TaskStarted
    lingers: str | None = None
    """What keeps it from ending, where the lab wants it to end; None for all others."""


class State:
    """The fold. Only the log applies records to it; read it under the log's lock."""

    def __init__(self, lock: threading.RLock | None = None) -> None:
        self._lock = lock or threading.RLock()
        self.url: str | None = None
        self.connections: dict[str, ConnectionState] = {}
        self._clients: dict[str, ClientState] = {}
        self._broadcasts = Broadcasts()
        self.rooms: dict[str, dict[r.Room, dict[str, int]]] = {}
        self.functions: dict[tuple[str, str], HandlerState] = {}
        self.methods: dict[tuple[str, str], HandlerState] = {}
        self.counts: dict[str, NamespaceCounts] = {}
        self.running: dict[int, r.EventReceived | r.ConnectAsked | r.Disconnected] = {}
        self.tasks: dict[int, TaskState] = {}
        self.outcomes: dict[int, int] = {}
        self.names: dict[str, str] = {}
        self.departed: dict[str, r.Disconnected] = {}
        self.sockets: dict[str, SocketState] = {}
        self.moves = 0
        """How often somebody has come, gone, entered or left a room, or got a name."""

        self._folds: dict[type[r.Record], Callable[..., None]] = {
            r.ServerStarted: self._started,
            r.ServerStopped: self._stopped,
            r.Snapshot: self._snapshot,
            r.Opened: self._opened,
            r.Closed: self._closed,
            r.ClientNamed: self._named,
            r.HandlerRegistered: self._registered,
            r.HandlerCovers: self._covers,
            r.HandlerRemoved: self._removed,
            r.ConnectAsked: self._asked,
            r.Connected: self._connected,
            r.Refused: self._refused,
            r.Upgraded: self._upgraded,
            r.Disconnected: self._disconnected,
            r.EventReceived: self._received,
            r.Handled: self._handled,
            r.AckSent: self._ack_sent,
            r.Emitted: self._emitted,
            r.AckReceived: self._ack_received,
            **dict.fromkeys(SOCKET_RECORDS, lambda record: fold_socket(self.sockets, record)),
            r.Joined: self._joined,
            r.Left: self._left,
            r.PingAnswered: self._pinged,
            r.TaskStarted: self._task_started,
            r.TaskLingers: self._task_lingers,
            r.TaskEnded: self._task_ended,
        }

    def apply(self, record: r.Record) -> None:
        """Fold one record in; kinds that change nothing that is true now pass by."""
        fold = self._folds.get(type(record))
        if fold is not None:
            fold(record)

    def restore(self, parts: Mapping[str, Any]) -> None:
        """Be as another state was, whose attributes these are: of a new state only."""
        self._clients = parts["clients"]
        for name, value in parts.items():
            if name != "clients":
                setattr(self, name, value)

    @property
    def clients(self) -> dict[str, ClientState]:
        """The clients by sid, in the order they entered."""
        if self._broadcasts:
            with self._lock:
                self._share_out()
        return self._clients

    def name_of(self, sid: str | None) -> str | None:
        """Return the name of the client behind a sid or an eio_sid, gone or not; None where it has none."""
        return self.names.get(sid) if sid is not None else None

    def members(self, namespace: str, room: r.Room = None) -> tuple[str, ...]:
        """Return the sids in a room; of room None, all in the namespace."""
        return tuple(self.rooms.get(namespace, {}).get(room, ()))

    def rooms_of(self, sid: str) -> list[r.Room]:
        """Return the rooms a client is in, its personal one left out."""
        client = self.clients.get(sid)
        return [room for room in client.rooms if not self.is_personal(room)] if client else []

    def is_personal(self, room: r.Room) -> bool:
        """Tell whether a room is room None or some client's personal one."""
        return room is None or (isinstance(room, str) and room in self.clients)

    def sids_of(self, eio_sid: str) -> tuple[str, ...]:
        """Return the sids that share an Engine.IO connection."""
        connection = self.connections.get(eio_sid)
        return tuple(connection.sids) if connection else ()

    def handlers(self) -> Iterator[tuple[tuple[str, str], HandlerState, str | None]]:
        """Yield (namespace, event), the handler that answers it, and the name of the one it hides, sorted by key."""
        for key in sorted({*self.functions, *self.methods}):
            function, method = self.functions.get(key), self.methods.get(key)
            active = function or method
            if active is not None:
                yield key, active, method.registered.function if function and method else active.beneath

    def row_of(self, cause: int | None) -> int | None:
        """Return the row that a cause is told by: of what a connect handler did, the one that says how it ended."""
        return None if cause is None else self.outcomes.get(cause, cause)

    def namespaces(self) -> list[str]:
        """Return the names of all namespaces that have clients, handlers or a past, sorted."""
        served = {namespace for namespace, _ in (*self.functions, *self.methods)}
        return sorted({*self.rooms, *served, *self.counts})

    def _started(self, record: r.ServerStarted) -> None:
        self.url = record.url

    def _stopped(self, record: r.ServerStopped) -> None:
        # What still runs goes on, and ends some day. Who moves begins elsewhere before it stops.
        if self.url == record.url:
            self.url = None

    def _snapshot(self, record: r.Snapshot) -> None:
        for connection in record.connections:
            self._open(connection)
        for member in record.members:
            self._enter(member.namespace, member.room, member.sid, member.eio_sid, record.at)
            self._clients[member.sid].connected_at = record.at

    def _opened(self, record: r.Opened) -> None:
        self._open(record.connection)

    def _open(self, connection: r.Connection) -> None:
        self.connections[connection.eio_sid] = ConnectionState(
            connection.eio_sid, connection.transport, connection.address, connection.user_agent
        )

    def _closed(self, record: r.Closed) -> None:
        self.connections.pop(record.eio_sid, None)

    def _named(self, record: r.ClientNamed) -> None:
        self.moves += 1
        self.connections.setdefault(record.eio_sid, ConnectionState(record.eio_sid)).name = record.name
        self._remember_name(record.eio_sid, record.name)
        for sid in self.sids_of(record.eio_sid):
            self._remember_name(sid, record.name)

    def _remember_name(self, sid: str, name: str) -> None:
        self.names[sid] = name
        while len(self.names) > REMEMBERED_NAMES:
            del self.names[next(iter(self.names))]

    def _registered(self, record: r.HandlerRegistered) -> None:
        table = self.methods if record.method else self.functions
        table[record.namespace, record.event] = HandlerState(record, beneath=record.shadows)

    def _covers(self, record: r.HandlerCovers) -> None:
        function = self.functions.get((record.namespace, record.event))
        if function is not None:
            function.beneath = record.shadows

    def _removed(self, record: r.HandlerRemoved) -> None:
        table = self.methods if record.method else self.functions
        table.pop((record.namespace, record.event), None)

    def _asked(self, record: r.ConnectAsked) -> None:
        self.running[record.seq] = record

    def _refused(self, record: r.Refused) -> None:
        self._decided(record)

    def _connected(self, record: r.Connected) -> None:
        self._decided(record)
        client = self._clients.get(record.sid)
        if client is not None:
            client.connected_at = record.at

    def _decided(self, record: r.Connected | r.Refused) -> None:
        if record.asked is None:
            return
        # A namespace that is not served has no handler whose end would tell.
        self.running.pop(record.asked, None)
        self.outcomes[record.asked] = record.seq
        while len(self.outcomes) > REMEMBERED_OUTCOMES:
            del self.outcomes[next(iter(self.outcomes))]

    def _upgraded(self, record: r.Upgraded) -> None:
        connection = self.connections.get(record.eio_sid)
        if connection is not None:
            connection.transport = record.transport

    def _disconnected(self, record: r.Disconnected) -> None:
        self.running[record.seq] = record
        self.moves += 1
        self.departed[record.sid] = record
        while len(self.departed) > REMEMBERED_DEPARTURES:
            del self.departed[next(iter(self.departed))]

    def _received(self, record: r.EventReceived) -> None:
        self.running[record.seq] = record
        if record.replays is not None:
            return  # no client sent it
        self._count(record.namespace).events += 1
        connection = self.connections.get(record.eio_sid)
        if connection is not None:
            connection.events = record.number
        client = self._clients.get(record.sid or "")
        if client is not None:
            client.events_in += 1
            client.bytes_in += record.wire.size

    def _handled(self, record: r.Handled) -> None:
        started = self.running.pop(record.of, None)
        failed = record.status == "raised"
        # A second end of the same run tells that what the handler returned could not be sent: one run, one error.
        namespace = started.namespace if started else (record.key or ("*", "*"))[0]
        if failed and namespace != "*":
            self._count(namespace).errors += 1
        handler = self._handler(record.key)
        if handler is not None:
            handler.ended(record, again=started is None)

    def _handler(self, key: tuple[str, str] | None) -> HandlerState | None:
        return None if key is None else self.functions.get(key) or self.methods.get(key)

    def _count(self, namespace: str) -> NamespaceCounts:
        counts = self.counts.get(namespace)
        if counts is None:
            counts = self.counts[namespace] = NamespaceCounts()
        return counts

    def _ack_sent(self, record: r.AckSent) -> None:
        client = self._clients.get(record.sid)
        if client is not None:
            client.bytes_out += record.wire.size

    def _emitted(self, record: r.Emitted) -> None:
        recipients, size = record.recipients, record.wire.size
        if len(recipients) > 1:
            self._broadcasts.count(recipients, size)
        for sid in recipients if len(recipients) == 1 else ():
            self._credit(sid, 1, size)
        if self._broadcasts.is_full:
            self._share_out()

    def _share_out(self) -> None:
        for recipients, events, size in self._broadcasts.taken():
            for sid in recipients:
                self._credit(sid, events, size)

    def _credit(self, sid: str, events: int, size: int) -> None:
        client = self._clients.get(sid)
        if client is not None:
            client.events_out += events
            client.bytes_out += size

    def _ack_received(self, record: r.AckReceived) -> None:
        client = self._clients.get(record.sid or "")
        if client is not None:
            client.bytes_in += record.wire.size

    def _joined(self, record: r.Joined) -> None:
        self._enter(record.namespace, record.room, record.sid, record.eio_sid, record.at)

    def _enter(self, namespace: str, room: r.Room, sid: str, eio_sid: str, at: int) -> None:
        self.moves += 1
        if sid not in self._clients:
            self._share_out()  # it gets nothing of what was sent before
            self._clients[sid] = ClientState(sid, namespace, eio_sid, at)
            connection = self.connections.setdefault(eio_sid, ConnectionState(eio_sid))
            connection.sids.append(sid)
            if connection.name is not None:
                self._remember_name(sid, connection.name)
        sids = self.rooms.setdefault(namespace, {}).setdefault(room, {})
        if sid not in sids:
            sids[sid] = at
            self._clients[sid].rooms.append(room)

    def _left(self, record: r.Left) -> None:
        self.moves += 1
        rooms = self.rooms.get(record.namespace, {})
        rooms.get(record.room, {}).pop(record.sid, None)
        if not rooms.get(record.room, True):
            del rooms[record.room]
        if not rooms:
            self.rooms.pop(record.namespace, None)
        self._leave(record.sid, record.room)

    def _leave(self, sid: str, room: r.Room) -> None:
        client = self._clients.get(sid)
        if client is None:
            return
        if room in client.rooms:
            client.rooms.remove(room)
        if not client.rooms:
            del self._clients[sid]
            connection = self.connections.get(client.eio_sid)
            if connection is not None and sid in connection.sids:
                connection.sids.remove(sid)

    def _pinged(self, record: r.PingAnswered) -> None:
        connection = self.connections.get(record.eio_sid)
        if connection is not None:
            connection.rtt_ms = record.ms

    def _task_started(self, record: r.TaskStarted) -> None:
        self.tasks[record.seq] = TaskState(record)

    def _task_lingers(self, record: r.TaskLingers) -> None:
        task = self.tasks.get(record.of)
        if task is not None:
            task.lingers = record.why

    def _task_ended(self, record: r.TaskEnded) -> None:
        self.tasks.pop(record.of, None)
