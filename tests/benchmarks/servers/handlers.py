"""What every server answers, for Flask-SocketIO: plain and in the lab."""

from __future__ import annotations

import time
from typing import Any

from flask_socketio import emit

QUICK_PINGS = {"ping_interval": 1, "ping_timeout": 2}
"""What `bench_breaks` has servers do, so as not to wait for a minute."""


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

    @socketio.on("flood")
    def flood(count: int, size: int) -> None:
        for _ in range(count):
            emit("news", "x" * size, broadcast=True)

    @socketio.on("block")
    def block() -> None:
        time.sleep(30)

    @socketio.on("clients")
    def clients() -> int:
        return len(list(socketio.server.manager.get_participants("/", None)))
