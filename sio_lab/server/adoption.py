"""Making a lab's SocketIO of a plain one, and plain ones of the lab's again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sio_lab.server.route_errors import RouteErrors
from sio_lab.server.routes import routes_of
from sio_lab.server.socketio import LabSocketIO

if TYPE_CHECKING:
    from sio_lab.server.stage import Stage

PLAIN: type[Any] = LabSocketIO.__bases__[0]
"""`flask_socketio.SocketIO`, whatever that module's name is bound to by now."""
_ERRORS = "sio_lab route errors"
_OWN = ("lab_stage", "lab_book", "lab_host", "lab_owner")


def adopt(socketio: Any, stage: Stage) -> bool:
    """Have a SocketIO object work with a stage, and its app with it; a second call does nothing.

    Tells whether it does: a bare server does not.
    """
    if not isinstance(socketio, PLAIN):
        return False
    is_plain = not isinstance(socketio, LabSocketIO)
    if is_plain:
        socketio.__class__ = _mixed(type(socketio), stage.socketio_class)
    if is_plain or socketio.lab_stage is not stage:
        _enter(socketio, stage)
    app = app_of(socketio)
    if app is not None:
        routes_of(app, stage.cells)
        if _ERRORS not in app.extensions:
            app.extensions[_ERRORS] = RouteErrors(app, stage.cells, stage.say)
            app.extensions[_ERRORS].watch()
    return True


def give_back(socketio: Any) -> None:
    """Make a SocketIO object, and its app, plain ones again; their handlers and routes stay. Twice is as once."""
    if not isinstance(socketio, LabSocketIO):
        return
    app = app_of(socketio)
    if app is not None:
        routes_of(app, socketio.lab_cells).release()
        errors = app.extensions.pop(_ERRORS, None)
        if errors is not None:
            errors.leave()
    for name in _OWN:
        socketio.__dict__.pop(name, None)
    plain = _plain(type(socketio))
    if plain is None:
        _enter(socketio, None)  # a class of the user's own: it stays what it is, and works without a stage
    else:
        object.__setattr__(socketio, "__class__", plain)


def app_of(socketio: Any) -> Any:
    """Return the Flask app that a SocketIO object has; None where it has none yet."""
    return getattr(getattr(socketio, "sockio_mw", None), "flask_app", None)


def _enter(socketio: LabSocketIO, stage: Stage | None) -> None:
    """Have an object of the lab's class work with a stage, or without one, from what is registered on."""
    socketio.lab_stage = stage
    socketio.lab_enter_book()
    socketio.lab_book.found()


def _plain(kind: type[Any]) -> type[Any] | None:
    """Return the class that an object had, or would have without the lab; None where its own is made of the lab's."""
    if kind is LabSocketIO or kind.__bases__ == (LabSocketIO,):
        return PLAIN
    first, *others = kind.__bases__
    is_mixed = bool(others) and issubclass(first, PLAIN) and not issubclass(first, LabSocketIO)
    return first if is_mixed else None


def _mixed(kind: type[Any], ours: type[LabSocketIO]) -> type[Any]:
    """Return a lab's class, with the methods of a subclass of the user's own before it."""
    return ours if kind is PLAIN else type(kind.__name__, (kind, ours), {"__module__": kind.__module__})
