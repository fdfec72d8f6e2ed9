"""Who answers an event, and all that the log says of him, looked up once for each handler."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sio_lab.core.hints import shadowing
from sio_lab.server.lookup import describe, find_handler

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.core.log import Log
    from sio_lab.server.lookup import Match


@dataclass(frozen=True, slots=True)
class Answerer:
    """A handler, by the names that records have for it."""

    match: Match
    handler: str
    """Its qualified name."""

    cell: str | None
    """The label of the cell that registered it."""

    owner: Owner | None
    """Whom everything belongs to that it starts and registers."""

    remark: str | None = None
    """What is to be said of each of its runs: that it hides a method of a class-based namespace."""


class Answerers:
    """Finds the handlers of one python-socketio server, and remembers those that are functions of one event."""

    def __init__(self, server: Any, log: Log, cells: Cells) -> None:
        self._server = server
        self._log = log
        self._cells = cells
        self._known: dict[tuple[str, str], tuple[Callable[..., Any], Answerer | None]] = {}

    def find(self, namespace: str, event: object) -> Answerer | None:
        """Return who answers an event; None where nobody does."""
        if type(event) is not str:
            return self._look(namespace, event)
        function = self._server.handlers.get(namespace, {}).get(event)
        if function is None:
            return self._look(namespace, event)
        known = self._known.get((namespace, event))
        if known is None or known[0] is not function:
            known = self._known[namespace, event] = function, self._look(namespace, event)
        return known[1]

    def forget(self) -> None:
        """Look anew: something has been registered, perhaps the same function by another cell."""
        self._known.clear()

    def _look(self, namespace: str, event: object) -> Answerer | None:
        match = find_handler(self._server, namespace, event)
        if match is None:
            return None
        owner = self._cells.of(match.function) or self._cells.written_by(match.function)
        told = describe(match.function), self._cell_of(match.key), owner
        return Answerer(match, *told, self._shadowed(match, namespace, event))

    def _shadowed(self, match: Match, namespace: str, event: object) -> str | None:
        """Say which method of a class-based namespace a function keeps from answering; None where there is none."""
        owner = self._server.namespace_handlers.get(namespace) or self._server.namespace_handlers.get("*")
        method = getattr(owner, f"on_{event}", None) if isinstance(event, str) and not match.method else None
        return None if method is None else shadowing(describe(match.function), describe(method))

    def _cell_of(self, key: tuple[str, str]) -> str | None:
        with self._log.lock:
            state = self._log.state
            handler = state.functions.get(key) or state.methods.get(key)
            return handler.registered.cell if handler else None
