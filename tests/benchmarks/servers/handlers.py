"""What every server answers, for Flask-SocketIO: plain and in the lab."""

from __future__ import annotations

from typing import Any

from flask_socketio import emit


def register(socketio: Any) -> None:
    """Have a SocketIO object answer the events of the benchmark."""

    @socketio.on("echo")
    def echo(value: Any) -> Any:
        return value

    @socketio.on("broadcast")
    def broadcast(count: int, value: Any) -> None:
        for _ in range(count):
            emit("news", value, broadcast=True)

    @socketio.on("two")
    def two(value: Any) -> None:
        emit("first", value)
        emit("second", value)

    @socketio.on("clients")
    def clients() -> int:
        return len(list(socketio.server.manager.get_participants("/", None)))
