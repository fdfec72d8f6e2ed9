"""The passes that a request carries; nobody behind the doors sees them."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_plus, urlsplit

from sio_lab.server.cookies import drop_cookies

COOKIE = "sio_lab_pass_"
"""What the name of the cookie begins with; the port follows, since cookies are shared by all ports of a machine."""

QUERY = "lab_pass"
HEADER = "HTTP_X_SIO_LAB_PASS"
MOST = 10
"""So many passes of one request are looked at."""

_ADDRESSES = ("REQUEST_URI", "RAW_URI")
"""Where a WSGI environment has the address as it was sent, query and all."""


def cookie_name(environ: dict[str, Any]) -> str:
    """Return the name of the cookie that holds a pass of the server which answers."""
    return f"{COOKIE}{environ.get('SERVER_PORT', '')}"


def take_passes(environ: dict[str, Any]) -> list[str]:
    """Return the passes in a request's header, query and cookies, and take them, and those of other labs, out of it."""
    header = environ.pop(HEADER, None)
    passes = [] if header is None else [str(header)]
    if QUERY in _query(environ) or QUERY in str(environ.get("HTTP_REFERER", "")):
        passes += _take_from_query(environ)
    if COOKIE in environ.get("HTTP_COOKIE", ""):
        passes += _take_from_cookies(environ)
    return passes[:MOST]


def _query(environ: dict[str, Any]) -> str:
    # Written with percent signs it is the same name.
    query = str(environ.get("QUERY_STRING", ""))
    return unquote_plus(query) if "%" in query else query


def _take_from_query(environ: dict[str, Any]) -> list[str]:
    query = str(environ.get("QUERY_STRING", ""))
    passes = [unquote_plus(pair.partition("=")[2]) for pair in query.split("&") if _is_pass(pair)]
    environ["QUERY_STRING"] = _without_pass(query)
    for name in _ADDRESSES:
        if "?" in str(environ.get(name, "")):
            path, _, rest = str(environ[name]).partition("?")
            kept = _without_pass(rest)
            environ[name] = f"{path}?{kept}" if kept else path
    referer = str(environ.get("HTTP_REFERER", ""))
    if QUERY in referer:
        environ["HTTP_REFERER"] = _without_query(referer)
    return passes


def _without_query(address: str) -> str:
    try:
        return urlsplit(address)._replace(query="", fragment="").geturl()
    except ValueError:
        return ""


def _is_pass(pair: str) -> bool:
    return unquote_plus(pair.partition("=")[0]) == QUERY


def _without_pass(query: str) -> str:
    return "&".join(pair for pair in query.split("&") if not _is_pass(pair))


def _take_from_cookies(environ: dict[str, Any]) -> list[str]:
    own, found = cookie_name(environ), map(_named, str(environ["HTTP_COOKIE"]).split(";"))
    passes = [value for name, value in found if name == own]
    drop_cookies(environ, lambda text: _named(text)[0].startswith(COOKIE))
    return passes


def _named(text: str) -> tuple[str, str]:
    """Return name and value of a cookie, given as it stands between two semicolons."""
    name, _, value = text.partition("=")
    return name.strip(), value.strip().strip('"')
