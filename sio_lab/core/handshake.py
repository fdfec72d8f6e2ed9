"""The HTTP exchange that a WebSocket begins with, read from its two texts."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.picking import picked

if TYPE_CHECKING:
    from sio_lab.core.log import Log

Headers = tuple[tuple[str, str], ...]

GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""What a server adds to the client's key before it hashes it (RFC 6455, 1.3)."""

KEY, ACCEPT = "sec-websocket-key", "sec-websocket-accept"


@dataclass(frozen=True)
class Handshake:
    """A request to go on as a WebSocket, and the answer; secrets are hidden in both."""

    request: str
    """The request as text: its line, then a header a line."""

    response: str
    """The answer as text: the status line, then a header a line."""

    @property
    def request_line(self) -> str:
        """The request's first line, as in `GET /echo HTTP/1.1`."""
        return self.request.partition("\n")[0]

    @property
    def status_line(self) -> str:
        """The answer's first line, as in `HTTP/1.1 101 Switching Protocols`."""
        return self.response.partition("\n")[0]

    @property
    def request_headers(self) -> Headers:
        """The request's headers, (name, value) each, in their order."""
        return _headers(self.request)

    @property
    def response_headers(self) -> Headers:
        """The answer's headers, (name, value) each, in their order."""
        return _headers(self.response)

    @property
    def accept(self) -> str:
        """How the answer's Sec-WebSocket-Accept follows from the request's key; empty where one of them is missing."""
        key, accept = _value(self.request_headers, KEY), _value(self.response_headers, ACCEPT)
        if key is None or accept is None:
            return ""
        if accept == accepted(key):
            return f"Accept = base64(SHA-1(Key + GUID)), RFC 6455, 1.3 and 4.2.2\nGUID = {GUID}"
        return f"Sec-WebSocket-Accept should be {accepted(key)} for this key (RFC 6455, 4.2.2)"

    def __repr__(self) -> str:
        """Return both texts, and what the second one proves, with a blank line between."""
        return "\n\n".join(filter(None, (self.request, self.response, self.accept)))


def accepted(key: str) -> str:
    """Return the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key (RFC 6455, 4.2.2)."""
    digest = hashlib.sha1(f"{key}{GUID}".encode(), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode()


def header_in(text: str, name: str) -> str:
    """Return a header's value in a text of a handshake, empty where it is not there; `name` is in lower case."""
    return _value(_headers(text), name) or ""


def handshake_of(log: Log, record: r.Record) -> Handshake | None:
    """Return the WebSocket handshake that a row tells of; None where it tells of none, or that has left the log.

    Of a raw WebSocket its `handshake` row has it; of Socket.IO's, the `upgrade` row, or, where a client came by
    WebSocket from the beginning, its `connect` rows.
    """
    if isinstance(record, r.SocketOpened):
        return Handshake(record.request, record.response)
    if not isinstance(record, (r.Upgraded, r.Connected)):
        return None
    if isinstance(record, r.Connected) and _was_upgraded(log, record):
        return None
    shaken = (each for each in picked(log.stretch(), r.Handshaken) if isinstance(each, r.Handshaken))
    found = [each for each in shaken if each.eio_sid == record.eio_sid]
    return Handshake(found[-1].request, found[-1].response) if found else None


def _was_upgraded(log: Log, record: r.Connected) -> bool:
    return any(getattr(each, "eio_sid", None) == record.eio_sid for each in picked(log.stretch(), r.Upgraded))


def _headers(text: str) -> Headers:
    pairs = (line.partition(": ") for line in text.split("\n")[1:])
    return tuple((name, value) for name, _, value in pairs if name)


def _value(headers: Headers, name: str) -> str | None:
    return next((value for each, value in headers if each.lower() == name), None)
