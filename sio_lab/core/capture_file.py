"""A capture being written: an SQLite file that takes records, a transaction at a time."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import chain, repeat
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any

from sio_lab.core.capture_rows import Extras, attachments_of, sheaves_of
from sio_lab.core.capture_schema import APPLICATION_ID, FORMAT, VERSION, documentation, schema
from sio_lab.core.frozen_state import freeze, parts_now
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sio_lab.core.log import Log
    from sio_lab.core.records import Record

PATIENCE = 5.0
"""Seconds to wait while another program reads the file."""

AT_ONCE = (4, 16, 64, 256, 1_024)
"""For how many rows there are statements: each one that runs gives the interpreter away, and waits for it after."""

_HEAD = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Origin:
    """What a capture says of the lab that made it."""

    made_by: str
    """Name and version of the program."""

    codec: str = "json"
    """How packets are to be read: `json`, or `msgpack`."""


class CaptureFile:
    """A new capture at a path where nothing is yet; raises OSError or sqlite3.Error where it can't be written.

    Its journal is one that is rolled back, not a write-ahead log: between two transactions all of it is in one file,
    so that one that was left behind by a kill can be copied and sent without a companion. A transaction that has ended
    survives a kill; it survives a power cut once `complete` has waited for the disk, which takes as long as that likes.
    """

    def __init__(self, path: Path, origin: Origin) -> None:
        self.path = path
        path.touch(exist_ok=False)
        self._extras = Extras()
        self._base = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        try:
            self._base.executescript(f"PRAGMA page_size = 8192; PRAGMA synchronous = OFF; {schema()}")
            with self.transaction():
                self._base.executemany("INSERT INTO columns VALUES (?, ?, ?)", documentation())
                self.tell({"format": FORMAT, "version": VERSION, "made_at": _now(), "made_by": origin.made_by})
                self.tell({"codec": origin.codec, "records": 0, "missing": 0, "complete": "no"})
        except BaseException:
            self.discard()
            raise

    def transaction(self) -> _Transaction:
        """Return what makes all that is written inside one step: all of it is in the file, or none."""
        return _Transaction(self._base)

    def tell(self, meta: Mapping[str, object]) -> None:
        """Write values of `meta`, and that they hold by now."""
        meta = {**meta, "until": time_ns()}
        marks = ", ".join(["(?, ?)"] * len(meta))
        values = [value for name, told in meta.items() for value in (name, str(told))]
        self._base.execute("INSERT OR REPLACE INTO meta VALUES marks".replace("marks", marks), values)

    def freeze(self, parts: Mapping[str, str], seq: int) -> None:
        """Write the state as it was at record `seq`."""
        self._base.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", list(parts.items()))
        self.tell({"state_seq": seq})

    def write(self, records: Sequence[Record]) -> None:
        """Write records; within a transaction."""
        for sheaf in sheaves_of(records, self._extras):
            self._insert(sheaf.columns, list(sheaf.rows))
        self._base.executemany("INSERT INTO extras VALUES (?, ?)", self._extras.new)
        self._base.executemany("INSERT INTO attachments VALUES (?, ?, ?)", attachments_of(records))
        self._extras.new = []

    def _insert(self, columns: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
        """Insert rows, as many by a statement as can be: one that has room for more gets empty ones, and skips them."""
        for done in range(0, len(rows), AT_ONCE[-1]):
            some = rows[done : done + AT_ONCE[-1]]
            size = next(size for size in AT_ONCE if size >= len(some))
            empty = repeat(None, (size - len(some)) * len(columns))
            self._base.execute(_insert(columns, size), tuple(chain(chain.from_iterable(some), empty)))

    def complete(self) -> None:
        """Note that it is whole, and wait until the disk has all of it."""
        self._base.execute("PRAGMA synchronous = FULL")
        with self.transaction():
            self.tell({"complete": "yes"})

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        self._base.close()

    def discard(self) -> None:
        """Close and remove it."""
        self.close()
        for path in (self.path, Path(f"{self.path}-journal")):
            path.unlink(missing_ok=True)


class _Transaction:
    def __init__(self, base: sqlite3.Connection) -> None:
        self._base = base

    def __enter__(self) -> None:
        # All locks at once: where another program reads, nothing is written yet that would have to be taken back.
        self._base.execute("BEGIN EXCLUSIVE")

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self._base.execute("COMMIT")
            return
        # A disk that is full has ended the transaction already.
        with suppress(sqlite3.Error):
            self._base.execute("ROLLBACK")


def save(log: Log, path: Path, origin: Origin) -> int:
    """Save what is in a log, and return how many records that are; a capture that is there already is replaced.

    It is written beside, and takes its place when it is whole. Raises LabError where it can't be written, or where what
    is there is no capture.
    """
    refuse_strangers(path)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    with told(path):
        beside.unlink(missing_ok=True)
        file = CaptureFile(beside, origin)
        try:
            count = _copy(log, file)
            file.complete()
            file.close()
            beside.replace(path)
        except BaseException:
            file.discard()
            raise
    return count


def is_capture(path: Path) -> bool:
    """Tell by its head whether a file is a capture, of whatever version. Raises OSError where it can't be read."""
    with path.open("rb") as file:
        head = file.read(100)
    return head.startswith(_HEAD) and head[68:72] == APPLICATION_ID.to_bytes(4, "big")


def refuse_strangers(path: Path) -> None:
    """Raise LabError where something is at a path that is no capture, or where no file can be."""
    if not path.parent.is_dir():
        raise LabError(f"There is no folder {str(path.parent)!r} for {path.name!r}: make it first.")
    with told(path):
        if path.exists() and not (path.is_file() and (path.stat().st_size == 0 or is_capture(path))):
            raise LabError(f"{str(path)!r} is there already, and no capture: choose another name, or remove it.")


class told:  # noqa: N801 - read as `with told(path)`
    """Raise what goes wrong with a file as a LabError that says what to do."""

    def __init__(self, path: Path, doing: str = "be written") -> None:
        self._path = path
        self._doing = doing

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, (OSError, sqlite3.Error)):
            raise LabError(f"{str(self._path)!r} can't {self._doing}: {why(error)}") from None


def why(error: Exception) -> str:
    """Say what went wrong with a file, and what to do next."""
    said = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{said}. {_ADVICE.get(said, 'Choose another place, or look who may write there.')}"


_ADVICE = {
    "database or disk is full": "Make room on the disk, or choose another place.",
    "No space left on device": "Make room on the disk, or choose another place.",
    "database is locked": "Another program uses the file: close it there.",
}


def _copy(log: Log, file: CaptureFile) -> int:
    log.stretch()  # packs most of what is loose, so that the lock is held but shortly
    with log.lock:
        stretch, parts = log.stretch(), parts_now(log.state)
    first, last, count = stretch.last + 1, stretch.last, 0
    with file.transaction():
        for chunk in stretch.chunks:
            records = [record for record in chunk.records() if stretch.first <= record.seq <= last]
            file.write(records)
            count += len(records)
            first = min(first, records[0].seq) if records else first
        file.freeze(freeze(parts), last)
        missing = last - first + 1 - count
        file.tell({"first": first, "last": last, "records": count, "missing": missing})
    return count


@cache
def _insert(columns: tuple[str, ...], size: int) -> str:
    names, row = ", ".join(f'"{name}"' for name in columns), f"({', '.join('?' * len(columns))})"
    marks = ", ".join([row] * size)
    statement = "INSERT INTO records (names) SELECT * FROM (VALUES marks) WHERE column1 IS NOT NULL"
    return statement.replace("names", names).replace("marks", marks)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
