"""The tables' columns, once: what frames, text, HTML and views are made of.

A table is built column by column from the state or the log, under the log's lock, and is a copy from then on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sio_lab.core.state import State


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: str
    """`time` (nanoseconds since 1970, UTC), `integer`, `number`, `text`, `category` (repeats), `flag` or `object`."""

    about: str
    """What it says, for help and tooltips."""


@dataclass(frozen=True)
class Columns:
    """A table's columns and their cells, all of one length; None is a cell with nothing in it."""

    columns: tuple[Column, ...]
    cells: Mapping[str, Sequence[Any]]
    index: tuple[str, ...]
    """The columns that identify a row."""

    def __len__(self) -> int:
        """How many rows."""
        return len(self.cells[self.columns[0].name])

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    def row(self, position: int) -> Row:
        """Return row number `position` as a mapping; it copies nothing."""
        return Row(self.cells, position)

    def pick(self, positions: Iterable[int]) -> Columns:
        """Return a table of the rows at `positions`, in that order."""
        chosen = list(positions)
        cells = {name: [cells[position] for position in chosen] for name, cells in self.cells.items()}
        return Columns(self.columns, cells, self.index)


class Row(Mapping[str, Any]):
    """One row of a table: column name -> cell."""

    __slots__ = ("_cells", "_position")

    def __init__(self, cells: Mapping[str, Sequence[Any]], position: int) -> None:
        self._cells = cells
        self._position = position

    def __getitem__(self, name: str) -> Any:
        """Return the cell of column `name`."""
        return self._cells[name][self._position]

    def __iter__(self) -> Iterator[str]:
        """Go through the columns' names."""
        return iter(self._cells)

    def __len__(self) -> int:
        """How many columns."""
        return len(self._cells)


CLIENTS = (
    Column("sid", "text", "the client's id in its namespace"),
    Column("client", "text", "its name, where it is one of the lab's own"),
    Column("namespace", "category", "the namespace it is connected to"),
    Column("eio_sid", "text", "the id of the connection that carries it"),
    Column("transport", "category", "polling or websocket"),
    Column("address", "text", "the peer's IP address"),
    Column("user_agent", "category", "what the client calls itself"),
    Column("connected_at", "time", "when it was let in"),
    Column("rooms", "object", "the rooms it is in, its personal one left out"),
    Column("events_in", "integer", "events received from it"),
    Column("events_out", "integer", "events sent to it"),
    Column("bytes_in", "integer", "bytes of its events and acks"),
    Column("bytes_out", "integer", "bytes of the events and acks sent to it"),
    Column("rtt_ms", "number", "round trip of its last ping, in milliseconds"),
)
ROOMS = (
    Column("namespace", "category", "the namespace the room is in"),
    Column("room", "object", "the room's name"),
    Column("sid", "text", "a client in it"),
    Column("client", "text", "that client's name, where it is one of the lab's own"),
    Column("joined_at", "time", "when that client entered it"),
    Column("personal", "flag", "whether it is the room every client has for itself"),
)
NAMESPACES = (
    Column("namespace", "text", "the namespace"),
    Column("clients", "integer", "clients connected to it"),
    Column("rooms", "integer", "rooms in it, personal ones left out"),
    Column("handlers", "integer", "events that have a handler"),
    Column("events", "integer", "events received"),
    Column("errors", "integer", "handlers that raised"),
)
HANDLERS = (
    Column("namespace", "category", "the namespace the handler answers in"),
    Column("event", "text", "the event it answers"),
    Column("handler", "text", "the function's qualified name"),
    Column("cell", "text", "the notebook cell that defined it"),
    Column("calls", "integer", "how often it ran"),
    Column("errors", "integer", "how often it raised"),
    Column("mean_ms", "number", "mean duration, in milliseconds"),
    Column("p95_ms", "number", "95th percentile of the newest 500 durations, in milliseconds"),
    Column("last_at", "time", "when it last ended"),
    Column("shadows", "text", "the function of another cell, or the method of a class-based namespace, that it hides"),
    Column("source", "text", "file and line of its definition"),
    Column("output", "text", "its console: the newest of what it printed and raised"),
)

