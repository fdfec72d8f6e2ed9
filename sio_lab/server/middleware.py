"""Flask-SocketIO's WSGI middleware on an app: taken off before the next one goes on, else they stack."""

from __future__ import annotations

from typing import Any

import socketio


def unstacked(app: Any) -> None:
    """Take all of Flask-SocketIO's middleware off a Flask app; what else wraps it, as a ProxyFix, stays."""
    outer: Any = app
    name: str | None = "wsgi_app"
    seen: list[Any] = [app]
    while name is not None:
        wrapped = getattr(outer, name)
        if _is_of_socketio(wrapped, app):
            setattr(outer, name, wrapped.wsgi_app)
        else:
            seen.append(wrapped)
            outer, name = wrapped, _place_within(wrapped, seen)


def _is_of_socketio(wsgi: Any, app: Any) -> bool:
    """Tell whether a WSGI callable is the one with which a SocketIO object takes its requests out of an app's."""
    return isinstance(wsgi, socketio.WSGIApp) and vars(wsgi).get("flask_app") is app


def _place_within(wsgi: Any, seen: list[Any]) -> str | None:
    """Return the attribute in which a middleware keeps what it wraps, by the names in use for it.

    One that keeps the app itself, for its settings, is not followed there: it would lead round in a circle.
    """
    held = getattr(wsgi, "__dict__", {})
    for name in ("wsgi_app", "app", "application"):
        if callable(held.get(name)) and not any(held[name] is each for each in seen):
            return name
    return None
