"""The HTTP exchange that a WebSocket begins with, as texts for the log: cut short, and without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sio_lab.core.sockets import SWITCHING
from sio_lab.server.asked import HIDDEN, without_secrets
from sio_lab.server.environs import eio_sid_in, is_upgrade

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST_HEADERS = 60
LINE_LENGTH = 500
MOST_HEAD = 16_384
"""Bytes of an answer's head; what is longer is not looked at."""

END = b"\r\n\r\n"
SECRET = re.compile(r"cookie|authoriz|token|secret|passw|session|csrf|xsrf|api-?key|credential", re.IGNORECASE)
"""Headers whose values are hidden. Sec-WebSocket-Key is none: it proves that the answer was made for this request."""

WORD_LENGTH = 40
"""A longer subprotocol is a token, more often than not."""


def request_text(environ: dict[str, Any]) -> str:
    """Return a request's line and headers as text, given its WSGI environment."""
    query = without_secrets(str(environ.get("QUERY_STRING", "")))
    asked = f"{environ.get('SCRIPT_NAME', '')}{environ.get('PATH_INFO', '')}{'?' if query else ''}{query}"
    line = f"{environ.get('REQUEST_METHOD', 'GET')} {asked} {environ.get('SERVER_PROTOCOL', 'HTTP/1.1')}"
    return "\n".join((_flat(line), *_told(_headers_in(environ))))


def response_text(head: bytes) -> str:
    """Return an answer's line and headers as text, given what was sent of it."""
    line, *rest = head.partition(END)[0].decode("latin-1").split("\r\n")
    pairs = ((name, value.strip()) for name, _, value in (each.partition(":") for each in rest))
    return "\n".join((_flat(line), *_told(pairs)))


def status_of(head: bytes) -> int:
    """Return the status of an answer; 0 where it is none."""
    words = head[:40].split(b" ", 2)
    return int(words[1][:3]) if len(words) > 1 and words[1][:3].isdigit() else 0


def _headers_in(environ: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield "-".join(map(str.capitalize, name[5:].split("_"))).replace("Websocket", "WebSocket"), str(value)


def _told(pairs: Any) -> Iterator[str]:
    for number, (name, value) in enumerate(pairs):
        if number == MOST_HEADERS:
            yield f"{HIDDEN}: more headers"
            return
        yield f"{_flat(name)}: {_flat(_without_secrets(name, value))}"


def _without_secrets(name: str, value: str) -> str:
    if SECRET.search(name):
        return HIDDEN
    if name.lower() == "sec-websocket-protocol":
        words = (word.strip() for word in value.split(","))
        return ", ".join(HIDDEN if len(word) > WORD_LENGTH else word for word in words)
    if name.lower() in {"referer", "location"}:
        return value.partition("?")[0]
    return value


def _flat(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text)[:LINE_LENGTH]


def listening(environ: dict[str, Any], tell: Callable[[str, str, str], object]) -> dict[str, Any]:
    """Return what Engine.IO is to see of a request: where that asks for a WebSocket, with a socket that is heard."""
    connection = environ.get("werkzeug.socket")
    if connection is None or not is_upgrade(environ):
        return environ
    heard = Heard(connection, request_text(environ), tell)
    heard.eio_sid = eio_sid_in(environ)[:LINE_LENGTH]
    return {**environ, "werkzeug.socket": heard}


class Heard:
    """A socket that tells, once, the answer to a WebSocket's handshake; for all else it is the one within."""

    def __init__(self, within: Any, request: str, tell: Callable[[str, str, str], object]) -> None:
        self._within = within
        self._request = request
        self._tell = tell
        self._head = b""
        self.eio_sid = ""
        """The Engine.IO connection that it becomes part of; empty until that is known."""

        self.send: Callable[[bytes], int] = self._send_head
        self.recv: Callable[[int], bytes] = within.recv
        """Found without the detour that all else takes: it is called for each event."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._within, name)

    def _send_head(self, data: bytes) -> int:
        self._head += bytes(data)
        if END in self._head or len(self._head) > MOST_HEAD:
            self.send = self._within.send
            if self.eio_sid and status_of(self._head) == SWITCHING:
                self._tell(self.eio_sid, self._request, response_text(self._head))
            self._head = b""
        sent: int = self._within.send(data)
        return sent
