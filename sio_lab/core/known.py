"""What there is to complete: the names that the log knows, copied."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from sio_lab.core import records as r
from sio_lab.core.traffic import is_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sio_lab.core.chunk import Chunk
    from sio_lab.core.handler_state import HandlerState
    from sio_lab.core.log import Log, Stretch
    from sio_lab.core.state import ConnectionState, TaskState

Way: TypeAlias = Literal["in", "out", "handled", "all"]
"""Which way events go: from clients, to them, to handlers as `connect` does too, or any of these."""

LONGEST_NAME = 200
"""Names of events that are longer than this, in characters, are not remembered: nobody picks one from a list."""

MOST_NAMES = 10_000
"""How many names of events are remembered of each kind: the newest."""

MOST_READ = 25_000
"""How many records one look at the log reads, the newest: no look takes long, however many came since the last."""

_CHUNK = 2_000
_NEWEST_ROWS = 20
_ROWS_LIE_WITHIN = 200
_RESERVED = {"*", "connect", "disconnect", "connect_error"}


@dataclass(frozen=True)
class Known:
    """Names to choose from, at one moment; as they were given: very long ones, and any character in them.

    The fields are copies, made under the log's lock. The properties choose among them when one is asked for.
    """

    received: tuple[str, ...] = ()
    """Events that clients have sent."""

    emitted: tuple[str, ...] = ()
    """Events that the server has sent."""

    errors: tuple[str, ...] = ()
    """The types of what handlers have raised."""

    rows: tuple[int, ...] = ()
    """The numbers of the newest rows, the newest first."""

    paths: tuple[str, ...] = ()
    """The paths that HTTP requests have asked for."""

    variables: tuple[str, ...] = ()
    """The user's variables."""

    served: tuple[str, ...] = ()
    """Those of them that hold a SocketIO object."""

    connected: tuple[str, ...] = ()
    """The sids of all clients."""

    entered: tuple[tuple[r.Room, ...], ...] = ()
    """Of each namespace the rooms that somebody is in, personal ones included."""

    named: Mapping[str, str] = field(default_factory=dict)
    """Sid or eio_sid -> the name of the lab's own client, gone or not."""

    past: tuple[str, ...] = ()
    """Namespaces that have clients or a past."""

    answered: tuple[tuple[str, str], ...] = ()
    """(namespace, event) of each handler; either may be `*`."""

    connections: tuple[ConnectionState, ...] = ()
    registered: tuple[HandlerState, ...] = ()
    tasks: tuple[TaskState, ...] = ()

    def events(self, way: Way) -> set[str]:
        """Return names of events: those that clients send, those that they get, those to handle, or all."""
        handled = {event for _, event in self.answered}
        if way == "out":
            return handled.union(self.emitted) - _RESERVED
        if way == "in":
            return handled.union(self.received) - _RESERVED
        return handled.union(self.received, self.emitted if way == "all" else ())

    @property
    def namespaces(self) -> set[str]:
        """Namespaces that have clients, handlers or a past; always the first one."""
        return {"/", *self.past, *(namespace for namespace, _ in self.answered)} - {"*"}

    @property
    def rooms(self) -> set[r.Room]:
        """Rooms of any namespace, personal ones left out; not all of them need be texts."""
        return set[r.Room]().union(*self.entered).difference(self.connected, [None])

    @property
    def clients(self) -> set[str]:
        """Names of the lab's own clients that are connected."""
        return {self.named[sid] for sid in self.connected if sid in self.named}

    @property
    def all_clients(self) -> set[str]:
        """Names of the lab's own clients, gone or not."""
        return set(self.named.values())

    @property
    def nameless(self) -> list[str]:
        """The sids of clients that are not the lab's own: browsers, as a rule."""
        return [sid for sid in self.connected if sid not in self.named]

    @property
    def eio_sids(self) -> list[str]:
        """The ids of the connections."""
        return [connection.eio_sid for connection in self.connections]

    @property
    def addresses(self) -> set[str]:
        """The clients' addresses."""
        return {connection.address for connection in self.connections if connection.address is not None}

    @property
    def functions(self) -> set[str]:
        """The handlers' functions."""
        return {handler.registered.function for handler in self.registered}

    @property
    def running(self) -> set[str]:
        """The functions of the background tasks that run."""
        return {task.started.name for task in self.tasks}

    @property
    def cells(self) -> set[str]:
        """The cells that handlers and tasks belong to."""
        cells = {handler.registered.cell for handler in self.registered} | {task.started.cell for task in self.tasks}
        return {cell for cell in cells if cell is not None}


_NAMED: dict[type[r.Record], tuple[str, str]] = {
    r.EventReceived: ("received", "event"),
    r.Emitted: ("emitted", "event"),
    r.HttpRequest: ("paths", "path"),
    r.SocketOpened: ("paths", "path"),
    r.Handled: ("errors", "error"),
}
"""Record -> what kind of names it tells, and in which field."""


class Names:
    """Gathers the names that a log knows; of its records it reads each one once."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._looking = threading.Lock()
        self._read_to = 0
        self._seen: dict[str, dict[str, None]] = {"received": {}, "emitted": {}, "errors": {}, "paths": {}}

    def known(self, variables: Iterable[str] = (), served: Iterable[str] = ()) -> Known:
        """Return what there is now, and the user's variables with it. Any thread may ask."""
        told = self._told()
        rows = self._newest_rows()
        with self._log.lock:
            state = self._log.state
            return Known(
                **told,
                rows=rows,
                variables=tuple(variables),
                served=tuple(served),
                connected=tuple(state.clients),
                entered=tuple(map(tuple, state.rooms.values())),
                named=dict(state.names),
                past=(*state.rooms, *state.counts),
                connections=tuple(state.connections.values()),
                answered=(*state.functions, *state.methods),
                registered=(*state.functions.values(), *state.methods.values()),
                tasks=tuple(state.tasks.values()),
            )

    def _told(self) -> dict[str, tuple[str, ...]]:
        """Return what only the records tell, by the fields of `Known`."""
        with self._looking:
            self._read_on()
            return {kind: tuple(names) for kind, names in self._seen.items()}

    def _read_on(self) -> None:
        last = self._log.last_seq
        self._read_to = max(self._read_to, last - MOST_READ)
        while self._read_to < last:
            stretch = self._log.stretch(self._read_to, min(self._read_to + _CHUNK, last))
            for chunk in stretch.chunks:
                self._note(chunk, stretch)
            self._read_to = max(stretch.last, self._read_to + 1)

    def _note(self, chunk: Chunk, stretch: Stretch) -> None:
        for (record, _), strand in chunk.strands.items():
            kind, field = _NAMED.get(record, ("", ""))
            if kind:
                for seq, name in zip(strand.columns["seq"], strand.columns[field], strict=True):
                    if name is not None and stretch.first <= seq <= stretch.last:
                        _remember(self._seen[kind], name.partition(":")[0] if kind == "errors" else name)

    def _newest_rows(self) -> tuple[int, ...]:
        newest = self._log.since(self._log.last_seq - _ROWS_LIE_WITHIN)
        rows = [record.seq for record in newest if is_row(record)]
        return tuple(reversed(rows[-_NEWEST_ROWS:]))


def _remember(names: dict[str, None], name: str) -> None:
    """Note a name as the newest, and forget the oldest where there are too many."""
    if len(name) <= LONGEST_NAME:
        names.pop(name, None)
        names[name] = None
        if len(names) > MOST_NAMES:
            del names[next(iter(names))]
