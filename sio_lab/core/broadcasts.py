"""How often whom was sent what: counted for all recipients of an emit at once, and shared out when somebody looks."""

from __future__ import annotations

MOST_GROUPS = 64
"""How many groups of recipients are counted before they are shared out."""


class Broadcasts:
    """Emits to several clients that are not counted for each of them yet.

    An emit to 200 clients counts once, for its tuple of recipients, instead of 200 times; the next one to the same
    clients finds the tuple again.
    """

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], tuple[int, int]] = {}

    def __bool__(self) -> bool:
        """Whether something is left to be shared out."""
        return bool(self._groups)

    @property
    def is_full(self) -> bool:
        """Whether it is time to share out what has been counted."""
        return len(self._groups) >= MOST_GROUPS

    def count(self, recipients: tuple[str, ...], size: int) -> None:
        """Count one emit of `size` bytes."""
        events, total = self._groups.get(recipients, (0, 0))
        self._groups[recipients] = events + 1, total + size

    def taken(self) -> list[tuple[tuple[str, ...], int, int]]:
        """Return what was counted, and begin anew: recipients, how many emits they got, and of how many bytes."""
        groups, self._groups = self._groups, {}
        return [(recipients, *counted) for recipients, counted in groups.items()]
