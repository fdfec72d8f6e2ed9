"""python-socketio's AsyncServer under uvicorn, with everything that makes that quick: uvloop, httptools, websockets."""

from __future__ import annotations

import asyncio
import socket
import sys
import threading
from importlib.metadata import version
from typing import Any

import socketio
import uvicorn

from tests.benchmarks.servers.control import announce

WEBSOCKETS = "websockets-sansio"
"""What uvicorn chooses by itself where websockets is installed; it reads frames with compiled code."""

PARTS = ("python-socketio", "uvicorn", "uvloop", "httptools", "websockets")


def register(server: socketio.AsyncServer) -> None:
    """Have the server answer the events of the benchmark."""

    @server.on("echo")
    async def echo(_sid: str, value: Any) -> Any:
        return value

    @server.on("broadcast")
    async def broadcast(_sid: str, count: int, value: Any) -> None:
        for _ in range(count):
            await server.emit("news", value)

    @server.on("two")
    async def two(sid: str, value: Any) -> None:
        await server.emit("first", value, to=sid)
        await server.emit("second", value, to=sid)

    @server.on("clients")
    async def clients(_sid: str) -> int:
        return len(list(server.manager.get_participants("/", None)))


def stop_with_stdin(server: uvicorn.Server) -> None:
    """Stop serving when the harness closes stdin."""
    sys.stdin.read()
    server.should_exit = True


def main() -> None:
    """Serve in the main thread, as uvicorn does."""
    server = socketio.AsyncServer(async_mode="asgi")
    register(server)
    listening = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        socketio.ASGIApp(server), loop="uvloop", http="httptools", ws=WEBSOCKETS, log_level="error", access_log=False
    )
    runner = uvicorn.Server(config)
    threading.Thread(target=stop_with_stdin, args=(runner,), daemon=True).start()
    announce(listening.getsockname()[1], ", ".join(f"{part} {version(part)}" for part in PARTS) + f" ({WEBSOCKETS})")
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as loop:
        loop.run(runner.serve(sockets=[listening]))


if __name__ == "__main__":
    main()
