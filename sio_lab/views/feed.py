"""What a view is made of: feeds, each a state that is sent whole once and from then on by what has changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Feed(Protocol):
    """One thing that a view shows. Only the refresher's thread asks it, or who makes a snapshot, under its lock."""

    def state(self) -> dict[str, Any]:
        """Return all there is to show now, as JSON; what has gone before is of no matter.

        A patch that follows may tell some of it again: to apply one twice does no harm.
        """

    def patch(self) -> dict[str, Any] | None:
        """Return what has changed since the last patch, as JSON; None where nothing has."""

    def want(self, wishes: Mapping[str, Any]) -> None:
        """Show something else from now on. Raises LabError, and changes nothing, where that can't be had."""
