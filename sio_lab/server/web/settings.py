"""What the client page must know of the server that it talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sio_lab.server.entrance import NAME, NAME_PARAMETER
from sio_lab.server.lookup import RESERVED, methods

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.host import Host

MOST = 200
"""So many names of a kind are told."""

LONGEST = 200
"""Names that are longer are not told: nobody types them."""


class Settings:
    """Tells about the server in charge, anew each time."""

    def __init__(self, host_of: Callable[[], Host | None], log: Log) -> None:
        self._host_of = host_of
        self._log = log

    def __call__(self, environ: dict[str, Any]) -> dict[str, Any]:
        """Return what the page that asks must know, as JSON has it."""
        host = self._host_of()
        name = parse_qs(str(environ.get("QUERY_STRING", ""))).get(NAME_PARAMETER, [""])[0].strip()
        told: dict[str, Any] = {"path": "socket.io", "namespaces": ["/"], "events": {}, "websockets": []}
        if host is not None:
            told |= {"path": host.path.strip("/"), "events": _events(host.server), "websockets": _websockets(host.app)}
            told["namespaces"] = _namespaces(host.server, told["events"])
        return told | {"name_taken": bool(name) and self._is_taken(name), "joined": environ.get(NAME, "")}

    def _is_taken(self, name: str) -> bool:
        with self._log.lock:
            return any(each.name == name for each in self._log.state.connections.values())


def _events(server: Any) -> dict[str, list[str]]:
    """Return the events that handlers answer: namespace -> names; `*` in both places stands for any."""
    found = {namespace: set(functions) for namespace, functions in list(server.handlers.items())}
    for namespace, owner in list(server.namespace_handlers.items()):
        found.setdefault(namespace, set()).update(methods(owner))
    return {namespace: _told(events - RESERVED) for namespace, events in found.items()}


def _namespaces(server: Any, events: dict[str, list[str]]) -> list[str]:
    listed = server.namespaces if isinstance(server.namespaces, (list, tuple, set)) else ()
    return _told({*events, *listed} - {"*"}) or ["/"]


def _websockets(app: Any) -> list[str]:
    """Return the paths of raw WebSockets, as their rules have them."""
    return [] if app is None else _told({rule.rule for rule in list(app.url_map.iter_rules()) if rule.websocket})


def _told(names: set[Any]) -> list[str]:
    return sorted(name for name in names if isinstance(name, str) and len(name) <= LONGEST)[:MOST]
