"""`@lab.ws`: a function answers raw WebSockets at a path, as with flask-sock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask_sock import Sock

from sio_lab.errors import Usage
from sio_lab.server.pages import check_path

if TYPE_CHECKING:
    from collections.abc import Callable

    import flask

F = TypeVar("F", bound="Callable[..., Any]")


def websocket_route(app: flask.Flask, path: str) -> Callable[[F], F]:
    """Return a decorator that has a function answer raw WebSockets at a path, until its cell defines another one.

    The function is given the WebSocket, with `send`, `receive` and `close`, and what the path's converters take.
    Raises Usage where the path is none, and the decorator where what it is given can't be called, or this run has given
    the path to another function already.
    """
    if not isinstance(path, str):
        raise Usage(f'{path!r} is no path: write it behind the name, as in @lab.ws("/echo").')
    check_path(app, path)

    def decorator(function: F) -> F:
        if not callable(function):
            raise Usage(f"{function!r} can't answer a WebSocket: @lab.ws({path!r}) stands above a function.")
        try:
            Sock(app).route(path, endpoint=f"websocket {path}")(function)
        except AssertionError:
            raise Usage(f"{path!r} has its function already: one cell gives a path to one function.") from None
        return function

    return decorator
