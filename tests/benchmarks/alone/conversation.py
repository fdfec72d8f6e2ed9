"""The records of clients that send events and get acks: as the lab makes them, for a log without a server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.wire import Wire
from tests import factories

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.log import Log

CLIENTS = 50
RECORDS_OF_AN_EVENT = 3
KEY = ("/", "echo")
TEMPLATE = '{"user":"ada","room":"lobby","text":"the quick brown fox jumps over the lazy dog","number":%d}'
FIRST_NUMBER = 10_000_000
"""So that all are of the same length."""


def let_in(log: Log) -> list[r.Connected]:
    """Have clients connect; returns the records that say so."""
    return [factories.connect(log, f"sid-of-client-{number:06}") for number in range(CLIENTS)]


def conversation(seq: int, events: int, connected: list[r.Connected]) -> Iterator[r.Record]:
    """Make the records of so many events, each of another text, for a log whose next record is numbered `seq`."""
    for number in range(events):
        client = connected[number % len(connected)]
        payload = TEMPLATE % (FIRST_NUMBER + number)
        yield _received(client, number, f'2{number % 1000}["echo",{payload}]')
        yield r.Handled(seq, "handled", 0.05, handler="echo", key=KEY, value=payload[1:])
        yield r.AckSent(seq, client.sid, Wire(f"3{number % 1000}[{payload}]"))
        seq += RECORDS_OF_AN_EVENT


def _received(client: r.Connected, number: int, text: str) -> r.EventReceived:
    # Its name is a string of its own, as one that came out of JSON.
    event = json.loads(text[text.index("[") :].partition(",")[0] + "]")[0]
    return r.EventReceived("/", event, client.sid, client.eio_sid, number // CLIENTS + 1, Wire(text), number % 1000)
