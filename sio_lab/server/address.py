"""Where to listen: what a program asks for, and what it gets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sio_lab.errors import LabError
from sio_lab.server.reach import LOCALHOST, is_local
from sio_lab.server.thread import LAST_PORT, listen

DEFAULT_PORT = 5000
"""Flask-SocketIO's own."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens."""

    host: str = LOCALHOST
    port: int = 0
    """0 for any free one."""


def wanted(app: Any, host: str | None, port: int | None, now: Address) -> Address:
    """Return where a program that calls `run(app, host, port)` is served.

    `now` is where the lab listens, or last did. An address that others reach is only taken where the lab has been
    started there on purpose. Without a port it is the lab's own, else that of SERVER_NAME in the app's config, else
    Flask-SocketIO's 5000, else any free one. Raises LabError where the port is no number.
    """
    place = host if is_local(host) and host is not None and is_local(now.host) else now.host
    if port is None:
        port = now.port or _named_port(app) or (DEFAULT_PORT if is_free(place, DEFAULT_PORT) else 0)
    try:
        return Address(place, int(port))
    except (TypeError, ValueError):
        raise LabError(f"There is no port {port!r}: ports are 0 (any free one) to {LAST_PORT}.") from None


def _named_port(app: Any) -> int | None:
    """Return the port in SERVER_NAME, where Flask-SocketIO looks for one; None too where there is no app."""
    _, _, port = str(app.config.get("SERVER_NAME") if app is not None else "").rpartition(":")
    return int(port) if port.isdecimal() and int(port) <= LAST_PORT else None


def is_free(host: str, port: int) -> bool:
    """Tell whether a server could listen there."""
    try:
        listen(host, port).close()
    except LabError:
        return False
    return True
