"""What happened on a raw WebSocket, in a sentence, and why it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sio_lab.core import records as r
from sio_lab.core.reason import Reason
from sio_lab.core.socket_records import NO_CLOSE
from sio_lab.core.telling import lasted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.core.surroundings import Surroundings

CLIENT_ERROR = 400
GOING_AWAY, RESTART = 1001, 1012
_NEXT = {
    1002: "Compare what both sides sent, frame by frame: %sio traffic kind:frame sid:{sid} has it.",
    1003: "Send the other kind, text or binary: a str is sent as text, bytes as binary.",
    NO_CLOSE: "A page that is closed or reloaded ends so, and a network that fails: let the page connect again in its "
    "onclose. Where a program ends so, have it close the WebSocket.",
    1007: "Send what is no UTF-8 as binary: ws.send(bytes).",
    1008: "See the reason: where it is the ping's, the client was away for too long.",
    1009: "Send it in pieces, or allow more: app.config['SOCK_SERVER_OPTIONS'] = {{'max_message_size': BYTES}}, or "
    "max_http_buffer_size of SocketIO, which holds for all others.",
    1010: "Ask for fewer extensions, or serve them.",
}
"""Close code -> what to do about it."""

_BY = {
    "client": "the client",
    "server": "the function that served it",
    "lab": "the lab",
    "network": "nobody, so the network or the process went away",
}


def opened_line(around: Surroundings, row: r.SocketOpened) -> str:
    """Say what happened at a handshake."""
    if row.status >= CLIENT_ERROR:
        return f"A WebSocket at {quoted(row.path)} was refused with HTTP status {row.status}."
    handled = around.handled(row)
    if handled is None:
        return f"{row.sid} was opened at {quoted(row.path)}; the function that serves it goes on."
    how = "raised" if handled.status == "raised" else "ended"
    return f"{row.sid} was opened at {quoted(row.path)}; {handled.handler} {how} after {lasted(handled.ms * 1e6)}."


def frame_line(_around: Surroundings, row: r.FrameReceived | r.FrameSent) -> str:
    """Say what a frame was."""
    way = "came from" if isinstance(row, r.FrameReceived) else "went to"
    kept = len(row.payload if isinstance(row.payload, bytes) else row.payload.encode("utf-8", "replace"))
    cut = f"; the first {kept:,} are kept" if row.code is None and kept < row.length else ""
    part = "" if row.is_final else ", more of its message follows"
    return f"A {row.opcode} frame of {row.length:,} bytes {way} {row.sid} at {quoted(row.path)}{cut}{part}."


def closed_line(_around: Surroundings, row: r.SocketClosed) -> str:
    """Say how a raw WebSocket ended."""
    reason = f", {quoted(row.reason)}" if row.reason else ""
    answered = "" if row.is_clean or row.code == NO_CLOSE else "; the other side never answered"
    open_for = lasted(row.ms * 1e6)
    return f"{row.sid} was closed by {_BY.get(row.origin, row.origin)} after {open_for}: {row.code}{reason}{answered}."


def opened(around: Surroundings, row: r.SocketOpened) -> Iterator[Reason]:
    """Yield why a handshake came to nothing, or the function behind it raised."""
    handled = around.handled(row)
    if row.status >= CLIENT_ERROR:
        yield Reason(
            "handshake refused",
            f"The WebSocket's handshake was answered with HTTP status {row.status}.",
            f"traffic[{row.seq}].handshake has the request and the answer",
            "Look at its headers: a WebSocket needs Upgrade, Connection, Sec-WebSocket-Key and version 13.",
            is_failure=True,
        )
    if handled is not None and handled.status == "raised":
        yield Reason(
            "socket function raised",
            f"{handled.handler} raised {handled.error}; the client's onclose got code 1011.",
            f"row {row.seq} has the traceback",
            handled.hint or "Mend the function in its cell and run that again: the page can connect anew.",
            is_failure=True,
        )


def closed(_around: Surroundings, row: r.SocketClosed) -> Iterator[Reason]:
    """Yield why a raw WebSocket ended badly."""
    if row.hint is not None:
        yield Reason(
            "no close frame" if row.code == NO_CLOSE else f"closed with {row.code}",
            f"It ended with code {row.code}: {row.hint}.",
            f"row {row.seq}; {_who(row)}; its handshake is row {row.began}",
            _NEXT[row.code].format(sid=row.sid),
            is_failure=True,
        )


def closed_on_purpose(_around: Surroundings, row: r.SocketClosed) -> Iterator[Reason]:
    """Yield why the lab has ended a raw WebSocket that was well."""
    why = {
        RESTART: ("service restart", "Its function was defined anew or removed, or another program took its place"),
        GOING_AWAY: ("going away", "The server was stopped"),
    }
    if row.origin == "lab" and row.code in why:
        name, what = why[row.code]
        yield Reason(
            name,
            f"{what}: the lab closed it with {row.code}.",
            f"row {row.seq}",
            "A page that connects again in its onclose gets the new function.",
            is_failure=False,
        )


def _who(row: r.SocketClosed) -> str:
    return f"ended by {_BY.get(row.origin, row.origin)}"
