"""Moves that can't come again: who is in a room already does not join it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.outcome import Effect, Move, label

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.state import State


def moot_moves(state: State, effects: Iterable[Effect]) -> dict[Move, str]:
    """Return the joins and leaves that would be none as things are in `state`, each with the reason."""
    joins_and_leaves = (each for each in effects if isinstance(each, Move) and each.kind in {"join", "leave"})
    told = ((each, _is_in(state, each)) for each in joins_and_leaves)
    reasons = {("join", True): "was in it already", ("leave", False): "was not in it"}
    return {each: reasons[each.kind, is_in] for each, is_in in told if (each.kind, is_in) in reasons}


def _is_in(state: State, move: Move) -> bool:
    rooms = state.rooms.get(move.namespace, {})
    return any(
        label(state, sid) == move.client for room, sids in rooms.items() if str(room) == move.room for sid in sids
    )
