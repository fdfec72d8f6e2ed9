"""What is looked at to say why something happened to a row: the log around it, read once for all rows asked about."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.core import telling
from sio_lab.core.acks import Asked, asked, given_acks, not_known
from sio_lab.core.past import Past
from sio_lab.core.picking import picked
from sio_lab.core.story import Story
from sio_lab.core.traffic import payload_of
from sio_lab.core.wire import decode
from sio_lab.errors import RecordDropped

if TYPE_CHECKING:
    from sio_lab.core.acks import Listening
    from sio_lab.core.log import Log
    from sio_lab.core.state import State
    from sio_lab.core.wire import Decoder


class Surroundings:
    """The log from one record on.

    `listening` tells what no log knows: who of the lab's own clients listens for what. `now` is the time, in
    nanoseconds since 1970, by which it is told how long something lasts that has not ended.
    """

    def __init__(
        self,
        log: Log,
        first: r.Record,
        read: Decoder = decode,
        listening: Listening = not_known,
        now: int | None = None,
    ) -> None:
        self.log = log
        self.story = Story(log, first, read)
        self.read = read
        self.listening = listening
        self.now = now if now is not None else max(first.at, log.since(log.last_seq - 1)[-1].at)

    @property
    def state(self) -> State:
        """What is true now."""
        return self.log.state

    @cached_property
    def past(self) -> Past:
        """Who was where when."""
        return Past(self.log)

    @cached_property
    def _given(self) -> dict[tuple[int | None, str | None], r.AckReceived]:
        return given_acks(self.story.merged)

    @cached_property
    def tasks(self) -> dict[int, list[tuple[r.TaskStarted, r.TaskEnded]]]:
        """Seq of a row -> the background tasks that its handler started and that have ended."""
        started: dict[int, r.TaskStarted] = {}
        found: dict[int, list[tuple[r.TaskStarted, r.TaskEnded]]] = {}
        for record in picked(self.log.stretch(self.story.first - 1), r.TaskStarted, r.TaskEnded):
            if isinstance(record, r.TaskStarted):
                started[record.seq] = record
            elif isinstance(record, r.TaskEnded) and record.of in started:
                task = started[record.of]
                cause = self.story.merged.outcomes.get(task.cause or 0, task.cause)
                if cause is not None:
                    found.setdefault(cause, []).append((task, record))
        return found

    def handled(self, record: r.Record) -> r.Handled | None:
        """Return how the handler ended; None where there is none to ask, or it still runs."""
        return self.story.handled(record)

    def asked(self, emit: r.Emitted) -> list[Asked]:
        """Return who was asked for an ack of an emit, and what came of it."""
        return asked(emit, self._given, self.state) if emit.ack_id is not None else []

    def asked_by(self, record: r.Record) -> list[Asked]:
        """Return who was asked for acks by what a row made happen."""
        # What an open connect does has no row as its cause yet, and is kept under the connect's own number.
        emits = [each for each in self.story.effects(record) if isinstance(each, r.Emitted)]
        return [one for emit in emits for one in self.asked(emit)]

    def unanswered(self, record: r.Record) -> list[Asked]:
        """Return those of them that have not acknowledged."""
        return [one for one in self.asked_by(record) if one.ack is None]

    def args(self, record: Any) -> tuple[Any, ...]:
        """Return what a packet carried."""
        carried = payload_of(record.wire, self.read)
        return carried if isinstance(carried, tuple) else ()

    def who(self, sid: str | None) -> str:
        """Return what a client is called."""
        return telling.who(self.state, sid)

    def cause(self, record: r.Record) -> r.Record | None:
        """Return the row that made a row happen, where there is one and the log still has it."""
        with suppress(RecordDropped):
            return self.story.cause(record)
        return None
