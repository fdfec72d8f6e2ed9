"""Clients that speak another version of the protocol: which one they are, and which one they need."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sio_lab.core.cause import LIKELY, SCRIPT, SURE, Cause
from sio_lab.core.telling import quoted

if TYPE_CHECKING:
    from sio_lab.core.records import Asked

SPOKEN = "4"
"""The version of Engine.IO that the server speaks; Socket.IO 3 and 4 do."""

OLD = frozenset({"1", "2", "3"})
"""Those of Socket.IO 1.x and 2.x."""

OLD_CLIENT = "a Socket.IO 1.x or 2.x client: it needs socket.io-client 3 or 4"
SCRIPTS = ("/socket.io.js", "/socket.io.min.js", "/socket.io.slim.js")
"""Where Node's servers have the client's script, below their Socket.IO path."""

_IN_PAGES = f"In a page, load the client that the lab brings along, in place of the old one:\n{SCRIPT}"
_VUE = (
    " In a browser that is 'xhr poll error' or 'websocket error'. vue-socket.io (3.0.10) brings client 2.x along, so a "
    "Vue page is old whatever else it loads."
)
_LIBRARIES = (
    ("okhttp", "a Java or Android client", "io.socket:socket.io-client 2.x, in place of 1.x"),
    ("cfnetwork", "a Swift client", "Socket.IO-Client-Swift 16, without .version(.two)"),
    ("dart", "a Flutter client", "socket_io_client 2 or later, in place of 1.x"),
    ("unity", "a Unity client", "a C# or Unity package that speaks Engine.IO 4"),
    ("websocket-sharp", "a Unity or C# client", "a C# or Unity package that speaks Engine.IO 4"),
    ("python", "a Python client", "python-socketio 5, in place of 4 or socketIO-client"),
    ("aiohttp", "a Python client", "python-socketio 5, in place of 4"),
    ("node-xmlhttprequest", "a Node.js program", "npm install socket.io-client@4"),
    ("go-http-client", "a Go client", "a Go package that speaks Engine.IO 4"),
)
"""Part of a user agent, in lower case -> what that is, and the version it needs."""


def wrong_version(asked: Asked | None) -> Cause:
    """Say what a request of another version is: where nothing is known of it, most likely that of an old client."""
    if asked is None:
        return _old("A client", "", LIKELY)
    if asked.path.endswith(SCRIPTS):
        return _script(asked)
    spoken = parse_qs(asked.query).get("EIO", [""])[0]
    if spoken in OLD:
        who, needs = library(asked.user_agent)
        return _old(who, needs)
    return _nothing_said(asked) if not spoken else _unknown(spoken)


def library(user_agent: str | None) -> tuple[str, str]:
    """Return who asks, as far as a user agent tells, and what it needs; that is empty of browsers and the unknown."""
    agent = (user_agent or "").lower()
    for part, who, needs in _LIBRARIES:
        if part in agent:
            return who[:1].upper() + who[1:], needs
    return ("A page", "") if agent.startswith("mozilla/") else ("A client", "")


def _old(who: str, needs: str, certainty: str = SURE) -> Cause:
    step = f"Have it use {needs}." if needs and not needs.startswith("npm") else _IN_PAGES
    if needs.startswith("npm"):
        step = f"Install a newer client:\n{needs}"
    return Cause(
        "old client",
        OLD_CLIENT,
        f"{who} uses Socket.IO 1.x or 2.x, whose protocol (Engine.IO 3) this server does not speak: it needs "
        f"socket.io-client 3 or 4. It goes on trying, and shows no more than an error of its transport."
        f"{'' if needs else _VUE}",
        step,
        certainty,
    )


def _script(asked: Asked) -> Cause:
    return Cause(
        "script not served",
        f"the client's script is not here, as it is on a Node server: the lab's is {SCRIPT.split(chr(34))[1]}",
        f"A page loads the client from {quoted(asked.path)}. Servers in Node.js have it there; Flask-SocketIO's "
        "have not, so in the page io is not defined.",
        f"Change that line of the page to:\n{SCRIPT}",
    )


def _nothing_said(asked: Asked) -> Cause:
    return Cause(
        "no Socket.IO client",
        "no Socket.IO client: it does not say EIO=4, as a browser that opens this address or a plain WebSocket",
        f"Something asked for {quoted(asked.path)} that is no Socket.IO client: they say in the query string which "
        "version they speak (EIO=4). A browser in which somebody opens that address does this, and so does a plain "
        "WebSocket.",
        "Open the address without that path in a browser, and connect with a Socket.IO client: const socket = io();",
        LIKELY,
    )


def _unknown(spoken: str) -> Cause:
    return Cause(
        "unknown version",
        f"a client that speaks Engine.IO {quoted(spoken[:10])}: this server speaks 4, as socket.io-client 3 and 4 do",
        f"A client says that it speaks Engine.IO {quoted(spoken)}; this server speaks 4, as socket.io-client 3 and 4 "
        "do.",
        _IN_PAGES,
    )
