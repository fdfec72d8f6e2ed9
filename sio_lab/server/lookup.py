"""Which handler answers an event, in the order python-socketio looks."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.cells import Cells

RESERVED = frozenset({"connect", "disconnect"})
"""Events that Socket.IO makes itself; a `*` handler gets neither."""


@dataclass(frozen=True, slots=True)
class Match:
    """A handler found."""

    key: tuple[str, str]
    """(namespace, event) under which it is registered; either may be `*`."""

    function: Callable[..., Any]
    """The user's own function or method, decorators of Flask-SocketIO peeled off."""

    method: bool
    """Whether it belongs to a class-based namespace."""

    bare: bool = False
    """Whether python-socketio calls it, with the sid first; Flask-SocketIO keeps that to itself."""

    def arguments(self, event: str, namespace: str, args: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return what the function is called with; `args` as python-socketio has them: the sid first."""
        if not self.bare:
            # Of a connect, Flask-SocketIO passes the auth on, and None where there is none.
            args = (*args[2:3], None)[:1] if event == "connect" else args[1:]
        elif self.key[0] == "*":
            args = (namespace, *args)
        return (event, *args) if self.key[1] == "*" else args


def is_reserved(event: object) -> bool:
    """Tell whether `event` is one of Socket.IO's own; what a client sends as an event's name may be a dict even."""
    return isinstance(event, str) and event in RESERVED


def find_handler(server: Any, namespace: str, event: object) -> Match | None:
    """Return the handler that `server` runs for `event` in `namespace`; None where nothing answers.

    Order (python-socketio, `_get_event_handler` and `_get_namespace_handler`): functions for namespace and event, any
    event of the namespace, the event in any namespace, any in any; then class-based namespaces likewise.
    """
    for key in _keys(namespace, event):
        function = server.handlers.get(key[0], {}).get(key[1])
        if function is not None:
            return Match(key, inspect.unwrap(function), method=False, bare=not _is_flasks(function))
    owner = server.namespace_handlers.get(namespace) or server.namespace_handlers.get("*")
    return None if owner is None or not isinstance(event, str) else _find_method(owner, event)


def _keys(namespace: str, event: object) -> Iterator[tuple[str, str]]:
    for place in (namespace, "*"):
        if isinstance(event, str):
            yield place, event
        if not is_reserved(event):
            yield place, "*"


def _is_flasks(function: Callable[..., Any]) -> bool:
    """Tell whether Flask-SocketIO wrapped a user's function into this one."""
    return getattr(function, "__globals__", {}).get("__name__") == "flask_socketio"


def _find_method(owner: Any, event: str) -> Match | None:
    method = getattr(owner, f"on_{event}", None)
    if method is None and _dispatches_itself(owner):
        method = owner.trigger_event
    bare = not hasattr(owner, "_set_socketio")
    return None if method is None else Match((owner.namespace, event), method, method=True, bare=bare)


def _dispatches_itself(owner: Any) -> bool:
    """Tell whether a class of the user's own overrides how its events are dispatched."""
    return not type(owner).trigger_event.__module__.startswith(("socketio", "flask_socketio"))


def methods(owner: Any) -> dict[str, Callable[..., Any]]:
    """Return the events a class-based namespace answers: name without `on_` -> method."""
    names = (name for name in dir(owner) if name.startswith("on_") and callable(getattr(owner, name)))
    return {name.removeprefix("on_"): getattr(owner, name) for name in names}


def describe(function: Callable[..., Any]) -> str:
    """Return the name a user knows a handler by: `my_event`, `Chat.on_join`."""
    name = getattr(function, "__qualname__", None) or type(function).__qualname__
    return str(name).rpartition("<locals>.")[2]


def source_of(function: Callable[..., Any], cells: Cells) -> str | None:
    """Return where a function is defined: `In [3]:2`, `chat.py:2`; None where it was not written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None:
        return None
    return f"{cells.label_of(code.co_filename) or Path(code.co_filename).name}:{code.co_firstlineno}"


def accepts(function: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Tell whether `function(*args)` fits its signature; True where the signature can't be told."""
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        return False
    except ValueError:
        return True
    return True
