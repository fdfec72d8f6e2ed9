"""What a request said of itself, for the log: cut short, and without its secrets."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote_plus

from sio_lab.core.connection_records import Asked

LENGTH = 300
SHOWN = frozenset({"EIO", "transport", "sid", "t", "b64", "j"})
"""What Engine.IO itself puts into a query string; the values of all else may be secrets, and are not kept."""

HIDDEN = "…"


def asked_of(environ: dict[str, Any]) -> Asked:
    """Return what is kept of a request, given its WSGI environment."""
    return Asked(
        _text(environ, "REQUEST_METHOD") or "",
        _text(environ, "PATH_INFO") or "",
        without_secrets(str(environ.get("QUERY_STRING", ""))),
        _text(environ, "HTTP_HOST"),
        _text(environ, "HTTP_ORIGIN"),
        _text(environ, "HTTP_USER_AGENT"),
        _text(environ, "wsgi.url_scheme") or "http",
        _text(environ, "HTTP_X_FORWARDED_PROTO"),
    )


def _text(environ: dict[str, Any], name: str) -> str | None:
    value = environ.get(name)
    return None if value is None else str(value)[:LENGTH]


def without_secrets(query: str) -> str:
    """Return a query string without the values of what Engine.IO has not put there: they may be secrets."""
    pairs = parse_qsl(query[: 10 * LENGTH], keep_blank_values=True)
    shown = [f"{quote_plus(name)}={quote_plus(value) if name in SHOWN else HIDDEN}" for name, value in pairs]
    return "&".join(shown)[:LENGTH]
