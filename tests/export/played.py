"""A log of two clients, and the script of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.log import Log
from sio_lab.core.wire import decode
from sio_lab.export.steps import script
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from sio_lab.export.steps import Script

ADA, BEN = make.ADA, make.BEN


def hello(log: Log, **told: str) -> int:
    """Have ada say hello, which her handler answers; returns the event's seq."""
    event = make.receive(log, ADA, "hello", {"to": BEN}, ack_id=1)
    make.join(log, ADA, "lobby", event.seq)
    make.emit(log, "greeted", ADA, recipients=(ADA, BEN), cause=event.seq, **told)
    make.handle(log, event)
    make.acknowledge(log, event, "ok", 2)
    return event.seq


def two() -> Log:
    """Return a log in which ada, who has a name, and another one are connected."""
    log = Log()
    make.connect(log, ADA, name="ada", auth={"token": "•••"})
    make.connect(log, BEN)
    return log


def played(log: Log, chosen: AbstractSet[int] | None = None) -> Script:
    """Return the script of some rows, of all of them without."""
    seqs = {record.seq for record in log.since()} if chosen is None else chosen
    return script(log.since(), seqs, log.state, decode)
