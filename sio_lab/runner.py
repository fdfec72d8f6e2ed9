"""What old programs ask of their server and their greenlets, done by the lab."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from sio_lab.errors import LabError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.lab import Lab
    from sio_lab.legacy import Notices

DEEPEST = 10
"""How much middleware is looked through: more than any program has."""


class Runner:
    """Sleeps, starts tasks and serves for the stand-ins of gevent, eventlet and flask_sockets."""

    def __init__(self, lab: Lab, notices: Notices) -> None:
        self._lab = lab
        self.notices = notices
        """Tells the reader what to write today."""

    def sleep(self, seconds: float) -> None:
        """Sleep as `socketio.sleep` does: a task that is to end does so here."""
        self._lab.stage.tasks.sleep(time.sleep, seconds)

    def spawn(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Start a background task of the cell that asks for it; returns its thread."""
        return self._lab.stage.tasks.start(_in_thread, function, *args, **kwargs)

    def serve(self, app: Any, host: str, port: int) -> None:
        """Serve a Flask app in the background, with its SocketIO object, or one made for it.

        Raises LabError for what is no Flask app.
        """
        bare = _bare_server(app)
        if bare is not None:
            self._lab.stage.serve_bare(bare, host, port)
            return
        flask_app = _flask_app(app)
        if flask_app is None:
            raise LabError(f"Can't serve a {type(app).__name__}: give the Flask app that your SocketIO object has.")
        socketio = flask_app.extensions.get("socketio") or self._lab.stage.socketio_class(flask_app)
        socketio.run(flask_app, host=host, port=port)


def _in_thread(target: Callable[..., Any], *args: Any, **kwargs: Any) -> threading.Thread:
    thread = threading.Thread(target=target, args=args, kwargs=kwargs, daemon=True)
    thread.start()
    return thread


def _bare_server(app: Any) -> Any:
    """Return the `socketio.Server` in what python-socketio's own WSGI middleware serves; None for a SocketIO's."""
    if getattr(app, "flask_app", None) is not None:
        return None
    return getattr(app, "engineio_app", None)


def _flask_app(app: Any) -> Any:
    """Return the Flask app in what a program gives its server: the app, or middleware around it; None without one."""
    for _ in range(DEEPEST):
        if app is None or hasattr(app, "extensions"):
            return app
        app = getattr(app, "flask_app", None) or getattr(app, "wsgi_app", None) or getattr(app, "app", None)
    return None
