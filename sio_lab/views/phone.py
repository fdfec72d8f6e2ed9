"""What a panel needs of a named client: views know no clients, they are handed them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


class Arrived(Protocol):
    """One event that reached a client."""

    @property
    def at(self) -> int:
        """Nanoseconds since 1970, UTC."""

    @property
    def namespace(self) -> str:
        """The namespace it came in."""

    @property
    def event(self) -> str:
        """Its name."""

    @property
    def args(self) -> tuple[Any, ...]:
        """Its arguments."""


class Phone(Protocol):
    """What a panel needs of a named client."""

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces it was opened for."""

    @property
    def connected(self) -> bool:
        """Whether it is connected to one of them at least."""

    @property
    def sids(self) -> dict[str, str]:
        """Namespace -> its sid there, of those it is connected to now."""

    @property
    def lost(self) -> str | None:
        """Why it is disconnected; None while it is connected."""

    def received_since(self, after: int, most: int) -> tuple[int, Sequence[Arrived]]:
        """Return how many events have come so far, and the newest `most` beyond the first `after`, oldest first."""

    def emit(
        self,
        event: str,
        *args: Any,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
        wait: bool = True,
    ) -> None:
        """Send an event. Raises LabError where that can't be done."""

    def drop(self) -> None:
        """Lose the connection as if the network died."""

    def reconnect(self) -> None:
        """Connect anew. Raises LabError where that can't be done."""
