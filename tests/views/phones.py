"""Stand-ins for named clients, as panels see them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.clients.arrivals import Arrivals
from sio_lab.errors import NotRunning

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sio_lab.clients.arrivals import Arrival


class StandIn:
    """A client whose network is a list."""

    def __init__(self, sids: dict[str, str], namespaces: Sequence[str] = ()) -> None:
        self.namespaces = tuple(namespaces or sids)
        self.sids = sids
        self.lost: str | None = None
        self.done: list[Any] = []
        self._arrivals = Arrivals()

    @property
    def connected(self) -> bool:
        return bool(self.sids)

    def receive(self, event: str, *args: Any, namespace: str = "/", times: int = 1) -> None:
        for _ in range(times):
            self._arrivals.note(namespace, event, args)

    def received_since(self, after: int, most: int) -> tuple[int, list[Arrival]]:
        return self._arrivals.since(after, most)

    def emit(
        self,
        event: str,
        *args: Any,
        namespace: str | None = None,
        callback: Callable[..., Any] | None = None,
        wait: bool = True,
    ) -> None:
        if not self.connected:
            raise NotRunning("Client ada is not connected. Connect it anew: reconnect().")
        self.done.append((event, args, namespace, callback is not None, wait))

    def drop(self) -> None:
        self.sids, self.lost = {}, "transport close"

    def reconnect(self) -> None:
        self.done.append("reconnect")
