"""Pages of old articles: they load Socket.IO clients that no server of today talks to."""

from __future__ import annotations

import re
from dataclasses import dataclass

CLIENT = "https://cdn.socket.io/4.8.1/socket.io.min.js"
"""A client of today."""

FIRST_OF_TODAY = 3
"""The first version of the client that speaks today's protocol."""

_SCRIPT = re.compile(r"""<script\b[^>]*\bsrc\s*=\s*["']([^"']*socket[.]?io[^"']*)["']""", re.IGNORECASE)
_VERSION = re.compile(r"(?:/|@|-|v|=)(\d+)(?:\.\d+)*(?=[/.@\s-]|$)")
_BANNER = re.compile(r"Socket\.IO v(\d+)\.\d+")
_FROM_SERVER = re.compile(r"(^|/)socket\.io/socket\.io(\.min)?\.js$")


@dataclass(frozen=True, slots=True)
class OldClient:
    """A script that a page loads and that can't connect."""

    line: int
    """Its line in the page, from 1."""

    source: str
    """What its `src` says."""

    text: str
    """What is wrong with it, and what to write."""


def old_clients(html: str, client: str = CLIENT) -> list[OldClient]:
    """Return the scripts of a page that are Socket.IO clients which can't connect; `client` is the one to load."""
    found = []
    for script in _SCRIPT.finditer(html):
        wrong = _wrong(script[1])
        if wrong is not None:
            line = html.count("\n", 0, script.start(1)) + 1
            found.append(OldClient(line, script[1], f'{wrong} Load <script src="{client}"></script> instead.'))
    return found


def is_old_script(text: str) -> bool:
    """Tell whether the text of a script is a Socket.IO client of before 3.0, by the banner that it begins with."""
    banner = _BANNER.search(text[:1000])
    return banner is not None and int(banner[1]) < FIRST_OF_TODAY


def _wrong(source: str) -> str | None:
    """Say why a client can't connect; None where it can, or its version can't be told."""
    if "vue-socket.io" in source:
        return "vue-socket.io brings a Socket.IO client 2.x with it, which the server refuses (HTTP 400)."
    if _FROM_SERVER.search(source) and "//" not in source:
        return "Flask-SocketIO serves no client script there."
    version = _VERSION.search(source)
    if version is None or int(version[1]) >= FIRST_OF_TODAY:
        return None
    return f"This loads a Socket.IO client {version[1]}.x, which the server refuses (HTTP 400)."
