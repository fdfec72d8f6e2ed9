"""Portions for polling: Engine.IO reads at most 16 packets from one request or answer, and drops the line at more."""

from __future__ import annotations

import queue
from types import SimpleNamespace
from typing import Any

from engineio.payload import Payload

_SEPARATOR = b"\x1e"


def portion_size() -> int:
    """Return how many packets Engine.IO reads at once: a bound that is meant to guard servers."""
    return int(Payload.max_decode_packets)


class Outbox(queue.Queue[Any]):
    """The packets to write, which claims to be empty after each portion: so that none is too large for the server."""

    Empty = queue.Empty
    """Looked for here by engineio 4.11."""

    def __init__(self) -> None:
        super().__init__()
        self._in_a_row = 0

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        """Return the next packet. Raises queue.Empty, too, where a portion was taken since the last blocking get."""
        self._in_a_row = 1 if block else self._in_a_row + 1
        if self._in_a_row > portion_size():
            raise queue.Empty
        return super().get(block, timeout)


class Inbox:
    """Answers to polls, handed on in portions that Engine.IO reads."""

    def __init__(self) -> None:
        self._portions: list[SimpleNamespace] = []

    def next(self) -> SimpleNamespace | None:
        """Return what is left of the last answer; None where nothing is."""
        return self._portions.pop(0) if self._portions else None

    def divide(self, answer: Any) -> Any:
        """Return an answer, or its first portion; `next` has the others."""
        packets = answer.content.split(_SEPARATOR)
        size = portion_size()
        if len(packets) <= size:
            return answer
        bodies = [_SEPARATOR.join(packets[start : start + size]) for start in range(0, len(packets), size)]
        self._portions = [SimpleNamespace(status_code=answer.status_code, content=body) for body in bodies]
        return self.next()
