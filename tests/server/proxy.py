"""A proxy that lets no WebSocket through: it takes the Upgrade header off, as many do."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self

SECONDS = 20


class DropsUpgrade:
    """Passes each request on to a port of this machine, one a connection, without what asks for a WebSocket."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._serve, daemon=True)]
        self._servers: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for server in list(self._servers):  # a long poll would be answered with the next ping only
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(SECONDS)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                thread = threading.Thread(target=self._pass_on, args=(client,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _pass_on(self, client: socket.socket) -> None:
        with suppress(OSError), client, socket.create_connection(("127.0.0.1", self._port), SECONDS) as server:
            self._servers.append(server)
            client.settimeout(SECONDS)
            head, _, body = _read_head(client).partition(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            kept = [line for line in lines if not line.lower().startswith((b"upgrade:", b"connection:"))]
            server.sendall(b"\r\n".join([*kept, b"Connection: close"]) + b"\r\n\r\n" + body)
            length = next((int(line[15:]) for line in lines if line.lower().startswith(b"content-length:")), 0)
            while len(body) < length and (more := client.recv(65536)):
                server.sendall(more)
                body += more
            while answer := server.recv(65536):
                client.sendall(answer)


def _read_head(client: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (more := client.recv(65536)):
        data += more
    return data
