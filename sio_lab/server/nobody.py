"""Why emits reach nobody, told over and over: who emits into an empty room does so often, and must not wait for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sio_lab.core import hints

if TYPE_CHECKING:
    from sio_lab.core.log import Log
    from sio_lab.core.records import Room

MOST_REMEMBERED = 200
"""For so many addresses the hint is remembered."""

Address: TypeAlias = "tuple[str, tuple[Room, ...], tuple[str, ...], bool]"


class Nobody:
    """Says why emits reach nobody, and looks anew only when somebody has moved meanwhile."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._moves = -1
        self._told: dict[Address, str] = {}

    def hint(self, namespace: str, rooms: tuple[Room, ...], skip: tuple[str, ...], *, wants_ack: bool) -> str:
        """Say why an emit to these rooms reaches nobody; of no rooms, to all in the namespace."""
        address = (namespace, rooms, skip, wants_ack)
        with self._log.lock:
            state = self._log.state
            if state.moves != self._moves or len(self._told) >= MOST_REMEMBERED:
                self._told.clear()
                self._moves = state.moves
            told = self._told.get(address)
            if told is None:
                told = hints.nobody_reached(state, namespace, rooms, skip, wants_ack=wants_ack)
                self._told[address] = told
            return told
