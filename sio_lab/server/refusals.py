"""What is told of refused requests: each kind once a minute, however many there are, and so many kinds at most."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.asked import asked_of
from sio_lab.server.environs import address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sio_lab.core.log import Log

SECONDS = 60.0
MOST_KINDS = 20
"""How many kinds are told apart within a minute, where no other number is given; what comes beyond is one kind more."""

MOST_ADDRESSES = 60
"""How many, where each address is a kind: who forges addresses does not fill the log."""

LONGEST_REASON = 500
_OTHERS = object()
"""Stands for the kinds that are not told apart any more."""


@dataclass(slots=True)
class _Kind:
    told_at: float
    untold: int = 0


class Refusals:
    """Tells the log of refused requests; a flood of them can't fill it.

    `clock` gives the time in seconds, from whenever.
    """

    def __init__(self, log: Log, most: int = MOST_KINDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._most = most
        self._clock = clock
        self._kinds: dict[Hashable, _Kind] = {}
        self._lock = threading.Lock()

    def tell(self, kind: Hashable, environ: dict[str, Any], reason: str, hint: str | None, status: int = 403) -> None:
        """Tell of one request; where its kind was told of within the last minute, it is counted for the next time."""
        untold = self._untold(kind)
        if untold is None:
            return
        since = f" ({untold:,} more such requests since the last of these rows)" if untold else ""
        address, asked = address_of(environ), asked_of(environ)
        shown = reason[: LONGEST_REASON - len(since)]
        self._log.append(r.Rejected(f"{shown}{since}", address, status, hint=hint, request=asked))

    def _untold(self, kind: Hashable) -> int | None:
        """Return how many of a kind have been counted, where it is time to tell of them."""
        now = self._clock()
        with self._lock:
            known = self._kind(kind, now)
            if known is None:
                return 0
            if now - known.told_at < SECONDS:
                known.untold += 1
                return None
            untold, known.told_at, known.untold = known.untold, now, 0
            return untold

    def _kind(self, kind: Hashable, now: float) -> _Kind | None:
        """Return a kind, or what stands for all others; None where it is new."""
        known = self._kinds.get(kind)
        if known is None and len(self._kinds) >= self._most:
            self._kinds = {name: each for name, each in self._kinds.items() if now - each.told_at < SECONDS}
        if known is not None:
            return known
        name = kind if len(self._kinds) < self._most else _OTHERS
        if name not in self._kinds:
            self._kinds[name] = _Kind(now)
            return None
        return self._kinds[name]
