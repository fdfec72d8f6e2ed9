"""The door that tells a notebook's page that it has found this server, and no other one at the same port."""

from __future__ import annotations

import hmac
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from sio_lab.server.entrance import LAB_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

HERE_PATH = f"{LAB_PATH}/here"
KEY = "key"
"""What the token is called in the query: Jupyter would take one called `token` for its own, and ask for a login."""


class Here:
    """Answers who names this server's token, from whichever site; others learn nothing, not even by the headers."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(16)
        """What only the kernel and the notebook's page know."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request with 204, or 404 where the token is another; let all other paths pass."""
        if environ.get("PATH_INFO") != HERE_PATH:
            return None
        named = parse_qs(str(environ.get("QUERY_STRING", ""))).get(KEY, [""])[0]
        headers = [("Cache-Control", "no-store"), ("Content-Length", "0")]
        if environ.get("REQUEST_METHOD") == "GET" and hmac.compare_digest(named.encode(), self.token.encode()):
            # The page that asks is Jupyter's, of another origin: it may read that it was right, there is no more.
            start_response("204 No Content", [("Access-Control-Allow-Origin", "*"), *headers[:1]])
        else:
            start_response("404 Not Found", [("Content-Type", "text/plain"), *headers])
        return [b""]
