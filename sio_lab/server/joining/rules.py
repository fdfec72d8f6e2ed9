"""Which events of a class are taken: none while it is paused, and only so many a second."""

from __future__ import annotations

import threading
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sio_lab.server.joining.buckets import Bucket
from sio_lab.server.joining.passes import Pupil

if TYPE_CHECKING:
    from sio_lab.core.log import Log

BURST_SECONDS = 2
"""What may be sent in so many seconds may be sent at once."""

TOLD_A_SECOND = 1.0
"""So often is a pupil told that events of its are refused."""

ROWS_A_SECOND, ROWS_BURST = 1.0, 5.0
"""So many refused events of one pupil make rows of their own; the others are counted in the next row."""

TEXTS = {
    "paused": "The class is paused: wait until the teacher goes on.",
    "limit": "Too many events at once: wait a moment.",
    "kicked": "The teacher has ended your visit.",
}
"""Reason -> what the pupil is told."""

HINTS = {
    "paused": "the class is paused: %sio resume takes events again",
    "limit": "more events a second than the class's limit: %sio limit changes it",
    "kicked": "its client has been kicked",
}
"""Reason -> what the teacher is told."""


@dataclass(frozen=True)
class Refusal:
    """An event that is not taken."""

    reason: str
    """`paused` or `limit`; `kicked` of what comes yet from one who has been sent away."""

    is_told: bool
    """Whether the client is to be sent an event about it."""

    has_row: bool
    """Whether it makes a row of its own."""

    missed: int
    """How many refused events of this pupil before it have made no row."""

    @property
    def text(self) -> str:
        """What the pupil is told."""
        return TEXTS[self.reason]

    @property
    def hint(self) -> str:
        """What the teacher is told."""
        more = f"; {self.missed:,} more of this student's were refused before, without rows of their own"
        return HINTS[self.reason] + (more if self.missed else "")


@dataclass
class _Account:
    """What one pupil has sent."""

    allowed: Bucket | None
    """What it may send; None for any number."""

    told: Bucket = field(default_factory=lambda: Bucket(TOLD_A_SECOND, 1))
    rows: Bucket = field(default_factory=lambda: Bucket(ROWS_A_SECOND, ROWS_BURST))
    missed: int = 0
    row: tuple[int, str] | None = None
    """Seq and hint of the newest refused event that has a row."""


class Rules:
    """Decides about each event of a class; asked by all threads that take events in."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._pupils: dict[str, Pupil] = {}
        self._accounts: weakref.WeakKeyDictionary[Pupil, _Account] = weakref.WeakKeyDictionary()
        self.paused = False
        self.rate: float | None = None

    def pause(self) -> None:
        """Refuse the events of pupils from now on."""
        self.paused = True

    def resume(self) -> None:
        """Take them again."""
        self.paused = False

    def limit_to(self, rate: float | None) -> None:
        """Take so many events a second of each pupil, over all its connections; None for any number."""
        with self._lock:
            self.rate = rate
            for account in list(self._accounts.values()):
                account.allowed = _allowed(rate)

    def came(self, eio_sid: str, pupil: Pupil) -> None:
        """Note whose a connection is that has just been opened."""
        with self._lock:
            self._forget_closed()
            self._pupils[eio_sid] = pupil
            pupil.eio_sids.add(eio_sid)
            pupil.has_come = True

    def pupil_of(self, eio_sid: str) -> Pupil | None:
        """Return whose an open connection is; None where it came without a pass."""
        return self._pupils.get(eio_sid)

    def refusal(self, eio_sid: str) -> Refusal | None:
        """Count an event of a connection; returns why it is not taken, None where it is."""
        with self._lock:
            pupil = self._pupils.get(eio_sid) or self._guest(eio_sid)
            if pupil.is_own:
                return None
            account = self._accounts.get(pupil)
            if account is None:
                account = self._accounts[pupil] = _Account(_allowed(self.rate))
            if self.paused or pupil.is_gone:
                return _refusal("kicked" if pupil.is_gone else "paused", account)
            if account.allowed is None or account.allowed.take():
                return None
            return _refusal("limit", account)

    def note_row(self, eio_sid: str, seq: int, hint: str) -> None:
        """Note the row of a refused event, and what it says."""
        with self._lock:
            account = self._account_of(eio_sid)
            if account is not None:
                account.row = seq, hint

    def uncounted(self, eio_sid: str) -> tuple[int, str] | None:
        """Return, of a connection that is gone, the newest row of a refused event and what it is to say in the end.

        None where all of them have been told.
        """
        with self._lock:
            account = self._account_of(eio_sid)
            if account is None or account.row is None or not account.missed:
                return None
            missed, account.missed = account.missed, 0
            seq, hint = account.row
            return seq, f"{hint}; {missed:,} more were refused after it"

    def _account_of(self, eio_sid: str) -> _Account | None:
        pupil = self._pupils.get(eio_sid)
        return None if pupil is None else self._accounts.get(pupil)

    def _guest(self, eio_sid: str) -> Pupil:
        """Note a connection that is older than the class: a pupil for itself, the kernel's own test clients aside."""
        connection = self._log.state.connections.get(eio_sid)
        is_own = connection is None or connection.transport == "test"
        guest = self._pupils[eio_sid] = Pupil("", eio_sids={eio_sid}, has_come=True, is_own=is_own)
        return guest

    def _forget_closed(self) -> None:
        """Drop the connections that are gone, now and then."""
        connections = self._log.state.connections
        if len(self._pupils) <= 2 * len(connections):
            return
        for eio_sid in [each for each in self._pupils if each not in connections]:
            self._pupils.pop(eio_sid).eio_sids.discard(eio_sid)


def _allowed(rate: float | None) -> Bucket | None:
    return None if rate is None else Bucket(rate, max(1.0, BURST_SECONDS * rate))


def _refusal(reason: str, account: _Account) -> Refusal:
    has_row = account.rows.take()
    missed = account.missed
    account.missed = 0 if has_row else missed + 1
    return Refusal(reason, account.told.take(), has_row, missed)
