"""Which handler answers an event, in the order python-socketio looks."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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


def find_handler(server: Any, namespace: str, event: str) -> Match | None:
    """Return the handler that `server` runs for `event` in `namespace`; None where nothing answers.

    Order (python-socketio, `_get_event_handler` and `_get_namespace_handler`): functions for namespace and event, any
    event of the namespace, the event in any namespace, any in any; then class-based namespaces likewise.
    """
    for key in _keys(namespace, event):
        function = server.handlers.get(key[0], {}).get(key[1])
        if function is not None:
            return Match(key, inspect.unwrap(function), method=False)
    owner = server.namespace_handlers.get(namespace) or server.namespace_handlers.get("*")
    return None if owner is None else _find_method(owner, event)


def _keys(namespace: str, event: str) -> Iterator[tuple[str, str]]:
    for place in (namespace, "*"):
        yield place, event
        if event not in RESERVED:
            yield place, "*"


def _find_method(owner: Any, event: str) -> Match | None:
    method = getattr(owner, f"on_{event}", None)
    if method is None and _dispatches_itself(owner):
        method = owner.trigger_event
    return None if method is None else Match((owner.namespace, event), method, method=True)


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


def source_of(function: Callable[..., Any]) -> str | None:
    """Return `file:line` of a function's definition; None where it was not written in Python."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return None if code is None else f"{Path(code.co_filename).name}:{code.co_firstlineno}"


def accepts(function: Callable[..., Any], args: tuple[Any, ...]) -> bool:
    """Tell whether `function(*args)` fits its signature; True where the signature can't be told."""
    try:
        inspect.signature(function).bind(*args)
    except TypeError:
        return False
    except ValueError:
        return True
    return True
