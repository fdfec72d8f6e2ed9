"""What a client has received: the newest events, in the order they came."""

from __future__ import annotations

import itertools
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass
from typing import Any

from sio_lab.core.columns import Column, Columns, from_rows

KEPT_ARRIVALS = 10_000
"""How many events a client remembers."""

_NAMED_EVENTS = 10

RECEIVED = (
    Column("time", "time", "when the event arrived"),
    Column("namespace", "category", "the namespace it came in"),
    Column("event", "category", "its name"),
    Column("args", "object", "its arguments, a tuple"),
)


@dataclass(slots=True)
class Arrival:
    """One event that reached a client."""

    at: int
    """Nanoseconds since 1970, UTC."""

    namespace: str
    event: str
    args: tuple[Any, ...]
    taken: bool = False
    """Whether somebody has waited for it."""

    def is_of(self, event: str, namespace: str | None) -> bool:
        """Tell whether it is an `event` in `namespace`; None is any."""
        return self.event == event and namespace in {None, self.namespace}


class Arrivals:
    """Keeps the newest arrivals and hands each out once to those who wait for it."""

    def __init__(self, keep: int = KEPT_ARRIVALS) -> None:
        self.total = 0
        self._kept: deque[Arrival] = deque(maxlen=keep)
        self._lock = threading.Lock()

    @property
    def dropped(self) -> int:
        """How many have been let go, oldest first."""
        return self.total - len(self._kept)

    def note(self, namespace: str, event: str, args: tuple[Any, ...]) -> None:
        """Keep an event that has just arrived."""
        with self._lock:
            self._kept.append(Arrival(time.time_ns(), namespace, event, args))
            self.total += 1

    def take(self, event: str, namespace: str | None, after: int = 0) -> Arrival | None:
        """Return the first `event` beyond the first `after` arrivals that was not taken yet, and mark it."""
        with self._lock:
            fresh = itertools.islice(self._kept, max(0, after - self.dropped), None)
            found = next((each for each in fresh if each.is_of(event, namespace) and not each.taken), None)
            if found is not None:
                found.taken = True
            return found

    def was_waited_for(self, event: str, namespace: str) -> bool:
        """Tell whether somebody has waited for an `event` in `namespace` that is kept."""
        with self._lock:
            return any(each.taken and each.is_of(event, namespace) for each in self._kept)

    def since(self, after: int, most: int) -> tuple[int, list[Arrival]]:
        """Return how many have come, and the newest `most` of those beyond the first `after`, oldest first."""
        with self._lock:
            fresh = max(0, min(self.total - after, most))
            return self.total, list(itertools.islice(reversed(self._kept), fresh))[::-1]

    def columns(self) -> Columns:
        """Return what is kept as a table, oldest first."""
        with self._lock:
            rows = [(each.at, each.namespace, each.event, each.args) for each in self._kept]
        return from_rows(RECEIVED, (), rows)

    def summary(self, event: str) -> str:
        """Say in a sentence what did arrive, for one who waited for `event` in vain."""
        with self._lock:
            taken = sum(each.event == event for each in self._kept if each.taken)
            counts = Counter(each.event for each in self._kept if not each.taken)
        names = [f"{name!r} ({count})" for name, count in counts.most_common(_NAMED_EVENTS)]
        waiting = f"What did arrive and was not waited for: {', '.join(names)}." if names else "Nothing else arrived."
        return f"{waiting} {event!r} was waited for before: {taken} of them." if taken else waiting
