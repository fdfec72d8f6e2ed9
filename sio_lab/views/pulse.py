"""The pulse of a server: events a second and clients, of the last minute, and how much went wrong."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log

SECONDS = 60
"""How far back it goes."""

MOST_READ = 20_000
"""How many records one look at the log reads, the newest: no look takes long, however many came since the last."""

_SECOND = 1_000_000_000
_SERVER_ERROR = 500
_MOST_DECIDING = 10_000


class Pulse:
    """Counts by the second in which the log stamped a record, so it does not matter how often it is looked at.

    It reads records, not the state: the state forgets what was emitted to clients that are gone. Each one is read
    once, for about a tenth of a microsecond, and most of them are of types that don't count.
    """

    def __init__(self, log: Log) -> None:
        self.errors = 0
        """Rows that tell of something that went wrong, seen so far; none where all of them were cleared."""

        self._log = log
        self._read_to = 0
        self._clients = 0
        self._events: Counter[int] = Counter()
        self._moves: Counter[int] = Counter()
        self._deciding: set[int] = set()
        self._counts: dict[type[r.Record], Callable[..., None]] = {
            r.EventReceived: self._event,
            r.Emitted: self._event,
            r.Joined: self._joined,
            r.Left: self._left,
            r.Snapshot: self._snapshot,
            r.ConnectAsked: self._asked,
            r.Disconnected: self._asked,
            r.Handled: self._handled,
            r.Refused: self._refused,
            r.Rejected: self._rejected,
            r.HttpRequest: self._requested,
            r.SocketClosed: self._socket_closed,
        }

    def look(self) -> None:
        """Count what has come since the last look."""
        with self._log.lock:
            last = self._log.last_seq
            rooms = self._log.state.rooms.values()
            self._clients = sum(len(members.get(None, ())) for members in rooms)
            if self._log.first_seq > self._read_to:
                self.errors = 0
        # Outside of the lock: nobody who appends waits for it.
        for record in self._log.since(max(self._read_to, last - MOST_READ), last):
            count = self._counts.get(type(record))
            if count is not None:
                count(record)
        self._read_to = last

    def rates(self, now: float) -> dict[str, list[int]]:
        """Return events a second and clients for each of the last 60 whole seconds before `now`, oldest first.

        Who was there when follows backwards from who is there now, so the minute before the first look is told, too.
        """
        newest = int(now) - 1
        clients = self._clients - sum(moves for second, moves in self._moves.items() if second > newest)
        told: list[int] = []
        for second in range(newest, newest - SECONDS, -1):
            told.append(max(clients, 0))
            clients -= self._moves[second]
        self._forget(newest - SECONDS)
        events = [self._events[second] for second in range(newest - SECONDS + 1, newest + 1)]
        return {"events": events, "clients": told[::-1]}

    def _forget(self, until: int) -> None:
        for counted in (self._events, self._moves):
            for second in [second for second in counted if second <= until]:
                del counted[second]

    def _event(self, record: r.Record) -> None:
        self._events[record.at // _SECOND] += 1

    def _joined(self, record: r.Joined) -> None:
        if record.room is None:
            self._moves[record.at // _SECOND] += 1

    def _left(self, record: r.Left) -> None:
        if record.room is None:
            self._moves[record.at // _SECOND] -= 1

    def _snapshot(self, record: r.Snapshot) -> None:
        self._moves[record.at // _SECOND] += sum(member.room is None for member in record.members)

    def _asked(self, record: r.Record) -> None:
        # To have no handler for these is no failure. Who is never told the end of one is forgotten some day.
        if len(self._deciding) >= _MOST_DECIDING:
            self._deciding.clear()
        self._deciding.add(record.seq)

    def _handled(self, record: r.Handled) -> None:
        is_event = record.of not in self._deciding
        self._deciding.discard(record.of)
        self.errors += record.status == "raised" or (record.status == "no-handler" and is_event)

    def _refused(self, record: r.Refused) -> None:
        self._deciding.discard(record.asked or 0)
        self.errors += 1

    def _rejected(self, _: r.Rejected) -> None:
        self.errors += 1

    def _requested(self, record: r.HttpRequest) -> None:
        self.errors += record.status >= _SERVER_ERROR

    def _socket_closed(self, record: r.SocketClosed) -> None:
        self.errors += record.hint is not None
