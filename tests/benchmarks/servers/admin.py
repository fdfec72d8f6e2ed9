"""An admin client: python-socketio's own, in the namespace `/admin`; it takes in all that it is told."""

from __future__ import annotations

import sys
from typing import Any

import socketio

from tests.benchmarks.servers.control import say


def main(url: str) -> None:
    """Connect and stay until stdin is closed."""
    client = socketio.Client(handle_sigint=False)

    @client.on("*", namespace="/admin")
    def take(_event: str, *_args: Any) -> None:
        """Have the client read each event through to its handler, as an admin page does."""

    client.connect(url, namespaces=["/admin"], transports=["websocket"])
    say("connected")
    sys.stdin.read()


if __name__ == "__main__":
    main(sys.argv[1])
