"""Taps on registration: which function or method answers which event, from now on."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from sio_lab.core import records as r
from sio_lab.server.lookup import describe, methods, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log
    from sio_lab.server.patches import Patches


class RegistryTap:
    """Tells the log which handlers one python-socketio server has."""

    def __init__(self, server: Any, log: Log, cell: Callable[[], str | None]) -> None:
        self._server = server
        self._log = log
        self._cell = cell

    def attach(self, patches: Patches) -> None:
        """Put the taps in place, and tell of the handlers that are there already."""
        patches.wrap(self._server, "on", self._on)
        patches.wrap(self._server, "register_namespace", self._register_namespace)
        for namespace, handlers in self._server.handlers.items():
            for event, function in handlers.items():
                self._registered(namespace, event, inspect.unwrap(function), None)
        for owner in self._server.namespace_handlers.values():
            self._class_registered(owner, None)

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
            self._registered(namespace or "/", event, inspect.unwrap(handler), self._cell())
            return result

        return on

    def _register_namespace(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def register_namespace(owner: Any) -> Any:
            before = self._server.namespace_handlers.get(getattr(owner, "namespace", None))
            result = original(owner)
            for event in methods(before) if before is not None else ():
                self._log.append(r.HandlerRemoved(owner.namespace, event, method=True))
            self._class_registered(owner, self._cell())
            return result

        return register_namespace

    def _class_registered(self, owner: Any, cell: str | None) -> None:
        for event, method in methods(owner).items():
            self._registered(owner.namespace, event, method, cell, method=True)

    def _registered(
        self, namespace: str, event: str, function: Callable[..., Any], cell: str | None, *, method: bool = False
    ) -> None:
        self._log.append(
            r.HandlerRegistered(namespace, event, describe(function), cell, source_of(function), method=method)
        )
