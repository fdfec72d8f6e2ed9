"""What browsers are told about the lab's own pages: what these may load, and who may show them in a frame."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")
_SOURCE = re.compile(r"(https?://)?[A-Za-z0-9.*-]{1,253}(:(\d{1,5}|\*))?")

EDITORS = ("vscode-webview:", "vscode-file:")
"""Schemes of VS Code on the desktop, which shows outputs in its own frames; no page of the web has such an address."""


def loopback() -> list[str]:
    """Return the pages of this machine, on any port: that is where notebooks usually are."""
    return [f"{scheme}://{host}:*" for scheme in ("http", "https") for host in ("127.0.0.1", "localhost")]


def headers(environ: dict[str, Any], ancestors: Iterable[str]) -> list[tuple[str, str]]:
    """Return the headers that each of the lab's pages and files is sent with.

    `ancestors` are the sources whose pages may show one in a frame, as Content-Security-Policy writes them
    (`http://127.0.0.1:*`); what is none is left out.
    """
    return [
        ("Content-Security-Policy", _policy(str(environ.get("HTTP_HOST", "")), ancestors)),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    ]


def _policy(host: str, ancestors: Iterable[str]) -> str:
    # Safari before 15.4 does not take a WebSocket to its own host for 'self'.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    framing = " ".join(["'self'", *EDITORS, *(each for each in ancestors if _SOURCE.fullmatch(each))])
    return "; ".join(
        [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            f"connect-src 'self'{sockets}",
            "img-src 'self' data:",
            "base-uri 'none'",
            "form-action 'none'",
            f"frame-ancestors {framing}",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
