"""A capture being opened: all of it, or an error that says what is the matter; or, on request, whatever can be read."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from sio_lab.core.capture_file import is_capture, told
from sio_lab.core.capture_rows import record_of
from sio_lab.core.capture_schema import RECORD_COLUMNS, VERSION
from sio_lab.core.frozen_state import thaw
from sio_lab.core.restored import RestoredLog
from sio_lab.core.state import State
from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sio_lab.core.records import Record

PATIENCE = 5.0
"""Seconds to wait while the file is being written to."""

MOST_FAILURES = 1_000
"""How often reading may fail before the rest is given up."""

_SEQ_END = 2**63 - 1
_MOST_DIGITS = 19
_NAMES = ", ".join(f'"{name}"' for name in RECORD_COLUMNS)
_RECORDS = "SELECT * FROM records WHERE seq BETWEEN ? AND ? ORDER BY seq".replace("*", _NAMES)


@dataclass
class Opened:
    """What was in a capture."""

    log: RestoredLog
    meta: dict[str, str]
    notes: list[str] = field(default_factory=list)
    """What could not be read, in sentences."""


def open_capture(path: Path, *, partly: bool = False) -> Opened:
    """Read a capture. Where `partly`, what is damaged or not known is left out, and noted.

    Raises LabError where there is none, where it is damaged or of a newer version, and it is not to be read partly.
    """
    if not path.is_file():
        raise LabError(f"There is no file {str(path)!r}.")
    with told(path, "be read"):
        if not is_capture(path):
            raise LabError(f"{str(path)!r} is no capture of sio_lab: %sio save and %sio record make them.")
    try:
        # Left in the middle of a transaction, it is put right before it is read, which takes writing.
        mode = "rw" if path.with_name(f"{path.name}-journal").exists() else "ro"
        base = sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=PATIENCE)
        with closing(base):
            return _Reading(path, base, partly=partly).opened()
    except (sqlite3.Error, ValueError, KeyError, RecursionError, OverflowError, TypeError, AttributeError) as error:
        raise _damaged(path, error, partly=partly) from None


class _Reading:
    """Reads one capture, once."""

    def __init__(self, path: Path, base: sqlite3.Connection, *, partly: bool) -> None:
        self._path = path
        self._base = base
        self._partly = partly
        self._notes: list[str] = []
        self._unknown: Counter[str] = Counter()
        self._spoilt = 0
        self._failures = 0
        self._last = 0
        base.execute("PRAGMA trusted_schema = OFF")
        if partly:
            # Else SQLite reads nothing at all of a file that was cut off; nothing is written, whatever it is called.
            base.execute("PRAGMA writable_schema = ON")
            base.text_factory = partial(str, encoding="utf-8", errors="replace")

    def opened(self) -> Opened:
        (version,) = self._base.execute("PRAGMA user_version").fetchone()
        meta = dict(self._rows("SELECT key, value FROM meta"))
        if version > VERSION:
            self._is_newer(version, meta)
        self._only_tables()
        self._check()
        extras = dict(self._rows("SELECT id, fields FROM extras"))
        records = self._records(extras, self._attachments())
        state, folded = self._state(meta)
        log = RestoredLog(records, state, folded, _nanoseconds(meta.get("until")))
        self._compare(meta, log)
        return Opened(log, meta, self._notes)

    def _is_newer(self, version: int, meta: dict[str, str]) -> None:
        said = f"was made by {meta.get('made_by', 'a newer sio_lab')}, in version {version} of captures"
        if not self._partly:
            raise LabError(
                f"{str(self._path)!r} {said}; this sio_lab reads up to version {VERSION}. Update sio_lab, or read what "
                f"it can: sio_lab.load({str(self._path)!r}, partly=True)."
            )
        self._notes.append(f"It {said}: what this sio_lab does not know was left out.")

    def _only_tables(self) -> None:
        """Refuse a file in whose schema something else has the name of a table, as a view without end would."""
        kinds = dict(self._rows("SELECT name, type FROM sqlite_schema"))
        wrong = [name for name in ("records", "extras", "attachments", "state") if kinds.get(name) != "table"]
        if wrong and (not self._partly or "records" in wrong):
            raise ValueError(f"it has no table {', '.join(wrong)}")

    def _check(self) -> None:
        """Note, partly, what SQLite finds wrong with the file: else reading it tells."""
        found = list(self._rows("PRAGMA quick_check(1)")) if self._partly else []
        if found and found != [("ok",)]:
            self._notes.append(f"The file is damaged: {str(found[0][0]).strip()}.")

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """Yield what a query gives; partly, up to where it fails."""
        try:
            # No more than bytes: pages that lead in a circle have far more rows than they hold.
            yield from islice(self._base.execute(query), self._path.stat().st_size)
        except sqlite3.Error as error:
            if not self._partly:
                raise
            self._notes.append(f"Not all of it could be read: {error}.")

    def _attachments(self) -> dict[int, tuple[bytes, ...]]:
        found: dict[int, dict[int, bytes]] = {}
        for seq, place, data in self._rows("SELECT seq, place, data FROM attachments ORDER BY seq, place"):
            if isinstance(data, bytes):
                found.setdefault(seq, {})[place] = data
        return {seq: tuple(each.values()) for seq, each in found.items()}

    # --- records ------------------------------------------------------------------------------------------------

    def _records(self, extras: dict[int, str], attachments: dict[int, tuple[bytes, ...]]) -> Iterator[Record]:
        for row in self._ranges(1, self._end()) if self._partly else self._base.execute(_RECORDS, (1, _SEQ_END)):
            record = self._record(row, extras, attachments)
            if record is not None:
                self._last = record.seq
                yield record

    def _record(
        self, row: tuple[Any, ...], extras: dict[int, str], attachments: dict[int, tuple[bytes, ...]]
    ) -> Record | None:
        try:
            self._in_order(row[0])
            extra = None if row[-1] is None else extras[row[-1]]
            return record_of(row, extra, attachments.get(row[0], ()))
        except (ValueError, KeyError, TypeError) as error:
            if not self._partly:
                raise
            is_unknown = isinstance(error, KeyError) and error.args == (row[2],)
            self._unknown[str(row[2])[:40]] += is_unknown
            self._spoilt += not is_unknown
            return None

    def _in_order(self, seq: int) -> None:
        if seq <= self._last:
            raise ValueError(f"record {seq} comes after {self._last}")

    def _end(self) -> int:
        with suppress(sqlite3.Error):
            (end,) = self._base.execute("SELECT max(seq) FROM records").fetchone()
            return end if isinstance(end, int) else 0
        return _SEQ_END

    def _ranges(self, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of these seqs: where reading fails, the two halves of what is left are tried, and so on."""
        todo = [(first, last)]
        while todo and self._failures < MOST_FAILURES:
            first, last = todo.pop()
            try:
                for row in self._base.execute(_RECORDS, (first, last)):
                    if not first <= row[0] <= last:
                        self._failures += 1
                        break  # pages that lead in a circle would go on for ever
                    yield row
                    first = row[0] + 1
            except sqlite3.Error:
                self._failures += 1
                middle = (first + last) // 2
                todo += [(middle + 1, last), (first, middle)] if first < last else []

    # --- the state ----------------------------------------------------------------------------------------------

    def _state(self, meta: dict[str, str]) -> tuple[State, int]:
        """Return the state that is kept, and the seq of its moment; where there is none, one of before all records."""
        seq, state = meta.get("state_seq", ""), State()
        with suppress(ValueError):
            thaw(dict(self._rows("SELECT part, value FROM state")), state)
            return state, int(seq)
        self._notes.append("What was true when it was begun can't be read: the tables know of what is in it only.")
        return State(), 0

    def _compare(self, meta: dict[str, str], log: RestoredLog) -> None:
        kinds = ", ".join(f"{count:,} of kind {kind}" for kind, count in self._unknown.items())
        if kinds and sum(self._unknown.values()):
            self._notes.append(f"Records that this sio_lab does not know were left out: {kinds}.")
        if self._spoilt:
            self._notes.append(f"{self._spoilt:,} damaged records were left out.")
        if self._failures:
            places = "place" if self._failures == 1 else "places"
            self._notes.append(f"In {self._failures:,} {places} the file could not be read.")
        expected = meta.get("records", "")
        if expected != str(len(log)):
            if not self._partly:
                raise ValueError(f"of {expected or '?'} records, {len(log)} are there")
            self._notes.append(f"{len(log):,} records could be read, of {expected or '?'}.")


def _nanoseconds(told: object) -> int:
    text = str(told)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else 0


def _damaged(path: Path, error: Exception, *, partly: bool) -> LabError:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return LabError(f"{str(path)!r} is being written to by another program, and that does not pause: try again.")
    if partly:
        return LabError(f"{str(path)!r} is damaged, and nothing of it can be read: {error}.")
    return LabError(
        f"{str(path)!r} is damaged: {error}. What can be read of it: sio_lab.load({str(path)!r}, partly=True)."
    )
