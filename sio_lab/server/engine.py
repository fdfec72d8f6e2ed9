"""Taps on Engine.IO: connections opened, upgraded, pinged, rejected and closed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sio_lab.core import records as r
from sio_lab.core.cause import Setup
from sio_lab.core.cause_request import hint_of
from sio_lab.server.asked import asked_of
from sio_lab.server.entrance import NAME, OPENED
from sio_lab.server.environs import address_of, eio_sid_in
from sio_lab.server.failures import one_line
from sio_lab.server.patches import Patches
from sio_lab.server.refusals import Refusals
from sio_lab.server.shaking import Heard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sio_lab.core.log import Log

UPGRADE_PACKET = "5"
BAD_ORIGIN = "Not an accepted origin."
"""What Engine.IO says to a page that may not connect."""


class EngineTap:
    """Tells the log about the Engine.IO connections of one python-socketio server."""

    def __init__(self, server: Any, log: Log, closed: Callable[[str], None]) -> None:
        self._server = server
        self._eio = server.eio
        self._log = log
        self._closed = closed
        self._sockets: dict[str, Patches] = {}
        self._refused = Refusals(log)
        self._now = threading.local()

    def attach(self, patches: Patches) -> None:
        """Put the taps in place, on open connections too."""
        patches.wrap(self._server, "_handle_eio_connect", self._opened)
        patches.wrap(self._server, "_handle_eio_disconnect", self._disconnected)
        patches.wrap(self._eio, "handle_request", self._request)
        patches.wrap(self._eio, "_bad_request", self._bad_request)
        # Engine.IO keeps the bound methods it was given: it must be given the tapped ones.
        patches.wrap_item(self._eio.handlers, "connect", lambda _: self._server._handle_eio_connect)
        patches.wrap_item(self._eio.handlers, "disconnect", lambda _: self._server._handle_eio_disconnect)
        for socket in list(self._eio.sockets.values()):
            self._watch(socket)

    def detach(self) -> None:
        """Take the taps off the connections; the server's own are the pile's to undo."""
        for patches in list(self._sockets.values()):
            patches.undo()
        self._sockets.clear()

    def connections(self) -> tuple[r.Connection, ...]:
        """Return the open connections."""
        return tuple(
            self._describe(eio_sid, self._server.environ.get(eio_sid, {})) for eio_sid in list(self._eio.sockets)
        )

    @property
    def _setup(self) -> Setup:
        return Setup(origins_of(self._eio))

    def _describe(self, eio_sid: str, environ: dict[str, Any]) -> r.Connection:
        socket = self._eio.sockets.get(eio_sid)
        asked = parse_qs(environ.get("QUERY_STRING", "")).get("transport", ["polling"])[0]
        transport = "test" if socket is None else "websocket" if socket.upgraded else asked
        agent = environ.get("HTTP_USER_AGENT")
        return r.Connection(eio_sid, transport, address_of(environ), agent and agent[:500])

    def _opened(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(eio_sid: str, environ: dict[str, Any]) -> Any:
            self._log.append(r.Opened(self._describe(eio_sid, environ)))
            environ.pop(OPENED, _nobody)(eio_sid)
            if environ.get(NAME):
                self._log.append(r.ClientNamed(eio_sid, environ[NAME], is_own=False))
            heard = environ.get("werkzeug.socket")
            if isinstance(heard, Heard):
                heard.eio_sid = eio_sid
            socket = self._eio.sockets.get(eio_sid)
            if socket is not None:
                self._watch(socket)
            return original(eio_sid, environ)

        return opened

    def _disconnected(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def disconnected(eio_sid: str, reason: str = "") -> Any:
            try:
                return original(eio_sid, reason)
            finally:
                self._sockets.pop(eio_sid, None)
                self._log.append(r.Closed(eio_sid, reason))
                self._closed(eio_sid)

        return disconnected

    def _watch(self, socket: Any) -> None:
        if socket.sid in self._sockets:
            return
        patches = self._sockets[socket.sid] = Patches()
        patches.wrap(socket, "receive", lambda original: self._receive(socket, original))
        patches.wrap(socket, "_websocket_handler", lambda original: self._websocket(socket, original))
        patches.wrap(socket, "handle_post_request", lambda original: self._posted(socket, original))

    def _receive(self, socket: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        def receive(packet: Any) -> Any:
            if packet.packet_type == PONG and socket.last_ping:
                self._log.append(r.PingAnswered(socket.sid, (time.time() - socket.last_ping) * 1000))
            return original(packet)

        return receive

    def _websocket(self, socket: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(websocket: Any) -> Any:
            if socket.connected:
                self._await_upgrade(socket, websocket)
            with self._reading(socket):
                return original(websocket)

        return handle

    def _posted(self, socket: Any, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(environ: dict[str, Any]) -> Any:
            with self._reading(socket):
                return original(environ)

        return handle

    @contextmanager
    def _reading(self, socket: Any) -> Iterator[None]:
        """Tell of packets so wrong that Engine.IO can't read them."""
        try:
            yield
        except ValueError as error:
            self.ended(socket.sid, f"packets that can't be read: {one_line(error)}")
            raise

    def _await_upgrade(self, socket: Any, websocket: Any) -> None:
        receive, patches = websocket.wait, Patches()

        def wait() -> Any:
            packet = receive()
            if packet == UPGRADE_PACKET:
                patches.undo()
                self.upgraded(socket.sid)
            return packet

        patches.wrap(websocket, "wait", lambda _: wait)

    def upgraded(self, eio_sid: str) -> None:
        """Tell of a connection that goes by WebSocket from now on."""
        with self._log.lock:
            self._log.append(r.Upgraded(eio_sid, self._log.state.sids_of(eio_sid)))

    def ended(self, eio_sid: str, reason: str) -> None:
        """Tell of a connection that the server ends, and why."""
        connection = self._log.state.connections.get(eio_sid)
        address = connection.address if connection else None
        self._log.append(r.Rejected(reason, address, eio_sid=eio_sid, hint=hint_of(reason)))

    def _bad_request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def bad_request(message: str | None = None) -> Any:
            self._now.reason = message
            return original(message)

        return bad_request

    def _request(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def handle(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
            self._now.reason = None

            def start(status: str, headers: Any, *rest: Any) -> Any:
                if status[:1] in {"4", "5"}:
                    self._reject(environ, status)
                return start_response(status, headers, *rest)

            return original(environ, start)

        return handle

    def _reject(self, environ: dict[str, Any], status: str) -> None:
        reason = self._now.reason or status
        eio_sid = eio_sid_in(environ) or None
        code = int(status[:3]) if status[:3].isdigit() else None
        asked = asked_of(environ)
        hint = hint_of(reason, asked, self._setup)
        if reason == BAD_ORIGIN:
            self._refused.tell(str(environ.get("HTTP_ORIGIN")), environ, reason, hint, code or 0)
        else:
            self._log.append(r.Rejected(reason[:500], address_of(environ), code, eio_sid, hint=hint, request=asked))


def _nobody(_eio_sid: str) -> None:
    """Tell nobody of a connection."""


PONG = 3
"""Engine.IO's packet type of the answer to a ping."""


def origins_of(eio: Any) -> tuple[str, ...]:
    """Return the origins that an Engine.IO server was told to let in, as they were written; none where it looks."""
    given = eio.cors_allowed_origins
    if isinstance(given, str):
        return (given,)
    return tuple(map(str, given)) if isinstance(given, (list, tuple, set, frozenset)) else ()
