"""The app and SocketIO pair that the lab makes where the user brings none."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import flask

from sio_lab.server.socketio import LabSocketIO


def new_pair(options: dict[str, Any], kind: type[LabSocketIO] = LabSocketIO) -> LabSocketIO:
    """Return a SocketIO object of a `kind` with a fresh app; `options` are SocketIO's own.

    The app finds `templates` and `static` in the folder the notebook runs in, and can sign sessions.
    """
    app = flask.Flask("__main__", root_path=str(Path.cwd()))
    app.config["SECRET_KEY"] = secrets.token_hex()
    return kind(app, **options)
