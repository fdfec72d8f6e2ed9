"""Who visits a program: Socket.IO clients over the network, and browsers that keep their cookies."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from tests.server.peers import DEADLINE, Peer

if TYPE_CHECKING:
    from http.client import HTTPMessage

WEBSOCKET = ("websocket",)
POLLING = ("polling",)
UPGRADE = ("polling", "websocket")
_FORM = "application/x-www-form-urlencoded"


class Visitors:
    """Connects clients to one server, and lets all of them go in the end."""

    def __init__(self, url: str, transports: tuple[str, ...] = WEBSOCKET) -> None:
        self.url = url
        self._transports = transports
        self._peers: list[Peer] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for peer in self._peers:
            peer.close()

    def connect(self, *namespaces: str, query: str = "", let_in: bool = True, **options: Any) -> Peer:
        """Return a new client in `namespaces`, by default in `/`; `options` are `auth` and `headers`.

        All of them have let it in, or, without `let_in`, have answered in one way or the other.
        """
        # By itself the client says that it comes from a page of the server.
        brings_origin = "Origin" in options.get("headers", {})
        peer = Peer(websocket_extra_options={"suppress_origin": brings_origin})
        self._peers.append(peer)
        peer.open(f"{self.url}?{query}", *namespaces, transports=self._transports, **options)
        assert not let_in or not peer.got("connect_error"), peer.got("connect_error")
        return peer


@dataclass(frozen=True)
class Answer:
    """What an HTTP request was answered."""

    status: int
    text: str
    headers: HTTPMessage

    @property
    def json(self) -> Any:
        """The text, read as JSON."""
        return json.loads(self.text)


class Browser:
    """Sends HTTP requests to one server, follows redirects, and keeps cookies."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._cookies = HTTPCookieProcessor()
        self._opener = build_opener(self._cookies)

    @property
    def cookie(self) -> dict[str, str]:
        """The header by which a page's socket brings the cookies along."""
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.cookiejar)}

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self.send("GET", path)

    def post(self, path: str, **form: str) -> Answer:
        """Send a form off."""
        return self.send("POST", path, urlencode(form), _FORM)

    def post_json(self, path: str, value: Any) -> Answer:
        """Send JSON, as `fetch` does."""
        return self.send("POST", path, json.dumps(value), "application/json")

    def send(self, method: str, path: str, body: str | None = None, kind: str = "text/plain") -> Answer:
        """Send any request; an answer of an error's status is an answer, too."""
        data = None if body is None else body.encode()
        request = Request(self._url + path, data, {"Content-Type": kind}, method=method)  # noqa: S310 - our own server
        try:
            with self._opener.open(request, timeout=DEADLINE) as answer:
                return Answer(answer.status, answer.read().decode(), answer.headers)
        except HTTPError as error:
            with error:
                return Answer(error.code, error.read().decode(), error.headers)
