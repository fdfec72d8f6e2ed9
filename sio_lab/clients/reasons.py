"""Why a client did not get in, and why no ack came: told for a reader."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sio_lab.core.hints import beside_no_ack
from sio_lab.errors import ClientRefused, LabError, NotRunning

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sio_lab.clients.sending import Outgoing
    from sio_lab.core.records import Handled

_PROBE_SECONDS = 1.0
_BODY_LENGTH = 200
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def unreachable(name: str, url: str, error: BaseException) -> LabError:
    """Return the error for a connection that was never opened: nobody listens, or what the server answered."""
    if not _listens(url):
        return NotRunning(
            f"Client {name}: nothing listens at {_place(url)}. Start the server with %sio start, or lab.start(); "
            f"where its port has changed, open the client anew: lab.client({name!r})."
        )
    seen = " ".join(dict.fromkeys(_told(error)))
    return ClientRefused(f"Client {name} got no Socket.IO connection to {_place(url)}: {seen}", message=seen)


def refused(name: str, namespace: str, answer: Any) -> ClientRefused:
    """Return the error for a CONNECT_ERROR: its message, and the data that the handler gave with it."""
    if isinstance(answer, dict):
        message, data = answer.get("message"), answer.get("data")
    else:
        message, data = answer, None
    text = f"Client {name} was refused in {namespace}: {message}"
    return ClientRefused(text if data is None else f"{text} {data!r}", message=message, data=data)


def silent(name: str, namespaces: Sequence[str], lost: str | None, seconds: float) -> ClientRefused:
    """Return the error for namespaces whose CONNECT was never answered."""
    places = " and ".join(namespaces)
    if lost is not None:
        return ClientRefused(f"Client {name}: the connection ended before it was in {places}: {lost}.")
    return ClientRefused(
        f"Client {name}: connected to the server, but it did not answer for {places} within {seconds:g} s. "
        "Its 'connect' handler is still running, or raised."
    )


def no_ack(outgoing: Outgoing, timeout: float) -> str:
    """Say why an event was not acknowledged within `timeout` seconds, or never will be."""
    received, handled = outgoing.received, outgoing.handled
    if handled is not None and outgoing.has_failed:
        return _failure(outgoing, handled)
    if outgoing.is_cut_off:
        return f"the client was disconnected before the ack came: {outgoing.connection.lost or 'server disconnect'}."
    if handled is not None:
        return f"its handler is done, but the ack did not arrive within {timeout:g} s."
    if received is not None:
        return f"its handler has been running for {timeout:g} s. A longer wait: timeout={timeout * 2:g}."
    return f"no ack within {timeout:g} s, and the server has not told of the event."


def _failure(outgoing: Outgoing, handled: Handled) -> str:
    hint = beside_no_ack(handled.hint)
    if handled.status == "no-handler":
        define = f"define one: @socketio.on({outgoing.event!r}, namespace={outgoing.namespace!r})"
        return hint or f"no handler answers it; {define}"
    if handled.status == "refused":
        return f"it was refused; {hint}"
    trace = f"its traceback: lab.traffic[{handled.of}].handled.traceback"
    handler = f"handler {handled.handler}" if handled.handler else "handler"
    return f"its {handler} raised {handled.error}; {hint or trace}"


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname, parts.port or _PORTS[parts.scheme]), _PROBE_SECONDS).close()
    except OSError:
        return False
    return True


def _told(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        yield from (str(arg) for arg in error.args if isinstance(arg, (str, int, dict)) and "-+-+-" not in str(arg))
        status, body = getattr(error, "status_code", None), getattr(error, "resp_body", None)
        if status is not None:
            text = body.decode(errors="replace") if isinstance(body, bytes) else str(body or "")
            yield f"HTTP {status} {text.strip()[:_BODY_LENGTH]}"
        error = error.__context__
