"""Plain Flask-SocketIO, served by Werkzeug in a thread."""

from __future__ import annotations

import contextlib
import socket
import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import flask
import flask_socketio
import socketio
from bench import Bench
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


class _Handler(WSGIRequestHandler):
    disable_nagle_algorithm = True  # a matter of speed only: the second of two packets would leave 40 ms late

    def setup(self) -> None:
        super().setup()
        self.server.connections.append(self.connection)

    def log(self, *_: Any) -> None:
        """Keep quiet about each request."""


class PlainBench(Bench):
    name: ClassVar = "plain"
    _http: Any = None

    @cached_property
    def app(self) -> flask.Flask:
        return flask.Flask("plain")

    @cached_property
    def socketio(self) -> flask_socketio.SocketIO:
        made = flask_socketio.SocketIO(self.app, async_mode="threading", **self._options)
        self.serve(made, self.app)
        return made

    @property
    def server(self) -> socketio.Server:
        return self._server

    @property
    def url(self) -> str:
        if self._http is None:
            _ = self.socketio  # which begins to serve
        return f"http://127.0.0.1:{self._http.port}"

    def serve(self, served: flask_socketio.SocketIO | socketio.Server, app: flask.Flask | None = None) -> None:
        self._server = served if isinstance(served, socketio.Server) else served.server
        # Engine.IO has a thread asleep for each client until its next ping: this wakes them when the server stops.
        self._stopping = threading.Event()
        self._server.eio.sleep = self._stopping.wait
        wsgi: WSGIApplication = app or socketio.WSGIApp(self._server)
        self._http = make_server("127.0.0.1", 0, wsgi, threaded=True, request_handler=_Handler)
        self._http.connections = []
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    def threads_left(self) -> set[threading.Thread]:
        # Engine.IO's disconnect() waits for good where the connection's writer ends before the queue is empty.
        return {thread for thread in super().threads_left() if not thread.name.endswith("(_handle_event_internal)")}

    def _stop(self) -> None:
        if self._http is None:
            return
        self._http.shutdown()
        self._thread.join()
        self._stopping.set()
        eio = self._server.eio
        for engine_socket in list(eio.sockets.values()):
            engine_socket.close(wait=False, abort=True)
        for connection in self._http.connections:
            with contextlib.suppress(OSError):  # it is closed already
                connection.shutdown(socket.SHUT_RDWR)
        if eio.service_task_handle:
            eio.shutdown()
        self._http.server_close()
