"""All named clients: they are opened here, found by name, and closed together."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sio_lab.clients.named import Home, NamedClient
from sio_lab.clients.options import Options
from sio_lab.clients.order import SETTLE_SECONDS, Order
from sio_lab.clients.transport import PART_SECONDS
from sio_lab.core.records import ClientNamed
from sio_lab.errors import LabError, TargetError, Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from sio_lab.clients.connection import Connection
    from sio_lab.core.columns import Columns
    from sio_lab.core.log import Log


def _no_headers(_name: str) -> dict[str, str]:
    """Return the headers that a server wants which lets everybody in."""
    return {}


class Clients:
    """The named clients that are not closed, connected or not.

    `log` is the one that the server's taps write to: it tells when the server is done. `frame` makes what
    `NamedClient.received` returns, `panel` what `NamedClient.panel` does, by the client's name; `headers` returns what
    the server wants to be told at each connect, by that name.
    """

    def __init__(
        self,
        log: Log,
        frame: Callable[[Columns], Any],
        panel: Callable[[str], Any] = str,
        headers: Callable[[str], Mapping[str, str]] = _no_headers,
    ) -> None:
        self._clients: dict[str, NamedClient] = {}
        self._log = log
        self._order = Order(log, self._connections)
        self._home = Home(log, self._order, self._name, frame, panel, headers, self._keep, self._forget)

    def __iter__(self) -> Iterator[NamedClient]:
        return iter(list(self._clients.values()))

    def __len__(self) -> int:
        return len(self._clients)

    def __contains__(self, name: object) -> bool:
        return name in self._clients

    def __getitem__(self, name: str) -> NamedClient:
        if name not in self._clients:
            there = ", ".join(self._clients) or "none"
            raise TargetError(f"The lab has no client {name!r}; it has: {there}. lab.client(name) opens one.")
        return self._clients[name]

    def get(self, name: str) -> NamedClient | None:
        """Return the client of that name; None where there is none, or it is closed."""
        return self._clients.get(name)

    def open(  # noqa: PLR0913 - what python-socketio's own client can be given
        self,
        url: str,
        name: str,
        namespaces: str | Sequence[str] = "/",
        *,
        auth: Any = None,
        headers: Mapping[str, str] | None = None,
        transports: str | Sequence[str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> NamedClient:
        """Connect a client, in the place of the one that had its name.

        `auth` is a dict, a text, or a callable that returns one at each connect; `transports` one or both of polling
        and websocket, None for an upgrade; `query` is added to the url.
        Raises NotRunning where nothing listens, ClientRefused with the server's message and data, Usage for an
        option that can't be read.
        """
        if not isinstance(name, str) or not name.strip():
            raise Usage(f"name={name!r}: a client's name is a text that is not empty")
        options = Options(url, namespaces, auth, headers or {}, transports, query or {})
        replaced = self.get(name)
        if replaced is not None:
            replaced.close()
        client = NamedClient(name, options, self._home)
        try:
            client.reconnect()
        except BaseException:
            self._forget(client)
            raise
        return client

    def settle(self, timeout: float = SETTLE_SECONDS) -> bool:
        """Wait until no event runs and all that was emitted has reached these clients; False after `timeout` s."""
        return self._order.wait(self._order.is_quiet, timeout)

    def delivered(self, timeout: float = SETTLE_SECONDS) -> bool:
        """Wait until all emitted so far has reached these clients, whatever still runs; False after `timeout` s."""
        return self._order.wait(lambda: True, timeout)

    def listens(self, sid: str, namespace: str, event: str) -> bool | None:
        """Tell whether the client of a sid has code for an event, or waits for it; None for clients of others."""
        client = next((client for client in self if client.sids.get(namespace) == sid), None)
        return None if client is None else client.listens(event, namespace)

    def noticed_leaving(self, sids: Collection[str], timeout: float = SETTLE_SECONDS) -> bool:
        """Wait until these clients know that `sids` were sent away; False after `timeout` seconds."""
        return self._log.wait(lambda: not any(set(client.sids.values()) & set(sids) for client in self), timeout)

    def connected(self) -> list[NamedClient]:
        """Return the clients that are connected."""
        return [client for client in self if client.connected]

    @staticmethod
    def reconnect(clients: Iterable[NamedClient], url: str | None) -> list[str]:
        """Have clients connect anew, at another address where one is given; returns what was in the way."""
        problems = []
        for client in clients:
            try:
                client.reconnect(url)
            except LabError as error:
                problems.append(str(error))
        return problems

    def close_all(self) -> None:
        """Close every client, in about two seconds even where the server is gone. A second call does nothing."""
        leaving = list(self)
        for client in leaving:
            client.part()
        deadline = time.monotonic() + PART_SECONDS
        for client in leaving:
            client.shut(max(0.0, deadline - time.monotonic()))

    def _connections(self) -> list[Connection]:
        return [client.connection for client in self]

    def _name(self, eio_sid: str, name: str) -> None:
        self._log.append(ClientNamed(eio_sid, name))

    def _keep(self, client: NamedClient) -> None:
        if self._clients.setdefault(client.name, client) is not client:
            raise Usage(
                f"There is a newer client {client.name!r}; use that one: lab.client({client.name!r}, ...) returned it."
            )

    def _forget(self, client: NamedClient) -> None:
        if self._clients.get(client.name) is client:
            del self._clients[client.name]
