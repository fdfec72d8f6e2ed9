"""Paths that lead elsewhere: the path in a client's URL is a namespace; where Socket.IO lies is an option."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core.cause import LIKELY, PLAIN, POSSIBLE, SURE, Cause, Setup, pasted
from sio_lab.core.cause_version import SCRIPTS, wrong_version
from sio_lab.core.telling import PASTED, below, handler, quoted, sentence

if TYPE_CHECKING:
    from sio_lab.core.records import HttpRequest, Refused

UNSERVED = "Unable to connect"
"""What python-socketio answers where no handler makes it accept a namespace."""

NOT_FOUND = 404
_ENGINE = "socket.io"
_PROXY = ("/proxy/", "/user/", "/lab", "/notebooks", "/tree")
"""How paths begin, or what is in them, that a notebook's server has."""

_RULE = "The path in a client's URL is the namespace that it asks for; where Socket.IO lies on the server is an option."


def looks_like_a_path(namespace: str) -> bool:
    """Tell whether a namespace is rather what somebody took for the path to the server."""
    folded = namespace.casefold()
    return _ENGINE in folded or namespace.endswith("/") or any(part in folded for part in _PROXY)


def unserved(row: Refused) -> Cause | None:
    """Say why nobody serves the namespace that a client asked for; None where a handler, or another rule, refused."""
    if row.sid is not None or row.reason != UNSERVED or (row.hint is not None and "already" in row.hint):
        return None
    namespace = row.namespace
    if len(namespace) <= PASTED and looks_like_a_path(namespace):
        return _path_as_namespace(namespace)
    return Cause(
        "namespace not served",
        row.hint or f"nobody serves the namespace {quoted(namespace)}",
        f"A client asked for namespace {quoted(namespace)}, which nobody serves: a namespace is there as soon as "
        f"it has a handler. {sentence(row.hint) if row.hint else ''}".rstrip(),
        below(
            "Have the client connect to one that is served, or make this one with a handler:",
            handler("my event", namespace, 1),
        ),
    )


def not_found(row: HttpRequest, setup: Setup = PLAIN) -> Cause | None:
    """Say why a request for Socket.IO found nothing; None for any other request."""
    asked = row.request
    if row.status != NOT_FOUND or asked is None:
        return None
    if row.path.endswith(SCRIPTS):
        return wrong_version(asked)
    return Cause(
        "wrong path",
        f"a client asks for Socket.IO at {quoted(row.path)}: here it lies at {setup.path}",
        f"A client asks for Socket.IO at {quoted(row.path)}, where the server has nothing: its Socket.IO lies at "
        f"{setup.path}. {_who_says_so(row.path, setup)}",
        f"Have the client ask there; io() alone does, in a page that this server serves:\n"
        f"const socket = io({{path: {pasted(setup.path)}}});",
        SURE if "EIO=" in asked.query else LIKELY,
    )


def is_socketio_like(path: str, query: str) -> bool:
    """Tell whether a request was meant for Socket.IO, or for its script, though it came to the program."""
    folded = path.casefold()
    return "EIO=" in query or folded.rstrip("/").endswith(f"/{_ENGINE}") or folded.endswith(SCRIPTS)


def _who_says_so(path: str, setup: Setup) -> str:
    if path.rstrip("/") == setup.path.rstrip("/"):
        return "The slash at the end is missing in the client's option path."
    if path.endswith(setup.path):
        return "A proxy in front passes its own prefix on, or the client's option path has one too many."
    return "The client was given that in its option path."


def _path_as_namespace(namespace: str) -> Cause:
    path = _path_in(namespace)
    if path is None:
        right = namespace.rstrip("/") or "/"
        return Cause(
            "wrong path",
            f"a slash too many: {quoted(namespace)} is not {quoted(right)}",
            f"A client asked for namespace {quoted(namespace)}, which nobody serves. {_RULE} With a slash at its end "
            "it is another namespace than without.",
            f"Have the client leave it out:\nconst socket = io({pasted(right)});",
            LIKELY,
        )
    return Cause(
        "wrong path",
        f"the URL's path is a namespace, and nobody serves {quoted(namespace)}: give the client the option path",
        f"A client asked for namespace {quoted(namespace)}, which nobody serves. {_RULE}",
        f"Take the path out of the URL, and give it as an option:\nconst socket = io({{path: {pasted(path)}}});",
        SURE if _ENGINE in namespace.casefold() else POSSIBLE,
    )


def _path_in(namespace: str) -> str | None:
    """Return the path to Socket.IO that was meant by a namespace; None where it is one with a slash too many."""
    folded = namespace.casefold()
    if _ENGINE in folded:
        return f"{namespace[: folded.index(_ENGINE)]}{_ENGINE}/"
    is_proxy = any(part in folded for part in _PROXY)
    return f"{namespace.rstrip('/')}/{_ENGINE}/" if is_proxy else None
