"""Stand-ins for a client's connection and for a server that tells a log of it."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

from sio_lab.core import records as r
from sio_lab.core.log import Log

SID = "sid-ada"
EIO = "eio-ada"


def connection(**changed: Any) -> Any:
    """Stand in for a client's connection."""
    worker = SimpleNamespace(idle=True, is_current=False)
    facts = {"eio_sid": EIO, "sids": {"/": SID}, "lost": None, "sent": 0, "arrived": Counter(), "worker": worker}
    made = SimpleNamespace(**{**facts, **changed})
    made.is_open = made.lost is None
    return made


def log_of_one() -> Log:
    """Return a log that has seen ada enter."""
    made = Log()
    made.append(r.Opened(r.Connection(EIO, "websocket", None, None)))
    made.append(r.Joined("/", None, SID, EIO))
    return made


def receive(log: Log, number: int, event: str = "x", eio_sid: str = EIO) -> r.EventReceived:
    return log.append(r.EventReceived("/", event, SID, eio_sid, number, r.NO_WIRE))


def emitted(log: Log, *sids: str) -> None:
    log.append(r.Emitted("/", "said", (), (), sids, r.NO_WIRE))
