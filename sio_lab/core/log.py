"""The one log: append-only, bounded, and the only place where records get their number and time."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, TypeVar

from sio_lab.core.chunk import Chunk
from sio_lab.core.page import PAGE, Page
from sio_lab.core.record import set_at, set_seq
from sio_lab.core.state import State
from sio_lab.core.tidying import Tidier
from sio_lab.core.wire import NO_WIRE
from sio_lab.errors import RecordDropped

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.records import Record

R = TypeVar("R", bound="Record")

MAX_RECORDS = 100_000
MAX_BYTES = 64 * 1024 * 1024

LOOSE = 8
"""How many pages may be full and not packed before a thread is started for it; it leaves half of them."""

MOST_WAITING = 65_536
"""How many records may wait to be folded before who appends folds some: more only where the log may keep more."""

LOOK_EVERY = 31
"""How many places of a page lie between two looks at what waits: odd, as traffic repeats in twos and threes, and such
that the last place of a page is one of them."""

MOST_BYTES_WAITING = 8 * 1024 * 1024
"""How much text may wait, as far as a look at one in 31 records tells, before who appends folds it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Records that follow each other, by column, as they stood at one moment."""

    chunks: list[Chunk]
    """Oldest first; the first one may begin before the stretch does."""

    first: int
    """The lowest seq."""

    last: int
    """The highest seq; less than `first` where there is no record."""


class Log:
    """Keeps the newest records, at most `max_records` of them and `max_bytes` bytes.

    To append costs the thread of an event as little as can be: the record is stamped and kept. All else is done by who
    reads, before it reads: folding new records into `state`, weighing them, and dropping the oldest beyond the bounds.
    So nobody sees a log beyond its bounds, or a state behind its records; and since a record is folded before it is
    dropped, the state stays right without it. What has been read is packed by column (see `Page`), off that path too:
    by who reads tables, and by a thread that lives only while many records wait (see `Tidier`).

    All of it is guarded by `lock`, which is reentrant: a tap holds it where a record and what it tells of must be one
    step. Two things are done without it, and lean only on what holds from Python 3.11 to 3.14, with the GIL and without
    it: that one attribute or one list's length is read whole. `state` compares two counts: they are equal only if all
    appends of this thread, and all of others that had ended, are folded. And `since` and `stretch` read what they took
    under the lock: copies of lists, and chunks, which never change. An interrupt (Ctrl-C in a cell that emits) does no
    harm either: a record is in the log by one `list.append`, before which there is nothing to undo.
    """

    def __init__(self, max_records: int = MAX_RECORDS, max_bytes: int = MAX_BYTES) -> None:
        self.max_records = max_records
        self.max_bytes = max_bytes
        self.lock = threading.RLock()
        # Bound once: `with` costs twice as much, which is a fifth of what an append may cost.
        self._acquire = self.lock.acquire
        self._release = self.lock.release
        self._changed = threading.Condition(self.lock)
        self._waiting = 0
        self._wakers: tuple[Callable[[], None], ...] = ()
        self._newest_at = 0
        self._state = State(self.lock)
        self._folded = 0
        self._dropped = 0
        self._bytes = 0
        self._weight = 0
        self._open([Page(1)])
        self._tidier = Tidier(self._tidy)

    def __len__(self) -> int:
        """How many records are kept."""
        with self.lock:
            self._catch_up()
            return self.last_seq - self._dropped

    @property
    def state(self) -> State:
        """What is true now, folded from all records so far; to read more than one thing of it, hold `lock`."""
        if self._folded != self.last_seq:
            with self.lock:
                self._catch_up()
        return self._state

    @property
    def first_seq(self) -> int:
        """The seq of the oldest record kept; one past the newest where none is."""
        return self.dropped + 1

    @property
    def last_seq(self) -> int:
        """The seq of the newest record; 0 before the first."""
        page = self._pages[-1]
        return page.first + len(page.records) - 1

    @property
    def dropped(self) -> int:
        """How many records have left the log."""
        with self.lock:
            self._catch_up()
            return self._dropped

    @property
    def bytes(self) -> int:
        """What the records kept count against the bound, in bytes."""
        with self.lock:
            self._catch_up()
            return self._bytes

    def now(self) -> int:
        """Return by which time it is told how long what goes on has lasted: nanoseconds since 1970."""
        return time.time_ns()

    def append(self, record: R) -> R:
        """Stamp `record` with the next seq and the time, keep it, and return it."""
        # Taken inside `try`: an interrupt between the two would leave the log locked for good. One that comes while
        # this thread waits for the lock becomes the RuntimeError of `release`.
        try:
            self._acquire()
            at = time.time_ns()
            if at > self._newest_at:
                self._newest_at = at
            else:
                at = self._newest_at
            records = self._records
            place = len(records)
            set_seq(record, self._first + place)
            set_at(record, at)
            records.append(record)
            is_untidy = place % LOOK_EVERY == 0 and self._look(record)
            if self._waiting:
                self._changed.notify_all()
        finally:
            self._release()
        if is_untidy:
            self._tidier.wake()
        if self._wakers:
            for wake in self._wakers:
                wake()
        return record

    def get(self, seq: int) -> Record:
        """Return the record numbered `seq`.

        Raises RecordDropped, saying which numbers are kept, where it left the log or never was in it.
        """
        with self.lock:
            is_kept = self.first_seq <= seq <= self.last_seq
            record = self._page_of(seq).find(seq) if is_kept else None
            if record is None:
                raise RecordDropped(self._why_missing(seq))
            return record

    def since(self, seq: int = 0, until: int | None = None) -> list[Record]:
        """Return the records after number `seq`, oldest first, up to and with `until` where that is given."""
        with self.lock:
            pages, begin, end = self._pages_of(seq, until)
            kept = [page.held(begin, end) for page in pages]
        # Outside of the lock, as making a packed record anew takes a microsecond.
        return [record for held in kept for record in _records(held, begin, end)]

    def stretch(self, seq: int = 0, until: int | None = None) -> Stretch:
        """Return the same records by column; of those that are not kept so yet, all but the newest are from now on."""
        with self.lock:
            pages, begin, end = self._pages_of(seq, until)
            kept = [(page, page.held()) for page in pages]
        # Outside of the lock: nobody who appends waits for it.
        return Stretch([self._packed(page, held) for page, held in kept], begin + 1, end)

    def wait(self, until: Callable[[], bool], timeout: float) -> bool:
        """Wait until `until()`, asked under the lock after each record, is true; False after `timeout` seconds."""
        with self._changed:
            self._waiting += 1
            try:
                return self._changed.wait_for(until, timeout)
            finally:
                self._waiting -= 1

    def nudge(self) -> None:
        """Have everybody who waits ask again, and wake subscribers: something beside the log has changed."""
        with self._changed:
            self._changed.notify_all()
        for wake in self._wakers:
            wake()

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after each record and each nudge, in the thread that made it; returns what ends that.

        `wake` gets no record: it reads `since(seq)` when it suits it, and must be quick.
        """
        self._wakers = (*self._wakers, wake)
        return lambda: self._forget(wake)

    def clear(self) -> None:
        """Drop all records kept; numbering and state go on."""
        with self.lock:
            self._catch_up()
            self._dropped, self._bytes = self.last_seq, 0
            self._open([Page(self._dropped + 1)])

    def _forget(self, wake: Callable[[], None]) -> None:
        self._wakers = tuple(other for other in self._wakers if other is not wake)

    def _catch_up(self, most: int | None = None) -> None:
        """Fold and weigh what waits, at most so many records; then drop what is beyond the bounds."""
        until = self.last_seq if most is None else min(self.last_seq, self._folded + most)
        while self._folded < until:
            self._fold(self._page_of(self._folded + 1), until)
        if self._folded == self.last_seq:
            self._weight = 0
        self._drop_beyond_bounds()

    def _fold(self, page: Page, until: int) -> None:
        sizes, apply = page.sizes, self._state.apply
        try:
            for record in page.records[len(sizes) : until + 1 - page.first]:
                if record is not None:
                    size = record.size
                    sizes.append(size)
                    self._bytes += size
                    apply(record)
        finally:
            # Whatever happens, no record is folded twice.
            self._folded = page.first + len(sizes) - 1

    def _drop_beyond_bounds(self) -> None:
        # What is not folded can't go: the state would never have it.
        while self._dropped < self._folded and self._is_beyond_bounds():
            page = self._pages[0]
            self._dropped += 1
            self._bytes -= page.drop(self._dropped)
            if len(self._pages) > 1 and self._dropped + 1 == self._pages[1].first:
                del self._pages[0]

    def _is_beyond_bounds(self) -> bool:
        return self.last_seq - self._dropped > self.max_records or self._bytes > self.max_bytes

    def _look(self, record: Record) -> bool:
        """Turn the page where it is full, and fold some where too much waits; tells whether there is much to pack."""
        self._weight += len(getattr(record, "wire", NO_WIRE).text)
        if len(self._records) >= PAGE:
            self._open([*self._pages, Page(self.last_seq + 1)])
        waiting = self.last_seq - self._folded
        if waiting > max(self.max_records, MOST_WAITING) or self._weight > MOST_BYTES_WAITING // LOOK_EVERY:
            self._catch_up(2 * PAGE)
        # The oldest are packed first.
        return len(self._pages) > LOOSE and not self._pages[-LOOSE].is_packed

    def _open(self, pages: list[Page]) -> None:
        """Keep these pages, and append to the last one: its number and its records are at hand for each append."""
        page = pages[-1]
        # No call lies in between, so that an interrupt comes before all three or after.
        self._pages, self._first, self._records = pages, page.first, page.records

    def _tidy(self) -> bool:
        """Fold a page of records, and pack the oldest page; tells whether more is left."""
        with self.lock:
            self._catch_up(PAGE)
            waiting = self.last_seq - self._folded
            page = next((page for page in self._pages[: -(LOOSE // 2)] if page.is_done), None)
            held = page.held() if page else []
        if page is not None:
            self._packed(page, held)
        return page is not None or waiting > PAGE

    def _packed(self, page: Page, held: Chunk | list[Record]) -> Chunk:
        """Return what a page held by column, and have it keep that where it held all that it ever will."""
        if isinstance(held, Chunk):
            return held
        chunk = Chunk(held)
        with self.lock:
            # Since it was asked, records may have been added; or dropped, which the page goes on holding then.
            if page.is_done and held and held[-1].seq == page.last:
                page.pack(chunk)
        return chunk

    def _pages_of(self, seq: int, until: int | None) -> tuple[list[Page], int, int]:
        """Return the pages of the records after `seq` up to `until`, and these two numbers as they are kept."""
        begin = max(seq, self.dropped)
        end = self.last_seq if until is None else min(until, self.last_seq)
        if begin >= end:
            return [], begin, end
        return self._pages[self._place_of(begin + 1) : self._place_of(end) + 1], begin, end

    def _page_of(self, seq: int) -> Page:
        return self._pages[self._place_of(seq)]

    def _place_of(self, seq: int) -> int:
        """Return which page holds a record."""
        if seq >= self._first:
            return len(self._pages) - 1
        return bisect_right(self._pages, seq, key=attrgetter("first")) - 1

    def _why_missing(self, seq: int) -> str:
        if 0 < seq <= self.dropped:
            return (
                f"Record {seq} has left the log: it keeps the newest {self.max_records:,} records and "
                f"{self.max_bytes:,} bytes, now {self.first_seq} to {self.last_seq}. "
                f"A larger log: Lab(max_records=..., max_bytes=...)."
            )
        kept = f"it keeps {self.first_seq} to {self.last_seq}" if len(self) else "it is empty"
        return f"There is no record {seq} in the log: {kept}."


def _records(held: Chunk | list[Record], begin: int, end: int) -> list[Record]:
    """Return what a page held of the records after `begin`, up to and with `end`."""
    return [record for record in held.records() if begin < record.seq <= end] if isinstance(held, Chunk) else held
