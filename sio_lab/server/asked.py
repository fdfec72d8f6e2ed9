"""What a request said of itself, for the log: cut short, and without its secrets."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, quote_plus

from sio_lab.core.connection_records import Asked
from sio_lab.server.entrance import LAB_PATH

LENGTH = 300
SHOWN = frozenset({"EIO", "transport", "sid", "t", "b64", "j"})
"""What Engine.IO itself puts into a query string; the values of all else may be secrets, and are not kept."""

HIDDEN = "…"
INVITATION = f"{LAB_PATH}/join/"
"""Behind it a path has the code of a class."""


def asked_of(environ: dict[str, Any]) -> Asked:
    """Return what is kept of a request, given its WSGI environment."""
    return Asked(
        _text(environ, "REQUEST_METHOD") or "",
        path_without_code(str(environ.get("PATH_INFO", "")))[:LENGTH],
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


def path_without_code(path: str) -> str:
    """Return a path without the code in a class's link, whatever a proxy has put before it: a notebook is saved."""
    before, link, code = path.partition(INVITATION)
    return f"{before}{link}{HIDDEN}" if code else path


def without_secrets(query: str) -> str:
    """Return a query string without the values of what Engine.IO has not put there: they may be secrets."""
    pairs = parse_qsl(query[: 10 * LENGTH], keep_blank_values=True)
    shown = [f"{quote_plus(name)}={quote_plus(value) if name in SHOWN else HIDDEN}" for name, value in pairs]
    return "&".join(shown)[:LENGTH]
