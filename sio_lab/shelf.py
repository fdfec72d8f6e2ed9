"""What a lab has to show: its tables and its views."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sio_lab import tables
    from sio_lab.clients import Clients
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder
    from sio_lab.showing import Showing
    from sio_lab.shows import Sequence, Shows


class Shelf:
    """The part of a lab that shows; all of it is read from the log."""

    log: Log
    """All that happened."""

    @property
    def showing(self) -> Showing:
        """What makes the views, and keeps those on display."""
        raise NotImplementedError

    @property
    def reader(self) -> Decoder:
        """What reads the packets of the server that is served."""
        raise NotImplementedError

    @property
    def named_clients(self) -> Clients:
        """The lab's own clients that are not closed, by name."""
        raise NotImplementedError

    @property
    def clients(self) -> tables.Table:
        """The connected clients, one a row for each namespace."""
        from sio_lab import tables

        return tables.clients(self.log, self._show_table)

    @property
    def sockets(self) -> tables.Table:
        """The raw WebSockets that are open: they are no clients of Socket.IO, and in no room."""
        from sio_lab import tables

        return tables.sockets(self.log, self._show_table)

    @property
    def rooms(self) -> tables.Table:
        """Who is in which room."""
        from sio_lab import tables

        return tables.rooms(self.log, self._show_table)

    @property
    def namespaces(self) -> tables.Table:
        """The namespaces, and how much goes on in each."""
        from sio_lab import tables

        return tables.namespaces(self.log, self._show_table)

    @property
    def handlers(self) -> tables.Table:
        """The registered handlers, and how their runs went."""
        from sio_lab import tables

        return tables.handlers(self.log, self._show_table)

    @property
    def tasks(self) -> tables.Table:
        """The background tasks that run, each with the cell whose re-run ends it."""
        from sio_lab import tables

        return tables.tasks(self.log, self._show_table)

    @property
    def traffic(self) -> tables.Traffic:
        """All that happened: one row a thing, by its seq; `lab.traffic[7]` is row 7."""
        from sio_lab import tables

        return tables.traffic(self.log, self.reader, self._show_table)

    @property
    def errors(self) -> tables.Traffic:
        """What failed: handlers that raised, events without one, clients refused, requests rejected."""
        from sio_lab import tables

        return tables.errors(self.log, self.reader, self._show_table)

    @property
    def acks(self) -> tables.Table:
        """Emits that asked for an ack, and whether it came."""
        from sio_lab import tables

        return tables.acks(self.log, self.reader, self._show_table, self.named_clients.listens)

    def _show_table(self, table: tables.Table) -> bool:
        return self.showing.table(table)

    def dashboard(self) -> Shows:
        """Return the dashboard: state and address, all tables and pictures in tabs, and a form to emit with."""
        return self.showing.dashboard()

    def sequence(self, filter_text: str = "") -> Sequence:
        """Return the sequence diagram of the traffic that a filter matches; `.svg` and `.mermaid` are its texts.

        Raises FilterError where the filter can't be read.
        """
        return self.showing.sequence(filter_text)

    def map(self) -> Shows:
        """Return the map of who is in which room, and of who would be reached."""
        return self.showing.room_map()

    def panels(self, *names: str) -> Shows:
        """Return a panel for each of the lab's own clients of these names; of none, for all of them.

        Raises TargetError where there is no client of a name.
        """
        return self.showing.panels(names)
