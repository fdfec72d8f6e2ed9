"""Flask-SocketIO's own `emit`, `send`, `join_room` and `leave_room`, which say what to call where they can't work.

They know their client from the request that a handler runs in. In a cell, a thread or a Flask route there is none,
and what they raise there, or half do, helps nobody.
"""

from __future__ import annotations

import functools
import traceback
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

INSTEAD = {
    "emit": "lab.emit(event, ..., to={who!r}) or socketio.emit(event, ..., to={sid!r}, namespace={namespace!r})",
    "send": "lab.send(..., to={who!r}) or socketio.send(..., to={sid!r}, namespace={namespace!r})",
    "join_room": "lab.join({who!r}, room)",
    "leave_room": "lab.leave({who!r}, room)",
}
"""What to call outside of handlers."""


def handler_functions(somebody: Callable[[], tuple[str, str, str]]) -> dict[str, Any]:
    """Return what a handler may use by name: `emit send join_room leave_room request`.

    `somebody` gives name, sid and namespace of a client, for an example that can be run as it stands.
    """
    functions = {name: guided(getattr(flask_socketio, name), somebody) for name in INSTEAD}
    return {**functions, "request": flask.request}


def guided(function: Callable[..., Any], somebody: Callable[[], tuple[str, str, str]]) -> Callable[..., Any]:
    """Return `function`, which raises a LabError that says what to call where no handler runs."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except (RuntimeError, AttributeError):
            if in_handler():
                raise
            raise LabError(_advice(function.__name__, *somebody())) from None

    return call


def advice_for(error: BaseException | None, somebody: Callable[[], tuple[str, str, str]]) -> str | None:
    """Say what to call instead, where `error` comes from one of Flask-SocketIO's own functions outside of a handler."""
    if not isinstance(error, (RuntimeError, AttributeError)):
        return None
    for frame, _ in traceback.walk_tb(error.__traceback__):
        name = frame.f_code.co_name
        if frame.f_globals.get("__name__") == flask_socketio.__name__ and name in INSTEAD:
            return _advice(name, *somebody())
    return None


def in_handler() -> bool:
    """Tell whether a Socket.IO handler runs here: its request knows a sid."""
    return flask.has_request_context() and hasattr(flask.request, "sid")


def _advice(name: str, who: str, sid: str, namespace: str) -> str:
    instead = INSTEAD[name].format(who=who, sid=sid, namespace=namespace)
    return f"{name}() knows its client inside a handler only, and none runs here. Use {instead}."
