"""The door that takes off what is the notebook's own: browsers send its cookies to every port of a machine."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sio_lab.core.netloc import read_host
from sio_lab.server.proxied import is_marked

if TYPE_CHECKING:
    from collections.abc import Callable

_JUPYTERS = r"(?:__Host-|__Secure-)?(?:username-|jupyterhub-|jupyter-|_xsrf[ \t]*(?:=|;|$))"
"""What the names of cookies begin with that Jupyter Server and JupyterHub set; a hub may put a prefix before them."""

_SOME = re.compile(rf"(?:^|;)[ \t]*{_JUPYTERS}")
_ONE = re.compile(rf"[ \t]*{_JUPYTERS}")
_TOKEN = re.compile(r"[ \t]*token[ \t]", re.IGNORECASE)
"""What an Authorization header begins with by which programs log in to Jupyter. A Bearer is left: Jupyter takes those,
too, but they are mostly the program's own."""


def strip_notebooks(environ: dict[str, Any], _start_response: Callable[..., Any]) -> None:
    """Take Jupyter's cookies and credentials out of a request; all others stay as they are, byte for byte."""
    cookies = environ.get("HTTP_COOKIE")
    if cookies is not None and _SOME.search(cookies):
        drop_cookies(environ, lambda text: _ONE.match(text) is not None)
    environ.pop("HTTP_X_XSRFTOKEN", None)  # the value of the cookie _xsrf
    login = environ.get("HTTP_AUTHORIZATION")
    if login is not None and _TOKEN.match(login) and _comes_through_another(environ):
        del environ["HTTP_AUTHORIZATION"]


def drop_cookies(environ: dict[str, Any], is_dropped: Callable[[str], bool]) -> None:
    """Take some cookies out of a request that has any; all others stay as they are, byte for byte.

    `is_dropped` is asked of each, as it stands between two semicolons.
    """
    kept = ";".join(text for text in str(environ["HTTP_COOKIE"]).split(";") if not is_dropped(text)).lstrip()
    if kept:
        environ["HTTP_COOKIE"] = kept
    else:
        del environ["HTTP_COOKIE"]


def _comes_through_another(environ: dict[str, Any]) -> bool:
    """Tell whether a proxy passed the request on: the notebook's marks what is no WebSocket, and keeps its own port."""
    place = read_host(str(environ.get("HTTP_HOST", "")))
    return is_marked(environ) or place is None or str(place.port) != environ.get("SERVER_PORT")
