"""Traffic for views: a thread that adds to a lab's log what a server adds, at an even rate, and says what it cost."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.lab import Lab

CLIENTS = 20
BURST_SECONDS = 0.01
SETTLE_SECONDS = 1.0
"""How long the load runs before it is measured."""


class Load:
    """Events of 20 clients: each is received, handled and acknowledged."""

    def __init__(self, lab: Lab) -> None:
        self._log = lab.log
        self._sids = [f"sid{number:017}" for number in range(CLIENTS)]
        for number, sid in enumerate(self._sids):
            make.connect(self._log, sid, name=f"client {number}")
        self._count = 0

    def start(self, rate: int, seconds: float, result: str) -> None:
        """Begin, and return; what it cost stands in the file `result` in the end."""
        threading.Thread(target=self._run, args=(rate, seconds, Path(result)), daemon=True).start()

    def _run(self, rate: int, seconds: float, result: Path) -> None:
        self._pace(rate, SETTLE_SECONDS)
        began = time.perf_counter(), time.process_time(), _refresher_seconds(), self._count
        self._pace(rate, seconds)
        ended = time.perf_counter(), time.process_time(), _refresher_seconds(), self._count
        took, kernel, views, events = (after - before for before, after in zip(began, ended, strict=True))
        result.write_text(json.dumps({"rate": events / took, "kernel": kernel / took, "views": views / took}))

    def _pace(self, rate: int, seconds: float) -> None:
        began, done = time.perf_counter(), 0
        while (elapsed := time.perf_counter() - began) < seconds:
            due = int(rate * elapsed)
            for _ in range(due - done):
                self._event()
            done = due
            time.sleep(BURST_SECONDS)

    def _event(self) -> None:
        self._count += 1
        sid = self._sids[self._count % CLIENTS]
        said = {"text": f"message {self._count}", "to": "lobby"}
        event = make.receive(self._log, sid, "chat", said, ack_id=self._count)
        make.handle(self._log, event, ms=0.2, handler="chat", key=make.CHAT)
        make.acknowledge(self._log, event, "ok")


def _refresher_seconds() -> float:
    """Return the processor time of the thread that keeps views up to date, in seconds."""
    for thread in threading.enumerate():
        if thread.name == "sio-lab-refresher" and thread.ident is not None:
            return time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
    return 0.0
