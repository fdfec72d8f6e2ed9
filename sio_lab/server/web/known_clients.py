"""Which scripts of a page are the official Socket.IO client, fetched from where the lab's own does better."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

VERSION = "4.8.4"
"""The version of the client that the lab brings."""

FIRST_OF_TODAY = 3
"""The first major version of the client that speaks this server's protocol."""

_NEWEST = 4
_LONGEST = 2_000
_NUMBER = r"\d+(?:\.\d+)*"
_FILE = re.compile(
    rf"socket\.?io(?:-client)?(?:[.-]v?{_NUMBER}(?:-[\w.]+)?)?(?:\.(?:slim|esm|msgpack|dev|min|bundle))*\.m?js",
    re.IGNORECASE,
)
_PACKAGE = re.compile(r"/socket\.io-client(?:@[^/]+)?(?:/\+esm|/(?:build/esm/)?index\.m?js)?/?$")
_VERSION = re.compile(rf"socket\.?io(?:-client)?[@/-]v?({_NUMBER})|/({_NUMBER})/", re.IGNORECASE)
_LOOPBACK = re.compile(r"localhost|127(?:\.\d+){3}|0\.0\.0\.0|::1?")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is, as far as its server knows."""

    path: str
    """Its path, percent-encoded, without the prefix that a proxy may have taken off."""

    hosts: Collection[str] = ()
    """The hosts, with their ports, under which this server is known."""

    socketio_path: str = "socket.io"
    """Where Engine.IO answers, without slashes around it."""


@dataclass(frozen=True, slots=True)
class Client:
    """A Socket.IO client that a page loads."""

    host: str | None
    """Where it comes from; None where that is this server, which has none at that address."""

    version: str | None
    is_msgpack: bool = False
    """Whether it is the build that speaks msgpack."""

    @property
    def major(self) -> int | None:
        """The number before the first dot; None where the version can't be told."""
        return None if self.version is None else int(self.version.partition(".")[0])

    @property
    def is_old(self) -> bool:
        """Whether it is known to speak a protocol that this server does not."""
        return self.major is not None and self.major < FIRST_OF_TODAY


def client_of(source: str, place: Place) -> Client | None:
    """Return the client that a URL in a page leads to; None where it is anything else, or is to be left alone.

    Left alone are a copy that the program serves itself, the client that another Socket.IO server hands out, and
    versions that come after the lab's own.
    """
    try:
        parts = urlsplit(source.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if len(source) > _LONGEST or parts.scheme not in {"", "http", "https"}:
        return None
    if not host or (host if port is None else f"{host}:{port}") in place.hosts:
        return _of_this_server(parts.path, place)
    return None if _LOOPBACK.fullmatch(host) else _from_elsewhere(host, parts.path)


def _of_this_server(path: str, place: Place) -> Client | None:
    """Return the client that Node.js's server would hand out at a path, which Flask-SocketIO does not."""
    folder, _, name = urljoin(place.path, path).rpartition("/")
    if folder not in {"/socket.io", f"/{place.socketio_path}"} or not _FILE.fullmatch(name):
        return None
    return Client(None, None, is_msgpack="msgpack" in name)


def _from_elsewhere(host: str, path: str) -> Client | None:
    name = path.rpartition("/")[2]
    is_another_servers = path == f"/socket.io/{name}"
    if is_another_servers or not (_FILE.fullmatch(name) or _PACKAGE.search(path)):
        return None
    found = _VERSION.search(path)
    client = Client(host[:100], (found[1] or found[2])[:20] if found else None, is_msgpack="msgpack" in name)
    return client if (client.major or 0) <= _NEWEST else None
