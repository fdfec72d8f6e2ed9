"""The door for the program's pages that come through the notebook's proxy.

There they are of one origin with Jupyter: a script in such a page can do what the reader can, as to run code in the
kernel. So they are sent only when the reader has agreed. The lab's own pages are safe by their policy, and WebSockets
and Socket.IO's polls are no pages.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.environs import is_upgrade
from sio_lab.server.refusal_page import Told, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sio_lab.server.host import Host
    from sio_lab.server.refusals import Refusals

CONTEXT, CONTEXT_PATH = "HTTP_X_FORWARDED_CONTEXT", "HTTP_X_PROXYCONTEXTPATH"
"""What jupyter-server-proxy sets in each request that is no WebSocket's, whatever the browser sent."""

ABSOLUTE = "/proxy/absolute/"
"""What stands in the path where it passes that on whole; then it sets no mark."""

_PLAIN_PATH = re.compile(r"/[\w/.-]*", re.ASCII)
TOLD = Told(
    "This page is not shown through the notebook's proxy yet",
    "Through it, the page counts as a part of Jupyter: a script in it, or one that it loads from elsewhere, could open "
    "your notebooks and run code in your name. If you trust the page, agree once, in the notebook:",
    (
        ("This asks, and then shows it:", "%sio open {path}"),
        ("This agrees for all pages of this server:", "%config SioMagics.pages_through_proxy = True"),
    ),
)
REASON = "A page of the program was asked for through the notebook's proxy, where it counts as a part of Jupyter"


def is_marked(environ: dict[str, Any]) -> bool:
    """Tell whether a request bears the marks of the notebook's proxy."""
    has_mark = CONTEXT in environ or CONTEXT_PATH in environ
    return has_mark or ABSOLUTE in environ.get("PATH_INFO", "")


class Proxied:
    """Answers requests for the program's pages through the notebook's proxy until the reader agrees; else none."""

    def __init__(self, on_stage: Callable[[], Host | None], refusals: Refusals) -> None:
        self._on_stage = on_stage
        self._refusals = refusals
        self.is_allowed = False
        """Whether the reader has agreed."""

    def allow(self) -> None:
        """Send such pages from now on. Only to be called when the reader has agreed in the notebook."""
        self.is_allowed = True

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes] | None:
        """Answer one request, or let it pass."""
        if self.is_allowed or not is_marked(environ) or self._is_no_page(environ):
            return None
        told = _told(str(environ.get("PATH_INFO", "")))
        self._refusals.tell("", environ, REASON, _in_one_line(told))
        return refuse(environ, start_response, told)

    def _is_no_page(self, environ: dict[str, Any]) -> bool:
        if str(environ.get("PATH_INFO", "")).startswith(f"{LAB_PATH}/") or is_upgrade(environ):
            return True
        host = self._on_stage()
        return host is not None and host.is_engines(environ)


def _told(path: str) -> Told:
    shown = path if _PLAIN_PATH.fullmatch(path) and ABSOLUTE not in path else "/"
    return Told(TOLD.title, TOLD.why, tuple((when, line.format(path=shown)) for when, line in TOLD.steps))


def _in_one_line(told: Told) -> str:
    (_, opened), (_, agreed) = told.steps
    return f"{opened}, in the notebook, asks, and then shows it; {agreed} agrees for all pages of this server"
