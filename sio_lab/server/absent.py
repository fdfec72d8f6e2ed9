"""The environment of a client that is gone, made of what the log still knows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.test import create_environ

if TYPE_CHECKING:
    from sio_lab.core.records import Connection
    from sio_lab.server.host import Host

UNKNOWN = "cookies, headers, the query and the session"
"""What a log keeps of no client."""


def absent_environ(host: Host, connection: Connection | None) -> dict[str, Any]:
    """Return a WSGI environment with the address and the user agent of a client, where they are known."""
    environ = create_environ("/socket.io/", host.url or "http://localhost")
    environ["flask.app"] = host.app
    if connection is None:
        return environ
    if connection.address is not None:
        address, _, port = connection.address.rpartition(":")
        has_port = port.isdigit() and (address.endswith("]") or ":" not in address)
        environ["REMOTE_ADDR"] = address.strip("[]") if address and has_port else connection.address
    if connection.user_agent is not None:
        environ["HTTP_USER_AGENT"] = connection.user_agent
    return environ
