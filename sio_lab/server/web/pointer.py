"""What a notebook's page is told so that it can find the server: the kernel doesn't know where its reader is."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_core.paths import jupyter_runtime_dir

from sio_lab.core.elsewhere import HUB_PREFIX
from sio_lab.server.entrance import LAB_PATH
from sio_lab.server.web.here import Here

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sio_lab.server.stage import Stage

OWN_PAGE = f"{LAB_PATH}/"
"""Where the lab's client page is."""

MOST_ORIGINS = 8


class Pointer:
    """Points pages to the server of a stage."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.here = Here()
        """The door that a page tries addresses at."""

        self.origins: list[str] = []
        """Where notebooks that asked are shown, the newest last: their pages may show the lab's in a frame."""

    def where(
        self,
        path: str = "/",
        *,
        host: str | None = None,
        origin: str | None = None,
        public_url: str | None = None,
    ) -> dict[str, Any]:
        """Return what a page needs to find what is served at `path`; `host` and `origin` are the page's own.

        {running, port, url, public, token, base, path, own, allowed, credential}: `url` is the address for clients on
        this machine, `base` that of the notebook's server as far as the kernel knows it, `own` tells whether `path` is
        a page of the lab's, `allowed` whether the program's pages may be shown through the proxy, `credential` lets
        the page into a class. Where nothing listens: {running} alone.
        """
        stage, served = self._stage, self._stage.host
        if served is None or not served.running:
            return {"running": False}
        self._learn(host, origin)
        return {
            "running": True,
            "port": served.port,
            "url": served.url,
            "public": public_url or None,
            "token": self.here.token,
            "base": notebook_base(),
            "path": path,
            "own": path.startswith(OWN_PAGE),
            "allowed": self.is_allowed,
            "credential": stage.pupils.own_pass if stage.pupils is not None else None,
        }

    def _learn(self, host: str | None, origin: str | None) -> None:
        if host:
            self._stage.hosts.learn(host)
        if origin and origin not in self.origins:
            self.origins = [*self.origins[-MOST_ORIGINS + 1 :], origin]

    @property
    def is_allowed(self) -> bool:
        """Whether the reader has agreed that the program's pages come through Jupyter's proxy."""
        return self._stage.proxied.is_allowed

    def allow(self) -> dict[str, Any]:
        """Take in that the reader has agreed, for this server."""
        self._stage.proxied.allow()
        return {"allowed": True}


def notebook_base(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the path under which the notebook's server is reached, as in `/user/ada/`; None where nothing tells."""
    prefix = environ.get(HUB_PREFIX)
    if prefix:
        return prefix
    base = _notebook_server(environ.get("JPY_PARENT_PID", "")).get("base_url")
    return str(base) if base else None


def _notebook_server(pid: str) -> dict[str, Any]:
    """Return what the notebook server of that process has written down of itself; empty where it hasn't."""
    try:
        told = json.loads(Path(jupyter_runtime_dir(), f"jpserver-{int(pid)}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
