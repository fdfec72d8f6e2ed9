"""Moves that can't come again: who is in a room already does not join it, who is gone can't be sent away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.outcome import Effect, Move, label, room_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sio_lab.core.state import State


def moot_moves(state: State, effects: Iterable[Effect]) -> dict[Move, str]:
    """Return the moves that would be none as things are in `state`, each with the reason."""
    told = ((each, _REASONS.get((each.kind, _is_in(state, each)))) for each in effects if isinstance(each, Move))
    return {each: reason for each, reason in told if reason is not None}


_REASONS = {
    ("join", True): "was in it already",
    ("leave", False): "was not in it",
    ("disconnect", False): "was gone already",
}


def _is_in(state: State, move: Move) -> bool:
    rooms = state.rooms.get(move.namespace, {}).items()
    members = (sids for room, sids in rooms if room_text(room) == move.room)
    return any(label(state, sid) == move.client for sids in members for sid in sids)
