"""What a client is asked to connect with, checked before anything is sent."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from sio_lab.errors import Usage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TRANSPORTS = ("polling", "websocket")


@dataclass
class Options:
    """How one client connects, each time it does. Raises Usage, which names the value and the fix."""

    url: str
    """The server's address."""

    namespaces: Sequence[str] = "/"
    """One, or several: then the first is the one meant where none is named."""

    auth: Any = None
    """What goes into the CONNECT packets, or a callable that returns it."""

    headers: Mapping[str, str] = field(default_factory=dict)
    """HTTP headers of the first request, and of the upgrade."""

    transports: Sequence[str] | None = None
    """Those it may use, the first one first; None is polling and then an upgrade."""

    query: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the query string beside what the url has there."""

    def __post_init__(self) -> None:
        """Read what was asked for."""
        _check_url(self.url)
        _check_headers(self.headers)
        self.namespaces = _namespaces(self.namespaces)
        self.transports = _transports(self.transports)

    @property
    def address(self) -> str:
        """The url with the query string."""
        parts = urlsplit(self.url)
        words = filter(None, [parts.query, urlencode(self.query, doseq=True)])
        return parts._replace(query="&".join(words)).geturl()

    def current_auth(self) -> Any:
        """Return the auth to send now. Raises Usage where it is not JSON."""
        auth = self.auth() if callable(self.auth) else self.auth
        try:
            json.dumps(auth)
        except (TypeError, ValueError, RecursionError) as error:
            raise Usage(f"auth={auth!r}: {error}. Give a dict or a text that JSON can hold.") from None
        return auth


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname and parts.port != 0
    except ValueError:
        is_address = False
    if not is_address:
        raise Usage(f"url={url!r} is no address of a server; write it as http://127.0.0.1:5000")


def _check_headers(headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise Usage(f"headers: {name!r}: {value!r} is not a pair of texts; write {str(name)!r}: {str(value)!r}")


def _namespaces(asked: Sequence[str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys([asked] if isinstance(asked, str) else asked))
    if not names:
        raise Usage('namespace=[] names no namespace; the default one is "/"')
    for name in names:
        if not isinstance(name, str) or not name.startswith("/"):
            raise Usage(f'namespace={name!r}: a namespace starts with "/"; write "/{str(name).lstrip("/")}"')
    return names


def _transports(asked: Sequence[str] | None) -> tuple[str, ...] | None:
    if asked is None:
        return None
    names = (asked,) if isinstance(asked, str) else tuple(asked)
    if not names or any(name not in TRANSPORTS for name in names):
        raise Usage(
            f"transports={asked!r}: there are 'polling' and 'websocket'; "
            "leave it out to begin with polling and upgrade to websocket"
        )
    return names
