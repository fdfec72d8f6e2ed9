"""A lab under full load, recorded to disk and killed with -9: the file is whole, and lacks 250 ms at most.

What is promised of a kernel that is killed: whatever was in the log 250 ms before is in the file. It is shown where a
real server answers 50 clients as fast as it can, until 100,000 records are in its log. It is not promised of records
that a bare loop makes, without a network, at a million a second: nothing writes those as fast as they come.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

import sio_lab
from tests.benchmarks.loads.echo import EVENT
from tests.benchmarks.processes import Talking
from tests.benchmarks.raw.connection import Connection
from tests.benchmarks.raw.loop import Loop

if TYPE_CHECKING:
    from pathlib import Path

CLIENTS = 50
RECORDS = 100_000
OF_AN_ECHO = ("EventReceived", "Handled", "AckSent")
MISSING = 0.25
"""Seconds before the kill: what was in the log by then is in the file."""


class Client:
    """Sends its next event when the last is acknowledged, and notes when that was."""

    def __init__(self, port: int) -> None:
        self.acked_at: list[float] = []
        """When the acks of events 1, 2, ... arrived."""
        self.connection = Connection(port, self._received)
        self.sid: str = json.loads(self.connection.sid.removeprefix(b"40"))["sid"]

    def send(self) -> None:
        """Send the next event."""
        self.connection.send(b"42%d%b" % (len(self.acked_at) + 1, EVENT))

    def acked_by(self, moment: float) -> set[tuple[str, int]]:
        """Return (sid, ack id) of the events that were acknowledged by then."""
        return {(self.sid, number) for number, at in enumerate(self.acked_at, 1) if at <= moment}

    def _received(self, message: bytes, now: float) -> None:
        assert message.startswith(b"43%d[" % (len(self.acked_at) + 1))
        self.acked_at.append(now)
        self.send()


def killed_under_load(path: Path) -> tuple[list[Client], float]:
    """Have clients send until enough is recorded, kill the server among it; returns them, and when it was killed."""
    command = [sys.executable, "-m", "tests.benchmarks.servers.lab", "--record", str(path)]
    with Talking(command) as server, closing(Loop()) as loop:
        port = json.loads(server.hear())["port"]
        clients = [Client(port) for _ in range(CLIENTS)]
        for client in clients:
            loop.add(client.connection, client.connection.read)
            client.send()
        loop.run_until(lambda: sum(len(client.acked_at) for client in clients) * len(OF_AN_ECHO) >= RECORDS)
        killed_at = time.perf_counter()
        server.process.kill()
        for client in clients:
            client.connection.drop()
    return clients, killed_at


def recorded_in(base: sqlite3.Connection) -> set[tuple[str, int]]:
    """Return (sid, ack id) of the events that are in a file with their end and their ack, all of them as plain SQL."""
    rows = base.execute(
        """
        SELECT sid, ack_id FROM records WHERE kind = 'EventReceived'
        AND seq IN (SELECT "of" FROM records WHERE kind = 'Handled' AND status = 'handled')
        AND seq IN (SELECT "of" FROM records WHERE kind = 'AckSent')
        """
    )
    return set(rows)


@pytest.mark.slow
def test_killed_under_full_load_a_file_is_whole_and_lacks_250_ms_at_most(tmp_path: Path) -> None:
    path = tmp_path / "traffic.sio"
    clients, killed_at = killed_under_load(path)
    about = sio_lab.load(path).about
    assert (about.complete, about.missing, about.notes) == (False, 0, ())
    assert "at most the last 250 ms are missing" in repr(about)
    due = {event for client in clients for event in client.acked_by(killed_at - MISSING)}
    assert len(due) * len(OF_AN_ECHO) > 0.9 * RECORDS
    with closing(sqlite3.connect(path)) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        # An ack is in the log before it leaves.
        assert due <= recorded_in(base)
