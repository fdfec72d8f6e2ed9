"""The one WSGI callable that a listening thread serves all its life, and the programs that answer behind it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from sio_lab.server.environs import eio_sid_in, is_upgrade
from sio_lab.server.thread import cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Request:
    """One HTTP request that is being answered; a WebSocket is one for as long as it is open."""

    def __init__(self, environ: dict[str, Any]) -> None:
        self.thread = threading.current_thread()
        self.is_post = environ.get("REQUEST_METHOD") == "POST"
        self.has_body = False
        """Whether all that is left to do is to send the body, which may be without end."""

        self.has_begun = False
        """Whether an HTTP answer has begun, which a request that became a WebSocket never gets."""

        self._environ = environ
        self._eio_sid: str | None = None

    def beginning(self, start_response: Callable[..., Any]) -> Callable[..., Any]:
        """Return what begins an answer, and notes that."""

        def start(*args: Any, **kwargs: Any) -> Any:
            self.has_begun = True
            return start_response(*args, **kwargs)

        return start

    @property
    def eio_sid(self) -> str:
        """The Engine.IO session that it is of; an empty text where it is of none."""
        if self._eio_sid is None:
            self._eio_sid = eio_sid_in(self._environ)
        return self._eio_sid

    @property
    def is_websocket(self) -> bool:
        """Whether it asks to go on as a WebSocket."""
        return is_upgrade(self._environ)

    def cut(self) -> None:
        """End its connection."""
        connection = self._environ.get("werkzeug.socket")
        if connection is not None:
            cut(connection)


class Program:
    """One program's WSGI callable, its Engine.IO sessions, and the requests that it is answering."""

    def __init__(self, answer: WSGI, eio: Any, path: str) -> None:
        self._answer = answer
        self._eio = eio
        self._path = f"/{path.strip('/')}/"
        self._requests: set[Request] = set()
        self._posted: dict[str, float] = {}
        self.is_leaving = False
        """Whether another program has taken its place."""

    def has_session(self, environ: dict[str, Any]) -> bool:
        """Tell whether a request is of an Engine.IO session of this program."""
        if not str(environ.get("PATH_INFO", "")).startswith(self._path):
            return False
        connection = self._eio.sockets.get(eio_sid_in(environ))
        return connection is not None and not connection.closed

    def enter(self, request: Request) -> None:
        """Note a request that is to be answered."""
        self._requests.add(request)

    def answer(self, request: Request, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request that has been noted."""
        try:
            body = self._answer(environ, request.beginning(start_response))
            request.has_body = not isinstance(body, list)
        finally:
            if not request.has_body:
                self._done(request)
        if request.is_websocket and not request.has_begun and not request.has_body:
            # So Werkzeug writes nothing more, and no traceback; Engine.IO says it itself in later versions only.
            raise ConnectionError("the WebSocket has ended")
        return ClosingIterator(body, lambda: self._done(request)) if request.has_body else body

    def requests(self) -> list[Request]:
        """Return the requests that are being answered."""
        return list(self._requests)

    def posted_at(self, eio_sid: str) -> float:
        """Return when a leaving program answered the newest POST of a session, on the monotonic clock; 0 for none."""
        return self._posted.get(eio_sid, 0.0)

    def end_requests(self, patience: float, timeout: float) -> list[str]:
        """End what is under way; returns the names of threads that go on.

        WebSockets are cut. Routes have `patience` seconds; then what is sent piece by piece is cut, and who only makes
        an answer goes on and gives it. What is cut, and what is Engine.IO's own, has `timeout` seconds to end.
        """
        requests = [request for request in self._requests.copy() if request.thread is not threading.current_thread()]
        routes = [request for request in requests if not (request.is_websocket or request.eio_sid)]
        _cut(request for request in requests if request.is_websocket)
        _join(routes, patience)
        _cut(request for request in routes if request.has_body)
        _join([request for request in requests if request.has_body or request not in routes], timeout)
        return [request.thread.name for request in requests if request.thread.is_alive()]

    def _done(self, request: Request) -> None:
        self._requests.discard(request)
        if self.is_leaving and request.is_post:
            self._posted[request.eio_sid] = time.monotonic()


class Front:
    """Passes each request to the program in charge, and those of a leaving program's sessions to that one."""

    def __init__(self, program: Program) -> None:
        program.is_leaving = False
        self._program = program
        self._leaving: list[Program] = []
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        # In one step: once another program is in charge, no request can enter the old one unseen.
        with self._lock:
            program = next((each for each in self._leaving if each.has_session(environ)), self._program)
            program.enter(request)
        return program.answer(request, environ, start_response)

    def switch(self, program: Program) -> Program:
        """Put another program in charge; returns the one that was, which keeps its sessions until `forget`."""
        with self._lock:
            before, self._program = self._program, program
            before.is_leaving, program.is_leaving = True, False
            self._leaving.append(before)
        return before

    def forget(self, program: Program) -> None:
        """Have no request reach a program that has left."""
        with self._lock:
            self._leaving.remove(program)


def _cut(requests: Iterable[Request]) -> None:
    for request in requests:
        request.cut()


def _join(requests: Iterable[Request], timeout: float) -> None:
    deadline = time.monotonic() + timeout
    for request in requests:
        request.thread.join(max(0.0, deadline - time.monotonic()))


def own_app(served: Any) -> WSGI:
    """Return the app of a SocketIO object as a WSGI callable in which Engine.IO's requests stay this object's.

    Where another SocketIO has since been made on the same app, the app itself gives them to that one.
    """
    middleware = served.sockio_mw

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        app = middleware.flask_app
        is_own = app.extensions.get("socketio") is served
        is_engines = str(environ.get("PATH_INFO", "")).startswith(middleware.engineio_path)
        body: Iterable[bytes] = (app if is_own or not is_engines else middleware)(environ, start_response)
        return body

    return answer
