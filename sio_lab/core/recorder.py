"""Records to disk as it happens: a thread that writes what has come since, twenty times a second."""

from __future__ import annotations

import atexit
import sqlite3
import threading
from time import monotonic
from typing import TYPE_CHECKING

from sio_lab.core.capture_file import CaptureFile, refuse_strangers, told, why
from sio_lab.core.frozen_state import freeze, parts_now
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sio_lab.core.capture_file import Origin
    from sio_lab.core.log import Log

EVERY = 0.05
"""Seconds from the beginning of one write to that of the next: with what the second takes, nothing waits 250 ms in
memory, even where a computer is so busy that it takes four times as long as it should."""

BATCH = 4_096
"""How many records go into one transaction at most."""


class Recorder:
    """Records a log from the moment it is made until `stop`, to a file that is new.

    Where the process is killed, whatever was in the log 250 ms before is in the file, and the file is whole; as long as
    records come no faster than a server makes them, and not a million a second. A power cut is another thing: what was
    written last may not have reached the disk, and what can be read then is read partly. After `stop` it is all there.
    Where the process ends, `at_exit` is called before that, so that what it does is recorded, too.

    Raises LabError where there is one already, or where it can't be written. What goes wrong later ends the recording
    and is said once: who is recorded goes on.
    """

    def __init__(
        self,
        log: Log,
        path: Path,
        origin: Origin,
        say: Callable[[str], object],
        at_exit: Callable[[], object] | None = None,
    ) -> None:
        refuse_strangers(path)
        if path.exists():
            raise LabError(f"{str(path)!r} is a capture already: record to another name, or remove it first.")
        self.path = path
        """Where it records to."""

        self.count = 0
        """How many records are in the file."""

        self.missing = 0
        """How many had left the log before they could be written."""

        self._log = log
        self._say = say
        self._ending = threading.Event()
        self._failed: str | None = None
        with told(path):
            self._file = CaptureFile(path, origin)
            self._begin()
        self._thread = threading.Thread(target=self._run, name="sio_lab-recorder", daemon=True)
        self._thread.start()
        self._at_exit = at_exit or self.stop
        atexit.register(self._exit)

    @property
    def is_on(self) -> bool:
        """Whether it still records."""
        return self._thread.is_alive() and not self._ending.is_set()

    def stop(self) -> None:
        """Write what is left, and close the file; a second call does nothing."""
        self._ending.set()
        if self._thread is not threading.current_thread():
            self._thread.join()
        atexit.unregister(self._exit)

    def _exit(self) -> None:
        self._at_exit()
        self.stop()

    def _begin(self) -> None:
        with self._log.lock:
            self._last, parts = self._log.last_seq, parts_now(self._log.state)
        try:
            with self._file.transaction():
                self._file.freeze(freeze(parts), self._last)
                self._file.tell({"first": self._last + 1, "last": self._last})
        except BaseException:
            self._file.discard()
            raise

    def _run(self) -> None:
        try:
            began = monotonic()
            while not self._ending.wait(began + EVERY - monotonic()):
                began = monotonic()
                self._flush()
            self._flush()
            self._file.complete()
        except (OSError, sqlite3.Error) as error:
            self._ending.set()
            self._say(f"Recording to {str(self.path)!r} has ended after {self.count:,} records: {why(error)}")
        finally:
            self._file.close()

    def _flush(self) -> None:
        """Write what has come; where another program reads the file, that waits for the next time."""
        until = self._log.last_seq
        try:
            while self._last < until:
                self._write(min(self._last + BATCH, until))
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or self._ending.is_set():
                raise

    def _write(self, until: int) -> None:
        records = self._log.since(self._last, until)
        count = self.count + len(records)
        missing = self.missing + until - self._last - len(records)
        with self._file.transaction():
            self._file.write(records)
            self._file.tell({"last": until, "records": count, "missing": missing})
        self._last, self.count, self.missing = until, count, missing
