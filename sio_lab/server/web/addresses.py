"""Where, seen from a page, the lab's own client is: relative to the page, so that a proxy's prefix does not matter."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from sio_lab.server.entrance import LAB_PATH

_PREFIX = re.compile(r"(?:/[\w~.@%:+-]+)+")
_PREFIX_HEADERS = ("HTTP_X_FORWARDED_PREFIX", "HTTP_X_FORWARDED_CONTEXT")
FOLDER = f"{LAB_PATH.strip('/')}/client/"


def path_of(environ: dict[str, Any]) -> str:
    """Return the path of a request as the browser wrote it, percent-encoded: an encoded slash is none."""
    asked = str(environ.get("REQUEST_URI") or environ.get("RAW_URI") or "").partition("?")[0]
    return asked if asked.startswith("/") else quote(str(environ.get("PATH_INFO", "")), encoding="latin-1") or "/"


def prefix_of(environ: dict[str, Any]) -> str:
    """Return the prefix that a proxy says it has taken off; an empty text where none says so, or nothing sensible."""
    told = (str(environ.get(name, "")).rstrip("/") for name in _PREFIX_HEADERS)
    return next((prefix for prefix in told if _PREFIX.fullmatch(prefix)), "")


def folder_for(path: str, base: str | None, host: str, prefix: str) -> str | None:
    """Return the URL of the client's folder, with a slash at its end, as a script in the page at `path` must write it.

    `base` is what the page's `<base href>` says. None where that leads to another server.
    """
    if base is None:
        return _upwards(path) + FOLDER
    try:
        parts = urlsplit(base.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        is_ours = parts.scheme in {"", "http", "https"} and parts.netloc.lower() == host.lower()
        return f"{prefix}/{FOLDER}" if is_ours else None
    if parts.path.startswith("/"):
        # The page has left the prefix of its own accord; whether there is one, the proxy may have told.
        return f"{prefix}/{FOLDER}"
    return _upwards(urljoin(path, parts.path)) + FOLDER


def _upwards(path: str) -> str:
    # A module's address begins with a dot, else it is a bare name.
    return "../" * (path.count("/") - 1) or "./"
