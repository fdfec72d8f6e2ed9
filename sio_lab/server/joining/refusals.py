"""Tells the log of those who are turned away at the door: one row an address and minute, however often it asks."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.asked import asked_of
from sio_lab.server.engine import address_of
from sio_lab.server.joining.buckets import Bucket

if TYPE_CHECKING:
    from sio_lab.core.log import Log

MINUTE = 60.0
ADDRESSES = 1_000
"""So many addresses are known by; the row of one that has been forgotten comes earlier."""

ROWS_A_MINUTE = 60
"""So many rows are made of all addresses together: who forges addresses does not fill the log."""


class Refusals:
    """Counts those turned away, by address and reason."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str | None, str], tuple[float, int]] = OrderedDict()
        self._rows = Bucket(ROWS_A_MINUTE / MINUTE, ROWS_A_MINUTE)

    def note(self, environ: dict[str, Any], reason: str, status: int, hint: str) -> None:
        """Count a request that is turned away, and tell of it where that is due."""
        more = self._count((address_of(environ), reason))
        if more is not None:
            told = f"{reason} ({more:,} more such requests since the last row)" if more else reason
            asked = asked_of(environ)
            self._log.append(r.Rejected(told, address_of(environ), status, hint=hint, request=asked))

    def _count(self, key: tuple[str | None, str]) -> int | None:
        """Return how many came before this one without a row; None where it is to have none, either."""
        with self._lock:
            began, count = self._seen.get(key, (0.0, 0))
            now = time.monotonic()
            is_due = (not began or now - began >= MINUTE) and self._rows.take()
            self._seen[key] = (now, 0) if is_due else (began, count + 1)
            self._seen.move_to_end(key)
            while len(self._seen) > ADDRESSES:
                self._seen.popitem(last=False)
            return count if is_due else None
