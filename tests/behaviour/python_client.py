"""python-socketio's client, recording all that comes."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Any

import engineio
import requests
import socketio
from client import Ack, Client, Options
from seen import DEADLINE
from socketio import packet

if TYPE_CHECKING:
    from collections.abc import Callable


class _OrderedEngine(engineio.Client):
    """Engine.IO starts a thread for each message, so that two may overtake each other: here they are taken in turn."""

    def _trigger_event(self, event: str, *args: Any, run_async: bool = False, **kwargs: Any) -> Any:
        del run_async
        return super()._trigger_event(event, *args, run_async=False, **kwargs)

    def disconnect(self, abort: bool = False, reason: str | None = None) -> None:
        if threading.current_thread() is not self.read_loop_task:
            super().disconnect(abort, reason)
            return
        # A message handled in the reading thread ended the connection; that thread can't wait for its own end.
        self._send_packet(engineio.packet.Packet(engineio.packet.CLOSE))
        self.queue.put(None)
        self.state = "disconnecting"
        self._trigger_event("disconnect", reason or self.reason.CLIENT_DISCONNECT)


class _Recorder(socketio.Client):
    """Hands every event, the lifecycle's included, to one function."""

    def __init__(self, on_event: Callable[..., Any], http: requests.Session) -> None:
        super().__init__(reconnection=False, handle_sigint=False, http_session=http)
        self.on_event = on_event

    def _engineio_client_class(self) -> type[engineio.Client]:
        return _OrderedEngine

    def _handle_connect(self, namespace: str | None, data: Any) -> None:
        self.connected = True  # else a DISCONNECT that follows at once is ignored
        super()._handle_connect(namespace, data)

    def _trigger_event(self, event: str, namespace: str, *args: Any) -> Any:
        return self.on_event(namespace, event, *args)


class PythonClient(Client):
    def __init__(self, name: str, namespaces: tuple[str, ...], mark_end: Callable[[str, str], None]) -> None:
        super().__init__(name, namespaces, mark_end)
        self._http = requests.Session()
        self._sio = _Recorder(self._on_event, self._http)

    def connect(self, url: str, options: Options) -> None:
        self._sio.connect(
            f"{url}?{options.query}",
            headers=dict(options.headers),
            auth=options.auth,
            transports=list(options.transports),
            socketio_path=options.path,
            namespaces=list(self.namespaces),
            wait=False,
        )

    @property
    def transport(self) -> str:
        return self._sio.transport()

    def _on_event(self, namespace: str, event: str, *args: Any) -> Any:
        if event == "connect":
            self._connected(namespace, self._sio.namespaces[namespace])
        elif event == "connect_error":
            self._arrived(namespace, event, args[0] if isinstance(args[0], dict) else {"message": args[0]})
        elif event != "__disconnect_final":
            self._arrived(namespace, event, *args)
            return self._answers.get(event)
        return None

    def _emit(self, namespace: str, event: str, args: tuple[Any, ...], ack: Ack | None) -> None:
        self._sio.emit(event, args, namespace, callback=ack.arrive if ack else None)

    def disconnect(self, namespace: str) -> None:
        self._say_goodbye(namespace)
        del self._sio.namespaces[namespace]
        self._arrived(namespace, "disconnect", "client disconnect")

    def _say_goodbye(self, namespace: str) -> None:
        self._sio._send_packet(self._sio.packet_class(packet.DISCONNECT, namespace=namespace))
        self._sio.eio.queue.join()  # until it is sent; else the closing of the connection may overtake it

    def drop(self) -> None:
        self._sio.eio.ws.sock.shutdown(socket.SHUT_RDWR)
        self._sio.eio.read_loop_task.join()

    def freeze(self) -> None:
        """Answer no more pings: the connection stays open, and nothing comes from it."""
        self._sio.eio._send_packet = lambda _packet: None

    def close(self) -> None:
        engine = self._sio.eio
        if engine.state == "connected":
            for namespace in list(self._sio.namespaces):
                self._say_goodbye(namespace)
            # The server closes; the client's own `disconnect` would wait 3 s for a frame that its reader takes away.
            engine._send_packet(engineio.packet.Packet(engineio.packet.CLOSE))
            engine.read_loop_task.join(DEADLINE)
        if engine.ws is not None:
            engine.ws.shutdown()
        if engine in engineio.base_client.connected_clients:
            # Engine.IO forgets only those whose own `disconnect` ran to its end.
            engineio.base_client.connected_clients.remove(engine)
        self._http.close()
