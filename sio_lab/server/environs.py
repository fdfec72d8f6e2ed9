"""What the WSGI environment of a request says, read in one way by all who look at it."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs


def address_of(environ: dict[str, Any]) -> str | None:
    """Return the peer's IP address; None where it is not known."""
    address: str | None = environ.get("REMOTE_ADDR")
    return address


def eio_sid_in(environ: dict[str, Any]) -> str:
    """Return the Engine.IO sid that a request names; an empty text where it names none."""
    return parse_qs(str(environ.get("QUERY_STRING", ""))).get("sid", [""])[0]


def is_upgrade(environ: dict[str, Any]) -> bool:
    """Tell whether a request asks to go on as a WebSocket.

    Where the header names others beside, too: what a server might take for a handshake, doors must not miss.
    """
    return "websocket" in str(environ.get("HTTP_UPGRADE", "")).lower()
