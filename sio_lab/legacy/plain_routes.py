"""WebSockets at plain routes: `request.environ["wsgi.websocket"]`, as geventwebsocket gives it."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any

from sio_lab.legacy.sockets import TODAY, talking
from sio_lab.legacy.websocket import WebSocket

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.notices import Notices


class PlainRoutes:
    """Has the plain routes of Flask apps answer WebSocket clients, too.

    Werkzeug refuses such a client with a 400, for which Flask looks for an error handler: that one answers it.
    """

    def __init__(self, notices: Notices) -> None:
        self._notices = notices
        self._apps: weakref.WeakSet[Any] = weakref.WeakSet()

    def answer(self, app: Any) -> None:
        """Have an app's routes find the client's WebSocket; does nothing where it is no Flask app, or done before."""
        from werkzeug.routing import WebsocketMismatch

        if hasattr(app, "register_error_handler") and app not in self._apps:
            app.register_error_handler(WebsocketMismatch, lambda error: self._answer(app, error))
            self._apps.add(app)

    def _answer(self, app: Any, error: Any) -> Any:
        from flask import request
        from werkzeug.exceptions import HTTPException

        try:
            endpoint, values = app.url_map.bind_to_environ(_as_plain(request.environ)).match()
        except HTTPException:
            return error
        self._notices.give(f"request.environ['wsgi.websocket'] runs on simple-websocket here. {TODAY}")
        _talk(request.environ, lambda: app.ensure_sync(app.view_functions[endpoint])(**values))
        return app.response_class()


def _as_plain(environ: dict[str, Any]) -> dict[str, Any]:
    """Return a request as one that asks for no WebSocket."""
    return {name: value for name, value in environ.items() if name not in {"HTTP_UPGRADE", "HTTP_CONNECTION"}}


def _talk(environ: dict[str, Any], view: Callable[[], Any]) -> None:
    from simple_websocket import Server

    server = Server(environ)
    environ["wsgi.websocket"] = websocket = WebSocket(server)
    talking(lambda _websocket: view())(server)
    websocket.close()