TASKS = (
    Column("id", "integer", "the task's number, of its own as long as the lab lives"),
    Column("task", "text", "the function's qualified name"),
    Column("cell", "text", "the notebook cell it belongs to: run again, that cell ends it"),
    Column("state", "text", "running; or ending, and what keeps it from that"),
    Column("started_at", "time", "when it began; of a thread of the user's own, when it first slept"),
    Column("cause", "integer", "the row of the event whose handler started it"),
    Column("source", "text", "file and line of the function's definition"),
)


SOCKETS = (
    Column("sid", "text", "the lab's own id: ws-7 is the one whose handshake is row 7"),
    Column("path", "category", "the path that the client asked for"),
    Column("address", "text", "the peer's IP address"),
    Column("user_agent", "text", "the User-Agent header"),
    Column("opened_at", "time", "when it was opened"),
    Column("frames_in", "integer", "frames that came from the client, pings and the like included"),
    Column("frames_out", "integer", "frames that went to the client"),
    Column("bytes_in", "integer", "what those from the client carried, in bytes"),
    Column("bytes_out", "integer", "what those to the client carried, in bytes"),
)


def from_rows(columns: tuple[Column, ...], index: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Columns:
    """Build a small table from its rows, each a tuple in the order of `columns`."""
    turned = list(zip(*rows, strict=True)) or [()] * len(columns)
    return Columns(columns, {column.name: cells for column, cells in zip(columns, turned, strict=True)}, index)


def clients(state: State) -> Columns:
    """Return the connected clients, in the order they entered."""
    return from_rows(CLIENTS, ("sid",), (_client(state, sid) for sid in state.clients))


def _client(state: State, sid: str) -> tuple[Any, ...]:
    client = state.clients[sid]
    connection = state.connections.get(client.eio_sid)
    return (
        sid,
        state.name_of(sid),
        client.namespace,
        client.eio_sid,
        connection and connection.transport,
        connection and connection.address,
        connection and connection.user_agent,
        client.connected_at,
        state.rooms_of(sid),
        client.events_in,
        client.events_out,
        client.bytes_in,
        client.bytes_out,
        connection and connection.rtt_ms,
    )


def sockets(state: State) -> Columns:
    """Return the raw WebSockets that are open, in the order they came."""
    return from_rows(SOCKETS, ("sid",), (each.cells for each in state.sockets.values()))


def rooms(state: State) -> Columns:
    """Return who is in which room, personal rooms included, in the order of namespaces and rooms."""
    return from_rows(ROOMS, ("namespace", "room", "sid"), _rooms(state))


def _rooms(state: State) -> Iterator[tuple[Any, ...]]:
    for namespace, room_sids in state.rooms.items():
        for room, sids in room_sids.items():
            for sid, joined_at in sids.items() if room is not None else ():
                yield namespace, room, sid, state.name_of(sid), joined_at, room == sid


def namespaces(state: State) -> Columns:
    """Return all namespaces that have clients, handlers or a past, sorted by name."""
    return from_rows(NAMESPACES, ("namespace",), (_namespace(state, name) for name in state.namespaces()))


def _namespace(state: State, name: str) -> tuple[Any, ...]:
    rooms_here = state.rooms.get(name, {})
    counts = state.counts.get(name)
    return (
        name,
        len(rooms_here.get(None, ())),
        sum(not state.is_personal(room) for room in rooms_here),
        len({event for namespace, event in (*state.functions, *state.methods) if namespace == name}),
        counts.events if counts else 0,
        counts.errors if counts else 0,
    )


def handlers(state: State) -> Columns:
    """Return the registered handlers, sorted by namespace and event."""
    return from_rows(HANDLERS, ("namespace", "event"), _handlers(state))


def _handlers(state: State) -> Iterator[tuple[Any, ...]]:
    for (namespace, event), handler, shadows in state.handlers():
        told = handler.registered
        yield (
            namespace,
            event,
            told.function,
            told.cell,
            handler.calls,
            handler.errors,
            handler.mean_ms,
            handler.p95_ms,
            handler.last_at,
            shadows,
            told.source,
            handler.output or None,
        )


def tasks(state: State) -> Columns:
    """Return the background tasks that run, in the order they began."""
    return from_rows(TASKS, ("id",), (_task(state, number) for number in state.tasks))


def _task(state: State, number: int) -> tuple[Any, ...]:
    task = state.tasks[number]
    told = task.started
    doing = "running" if task.lingers is None else f"ending: {task.lingers}"
    return number, told.name, told.cell, doing, told.at, state.row_of(told.cause), told.source
