"""`flask_sockets`: raw WebSocket routes, on top of flask_sock."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar

from sio_lab.errors import LabError
from sio_lab.legacy.websocket import WebSocket, WebSocketError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.legacy.flow import Flow

TODAY = "Today: from flask_sock import Sock; sock = Sock(app); @sock.route(...), and ws.receive() raises when it ends."


class Sockets:
    """WebSocket routes of an app, each answered by a function that is given its WebSocket."""

    flow: ClassVar[Flow]

    def __init__(self, app: Any = None) -> None:
        self.app: Any = None
        self._waiting: list[tuple[str, Callable[..., Any], dict[str, Any]]] = []
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Any) -> None:
        """Make the routes those of an app."""
        self.flow.notices.give(f"flask_sockets is no longer kept; its routes run on flask_sock here. {TODAY}")
        self.app = app
        for rule, view, options in self._waiting:
            self._add(rule, view, options)
        self._waiting.clear()

    def route(self, rule: str, **options: Any) -> Callable[[Any], Any]:
        """Return a decorator that has a function answer a path."""

        def decorator(view: Any) -> Any:
            self.add_url_rule(rule, options.pop("endpoint", None), view, **options)
            return view

        return decorator

    def add_url_rule(
        self, rule: str, _endpoint: str | None = None, view: Any = None, *_rest: Any, **options: Any
    ) -> None:
        """Have a function answer a path."""
        if view is None:
            raise LabError(f"Nothing answers the WebSocket route {rule!r}: give the function, as @sockets.route does.")
        if self.app is None:
            self._waiting.append((rule, view, options))
        else:
            self._add(rule, view, options)

    def register_blueprint(self, blueprint: Any, **options: Any) -> None:
        """Take over the routes of a blueprint."""
        prefix = options.get("url_prefix") or blueprint.url_prefix
        for define in blueprint.deferred_functions:
            define(_Registering(self, prefix))

    def _add(self, rule: str, view: Any, options: dict[str, Any]) -> None:
        from flask_sock import Sock

        known = {name: options[name] for name in ("defaults", "strict_slashes", "subdomain") if name in options}
        Sock(self.app).route(rule, endpoint=f"websocket {rule}", **known)(talking(view))


class _Registering:
    """What a blueprint's routes are told of when it is registered."""

    first_registration = True
    options: ClassVar[dict[str, Any]] = {}

    def __init__(self, sockets: Sockets, prefix: str | None) -> None:
        self.app = sockets.app
        self._sockets = sockets
        self._prefix = prefix

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: Any = None, *_rest: Any, **options: Any
    ) -> None:
        """Add one of its routes."""
        if self._prefix:
            rule = f"{self._prefix.rstrip('/')}/{rule.lstrip('/')}"
        self._sockets.add_url_rule(rule, endpoint, view_func, **options)


def talking(view: Callable[..., Any]) -> Callable[..., Any]:
    """Return a view that talks to a `simple_websocket.Server` as to one of geventwebsocket, until that is closed."""

    @functools.wraps(view)
    def talk(server: Any, *args: Any, **values: Any) -> Any:
        try:
            return view(WebSocket(server), *args, **values)
        except WebSocketError:
            if server.connected:
                raise
            return None

    return talk
