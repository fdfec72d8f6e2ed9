"""Taps on registration: which function or method answers which event, from now on."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.lookup import describe, methods, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.cells import Cells, Owner
    from sio_lab.core.log import Log
    from sio_lab.server.patches import Patches

    Covered = Callable[[str, str], str | None]
    Find = Callable[[Any], Owner | None]


def nothing_covered(_namespace: str, _event: str) -> str | None:
    """Say that no handler lies beneath another one."""
    return None


class RegistryTap:
    """Tells the log which handlers one python-socketio server has."""

    def __init__(
        self, server: Any, log: Log, cells: Cells, covered: Covered = nothing_covered, told: Callable[[], object] = bool
    ) -> None:
        self._told = told
        """Called when something has been registered."""

        self._server = server
        self._log = log
        self._cells = cells
        self._covered = covered

    def attach(self, patches: Patches) -> None:
        """Put the taps in place, and tell of the handlers that are there already."""
        patches.wrap(self._server, "on", self._on)
        patches.wrap(self._server, "register_namespace", self._register_namespace)
        written_by = self._cells.written_by
        for namespace, handlers in self._server.handlers.items():
            for event, function in handlers.items():
                self._registered(namespace, event, inspect.unwrap(function), written_by)
        for owner in self._server.namespace_handlers.values():
            self._class_registered(owner, written_by)

    def forget(self) -> None:
        """Tell that the handlers are no longer watched."""
        for namespace, handlers in self._server.handlers.items():
            for event in handlers:
                self._log.append(r.HandlerRemoved(namespace, event))
        for owner in self._server.namespace_handlers.values():
            for event in methods(owner):
                self._log.append(r.HandlerRemoved(owner.namespace, event, method=True))

    def _on(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def on(event: str, handler: Callable[..., Any] | None = None, namespace: str | None = None) -> Any:
            if handler is None:
                return lambda function: on(event, function, namespace) or function
            result = original(event, handler, namespace=namespace)
            self._registered(namespace or "/", event, inspect.unwrap(handler), self._cells.owner)
            return result

        return on

    def _register_namespace(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def register_namespace(owner: Any) -> Any:
            before = self._server.namespace_handlers.get(getattr(owner, "namespace", None))
            result = original(owner)
            for event in methods(before) if before is not None else ():
                self._log.append(r.HandlerRemoved(owner.namespace, event, method=True))
            self._class_registered(owner, self._cells.owner)
            return result

        return register_namespace

    def _class_registered(self, owner: Any, find: Find) -> None:
        cell = self._cell_of(owner, find)
        for event, method in methods(owner).items():
            told = describe(method), cell, source_of(method, self._cells)
            self._log.append(r.HandlerRegistered(owner.namespace, event, *told, method=True))
        self._told()

    def _registered(self, namespace: str, event: str, function: Callable[..., Any], find: Find) -> None:
        told = describe(function), self._cell_of(function, find), source_of(function, self._cells)
        self._log.append(r.HandlerRegistered(namespace, event, *told, shadows=self._covered(namespace, event)))
        self._told()

    def _cell_of(self, thing: Any, find: Find) -> str | None:
        """Return the label of the cell that owns what is registered: as noted, or else as `find` says."""
        owner = self._cells.of(thing) or find(thing)
        self._cells.note(thing, owner)
        return owner.label if owner is not None else None
