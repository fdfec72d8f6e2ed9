"""What `lab.traffic`, `lab.clients` and the others are: tables that show themselves, filter, and make DataFrames."""

from __future__ import annotations

import copy
import operator
from functools import partial
from typing import TYPE_CHECKING, Any, Self, SupportsIndex, TypeAlias, overload

from sio_lab.core import acks as ack_table
from sio_lab.core import columns
from sio_lab.core.filters import parse
from sio_lab.core.selection import Selection
from sio_lab.core.traffic import TRAFFIC, is_failure
from sio_lab.core.wire import decode
from sio_lab.errors import RecordDropped, Usage
from sio_lab.views import html, text
from sio_lab.views.keyed_feed import KeyedFeed
from sio_lab.views.row import find
from sio_lab.views.sheet import Sheet
from sio_lab.views.traffic_feed import TrafficFeed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from sio_lab.core.acks import Listening
    from sio_lab.core.columns import Columns
    from sio_lab.core.filters import Filter
    from sio_lab.core.log import Log
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder
    from sio_lab.views.feed import Feed
    from sio_lab.views.row import TrafficRow

Show: TypeAlias = "Callable[[Table], bool]"
"""Shows a table live, and tells whether it could."""

MOST_SHOWN = 50
"""Rows that a table shows of itself: the newest."""

# Columns worth showing, the most important first.
_TRAFFIC = ("seq", "direction", "kind", "event", "client", "args", "status", "ms", "to", "time", "ack", "namespace")
_ACKS = ("seq", "event", "client", "state", "waited_s", "why", "ack", "ms", "time", "namespace", "ack_id")
_CLIENTS = ("client", "sid", "namespace", "transport", "rooms", "rtt_ms", "events_in", "events_out", "address")
_ROOMS = ("room", "client", "sid", "namespace", "joined_at")
_HANDLERS = (
    *("namespace", "event", "handler", "calls", "errors", "cell", "mean_ms", "output", "p95_ms", "last_at", "shadows"),
)
_SOCKETS = ("sid", "path", "opened_at", "frames_in", "frames_out", "bytes_in", "bytes_out", "address")
_TASKS = ("task", "cell", "state", "started_at", "cause", "source")


class Table:
    """A table of the lab: each look at it builds it anew, and what it gives is a copy."""

    def __init__(  # noqa: PLR0913 - each of them is a word about the table, and only the first two are needed
        self,
        build: Callable[[], Columns],
        title: str,
        shown: tuple[str, ...] = (),
        *,
        hides: Callable[[Mapping[str, Any]], bool] | None = None,
        empty: str = "nothing yet",
        show: Show | None = None,
    ) -> None:
        self._build = build
        self.title = title
        """What the table is of."""

        self._shown = shown
        self._hides = hides
        self._empty = empty
        self._show = show
        self._filters: tuple[Filter, ...] = ()
        self.is_open = True
        """Whether rows may be added to it: to a range of rows none are."""

    @property
    def columns(self) -> Columns:
        """The table as columns of plain Python values."""
        return _keep(self._build(), lambda row: all(each.matches(row) for each in self._filters))

    @property
    def df(self) -> pd.DataFrame:
        """The table as a DataFrame, with all its rows and columns."""
        return _frame(self.columns)

    def where(self, filter_text: str) -> Self:
        """Return the table of those rows that a filter matches, too.

        Raises FilterError, naming the word, where the filter can't be read or asks for a column that is not there.
        """
        return self._changed(_filters=(*self._filters, parse(filter_text, self._names())))

    def __len__(self) -> int:
        return len(self.columns)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        table = self.columns
        return (dict(table.row(position)) for position in range(len(table)))

    def __repr__(self) -> str:
        return text.table(self._sheet())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.picture()

    def _ipython_display_(self) -> None:
        if self._show is None or not self._show(self):
            raise NotImplementedError  # IPython shows the picture, then

    def picture(self) -> dict[str, str]:
        """Return the table as it is now: text/plain and text/html."""
        sheet = self._sheet()
        return {"text/plain": text.table(sheet), "text/html": html.table(sheet)}

    def feed(self) -> Feed:
        """Return what keeps a live view of it up to date."""
        return KeyedFeed(self._build, self._shown, self._hides, self._asked)

    @property
    def _asked(self) -> str:
        return " ".join(each.text for each in self._filters)

    def _changed(self, **fields: Any) -> Self:
        other = copy.copy(self)
        vars(other).update(fields)
        return other

    def _names(self) -> tuple[str, ...]:
        return self._build().names

    def _sheet(self) -> Sheet:
        table = self.columns
        if self._hides is not None:
            hides = self._hides
            table = _keep(table, lambda row: not hides(row))
        newest = table.pick(range(max(len(table) - MOST_SHOWN, 0), len(table)))
        return self._sheet_of(newest, len(table))

    def _sheet_of(self, newest: Columns, total: int, **told: Any) -> Sheet:
        filters = tuple(each.text for each in self._filters)
        return Sheet(self.title, newest, self._shown, total, filters, empty=self._empty, **told)


