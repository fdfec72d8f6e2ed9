"""What is said of a page in which the lab has put its own Socket.IO client, or could not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.server.web.known_clients import VERSION, Client

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BASE = "its <base href> leads to another server"
OLD = (
    "It was written for an older version: its 'reconnect', 'reconnecting', 'error' and 'ping' events still come, "
    "'pong', socket.binary and socket.json do not."
)
SWITCH = "%sio start --no-mend leaves pages alone."


def policy(directive: str) -> str:
    """Say that a policy forbids it."""
    return f"its Content-Security-Policy ({directive}) allows no such script of this server: add 'self' to it"


def note(replaced: Sequence[Client], left: Sequence[tuple[Client, str]]) -> str | None:
    """Return what was done to a page, in words; None where nothing was to be done.

    `replaced` are the clients that the lab's own stands in for now, `left` those that were left, each with the reason.
    """
    done = _distinct(_replaced(client) for client in replaced)
    not_done = _distinct(f"Its {_named(client)} was left alone: {why}." for client, why in left)
    old = [OLD] if any(client.is_old for client in replaced) else []
    told = [*done, *old, *not_done, *([SWITCH] if done else [])]
    return " ".join(told) or None


def _replaced(client: Client) -> str:
    if client.host is None:
        return f"Its {_named(client)} is the lab's own {VERSION} now: Flask-SocketIO serves none there."
    return f"Its {_named(client)} was replaced by the lab's own {VERSION}, which this server speaks."


def _named(client: Client) -> str:
    if client.host is None:
        return "/socket.io/socket.io.js"
    return f"socket.io {client.version or '(of a version that its address does not tell)'} from {client.host}"


def _distinct(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
