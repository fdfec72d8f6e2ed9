"""Has a loop carry the connections of one Engine.IO server: their WebSockets, their pings and their time-outs."""

from __future__ import annotations

import logging
import socket as network
import threading
import time
from contextlib import suppress
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import engineio
import engineio.socket as eio_socket
import simple_websocket
from engineio import exceptions
from engineio import packet as eio_packet
from wsproto.frame_protocol import CloseReason

from sio_lab.server.contexts import LIGHT, Light
from sio_lab.server.failures import one_line
from sio_lab.server.framing import Reader, frame_of
from sio_lab.server.inbox import Inbox
from sio_lab.server.outlet import Outlet, frame_of_packet
from sio_lab.server.websocket import WebSocket

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.server.loop import Loop
    from sio_lab.server.patches import Patches

PROBE = "probe"
TRANSPORT_CLOSE = (
    engineio.Server.reason.TRANSPORT_CLOSE if version("python-engineio") not in {"4.11.0", "4.11.1"} else None
)
"""Why a client is gone that has closed its connection; the first versions that give reasons give none here."""

SLACK_SECONDS = 0.01
"""So much later than a ping's time-out it is looked whether that has passed: Engine.IO goes by another clock."""

MESSAGE = str(eio_packet.MESSAGE)

_BYPASSED = (
    *("_upgrade_websocket", "_websocket_handler", "poll", "receive", "send", "check_ping_timeout", "close"),
    *("schedule_ping", "_send_ping"),
)
"""The methods of Engine.IO's sockets that are not called here, or not each time that Engine.IO would."""


class Unstarted(threading.Thread):
    """Stands in for the thread in which simple-websocket would read: the loop reads."""

    def start(self) -> None:
        """Start nothing."""


class End:
    """Comes after the last message of a connection."""

    def __init__(self, reason: str | None) -> None:
        self.reason = reason
        """Why it ended, where the client did not end it."""


