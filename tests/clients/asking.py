"""Small questions that the tests ask of clients and of the clock."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.clients import NamedClient

DEADLINE = 10.0
"""How long a test waits for what must come, in seconds."""


def args_of(client: NamedClient, event: str) -> list[tuple[Any, ...]]:
    cells = client.received_columns.cells
    return [args for name, args in zip(cells["event"], cells["args"], strict=True) if name == event]


def seconds(act: Callable[[], object]) -> float:
    started = time.monotonic()
    act()
    return time.monotonic() - started


def until(is_so: Callable[[], object]) -> None:
    deadline = time.monotonic() + DEADLINE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.005)