class Traffic(Table):
    """The traffic table: all that happened, a row a thing, numbered by `seq`.

    `[7]` is row 7, and `[5:20]` the table of rows 5 to 19; `[-1]` and `[-10:]` count from the newest row.
    """

    def __init__(
        self, within: Selection, title: str = "traffic", empty: str = "nothing yet", show: Show | None = None
    ) -> None:
        super().__init__(within.columns, title, _TRAFFIC, empty=empty, show=show)
        self._within = within

    @property
    def columns(self) -> Columns:
        """The table as columns of plain Python values."""
        return self._rows.columns()

    def feed(self) -> Feed:
        """Return what keeps a live view of it up to date."""
        return TrafficFeed(self._within.log, self._within.read, self._within.tests, self._asked)

    def frame(self, *, decode: bool = True) -> pd.DataFrame:
        """Return the table as a DataFrame; where not decoded, `args` and `ack` stay wire text, which is much faster."""
        return _frame(self._rows.columns(decoded=decode))

    @overload
    def __getitem__(self, which: SupportsIndex) -> TrafficRow: ...
    @overload
    def __getitem__(self, which: slice) -> Self: ...
    def __getitem__(self, which: SupportsIndex | slice) -> TrafficRow | Self:
        """Return a row by its seq, or the table of a range of rows; negative numbers count from the newest row.

        Raises RecordDropped where the row left the log or never was in it, and Usage where the number is of a record
        without a row of its own, naming the row that it is part of.
        """
        if isinstance(which, slice):
            return self._range(which)
        number = _number(which)
        seq = number if number >= 0 else self._rows.seq_of(-number)
        if seq is None:
            raise RecordDropped(f"There is no row [{number}]: this table has {len(self):,} rows.")
        return find(self._rows.log, seq, self._rows.read)

    def __len__(self) -> int:
        return self._rows.count()

    @property
    def selection(self) -> Selection:
        """Which rows of the log the table has."""
        return self._rows

    @property
    def _rows(self) -> Selection:
        return self._within.passing(*(each.matches for each in self._filters))

    def _range(self, which: slice) -> Self:
        if which.step is not None:
            raise Usage(f"traffic[{which.start}:{which.stop}:{which.step}]: a range of rows has no step; leave it out.")
        within = self._within.between(self._bound(which.start) or 1, self._bound(which.stop))
        return self._changed(_within=within, is_open=False)

    def _bound(self, bound: SupportsIndex | None) -> int | None:
        number = None if bound is None else _number(bound)
        if number is None or number >= 0:
            return number
        # Before the oldest row, as a list's slice has it.
        return self._rows.seq_of(-number) or 1

    def _names(self) -> tuple[str, ...]:
        return tuple(column.name for column in TRAFFIC)

    def _sheet(self) -> Sheet:
        newest, total = self._rows.newest(MOST_SHOWN)
        before = f"[-{2 * MOST_SHOWN}:-{MOST_SHOWN}] the {MOST_SHOWN} before these, .where(FILTER) what you look for"
        dropped = self._rows.log.dropped if self._rows.first <= self._rows.log.dropped else 0
        return self._sheet_of(newest, total, more=f".df has all rows, {before}", dropped=dropped)


