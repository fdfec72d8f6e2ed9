"""A tap around the user's WSGI app: one record a request, Socket.IO's own requests left out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from sio_lab.core import records as r
from sio_lab.core.cause_path import NOT_FOUND, is_socketio_like
from sio_lab.server.asked import asked_of, path_without_code
from sio_lab.server.context import running_for
from sio_lab.server.entrance import MENDED
from sio_lab.server.environs import address_of, is_upgrade
from sio_lab.server.raw_lines import hang_up
from sio_lab.server.shaking import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.core.log import Log
    from sio_lab.server.raw_lines import Lines

PATH_LENGTH = 500
INTERNAL_SERVER_ERROR = 500


class HttpTap:
    """A WSGI callable that passes everything on to `app`, and tells the log how it went."""

    def __init__(
        self, app: Callable[..., Iterable[bytes]], log: Log, socketio_path: str, lines: Lines | None = None
    ) -> None:
        self._app = app
        self._lines = lines
        self._log = log
        self._socketio_path = f"/{socketio_path.strip('/')}/"

    def _shaken(self, eio_sid: str, request: str, response: str) -> None:
        self._log.append(r.Handshaken(eio_sid, request, response))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        if environ.get("PATH_INFO", "").startswith(self._socketio_path):
            return self._app(listening(environ, self._shaken), start_response)
        if self._lines is not None and is_upgrade(environ):
            environ = self._lines.connect(environ)
        exchange = _Exchange(self._log, environ, start_response)
        try:
            with running_for(self._log, None, "route"):
                body = self._app(environ, exchange.start)
        except Exception as error:
            hang_up(environ, error)
            exchange.failed()
            raise
        hang_up(environ, None, body)
        if exchange.is_whole:
            # Told before the answer leaves: whoever has it finds the row.
            exchange.ended()
            return body
        return ClosingIterator(_Streamed(self._log, body), exchange.ended)


class _Streamed:
    """A body whose pieces are made by the route, too: a view may be a generator."""

    def __init__(self, log: Log, body: Iterable[bytes]) -> None:
        self._log = log
        self._pieces = iter(body)
        self.close: Callable[[], object] = getattr(body, "close", lambda: None)

    def __iter__(self) -> _Streamed:
        return self

    def __next__(self) -> bytes:
        with running_for(self._log, None, "route"):
            return next(self._pieces)


class _Exchange:
    """One request and what is known of its answer."""

    def __init__(self, log: Log, environ: dict[str, Any], start_response: Callable[..., Any]) -> None:
        self._log = log
        self._environ = environ
        self._start_response = start_response
        self._began = time.perf_counter_ns()
        self._status = 0
        self.is_whole = False
        """Whether the answer's length is known, and so all of it made."""

    def start(self, status: str, headers: Any, *rest: Any) -> Any:
        """Note the status and begin the answer."""
        self._status = int(status[:3])
        self.is_whole = any(name.lower() == "content-length" for name, _ in headers)
        return self._start_response(status, headers, *rest)

    def failed(self) -> None:
        """Tell the log of a request that the app did not answer: the web server will, with a 500."""
        self._status = INTERNAL_SERVER_ERROR
        self.ended()

    def ended(self) -> None:
        """Tell the log."""
        ms = (time.perf_counter_ns() - self._began) / 1e6
        path = path_without_code(str(self._environ.get("PATH_INFO", "")))[:PATH_LENGTH]
        method = str(self._environ.get("REQUEST_METHOD", ""))[:20]
        mended = self._environ.get(MENDED)
        is_lost = self._status == NOT_FOUND and is_socketio_like(path, str(self._environ.get("QUERY_STRING", "")))
        asked = asked_of(self._environ) if is_lost else None
        self._log.append(r.HttpRequest(method, path, self._status, ms, address_of(self._environ), mended, asked))
