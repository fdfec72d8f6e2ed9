"""What the doors of a class answer: short pages, JSON, and the way to somewhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote, unquote

from sio_lab.server.entrance import LAB_PATH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Start: TypeAlias = Callable[..., Any]

JOIN_PATH = f"{LAB_PATH}/join"
SAFE = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)
"""Headers of every answer of the doors: an address may hold the code."""

POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'"
REASONS = {
    200: "OK",
    303: "See Other",
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    411: "Length Required",
    413: "Content Too Large",
    423: "Locked",
    429: "Too Many Requests",
    503: "Service Unavailable",
}


def answer(start: Start, status: int, kind: str, body: bytes, *headers: tuple[str, str]) -> Iterable[bytes]:
    """Begin an answer and return its body."""
    told = [("Content-Type", kind), ("Content-Length", str(len(body))), *SAFE, *headers]
    start(f"{status} {REASONS[status]}", told)
    return [body]


def tell(start: Start, status: int, told: dict[str, Any], *headers: tuple[str, str]) -> Iterable[bytes]:
    """Answer with JSON."""
    return answer(start, status, "application/json", json.dumps(told).encode(), *headers)


def lead(start: Start, where: str, *headers: tuple[str, str]) -> Iterable[bytes]:
    """Answer with the way to another address, relative to the one that was asked for: so it holds behind a proxy."""
    return answer(start, 303, "text/plain", b"", ("Location", where), *headers)


def from_here(environ: dict[str, Any], path: str) -> str:
    """Return the address of a path of this server, which begins with a slash, relative to the one asked for."""
    depth = _path_of(environ).count("/") - 1
    return "../" * depth + path.removeprefix("/") or "./"


def asked_for(environ: dict[str, Any]) -> str:
    """Return the path and the query asked for, to come back to; without the first slash."""
    query = str(environ.get("QUERY_STRING", ""))
    return quote(_path_of(environ).lstrip("/")) + (f"?{query}" if query else "")


def harmless(where: str) -> str:
    """Return a path to go on to, relative to the server's root; an empty text for one that leads anywhere else.

    Written after `../` it is a path of this server whatever stands in it, as long as no dots lead out of it.
    """
    path, mark, query = where.partition("?")
    parts = unquote(path).replace("\\", "/").split("/")
    if not where.isprintable() or not where.isascii() or {"..", "."} & set(parts) or parts[0] in {"_lab", ""}:
        return ""
    return quote("/".join(parts)) + (mark + quote(query, safe="=&%+,;:@!$'()*/?-._~") if mark else "")


def _path_of(environ: dict[str, Any]) -> str:
    # WSGI has the bytes of a path as latin-1.
    return str(environ.get("PATH_INFO", "/")).encode("latin-1", "replace").decode(errors="replace") or "/"