class Carrier:
    """Hands the WebSockets of one server over to a loop, when that runs; else all stays as it is."""

    def __init__(self, server: Any, loop: Loop, tell: Callable[[str, str], object]) -> None:
        self._server = server
        self._eio = server.eio
        self._ways = frozenset({"send", "send_packet"})
        """The methods of Engine.IO's server by which a packet goes, as long as nobody has replaced them."""

        self._loop = loop
        self.tell = tell
        """Told, of an Engine.IO sid, why its connection was ended by this side."""

        self.upgraded: Callable[[str], object] = str
        """Told of an Engine.IO sid whose connection is a WebSocket from now on; set by who wants to know."""

        self.takes: Callable[[str, str], Callable[[], object] | None] = _takes_nothing
        """Takes in a message of an Engine.IO sid the short way, and returns what is to run; set by who knows one."""

        self.closed: Callable[[str], object] = str
        """Told of an Engine.IO sid whose connection is gone; set by who wants to know."""

        self.carried: dict[str, Carried] = {}
        """Engine.IO sid -> its WebSocket."""

    def attach_inner(self, patches: Patches) -> None:
        """Shorten the way of what is sent; before anything that looks on."""
        patches.wrap(self._server, "_send_eio_packet", self._send)
        patches.wrap(self._server, "_send_packet", self._send_text)

    def attach(self, patches: Patches) -> None:
        """Have the connections that begin from now on carried."""
        patches.wrap(self._eio, "create_queue", self._make_queue)
        patches.wrap(self._eio, "start_background_task", self._start)
        patches.wrap_item(self._eio.handlers, "connect", self._opened)
        patches.wrap_item(self._eio.handlers, "disconnect", self._disconnected)

    def say_goodbye(self, eio_sid: str) -> None:
        """Send the Close frame to a client that can't be told otherwise; what it sends is read on."""
        carried = self.carried.get(eio_sid)
        if carried is not None:
            carried.websocket.say_goodbye(CloseReason.SERVICE_RESTART)

    def release_all(self) -> None:
        """Close what is still open; when the loop has ended."""
        for carried in list(self.carried.values()):
            carried.websocket.release()
        self.carried.clear()

    def _send(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def send(eio_sid: str, packet: Any) -> None:
            carried = self.reachable(eio_sid)
            if carried is None:
                original(eio_sid, packet)
            else:
                carried.queue.put(packet)

        return send

    def _send_text(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def send(eio_sid: str, packet: Any) -> None:
            carried = self.reachable(eio_sid)
            text = packet.encode() if carried is not None and not carried.websocket.is_compressed else None
            if carried is None or type(text) is not str:
                original(eio_sid, packet)
            else:
                carried.websocket.send(frame_of(MESSAGE + text))

        return send

    def fan_out(self, packets: list[Any], eio_sids: list[str]) -> list[str]:
        """Send the packets of an emit to all that they may go to straight; returns the others."""
        if self._is_watched:
            return eio_sids
        frames, missed, carried = b"".join(map(frame_of_packet, packets)), [], self.carried
        for eio_sid in eio_sids:
            one = carried.get(eio_sid)
            if one is None or one.websocket.is_compressed or not one.is_reachable:
                missed.append(eio_sid)
            else:
                one.websocket.send(frames)
        return missed

    def reachable(self, eio_sid: str) -> Carried | None:
        """Return the connection to which a packet may go straight; None where Engine.IO is to say something to that."""
        carried = self.carried.get(eio_sid)
        return None if carried is None or not carried.is_reachable or self._is_watched else carried

    @property
    def _is_watched(self) -> bool:
        """Whether somebody has to be told of packets, or has put something of his own in the way."""
        return not self._ways.isdisjoint(vars(self._eio)) or self._eio.logger.isEnabledFor(logging.INFO)

    def _make_queue(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def make(*args: Any, **kwargs: Any) -> Any:
            is_carried = self._loop.is_running and not args and not kwargs and _is_engineios_own(eio_socket.Socket)
            return Outlet() if is_carried else original(*args, **kwargs)

        return make

    def _opened(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def opened(eio_sid: str, environ: dict[str, Any]) -> Any:
            socket = self._eio.sockets.get(eio_sid)
            if socket is not None and isinstance(socket.queue, Outlet):
                # The connection's own attribute: it goes with it.
                socket._upgrade_websocket = partial(self._upgrade, socket)
                environ[LIGHT] = Light()
            return original(eio_sid, environ)

        return opened

    def _disconnected(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def disconnected(eio_sid: str, *args: Any) -> Any:
            try:
                return original(eio_sid, *args)
            finally:
                self.closed(eio_sid)

        return disconnected

    def _upgrade(self, socket: Any, environ: dict[str, Any], _start_response: Callable[..., Any]) -> Any:
        """Shake hands in the thread of the request, and leave the rest to the loop."""
        if socket.upgraded:
            raise OSError("Socket has been upgraded already")
        handshake = simple_websocket.Server(environ, thread_class=Unstarted)
        carried = Carried(self, socket, handshake)
        # The request's thread ends here, as plain Engine.IO ends it when the WebSocket has: Werkzeug writes nothing.
        carried.begin()
        raise ConnectionError("the WebSocket goes on without this thread")

    def _start(self, original: Callable[..., Any]) -> Callable[..., Any]:
        def start(target: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            socket: Any = getattr(target, "__self__", None)
            is_ping = getattr(target, "__name__", "") == "_send_ping" and isinstance(socket.queue, Outlet)
            if not is_ping or not self._loop.is_running:
                return original(target, *args, **kwargs)
            # Engine.IO's task sleeps before it pings: no thread is needed for that.
            socket.last_ping = None
            self._loop.at(time.monotonic() + self._eio.ping_interval, lambda: self._ping(socket))
            return None

        return start

    def _ping(self, socket: Any) -> None:
        if socket.closing or socket.closed:
            return
        socket.last_ping = time.time()
        with suppress(exceptions.SocketIsClosedError):
            socket.send(eio_packet.Packet(eio_packet.PING))
        due = time.monotonic() + self._eio.ping_timeout + SLACK_SECONDS
        self._loop.at(due, partial(self._check, socket, socket.last_ping))

    def _check(self, socket: Any, last_ping: float | None) -> None:
        """Close a connection whose ping has not been answered."""
        if last_ping is not None and socket.last_ping == last_ping:
            with suppress(exceptions.SocketIsClosedError):
                socket.check_ping_timeout()


class Carried:
    """One Engine.IO connection and its WebSocket."""

    def __init__(self, carrier: Carrier, socket: Any, handshake: Any) -> None:
        self._carrier = carrier
        self._eio = carrier._eio
        self._loop = carrier._loop
        self._socket = socket
        self._inbox = Inbox(self._loop, self._probe if socket.connected else self._receive, self._read_on)
        # The descriptor is taken out of the request's socket, which Werkzeug is about to shut down.
        connection = network.socket(fileno=handshake.sock.detach())
        reader = Reader(handshake.ws.connection, self._eio.max_http_buffer_size)
        self.websocket = WebSocket(self._loop, connection, reader, self)

    def begin(self) -> None:
        """Carry the connection: at once, or, where it goes by polling, when the client has agreed."""
        self._carrier.carried[self._socket.sid] = self
        if self._socket.connected:
            self._socket.upgrading = True
            patience = self._eio.ping_interval + self._eio.ping_timeout
            self._loop.at(time.monotonic() + patience, self._stop_waiting)
        else:
            self._socket.connected = self._socket.upgraded = True
            self._socket.queue.carry(self.websocket)
            self._inbox.quick = self._quick
        self._loop.call(self.websocket.open)

    def _stop_waiting(self) -> None:
        if self._socket.upgrading:
            self._fail_upgrade()

    @property
    def is_reachable(self) -> bool:
        """Whether Engine.IO would send a packet over the WebSocket without a word: all else is its own to say."""
        socket = self._socket
        return socket.upgraded and not socket.closed and socket.last_ping is None and "send" not in vars(socket)

    @property
    def queue(self) -> Any:
        """Where Engine.IO puts packets."""
        return self._socket.queue

    # --- the upgrade of a connection that went by polling (Engine.IO protocol 4) ------------------------------------

    def _probe(self, message: Any) -> None:
        packet = self._asked(message)
        if packet is None or packet.packet_type != eio_packet.PING or packet.data != PROBE:
            self._fail_upgrade()
            return
        self.websocket.send_message(eio_packet.Packet(eio_packet.PONG, data=PROBE).encode())
        self._socket.queue.put(eio_packet.Packet(eio_packet.NOOP))  # it ends the poll that waits
        self._inbox.receive = self._finish_upgrade

    def _finish_upgrade(self, message: Any) -> None:
        packet = self._asked(message)
        if packet is None or packet.packet_type != eio_packet.UPGRADE:
            self._fail_upgrade()
            return
        self._inbox.receive, self._inbox.quick = self._receive, self._quick
        self._carrier.upgraded(self._socket.sid)
        self._socket.upgraded = True
        self._socket.upgrading = False
        self._socket.queue.carry(self.websocket)

    def _asked(self, message: Any) -> Any:
        """Return the packet in a message; None where it is none, or the connection has ended."""
        if isinstance(message, End):
            return None
        try:
            return packet_of(message)
        except ValueError as error:
            self._carrier.tell(self._socket.sid, f"packets that can't be read: {one_line(error)}")
            return None

    def _fail_upgrade(self) -> None:
        self._socket.upgrading = self._socket.upgraded = False
        self._inbox.receive = _ignore
        self._loop.call(self.websocket.release)

    def _quick(self, message: Any) -> Callable[[], object] | None:
        if type(message) is not str or self._socket.closed:
            return None
        return self._carrier.takes(self._socket.sid, message)

    # --- what comes in ------------------------------------------------------------------------------------------

    def _receive(self, message: Any) -> None:
        if isinstance(message, End):
            self._close(self._eio.reason.TRANSPORT_ERROR if message.reason else TRANSPORT_CLOSE)
        elif not self._socket.closed:
            try:
                packet = packet_of(message)
            except ValueError as error:
                self._refuse(error)
            else:
                self._pass_on(packet)

    def _refuse(self, error: ValueError) -> None:
        self._carrier.tell(self._socket.sid, f"packets that can't be read: {one_line(error)}")
        self.websocket.close(CloseReason.PROTOCOL_ERROR)
        self._close(TRANSPORT_CLOSE)

    def _pass_on(self, packet: Any) -> None:
        """Give a packet to Engine.IO, and end the connection where plain Engine.IO does."""
        try:
            self._socket.receive(packet)
        except exceptions.UnknownPacketError:
            pass
        except exceptions.SocketIsClosedError:
            self._close(TRANSPORT_CLOSE)
        except Exception:
            self._eio.logger.exception("Unknown receive error")
            self._close(TRANSPORT_CLOSE)

    def take_in(self, messages: list[Any]) -> None:
        """Take in what the client has sent, in turn."""
        self._inbox.put(messages)
        if self._inbox.is_full:
            self.websocket.reads(False)

    def _read_on(self) -> None:
        self.websocket.reads(True)

    def released(self) -> None:
        """Forget the connection, which is closed."""
        if self._carrier.carried.get(self._socket.sid) is self:
            del self._carrier.carried[self._socket.sid]

    def ended(self, reason: str | None) -> None:
        """Take in that there will be no more, when all before has been."""
        if reason is not None:
            self._carrier.tell(self._socket.sid, reason)
        self._inbox.put([End(reason)])

    def _close(self, reason: Any) -> None:
        self._socket.close(wait=False, abort=True, reason=reason)
        self.websocket.close()
        self._eio.sockets.pop(self._socket.sid, None)


def packet_of(message: str | bytes) -> Any:
    """Read an Engine.IO packet. Raises ValueError where it is none."""
    if isinstance(message, str) and message[:1] == MESSAGE and message[1:2].isnumeric():
        # A Socket.IO packet, which Engine.IO would take for JSON first, and fail.
        return eio_packet.Packet(eio_packet.MESSAGE, message[1:])
    return eio_packet.Packet(encoded_packet=message)


def _is_engineios_own(kind: type[Any]) -> bool:
    """Tell whether a class of sockets works as Engine.IO has it: else somebody looks on who is to see all of it.

    That is asked of the functions themselves: python-socketio's `instrument`, for one, may have come before the lab.
    """
    found = (getattr(getattr(kind, name, None), "__globals__", None) for name in _BYPASSED)
    return all(each is vars(eio_socket) for each in found)


def _takes_nothing(_eio_sid: str, _message: str) -> None:
    """Leave all messages to the long way."""


def _ignore(_message: object) -> None:
    """Take nothing in."""
