"""What a table of traffic gives for one number: one row of the traffic table, with everything that belongs to it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core.handshake import handshake_of
from sio_lab.core.story import Story, owner
from sio_lab.core.traffic import TRAFFIC, is_row
from sio_lab.core.wire import decode, explain
from sio_lab.errors import Usage
from sio_lab.views import card
from sio_lab.views.detail import detail, line

if TYPE_CHECKING:
    from sio_lab.core.columns import Row
    from sio_lab.core.handshake import Handshake
    from sio_lab.core.log import Log
    from sio_lab.core.wire import Decoder

_COLUMNS = tuple(column.name for column in TRAFFIC)


class TrafficRow:
    """One row of the traffic table as it stood when it was first looked at; ask for it again to see it now.

    Every column is an attribute, as in `row.kind` or `row.args`; `cause` and `recipients` say more than the columns.
    """

    def __init__(self, log: Log, record: r.Record, read: Decoder = decode, story: Story | None = None) -> None:
        self.record = record
        """The record that makes the row; what others tell of it is merged into the row."""

        self._log = log
        self._read = read
        self._given = story

    def __getattr__(self, name: str) -> Any:
        if name not in _COLUMNS:
            raise AttributeError(f"A row of the traffic table has no {name!r}; its columns are {', '.join(_COLUMNS)}.")
        return self.cells[name]

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_COLUMNS})

    def __repr__(self) -> str:
        return f"<row {line(self.cells)}{' · mended' if self.mended else ''}>"

    def __str__(self) -> str:
        return card.text(detail(self.story, self.record))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        told = detail(self.story, self.record)
        return {"text/plain": card.text(told), "text/html": card.html(told)}

    @property
    def request_event(self) -> dict[str, Any]:
        """What `request.event` held in the handler; of a connect the auth only, hidden as it is in the log.

        Raises LabError for a row of which no handler is asked.
        """
        return self.story.request_event(self.record)

    @property
    def handled(self) -> r.Handled | None:
        """How the handler ended; None where there is none to ask, or it still ran."""
        return self.story.handled(self.record)

    @property
    def recipients(self) -> tuple[str, ...]:
        """The sids an emit was sent to; none for all other rows."""
        return self.record.recipients if isinstance(self.record, r.Emitted) else ()

    @property
    def mended(self) -> str | None:
        """What the lab changed in the page that a request was answered with, in words; None where nothing."""
        return self.record.mended if isinstance(self.record, r.HttpRequest) else None

    @property
    def wire(self) -> str | bytes | None:
        """The Socket.IO packet as it crossed the network, or None where the row has none."""
        wire = self.story.wire(self.record)
        return None if wire is None else wire.text

    @property
    def attachments(self) -> tuple[bytes, ...]:
        """The packet's binary attachments, in order."""
        wire = self.story.wire(self.record)
        return () if wire is None else wire.attachments

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The packet taken apart: (piece, what it says), in order."""
        wire = self.story.wire(self.record)
        return [] if wire is None else explain(wire)

    @property
    def handshake(self) -> Handshake | None:
        """The HTTP request and answer that a WebSocket began with; None where the row tells of none.

        Rows of kind handshake and upgrade tell of one, and connect, where the client came by WebSocket at once.
        """
        return handshake_of(self._log, self.record)

    @property
    def effects(self) -> list[TrafficRow]:
        """The rows that this one made happen, oldest first, each with effects of its own."""
        story = self.story
        return [TrafficRow(self._log, row, self._read, story) for row in story.effects(self.record)]

    @property
    def cause(self) -> TrafficRow | None:
        """The row that made this one happen, or None.

        Raises RecordDropped where there was one, and it has left the log.
        """
        cause = self.story.cause(self.record)
        return None if cause is None else TrafficRow(self._log, cause, self._read)

    @cached_property
    def story(self) -> Story:
        """What the log tells of it, read once."""
        return self._given or Story(self._log, self.record, self._read)

    @cached_property
    def cells(self) -> Row:
        """Its columns, by name."""
        return self.story.cells(self.record)


def find(log: Log, seq: int, read: Decoder = decode) -> TrafficRow:
    """Return the row numbered `seq`.

    Raises RecordDropped where it left the log or never was in it; Usage where that record has no row of its own,
    naming the row that it is part of.
    """
    record = log.get(seq)
    if is_row(record):
        return TrafficRow(log, record, read)
    row = owner(log, record)
    belongs = (
        "it only changes what the other tables show" if row is None else f"it is part of row {row}, traffic[{row}]"
    )
    raise Usage(f"Record {seq} ({type(record).__name__}) is no row of the traffic table: {belongs}.")
