"""A layer around a program by which its pages load the lab's own Socket.IO client, and reach the server from anywhere.

Tutorials load the client from far away, where a room without a network gets nothing; or of a version that no server of
today speaks; and their `io.connect` knows nothing of a proxy's prefix. Nothing else of a page is changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.wsgi import ClosingIterator

from sio_lab.server.address import DEFAULT_PORT
from sio_lab.server.entrance import MENDED
from sio_lab.server.web import charsets
from sio_lab.server.web.addresses import path_of, prefix_of
from sio_lab.server.web.etags import Mark
from sio_lab.server.web.known_clients import VERSION, Place
from sio_lab.server.web.mended import Around, mended_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Headers = list[tuple[str, str]]

MOST_BYTES = 2_000_000
"""Longer pages are sent as they are."""

_LOOPBACK = ("localhost", "127.0.0.1", "0.0.0.0", "::1")  # noqa: S104 - names that pages give this server, bound by none
_OF_THE_BYTES = frozenset({"content-length", "content-md5", "digest", "content-digest", "repr-digest", "accept-ranges"})
_PARTS = frozenset({"204", "206", "304"})
"""Statuses of answers without a body, or with a part of one."""

MARKED = "sio_lab.marked"
"""Where in a WSGI environment it stands that the browser asks for a page that it has kept mended."""


class Mending:
    """A WSGI callable that passes everything on to `app`, and mends the pages that come back.

    `path` is where Engine.IO answers; while `is_off()`, pages are sent as they are.
    """

    def __init__(self, app: Callable[..., Iterable[bytes]], path: str, is_off: Callable[[], bool]) -> None:
        self._app = app
        self._path = path.strip("/")
        self._is_off = is_off

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        own = str(environ.get("PATH_INFO", "")).startswith(f"/{self._path}/")
        if own or self._is_off() or environ.get("REQUEST_METHOD") not in {"GET", "HEAD"}:
            return self._app(environ, start_response)
        # Now, since a program that mounts another one changes the environ's path.
        around = self._around(environ)
        mark = Mark(VERSION, self._path, around.port)
        if mark.is_kept(environ):
            environ[MARKED] = True
        if MARKED in environ or "text/html" in str(environ.get("HTTP_ACCEPT", "")):
            mark.taken_off(environ)
        answer = _Answer(environ, start_response, around, mark)
        return answer.after(self._app(environ, answer.start))

    def _around(self, environ: dict[str, Any]) -> Around:
        host, port = str(environ.get("HTTP_HOST", "")).lower(), str(environ.get("SERVER_PORT", ""))
        names = {f"{name}:{each}" for name in _LOOPBACK for each in (port, str(DEFAULT_PORT))}
        place = Place(path_of(environ), frozenset({host, *names}), self._path)
        return Around(place, host, prefix_of(environ), port)


class _Answer:
    """One answer: held back while it is a page that may have to be mended, passed on at once where it is not."""

    def __init__(self, environ: dict[str, Any], start_response: Callable[..., Any], around: Around, mark: Mark) -> None:
        self._environ = environ
        self._start_response = start_response
        self._around = around
        self._mark = mark
        self._is_head = environ.get("REQUEST_METHOD") == "HEAD"
        self._held: tuple[str, Headers, tuple[Any, ...]] | None = None
        self._is_late = False

    def start(self, status: str, headers: Headers, *rest: Any) -> Any:
        """Begin the answer, or hold its beginning back."""
        if status.startswith("304") and MARKED in self._environ:
            headers = _with_etag(headers, self._mark)
        elif self._is_head and _is_page(headers):
            # How long the mended page is, and what its ETag, is known where it is made.
            headers = [each for each in headers if each[0].lower() not in {"content-length", "etag"}]
        elif not (self._is_late or status[:3] in _PARTS) and _is_page(headers):
            self._held = (status, headers, rest)
            return self._write
        return self._start_response(status, headers, *rest)

    def _write(self, piece: bytes) -> None:
        """Send a piece as the oldest programs do: what is sent so can't be mended."""
        held, self._held = self._held, None
        if held is not None:
            self._send = self._start_response(held[0], held[1], *held[2])
        self._send(piece)

    def after(self, body: Iterable[bytes]) -> Iterable[bytes]:
        """Return the body, mended where it is to be."""
        self._is_late = True
        if self._held is None:
            return body
        status, headers, rest = self._held
        read = _Read(body, _length(headers))
        page = None if read.whole is None else self._mended(read.whole, headers)
        if page is not None:
            kept = [each for each in headers if each[0].lower() not in _OF_THE_BYTES]
            headers = [*_with_etag(kept, self._mark), ("Content-Length", str(len(page)))]
        self._start_response(status, headers, *rest)
        return read.again() if page is None else [page]

    def _mended(self, body: bytes, headers: Headers) -> bytes | None:
        """Return the bytes of the mended page; None where it stays as it is. Notes what there is to say of it."""
        # Most pages are none of these; UTF-16 has zeros in between.
        if b"socket" not in body.replace(b"\0", b"").lower():
            return None
        text = charsets.read(body, _value(headers, "content-type"))
        if text is None:
            return None
        outcome = mended_text(text[0], self._around, headers)
        if outcome.note is not None:
            self._environ[MENDED] = outcome.note
        return None if outcome.text == text[0] else outcome.text.encode(text[1])


class _Read:
    """A body read to its end, or as far as it went."""

    def __init__(self, body: Iterable[bytes], length: int) -> None:
        self._close: Callable[[], None] = getattr(body, "close", lambda: None)
        self._rest = iter(body)
        self._pieces: list[bytes] = []
        self._error: Exception | None = None
        self.whole = self._read(length)
        """All of it, closed; None where it broke off, or is not as long as was said."""

    def _read(self, length: int) -> bytes | None:
        size = 0
        try:
            for piece in self._rest:
                self._pieces.append(piece)
                size += len(piece)
                if size > length:
                    return None
        except Exception as error:  # noqa: BLE001 - raised again where it would have been
            self._error = error
        if size != length or self._error is not None:
            return None
        self._close()
        self._close = lambda: None
        return b"".join(self._pieces)

    def again(self) -> Iterable[bytes]:
        """Return what is as good as the body that was read."""
        return self._pieces if self.whole is not None else ClosingIterator(self._going_on(), self._close)

    def _going_on(self) -> Iterator[bytes]:
        yield from self._pieces
        if self._error is not None:
            raise self._error
        yield from self._rest


def _is_page(headers: Headers) -> bool:
    """Tell whether an answer is a page, of a size that is known and bounded, to be shown as it is sent."""
    is_html = _value(headers, "content-type").partition(";")[0].strip().lower() == "text/html"
    is_plain = _value(headers, "content-encoding").lower() in {"", "identity"}
    is_shown = not _value(headers, "content-disposition").lower().startswith("attachment")
    return is_html and is_plain and is_shown and 0 <= _length(headers) <= MOST_BYTES


def _length(headers: Headers) -> int:
    text = _value(headers, "content-length")
    return int(text) if text.isdecimal() else -1


def _value(headers: Headers, name: str) -> str:
    return next((value for key, value in headers if key.lower() == name), "")


def _with_etag(headers: Headers, mark: Mark) -> Headers:
    return [(name, mark.put_on(value) if name.lower() == "etag" else value) for name, value in headers]
