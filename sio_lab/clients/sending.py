"""One event on its way: sent, counted, and followed through the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.clients.connection import Connection
    from sio_lab.core.log import Log


class Outgoing:
    """One event on its way, and what has become of it so far; made before it is sent, and sent once."""

    def __init__(self, log: Log, connection: Connection, namespace: str, event: str) -> None:
        self.connection = connection
        self.namespace = namespace
        self.event = event
        self.number = 0
        """The how-manieth event of its connection it is, from 1; 0 while it is being sent."""

        self.ack_id: int | None = None
        """Given where an ack is wanted."""

        self.ack: tuple[Any, ...] | None = None
        """What the server acknowledged; None before."""

        self._log = log
        self._received: r.EventReceived | None = None
        self._handled: r.Handled | None = None
        with log.lock:
            self._read_until = log.last_seq

    def send(
        self, args: tuple[Any, ...], callback: Callable[..., Any] | None = None, *, wants_ack: bool = False
    ) -> None:
        """Send it; `callback` gets the ack. Raises Usage where an argument can't be sent; then nothing was."""
        acked = self._acked(callback) if wants_ack or callback else None
        try:
            self.number, self.ack_id = self.connection.send_event(self.namespace, self.event, _spread(args), acked)
        except (TypeError, ValueError, RecursionError) as error:
            raise Usage(
                f"Client {self.connection.name}: an argument of {self.event!r} can't be sent: {error}. Nothing was "
                "sent. Send what JSON can hold, and bytes in lists and dicts."
            ) from None

    @property
    def received(self) -> r.EventReceived | None:
        """The server's record of it."""
        self._read()
        return self._received

    @property
    def handled(self) -> r.Handled | None:
        """The server's record of how its handler ended."""
        self._read()
        return self._handled

    @property
    def has_failed(self) -> bool:
        """Whether no ack will come, since its handler raised and no error handler took that, or there is none."""
        handled = self.handled
        return handled is not None and handled.status != "handled" and not handled.is_taken

    @property
    def is_cut_off(self) -> bool:
        """Whether its client has left the namespace, so that no ack can come."""
        return self.connection.lost is not None or self.namespace not in self.connection.sids

    @property
    def is_decided(self) -> bool:
        """Whether it is known which ack comes, or that none does."""
        return self.has_failed or self.ack is not None or self.is_cut_off

    @property
    def is_done(self) -> bool:
        """Whether its handler has ended, and the ack that it wants, if any, is there."""
        return self.is_decided if self.ack_id is not None else self.handled is not None or self.is_cut_off

    def _acked(self, callback: Callable[..., Any] | None) -> Callable[..., None]:
        def note(*values: Any) -> None:
            if callback is not None:
                self.connection.worker.put(f"the callback of {self.event!r}", lambda: callback(*values))
            self.ack = values
            self._log.nudge()

        return note

    def _read(self) -> None:
        with self._log.lock:
            records, self._read_until = self._log.since(self._read_until), self._log.last_seq
        for record in records:
            if isinstance(record, r.EventReceived) and self._is_mine(record):
                self._received = record
            elif isinstance(record, r.Handled) and self._received is not None and record.of == self._received.seq:
                # A second one tells that what the handler returned could not be sent.
                self._handled = record

    def _is_mine(self, record: r.EventReceived) -> bool:
        mine = (self.connection.eio_sid, self.number, self.namespace, self.event)
        return (record.eio_sid, record.number, record.namespace, record.event) == mine


def _spread(args: tuple[Any, ...]) -> list[Any]:
    only = args[0] if len(args) == 1 else None
    return list(only if isinstance(only, tuple) else args)
