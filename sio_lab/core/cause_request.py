"""Why a request, or a packet, was rejected."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from sio_lab.core import records as r
from sio_lab.core.cause import FAILURE, HINDRANCE, LIKELY, PLAIN, REMARK, SURE, Cause, Setup
from sio_lab.core.cause_origin import wrong_origin
from sio_lab.core.cause_path import not_found, unserved
from sio_lab.core.cause_version import wrong_version
from sio_lab.core.telling import quoted, sentence

if TYPE_CHECKING:
    from collections.abc import Callable

TLS = "a TLS handshake"
"""The reason of a row that tells of one who spoke TLS where plain HTTP is spoken."""

TLS_HINT = "https:// was used where the server speaks http: write http://"
UNKNOWN_SID = "that connection is gone, or was another server's: clients connect again by themselves"
TOO_MANY = (
    "more packets in one poll than the server reads: engineio.payload.Payload.max_decode_packets = 500 allows more"
)
NO_UPGRADE = "a WebSocket without its Upgrade header: a proxy in between takes that off"
AT_THE_DOOR = frozenset({401, 403, 423, 429, 503})
"""The HTTP statuses with which the lab itself turns somebody away."""

_DOORS = (("not its own", "host not allowed"), ("class", "not let into the class"))
_MORE = re.compile(r" \([0-9,]+ more such requests since [a-z ]+\)$")
"""What is added to a reason where a row stands for several requests."""

_LOOK = "Look at what the client sends: a Socket.IO client of version 3 or later sends what this server reads."


def cause_of(record: r.Record, setup: Setup = PLAIN) -> Cause | None:
    """Say why a record tells of somebody who did not get in; None where it does not."""
    if isinstance(record, r.Rejected):
        return rejected(record, setup)
    if isinstance(record, r.Refused):
        return unserved(record)
    return not_found(record, setup) if isinstance(record, r.HttpRequest) else None


def rejected(row: r.Rejected, setup: Setup = PLAIN) -> Cause:
    """Say why a request or a packet was rejected."""
    found = _known(row.reason, row.request, setup)
    if found is not None:
        return found
    reason = _MORE.sub("", row.reason)
    what, step = sentence(reason), sentence(row.hint) if row.hint else _LOOK
    short = row.hint or reason
    if row.status in AT_THE_DOOR:
        known = next((name for part, name in _DOORS if part in reason), "refused at the door")
        return Cause(known, short, what, step)
    if row.status is None:
        return Cause("packet rejected", short, what, step, SURE, HINDRANCE)
    return Cause("request rejected", short, what, step, LIKELY)


def hint_of(reason: str, asked: r.Asked | None = None, setup: Setup = PLAIN) -> str | None:
    """Return what a row says beside the reason of Engine.IO: the cause in a student's words; None of an unknown one."""
    found = _known(reason, asked, setup)
    return found.short if found is not None else None


def _known(reason: str, asked: r.Asked | None, setup: Setup) -> Cause | None:
    told = next((tell for part, tell in _TELLERS if part in reason), None)
    return told(reason, asked, setup) if told is not None else None


def _gone(_reason: str, _asked: r.Asked | None, _setup: Setup) -> Cause:
    return Cause(
        "unknown connection",
        UNKNOWN_SID,
        "A client went on with a connection that this server does not know: the server has been started anew "
        "since, or dropped it. That is no fault: the client connects again by itself.",
        "Nothing. Where it never ends, several servers share one address: have one client always reach the same one.",
        SURE,
        REMARK,
    )


def _handshake(_reason: str, _asked: r.Asked | None, setup: Setup) -> Cause:
    at = f":{setup.port}" if setup.port else ""
    return Cause(
        "https used",
        TLS_HINT,
        "Somebody began to speak TLS, that is https:// or wss://, with this server, which speaks plain http. The "
        "browser shows ERR_SSL_PROTOCOL_ERROR, and some change http:// to https:// by themselves.",
        f"Write the address with http, and ws for a WebSocket:\nhttp://127.0.0.1{at}/",
    )


def _no_upgrade(_reason: str, asked: r.Asked | None, _setup: Setup) -> Cause | None:
    transport = parse_qs(asked.query).get("transport", ["polling"])[0] if asked is not None else "websocket"
    if transport != "websocket":
        return Cause(
            "unknown transport",
            f"there is no transport {quoted(transport)}: polling and websocket are there",
            f"A client asked for transport {quoted(transport)}; the server has polling and websocket.",
            'Have the client ask for one of these:\nconst socket = io({transports: ["polling", "websocket"]});',
        )
    alone = "" if asked is not None and "sid=" in asked.query else " This one asked for a WebSocket and nothing else."
    return Cause(
        "WebSocket blocked",
        NO_UPGRADE,
        "A client asked to go on as a WebSocket, but what makes a request one (the header Upgrade: websocket) did not "
        f"arrive: a proxy in between takes it off. By long polling the client gets through.{alone}",
        'Have the proxy pass WebSockets on, or the client go without:\nconst socket = io({transports: ["polling"]});',
        SURE,
        FAILURE if alone else HINDRANCE,
    )


def _version(_reason: str, asked: r.Asked | None, _setup: Setup) -> Cause:
    return wrong_version(asked)


def _origin(_reason: str, asked: r.Asked | None, setup: Setup) -> Cause:
    return wrong_origin(asked, setup)


def _packets(_reason: str, _asked: r.Asked | None, _setup: Setup) -> Cause:
    return Cause(
        "too many packets",
        TOO_MANY,
        "A client sent more packets in one poll than the server reads, and was cut off: it emits very fast by long "
        "polling.",
        "Let the client use websocket, or read more of them:\nengineio.payload.Payload.max_decode_packets = 500",
        SURE,
        HINDRANCE,
    )


def _too_large(reason: str, _asked: r.Asked | None, _setup: Setup) -> Cause:
    return Cause(
        "packet too large",
        f"larger than the server reads: SocketIO(app, max_http_buffer_size=...) sets how much ({reason[:80]})",
        f"A client sent a packet that is larger than the server reads, and was cut off. {sentence(reason[:200])}",
        "Send less at once, or have the server read more, here 10 MB:\n"
        "socketio = SocketIO(app, max_http_buffer_size=10_000_000)",
        SURE,
        HINDRANCE,
    )


def _post(reason: str, asked: r.Asked | None, setup: Setup) -> Cause | None:
    # Engine.IO gives a reason for all but this one: a body that is too large, or that can't be read.
    if asked is None or asked.method != "POST":
        return None
    return replace(_too_large(f"The answer was {reason}", asked, setup), certainty=LIKELY)


_TELLERS: tuple[tuple[str, Callable[[str, r.Asked | None, Setup], Cause | None]], ...] = (
    ("unsupported version", _version),
    ("accepted origin", _origin),
    ("Invalid session", _gone),
    ("Session is disconnected", _gone),
    ("Too many packets", _packets),
    (TLS, _handshake),
    ("Invalid websocket upgrade", _no_upgrade),
    ("Invalid transport", _no_upgrade),
    ("longer than max_http_buffer_size", _too_large),
    ("packet is too large", _too_large),
    ("400 BAD REQUEST", _post),
)
"""Part of the reason that Engine.IO, or the lab, gives -> what says the rest."""
