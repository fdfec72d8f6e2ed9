"""The state at one moment as JSON texts, and back: what a capture begins with, where the log dropped what led to it."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sio_lab.core.capture_values import dumps, loads
from sio_lab.core.handler_state import HandlerState
from sio_lab.core.records import ConnectAsked, Disconnected, EventReceived
from sio_lab.core.sockets import SocketState
from sio_lab.core.state import ClientState, ConnectionState, NamespaceCounts, TaskState

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sio_lab.core.state import State


def parts_now(state: State) -> dict[str, Any]:
    """Return a state's parts as they are, copied; to be called under the log's lock, which it holds but shortly."""
    return {part: _copied(getattr(state, part)) for part in parts_of(state)}


def freeze(parts: Mapping[str, Any]) -> dict[str, str]:
    """Return a state's parts as texts: that takes a second where there are 10,000 clients, so no lock is held."""
    return {part: dumps(value) for part, value in parts.items()}


def thaw(frozen: Mapping[str, str], state: State) -> None:
    """Put a frozen state into a new one; parts that it does not have, being of another version, are left out.

    Raises ValueError, leaving it as it was, where a part that the tables need is missing, or any is damaged.
    """
    missing = sorted(_CHECKS.keys() - frozen.keys())
    if missing:
        raise ValueError(f"it has no {', '.join(missing)}")
    told = {part: loads(frozen[part]) for part in parts_of(state) if part in frozen}
    for part, value in told.items():
        if not _CHECKS.get(part, _like(getattr(state, part)))(value):
            raise ValueError(f"its {part} can't be read")
    state.restore(told)


def parts_of(state: State) -> list[str]:
    """Return the names of what a state is made of: its public attributes, and its clients."""
    return ["clients", *(name for name in vars(state) if not name.startswith("_"))]


def _copied(value: Any) -> Any:
    """Return a copy in which nothing is shared that a state changes; records and texts are."""
    copy = _COPIES.get(type(value))
    return value if copy is None else copy(value)


def _dict_copied(told: dict[Any, Any]) -> dict[Any, Any]:
    if _COPIES.keys().isdisjoint(map(type, told.values())):
        return dict(told)
    return {key: _copied(value) for key, value in told.items()}


def _copier(kind: Any) -> Callable[[Any], Any]:
    values_of = attrgetter(*(field.name for field in fields(kind)))
    # Of thousands of clients, to call `_copied` for each field would be most of it.
    return lambda value: kind(*[_COPIES[type(v)](v) if type(v) in _COPIES else v for v in values_of(value)])


def _like(value: object) -> Callable[[Any], bool]:
    return lambda told: type(told) is type(value)


def _table(kind: type[Any] | tuple[type[Any], ...], key: type[Any]) -> Callable[[Any], bool]:
    return lambda told: (
        isinstance(told, dict)
        and all(isinstance(name, key) and isinstance(value, kind) for name, value in told.items())
    )


def _rooms(told: Any) -> bool:
    with suppress(AttributeError):
        rooms = [room for namespace in told.values() for room in namespace.values()]
        return _table(dict, str)(told) and all(_table(int, str)(room) for room in rooms)
    return False


_STATES = (ClientState, ConnectionState, HandlerState, NamespaceCounts, SocketState, TaskState)
_COPIES: Mapping[type[Any], Callable[[Any], Any]] = {
    dict: _dict_copied,
    list: list,
    set: set,
    deque: deque.copy,
    **{kind: _copier(kind) for kind in _STATES},
}
_CHECKS: Mapping[str, Callable[[Any], bool]] = {
    "url": lambda told: told is None or isinstance(told, str),
    "clients": _table(ClientState, str),
    "connections": _table(ConnectionState, str),
    "rooms": _rooms,
    "functions": _table(HandlerState, tuple),
    "methods": _table(HandlerState, tuple),
    "counts": _table(NamespaceCounts, str),
    "running": _table((EventReceived, ConnectAsked, Disconnected), int),
    "tasks": _table(TaskState, int),
    "departed": _table(Disconnected, str),
    "outcomes": _table(int, int),
    "names": _table(str, str),
}
