"""Clients for tests: python-socketio's, with all that came in order, and raw ones that may send anything."""

from __future__ import annotations

import json
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import engineio
import requests
import socketio
import websocket

if TYPE_CHECKING:
    from collections.abc import Callable

DEADLINE = 10.0
"""How long anything that must happen is waited for, in seconds."""

PING = "2"
SEPARATOR = "\x1e"
"""Stands between the packets of one poll."""


class _InTurn(engineio.Client):
    """Engine.IO starts a thread for each message, so that two may overtake each other: here they are taken in turn."""

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **kwargs: Any) -> Any:
        del run_async
        return super()._trigger_event(event, *args, run_async=False, **kwargs)

    def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
        """End the connection from the thread that reads it, which can't wait for its own end."""
        del abort
        if self.state == "connected":
            self._send_packet(engineio.packet.Packet(engineio.packet.CLOSE))
            self.queue.put(None)
            self.state = "disconnecting"
            self._trigger_event("disconnect", reason or self.reason.CLIENT_DISCONNECT)
            engineio.base_client.connected_clients.remove(self)


class Peer(socketio.Client):
    """A connected client; keeps everything that it is told."""

    def __init__(self, **options: Any) -> None:
        self._session = requests.Session()
        super().__init__(reconnection=False, handle_sigint=False, http_session=self._session, **options)
        self.answers: dict[str, Any] = {}
        """Event -> the ack it gets, or what makes one of its arguments."""
        self._told: list[tuple[str, str, tuple[Any, ...]]] = []
        self._changed = threading.Condition()

    def _engineio_client_class(self) -> type[engineio.Client]:
        return _InTurn

    def _handle_connect(self, namespace: str | None, data: Any) -> None:
        self.connected = True  # else a DISCONNECT that follows at once is ignored
        super()._handle_connect(namespace, data)

    def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        with self._changed:
            self._told.append((namespace, event, args))
            self._changed.notify_all()
        answer = self.answers.get(event)
        return answer(*args) if callable(answer) else answer

    def open(self, url: str, *namespaces: str, transports: tuple[str, ...] = ("websocket",), **options: Any) -> Peer:
        """Connect, and wait until every namespace has let it in or refused it."""
        places = list(namespaces) or ["/"]
        self.connect(url, namespaces=places, transports=list(transports), wait=False, **options)
        self.wait_until(lambda: all(self.got("connect", place) + self.got("connect_error", place) for place in places))
        return self

    def got(self, event: str, namespace: str | None = None) -> list[tuple[Any, ...]]:
        """Return the arguments of each `event` that came."""
        told = list(self._told)
        return [args for place, name, args in told if name == event and namespace in {None, place}]

    def wait_for(self, event: str, count: int = 1) -> list[tuple[Any, ...]]:
        """Wait until `event` has come `count` times; returns its arguments each time."""
        self.wait_until(lambda: len(self.got(event)) >= count)
        return self.got(event)

    def wait_until(self, true: Callable[[], Any]) -> None:
        """Wait until `true()`, asked whenever something came."""
        with self._changed:
            assert self._changed.wait_for(true, DEADLINE), self._told

    def ask(self, event: str, *args: Any, namespace: str = "/") -> Any:
        """Emit and return the ack: None, a value, or a tuple of several."""
        return self.call(event, args, namespace, timeout=DEADLINE)

    def flush(self) -> None:
        """Wait until all that was emitted has been handed to the network."""
        self.eio.queue.join()

    def leave(self, namespace: str = "/") -> None:
        """Leave one namespace."""
        self._send_packet(self.packet_class(socketio.packet.DISCONNECT, namespace=namespace))

    def freeze(self) -> None:
        """Answer no more pings: the connection stays open, and nothing comes from it."""
        self.eio._send_packet = lambda _packet: None

    def drop(self) -> None:
        """Be gone, as if the network had died."""
        self.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self.eio.read_loop_task.join(DEADLINE)

    def close(self) -> None:
        """Leave; does nothing where the connection is gone."""
        engine = self.eio
        if engine.state == "connected":
            # The server closes; the client's own `disconnect` would wait 3 s for a frame that its reader takes away.
            engine._send_packet(engineio.packet.Packet(engineio.packet.CLOSE))
        for task in (engine.read_loop_task, engine.write_loop_task):
            if task is not None:
                task.join(DEADLINE)
        if engine.ws is not None:
            engine.ws.shutdown()
        self._session.close()


class RawSocket:
    """A WebSocket that sends Engine.IO packets as they are given."""

    def __init__(self, url: str, path: str = "/socket.io/?EIO=4&transport=websocket", **options: Any) -> None:
        self._ws = websocket.create_connection(f"ws{url.removeprefix('http')}{path}", DEADLINE, **options)

    def opened(self) -> str:
        """Read the packet that opens a connection; returns its Engine.IO sid."""
        return json.loads(self.receive()[1:])["sid"]

    def enter(self, namespace: str = "/") -> str:
        """Connect to a namespace; returns the sid there."""
        place = "" if namespace == "/" else f"{namespace},"
        self.send(f"40{place}")
        answer = self.receive()
        while answer == PING:
            answer = self.receive()
        return json.loads(answer.removeprefix(f"40{place}"))["sid"]

    def send(self, *packets: str | bytes) -> None:
        """Send packets, each a frame of its own."""
        for packet in packets:
            self._ws.send(packet, websocket.ABNF.OPCODE_BINARY if isinstance(packet, bytes) else 1)

    def receive(self) -> str:
        """Return the next packet; an empty text where the server has closed."""
        try:
            return self._ws.recv()
        except (websocket.WebSocketConnectionClosedException, ConnectionError):
            return ""

    def close(self) -> None:
        """Be gone, without a word."""
        self._ws.shutdown()


class Poller:
    """Long polling by hand: what it posts has been taken in by the server when `post` returns."""

    def __init__(self, url: str, headers: dict[str, str] | None = None) -> None:
        self._url = f"{url}/socket.io/?EIO=4&transport=polling"
        self._headers = headers or {}
        self.eio_sid: str = json.loads(self.get()[0][1:])["sid"]
        self._url += f"&sid={self.eio_sid}"

    def get(self) -> list[str]:
        """Wait for packets."""
        return request(self._url, headers=self._headers)[1].split(SEPARATOR)

    def post(self, *packets: str) -> int:
        """Send packets; returns the HTTP status."""
        return request(self._url, SEPARATOR.join(packets), self._headers)[0]

    def enter(self, namespace: str = "/") -> str:
        """Connect to a namespace; returns the sid there."""
        place = "" if namespace == "/" else f"{namespace},"
        self.post(f"40{place}")
        return json.loads(self.get()[0].removeprefix(f"40{place}"))["sid"]


def request(url: str, body: str | None = None, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """Send one HTTP request, a POST where there is a body; returns status and text."""
    data = None if body is None else body.encode()
    try:
        with urlopen(Request(url, data, headers or {}), timeout=DEADLINE) as answer:  # noqa: S310 - our own server
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def connected_socket(url: str) -> socket.socket:
    """Return a TCP connection to a server."""
    address = urlsplit(url)
    return socket.create_connection((address.hostname, address.port), DEADLINE)
