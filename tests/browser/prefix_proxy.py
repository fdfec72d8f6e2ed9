"""A reverse proxy that serves another server under a prefix and takes that off on the way, as a notebook's does."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD_ENDS = b"\r\n\r\n"


@contextmanager
def behind(port: int, prefix: str) -> Iterator[str]:
    """Serve what listens at a port under a prefix, which ends in a slash; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_accept, args=(listening, port, prefix.encode()), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}{prefix}"
        listening.shutdown(socket.SHUT_RDWR)


def _accept(listening: socket.socket, port: int, prefix: bytes) -> None:
    with suppress(OSError):
        while True:
            browser, _ = listening.accept()
            threading.Thread(target=_pass_on, args=(browser, port, prefix), daemon=True).start()


def _pass_on(browser: socket.socket, port: int, prefix: bytes) -> None:
    with browser, suppress(OSError):
        asked = b""
        while HEAD_ENDS not in asked:
            piece = browser.recv(65536)
            if not piece:
                return
            asked += piece
        if f" {prefix.decode()}".encode() not in asked.partition(b"\r\n")[0]:
            browser.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", port)) as server:
            # A connection for each request, so that there is one head to change only.
            asked = asked.replace(b"Connection: keep-alive", b"Connection: close", 1)
            server.sendall(asked.replace(prefix, b"/", 1))
            threading.Thread(target=_splice, args=(browser, server), daemon=True).start()
            _splice(server, browser)


def _splice(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(65536):
            sink.sendall(piece)
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
