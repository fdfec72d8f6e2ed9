"""How the server is, as a feed: whether it runs and where, counts, and a minute of events and clients."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Protocol

from sio_lab.errors import Usage
from sio_lab.views import values
from sio_lab.views.pulse import Pulse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sio_lab.core.log import Log

EVERY = 1.0
"""Seconds between two patches, at least; that the server starts or stops is told at once."""

LISTED = 8
"""How many handlers that run, and how many notes, are told."""

_MINUTE = 60


class ServerStatus(Protocol):
    """What is told of the server, by who knows it."""

    @property
    def running(self) -> bool:
        """Whether it listens."""

    @property
    def url(self) -> str | None:
        """Where."""

    @property
    def clients(self) -> int:
        """Clients connected, counted once for each namespace."""

    @property
    def rooms(self) -> int:
        """Rooms with somebody in them, personal ones left out."""

    @property
    def handlers(self) -> int:
        """Handlers registered."""

    @property
    def records(self) -> int:
        """Records kept in the log."""

    @property
    def dropped(self) -> int:
        """Records that have left it."""

    @property
    def busy(self) -> Sequence[str]:
        """Handlers that still run."""

    @property
    def long(self) -> Sequence[str]:
        """What is said of those that have been running for long."""


class StatusFeed:
    """Told once a second at most; of a server that is at rest, nothing."""

    def __init__(self, log: Log, status: Callable[[], ServerStatus], clock: Callable[[], float] = time.time) -> None:
        self._log = log
        self._status = status
        self._clock = clock
        self._pulse = Pulse(log)
        self._told: dict[str, Any] = {}
        self._told_at = float("-inf")
        self._address: tuple[bool, str | None] | None = None

    def state(self) -> dict[str, Any]:
        """Return all there is to know: running, url, counts, rates, busy, more_busy, notes, offset."""
        return self._look()

    def patch(self) -> dict[str, Any] | None:
        """Return those parts that have changed, whole; None where none has, or it is too soon."""
        self._pulse.look()
        if not self._is_due():
            return None
        before = self._told
        self._told = self._look()
        self._told_at = self._clock()
        changed = {name: part for name, part in self._told.items() if before.get(name) != part}
        return changed or None

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Raise Usage: there is nothing to choose."""
        raise Usage(f"The status of the server is whole: there is no {', '.join(wishes)} to choose.")

    def _is_due(self) -> bool:
        # The log hears of a start and a stop first; to ask for the whole status each time would cost more.
        heard = self._log.state.url
        address = (heard is not None, heard)
        is_news = address != self._address or address[0] != self._told.get("running")
        self._address = address
        since = self._clock() - self._told_at
        return is_news or not 0 <= since < EVERY

    def _look(self) -> dict[str, Any]:
        self._pulse.look()
        status = self._status()
        return {
            "running": status.running,
            "url": status.url,
            "counts": self._counts(status),
            "rates": self._pulse.rates(self._clock()),
            "busy": [values.visible(name) for name in status.busy[:LISTED]],
            "more_busy": max(len(status.busy) - LISTED, 0),
            "notes": [values.visible(note, values.LONG) for note in status.long[:LISTED]],
            "offset": time.localtime().tm_gmtoff // _MINUTE,
        }

    def _counts(self, status: ServerStatus) -> dict[str, int]:
        with self._log.lock:
            tasks, namespaces = len(self._log.state.tasks), len(self._log.state.namespaces())
        return {
            "clients": status.clients,
            "rooms": status.rooms,
            "namespaces": namespaces,
            "handlers": status.handlers,
            "tasks": tasks,
            "errors": self._pulse.errors,
            "records": status.records,
            "dropped": status.dropped,
        }