def traffic(log: Log, read: Decoder = decode, show: Show | None = None) -> Traffic:
    """Return the table of all that happened."""
    return Traffic(Selection(log, read), show=show)


def errors(log: Log, read: Decoder = decode, show: Show | None = None) -> Traffic:
    """Return the traffic that failed: raised, without a handler, refused, rejected, or an HTTP status from 500."""
    return Traffic(Selection(log, read, (is_failure,)), "errors", "nothing went wrong", show)


def acks(
    log: Log,
    read: Decoder = decode,
    show: Show | None = None,
    listening: Listening = ack_table.not_known,
) -> Table:
    """Return the table of what clients were asked to acknowledge, and whether they did.

    `listening` tells who listens for an event.
    """
    build = partial(_acks, Selection(log, read), listening)
    return Table(build, "acks", _ACKS, empty="no ack was asked for", show=show)


def clients(log: Log, show: Show | None = None) -> Table:
    """Return the table of connected clients, one a row for each of their namespaces."""
    return Table(_under_lock(log, columns.clients), "clients", _CLIENTS, empty="no client is connected", show=show)


def sockets(log: Log, show: Show | None = None) -> Table:
    """Return the table of raw WebSockets that are open; they are no clients of Socket.IO."""
    return Table(_under_lock(log, columns.sockets), "sockets", _SOCKETS, empty="no raw WebSocket is open", show=show)


def rooms(log: Log, show: Show | None = None) -> Table:
    """Return the table of who is in which room; shown without the rooms that each client has for itself."""
    return Table(_under_lock(log, columns.rooms), "rooms", _ROOMS, hides=_is_personal, empty="no rooms", show=show)


def namespaces(log: Log, show: Show | None = None) -> Table:
    """Return the table of namespaces, and how much goes on in each."""
    return Table(_under_lock(log, columns.namespaces), "namespaces", empty="no namespaces", show=show)


def handlers(log: Log, show: Show | None = None) -> Table:
    """Return the table of registered handlers, and how their runs went."""
    return Table(_under_lock(log, columns.handlers), "handlers", _HANDLERS, empty="no handlers", show=show)


def tasks(log: Log, show: Show | None = None) -> Table:
    """Return the table of background tasks that run, each with the cell it belongs to."""
    return Table(_under_lock(log, columns.tasks), "tasks", _TASKS, empty="no task runs", show=show)


def _acks(rows: Selection, listening: Listening) -> Columns:
    return ack_table.acks(rows.merged(), rows.log.state, rows.read, now=rows.log.now(), listening=listening)


def _is_personal(row: Mapping[str, Any]) -> bool:
    return bool(row["personal"])


def _under_lock(log: Log, build: Callable[[State], Columns]) -> Callable[[], Columns]:
    def locked() -> Columns:
        with log.lock:
            return build(log.state)

    return locked


def _keep(table: Columns, test: Callable[[Mapping[str, Any]], bool]) -> Columns:
    return table.pick(position for position in range(len(table)) if test(table.row(position)))


def _frame(table: Columns) -> pd.DataFrame:
    # pandas takes a third of a second to import, so nobody waits for it who asks for no DataFrame.
    from sio_lab.frames import frame

    return frame(table)


def _number(which: Any) -> int:
    try:
        return operator.index(which)
    except TypeError:
        raise Usage(f"traffic[{which!r}]: a row is asked for by its number; to search, .where({which!r}).") from None
