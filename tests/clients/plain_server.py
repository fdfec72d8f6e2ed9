"""A plain Flask-SocketIO server on a free port, and a small recorder that tells a log what the tests need of it."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_socketio import SocketIO
from werkzeug.serving import WSGIRequestHandler, make_server

from sio_lab.core import records as r

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.log import Log


class PlainServer:
    """Serves until `stop`, which leaves no thread and no socket."""

    def __init__(self, **options: Any) -> None:
        app = Flask("plain_server")
        self.socketio = SocketIO(app, async_mode="threading", monitor_clients=False, ping_interval=1, **options)
        self.server = self.socketio.server
        self.server._handle_event_internal = swallowing(self.server._handle_event_internal)
        # Engine.IO has a thread asleep for each client until its next ping: this wakes them when the server stops.
        self._stopping = threading.Event()
        self.server.eio.sleep = self._stopping.wait
        self.connections: dict[threading.Thread, socket.socket] = {}
        self._wsgi = make_server("127.0.0.1", 0, app, threaded=True, request_handler=self._request_handler())
        self.url = f"http://127.0.0.1:{self._wsgi.port}"
        self._thread = threading.Thread(target=self._wsgi.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._wsgi.shutdown()
        self._thread.join()
        self._wsgi.server_close()
        for each in list(self.server.eio.sockets.values()):
            each.close(wait=False, abort=True)
        for thread, connection in list(self.connections.items()):
            cut(connection)
            thread.join(5)
        self._stopping.set()
        for thread in threading.enumerate():
            if "_send_ping" in thread.name:
                thread.join(5)

    def _request_handler(self) -> type[WSGIRequestHandler]:
        connections = self.connections

        class Quiet(WSGIRequestHandler):
            def setup(self) -> None:
                super().setup()
                connections[threading.current_thread()] = self.connection

            def log(self, *_args: Any) -> None:
                """Say nothing."""

        return Quiet


def swallowing(run: Callable[..., None]) -> Callable[..., None]:
    """Run handlers, and let what they raise end with them: pytest would fail the test that they are part of."""

    def quietly(*args: Any) -> None:
        with contextlib.suppress(ValueError):
            run(*args)

    return quietly


def cut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


class Recorder:
    """Wraps one server's methods, so that `log` hears of what the clients wait for."""

    def __init__(self, server: Any, log: Log) -> None:
        self._server = server
        self._log = log
        self._received: dict[str, int] = {}
        self._seqs: dict[int, int] = {}
        self._now = threading.local()
        for owner, name in (
            (server, "_handle_connect"),
            (server, "_handle_event"),
            (server, "_handle_event_internal"),
            (server, "_trigger_event"),
            (server, "_send_packet"),
            (server.manager, "emit"),
            (server.manager, "basic_enter_room"),
            (server.manager, "basic_leave_room"),
        ):
            self._wrap(owner, name)

    def _wrap(self, owner: Any, name: str) -> None:
        original, tap = getattr(owner, name), getattr(self, name)
        setattr(owner, name, lambda *args, **kwargs: tap(original, *args, **kwargs))

    def _handle_connect(self, original: Callable[..., Any], eio_sid: str, namespace: str | None, data: Any) -> Any:
        self._now.seq = self._log.append(r.ConnectAsked(namespace or "/", eio_sid, r.NO_WIRE)).seq
        return original(eio_sid, namespace, data)

    def _handle_event(
        self, original: Callable[..., Any], eio_sid: str, namespace: str | None, ack_id: int | None, data: Any
    ) -> Any:
        number = self._received[eio_sid] = self._received.get(eio_sid, 0) + 1
        place = namespace or "/"
        sid = self._server.manager.sid_from_eio_sid(eio_sid, place)
        record = r.EventReceived(place, data[0], sid, eio_sid, number, r.NO_WIRE, ack_id)
        self._seqs[id(data)] = self._log.append(record).seq
        return original(eio_sid, namespace, ack_id, data)

    def _handle_event_internal(
        self, original: Callable[..., Any], server: Any, sid: str, eio_sid: str, data: Any, *rest: Any
    ) -> Any:
        self._now.seq = self._seqs.pop(id(data))
        return original(server, sid, eio_sid, data, *rest)

    def _trigger_event(self, original: Callable[..., Any], event: str, namespace: str, sid: str, *args: Any) -> Any:
        if event == "disconnect":
            self._now.seq = self._log.append(r.Disconnected(namespace, sid, None, str(args[0]))).seq
        try:
            result = original(event, namespace, sid, *args)
        except Exception as error:
            text = f"{type(error).__name__}: {error}"
            self._log.append(r.Handled(self._now.seq, "raised", 1.0, handler="the_handler", error=text))
            raise
        status = "no-handler" if result is self._server.not_handled else "handled"
        hint = "Did you mean 'echo'?" if event == "ecko" else None
        self._log.append(r.Handled(self._now.seq, status, 1.0, hint=hint))
        return result

    def _send_packet(self, original: Callable[..., Any], eio_sid: str, pkt: Any) -> Any:
        if pkt.packet_type == 4:
            hint = "Served here: /" if pkt.data == "Unable to connect" else None
            self._log.append(r.Refused(pkt.namespace, None, eio_sid, None, str(pkt.data), r.NO_WIRE, hint))
        return original(eio_sid, pkt)

    def emit(self, original: Callable[..., Any], event: str, data: Any, namespace: str, **how: Any) -> Any:
        place = how.get("to") or how.get("room")
        sids = [sid for sid, _ in self._server.manager.get_participants(namespace, place)]
        self._log.append(r.Emitted(namespace, event, (), (), tuple(sids), r.NO_WIRE))
        return original(event, data, namespace, **how)

    def basic_enter_room(
        self, original: Callable[..., Any], sid: str, namespace: str, room: Any, eio_sid: str | None = None
    ) -> Any:
        known = eio_sid or self._server.manager.eio_sid_from_sid(sid, namespace)
        with self._log.lock:
            original(sid, namespace, room, eio_sid=eio_sid)
            self._log.append(r.Joined(namespace, room, sid, known))

    def basic_leave_room(self, original: Callable[..., Any], sid: str, namespace: str, room: Any) -> Any:
        with self._log.lock:
            original(sid, namespace, room)
            self._log.append(r.Left(namespace, room, sid))
