"""Cells read in order: waiting until what a line set off has happened, so that the next line sees it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.clients.connection import Connection
    from sio_lab.core.log import Log

SETTLE_SECONDS = 1.0
"""How long an emit waits for its consequences."""


class Order:
    """Waits on the log for what happens at the server and in the lab's own clients."""

    def __init__(self, log: Log, connections: Callable[[], Iterable[Connection]]) -> None:
        self._log = log
        self._connections = connections

    def wait(self, ready: Callable[[], bool], timeout: float = SETTLE_SECONDS) -> bool:
        """Wait until `ready`, and until what the server had emitted by then has reached the lab's own clients.

        Their handlers for it have run, too, except where the caller is one of them. False after `timeout` seconds;
        so it is where the server has no taps.
        """
        owed: list[tuple[Connection, str, int]] | None = None
        is_handler = any(connection.worker.is_current for connection in self._connections())

        def is_settled() -> bool:
            nonlocal owed
            if owed is None and ready():
                owed = self._owed()
            return owed is not None and all(map(_has_arrived, owed)) and (is_handler or self._is_idle())

        return self._log.wait(is_settled, timeout)

    def is_quiet(self) -> bool:
        """Tell whether the server has taken in all that was sent, and runs nothing; asked under the log's lock."""
        return not self._log.state.running and all(map(self._has_taken_in, self._connections()))

    def is_let_in(self, eio_sid: str | None) -> bool:
        """Tell whether no connect handler runs for a connection; asked under the log's lock."""
        return not self._runs_for(eio_sid)

    def is_gone(self, eio_sid: str | None) -> bool:
        """Tell whether the server has let go of a connection's clients; asked under the log's lock."""
        return not self._log.state.sids_of(eio_sid or "") and not self._runs_for(eio_sid)

    def _runs_for(self, eio_sid: str | None) -> bool:
        running = self._log.state.running.values()
        return any(not isinstance(each, r.EventReceived) and each.eio_sid == eio_sid for each in running)

    def _has_taken_in(self, connection: Connection) -> bool:
        seen = self._log.state.connections.get(connection.eio_sid or "")
        return not connection.is_open or seen is None or seen.events >= connection.sent

    def _owed(self) -> list[tuple[Connection, str, int]]:
        known = self._log.state.clients
        return [
            (connection, namespace, known[sid].events_out)
            for connection in self._connections()
            for namespace, sid in connection.sids.copy().items()
            if sid in known
        ]

    def _is_idle(self) -> bool:
        return all(connection.worker.idle for connection in self._connections())


def _has_arrived(owed: tuple[Connection, str, int]) -> bool:
    connection, namespace, count = owed
    return namespace not in connection.sids or connection.arrived[namespace] >= count
