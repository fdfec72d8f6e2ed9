"""The servers of gevent and eventlet: the lab serves in their place, in the background."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from sio_lab.legacy.flow import Flow
    from sio_lab.legacy.plain_routes import PlainRoutes

ANY_HOST = str(IPv4Address(0))
"""What an empty host means to an old program; whether it may be opened is for the lab to say."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where an old program wants to listen; nothing listens there by this alone."""

    host: str
    port: int

    def getsockname(self) -> tuple[str, int]:
        """Return host and port, as a socket does."""
        return self.host, self.port

    def close(self) -> None:
        """Do nothing: nothing is open."""


def address_of(listener: Any) -> Address:
    """Return the address in what a server is given: `(host, port)`, a port, `"host:port"`, or a listening socket."""
    if hasattr(listener, "getsockname"):
        listener = listener.getsockname()
    if isinstance(listener, str):
        host, _, port = listener.rpartition(":")
        return Address(host or ANY_HOST, int(port))
    if isinstance(listener, int):
        return Address(ANY_HOST, listener)
    return Address(listener[0] or ANY_HOST, int(listener[1]))


def today(address: Address) -> str:
    """Return the call that serves at an address today."""
    return f"Today: socketio.run(app, host={address.host!r}, port={address.port})."


class WSGIHandler:
    """Names a way to answer requests; the lab's own server answers them."""


class WebSocketHandler(WSGIHandler):
    """Names the way that WebSockets are answered, too."""


class WSGIServer:
    """The server of `gevent.pywsgi`."""

    flow: ClassVar[Flow]
    plain_routes: ClassVar[PlainRoutes]

    def __init__(self, listener: Any, application: Any = None, *_backlog: Any, **options: Any) -> None:
        self._address = address_of(listener)
        self.application = application
        self.handler_class = options.get("handler_class")
        self.started = False

    @property
    def address(self) -> tuple[str, int]:
        """Where the program wants to listen."""
        return self._address.getsockname()

    @property
    def server_host(self) -> str:
        """The host the program wants to listen on."""
        return self._address.host

    @property
    def server_port(self) -> int:
        """The port the program wants to listen on."""
        return self._address.port

    def start(self) -> None:
        """Serve in the background."""
        self._serve("start")

    def serve_forever(self, *_timeout: Any, **_options: Any) -> None:
        """Serve in the background; returns at once."""
        self._serve("serve_forever")

    def stop(self, *_timeout: Any) -> None:
        """Leave the lab's server as it is, and say how it is stopped."""
        self.started = False
        self.flow.notices.give("WSGIServer.stop() leaves the lab's server running. To stop it: %sio stop.")

    close = stop

    def _serve(self, method: str) -> None:
        self.flow.notices.give(
            f"WSGIServer.{method}() serves in the background here and returns at once. {today(self._address)}"
        )
        if self.handler_class is not None:
            self.plain_routes.answer(self.application)
        self.flow.runner.serve(self.application, self._address.host, self._address.port)
        self.started = True


class WebSocketServer(WSGIServer):
    """The server of `geventwebsocket`."""

    def __init__(self, listener: Any, application: Any = None, *args: Any, **options: Any) -> None:
        super().__init__(listener, application, *args, **{"handler_class": WebSocketHandler, **options})
