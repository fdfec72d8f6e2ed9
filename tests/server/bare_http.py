"""HTTP as it is typed: requests that no client would send."""

from __future__ import annotations

from dataclasses import dataclass

from tests.server.peers import connected_socket

UPGRADE = (
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
)
POLLING = "/socket.io/?EIO=4&transport=polling"
WEBSOCKET = "/socket.io/?EIO=4&transport=websocket"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    """By name in lower case."""

    text: str


def typed(url: str, line: str, *headers: str, body: str = "") -> Answer:
    """Send a request line, headers, none added, and a body; of what becomes a WebSocket, only the head is read."""
    with connected_socket(url) as connection:
        connection.sendall("\r\n".join([line, *headers, "", body]).encode("latin-1"))
        received = b""
        while b"\r\n\r\n" not in received and (piece := connection.recv(65_536)):
            received += piece
        status = int(received.split(b" ", 2)[1]) if received else 0
        while status != 101 and (piece := connection.recv(65_536)):
            received += piece
    head, _, text = received.decode("latin-1").partition("\r\n\r\n")
    named = dict(each.split(": ", 1) for each in head.splitlines()[1:])
    return Answer(status, {name.lower(): value for name, value in named.items()}, text)


def get(url: str, path: str, *headers: str, host: str | None = None) -> Answer:
    """Ask for a page, with the Host that a browser would send where none is given."""
    return typed(url, f"GET {path} HTTP/1.1", f"Host: {host or url.removeprefix('http://')}", *headers)
