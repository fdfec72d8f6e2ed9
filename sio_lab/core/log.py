"""The one log: append-only, bounded, and the only place where records get their number and time."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, TypeVar

from sio_lab.core.state import State
from sio_lab.errors import RecordDropped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.records import Record

R = TypeVar("R", bound="Record")

MAX_RECORDS = 100_000
MAX_BYTES = 64 * 1024 * 1024
COMPACT_AT = 4_096


class Log:
    """Keeps the newest records, at most `max_records` of them and `max_bytes` bytes.

    `state` is folded as records come, so it stays right when the records it came from are dropped. All of it is
    guarded by `lock`, which is reentrant: a tap holds it where a record and what it tells of must be one step.
    """

    def __init__(self, max_records: int = MAX_RECORDS, max_bytes: int = MAX_BYTES) -> None:
        self.max_records = max_records
        self.max_bytes = max_bytes
        self.lock = threading.RLock()
        self.state = State()
        self.dropped = 0
        self.bytes = 0
        self._changed = threading.Condition(self.lock)
        self._kept: list[Record | None] = []
        self._start = 0
        self._newest_at = 0
        self._wakers: list[Callable[[], None]] = []

    def __len__(self) -> int:
        """How many records are kept."""
        return len(self._kept) - self._start

    @property
    def first_seq(self) -> int:
        """The seq of the oldest record kept; one past the newest where none is."""
        return self.dropped + 1

    @property
    def last_seq(self) -> int:
        """The seq of the newest record; 0 before the first."""
        return self.dropped + len(self)

    def append(self, record: R) -> R:
        """Stamp `record` with the next seq and the time, fold it into the state, keep it, and return it."""
        with self.lock:
            object.__setattr__(record, "seq", self.last_seq + 1)
            object.__setattr__(record, "at", self._now())
            self.state.apply(record)
            self._kept.append(record)
            self.bytes += record.size
            self._drop_beyond_bounds()
            self._changed.notify_all()
        for wake in self._wakers:
            wake()
        return record

    def get(self, seq: int) -> Record:
        """Return the record numbered `seq`.

        Raises RecordDropped, saying which numbers are kept, where it left the log or never was in it.
        """
        with self.lock:
            if not self.first_seq <= seq <= self.last_seq:
                raise RecordDropped(self._why_missing(seq))
            return self._at(seq)

    def since(self, seq: int = 0, until: int | None = None) -> list[Record]:
        """Return the records after number `seq`, oldest first, up to and with `until` where that is given."""
        with self.lock:
            begin = self._start + max(seq - self.dropped, 0)
            end = len(self._kept) if until is None else self._start + max(until - self.dropped, 0)
            return [record for record in self._kept[begin:end] if record is not None]

    def wait(self, until: Callable[[], bool], timeout: float) -> bool:
        """Wait until `until()`, asked under the lock after each record, is true; False after `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(until, timeout)

    def nudge(self) -> None:
        """Have everybody who waits ask again: something beside the log has changed."""
        with self._changed:
            self._changed.notify_all()

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after each record, in the thread that appended it; returns what ends that.

        `wake` gets no record: it reads `since(seq)` when it suits it, and must be quick.
        """
        self._wakers = [*self._wakers, wake]
        return lambda: self._forget(wake)

    def clear(self) -> None:
        """Drop all records kept; numbering and state go on."""
        with self.lock:
            self.dropped += len(self)
            self._kept, self._start, self.bytes = [], 0, 0

    def _forget(self, wake: Callable[[], None]) -> None:
        self._wakers = [other for other in self._wakers if other is not wake]

    def _now(self) -> int:
        self._newest_at = max(time.time_ns(), self._newest_at)
        return self._newest_at

    def _at(self, seq: int) -> Record:
        record = self._kept[self._start + seq - self.first_seq]
        if record is None:
            raise AssertionError(seq)
        return record

    def _drop_beyond_bounds(self) -> None:
        while len(self) > self.max_records or self.bytes > self.max_bytes:
            oldest = self._kept[self._start]
            self._kept[self._start] = None
            self._start += 1
            self.dropped += 1
            self.bytes -= oldest.size if oldest else 0
        # Emptied places are given back in one go, so that dropping costs the same however long the log is.
        if self._start >= COMPACT_AT and self._start * 2 >= len(self._kept):
            del self._kept[: self._start]
            self._start = 0

    def _why_missing(self, seq: int) -> str:
        if 0 < seq <= self.dropped:
            return (
                f"Record {seq} has left the log: it keeps the newest {self.max_records:,} records and "
                f"{self.max_bytes:,} bytes, now {self.first_seq} to {self.last_seq}. "
                f"A larger log: Lab(max_records=..., max_bytes=...)."
            )
        kept = f"it keeps {self.first_seq} to {self.last_seq}" if len(self) else "it is empty"
        return f"There is no record {seq} in the log: {kept}."
