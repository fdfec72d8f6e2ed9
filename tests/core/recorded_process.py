"""Appends at full speed while it is recorded, and prints what it appended and when, until it is killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sio_lab.core import records as r
from sio_lab.core.capture_file import Origin
from sio_lab.core.log import Log
from sio_lab.core.recorder import Recorder
from sio_lab.core.wire import Wire


def run(path: str) -> None:
    log = Log()
    Recorder(log, Path(path), Origin("test"), print)
    number = 0
    while True:
        for _ in range(20):
            number += 1
            record = log.append(
                r.EventReceived("/", "chat", "ada", "eio", number, Wire('2["chat",{"text":"hello"}]'), 1)
            )
        sys.stdout.write(f"{record.seq} {record.at}\n")
        sys.stdout.flush()
        time.sleep(0.002)


if __name__ == "__main__":
    run(sys.argv[1])
