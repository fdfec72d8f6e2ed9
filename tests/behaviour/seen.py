"""Things in the order they happened, told by other threads and waited for by a case."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE = 10.0
"""How long a case waits for what must happen, in seconds."""


class Seen:
    """A list that other threads append to."""

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._changed = threading.Condition()

    def add(self, item: Any) -> None:
        with self._changed:
            self._items.append(item)
            self._changed.notify_all()

    def __iter__(self) -> Iterator[Any]:
        with self._changed:
            return iter(list(self._items))

    def wait(self, count: int = 1, matching: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """Wait until `count` items match, and return all items."""

        def enough() -> bool:
            return sum(map(matching, self._items)) >= count

        with self._changed:
            if not self._changed.wait_for(enough, DEADLINE):
                raise TimeoutError(f"waited {DEADLINE} s for {count} of what matches; seen so far: {self._items}")
            return list(self._items)
