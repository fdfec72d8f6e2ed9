"""A WSGI server in a background thread: bound in the caller, owned to the last thread, stopped without a trace."""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sio_lab.core.port_owner import owner_of
from sio_lab.errors import LabError, PortTaken

if TYPE_CHECKING:
    from collections.abc import Callable

POLL_SECONDS = 0.05
BACKLOG = 128
LAST_PORT = 65_535
EVERYWHERE = {str(ipaddress.IPv4Address(0)): "127.0.0.1", "": "127.0.0.1", "::": "::1"}
"""Addresses that stand for all of this machine's -> one of them that a client on it can use."""

TLS_HANDSHAKE = b"\x16\x03"
"""How everybody begins who speaks TLS; no HTTP request does."""

NO_TLS = b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_listening: weakref.WeakSet[ServerThread] = weakref.WeakSet()


class ServerThread:
    """Serves one WSGI callable on one address until stopped; every thread it starts is joined by `stop`."""

    def __init__(self, app: Callable[..., Any], host: str, port: int) -> None:
        self._app = app
        self._host = host
        self._socket: socket.socket | None = listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._connections: dict[threading.Thread, socket.socket] = {}
        self.spoke_tls: Callable[[str], object] = lambda _address: None
        """Called with the IP address of one who began to speak TLS, which is not spoken here."""

    @property
    def url(self) -> str:
        """The address as a client on this machine would write it."""
        host = EVERYWHERE.get(self._host, self._host)
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    def start(self) -> None:
        """Begin to serve; a second call does nothing."""
        if self._thread is not None or self._socket is None:
            return
        handler = type("LabRequestHandler", (RequestHandler,), {"owner": self})
        self._server = make_server(
            self._host, self.port, self._app, threaded=True, request_handler=handler, fd=self._socket.fileno()
        )
        _listening.add(self)
        self._thread = threading.Thread(target=self._serve, name=f"sio-lab-server-{self.port}", daemon=True)
        self._thread.start()

    def stop_listening(self) -> None:
        """Take no more connections; those open go on. A second call does nothing."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join()
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        _listening.discard(self)

    def close_connections(self, timeout: float = 2.0) -> list[str]:
        """Cut every open connection and join its thread; returns the names of threads that did not end in time."""
        deadline = time.monotonic() + timeout
        connections = dict(self._connections)
        for connection in connections.values():
            cut(connection)
        for thread in connections:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))
        return [thread.name for thread in connections if thread.is_alive()]

    def opened(self, connection: socket.socket) -> None:
        """Note that the calling thread serves this connection."""
        self._connections[threading.current_thread()] = connection
        if self._socket is None:
            # Accepted just before the end: nobody will cut it later.
            cut(connection)

    def ended(self) -> None:
        """Note that the calling thread's connection is done."""
        self._connections.pop(threading.current_thread(), None)

    def let_go(self) -> None:
        """Close the listening sockets of a forked child: the port is the parent's."""
        if self._socket is not None:
            self._socket.close()
        if self._server is not None:
            self._server.socket.close()

    def _serve(self) -> None:
        if self._server is not None:
            self._server.serve_forever(poll_interval=POLL_SECONDS)


class RequestHandler(WSGIRequestHandler):
    """Serves one connection: no access log, no Nagle, and known to its owner while it lives."""

    owner: ServerThread
    disable_nagle_algorithm = True
    """Else the second of two packets in a row waits for the peer's delayed TCP acknowledgement: about 40 ms."""

    def setup(self) -> None:
        """Begin with a connection."""
        super().setup()
        self.owner.opened(self.connection)

    def parse_request(self) -> bool:
        """Read the request line and headers; tells whether there is a request to answer."""
        if not self.raw_requestline.startswith(TLS_HANDSHAKE):
            return super().parse_request()
        self.close_connection = True
        self.owner.spoke_tls(self.client_address[0])
        # In plain text: then who spoke TLS says "wrong version number", which names the fault, and not just "closed".
        self.wfile.write(NO_TLS)
        return False

    def finish(self) -> None:
        """Be done with it."""
        try:
            super().finish()
        except (OSError, ValueError):
            # The WebSocket that took the connection over has closed it, or the peer has.
            pass
        finally:
            self.owner.ended()

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        """End here: a connection that was a WebSocket, or is gone, carries no further request."""
        super().connection_dropped(error, environ)
        self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing: the log has every request."""


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on the address.

    Raises PortTaken where somebody else does, and LabError where the address can't be had at all.
    """
    if not isinstance(port, int) or not 0 <= port <= LAST_PORT:
        raise LabError(f"There is no port {port!r}: ports are 0 (any free one) to {LAST_PORT}.")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        # It says what is wrong with a name, and leaves no socket open.
        socket.getaddrinfo(host or None, port, family, socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        return socket.create_server((host, port), family=family, backlog=BACKLOG, dualstack_ipv6=host == "::")
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise _taken(host, port) from error
        raise LabError(f"Can't listen on {host!r}, port {port}: {error.strerror or error}. {_advice(error)}") from error
    except (TypeError, ValueError) as error:
        raise LabError(f"Can't listen on {host!r}, port {port}: {error}. {_advice(error)}") from error


def _taken(host: str, port: int) -> PortTaken:
    owner = owner_of(port)
    by = owner.told if owner else "another program listens there, or another notebook's server"
    error = PortTaken(
        f"Port {port} on {host} is taken: {by}. "
        f"Stop that one, or take any free port: %sio start --port 0, lab.start(port=0)."
    )
    error.place = (host, port)
    return error


def _advice(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "Ports below 1024 need rights this kernel lacks: take a higher one, or 0 for any."
    return "This machine's own address is 127.0.0.1; 0.0.0.0 stands for all its addresses."


def cut(connection: socket.socket) -> None:
    """End a connection in both directions; whoever reads it wakes up."""
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        # It is closed already.
        return


def _let_go_in_child() -> None:
    for server in list(_listening):
        server.let_go()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)
