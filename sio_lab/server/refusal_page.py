"""The short page that says why a request was refused, and what to do."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

STATUS = "403 Forbidden"
STYLE = """
:root { color-scheme: light dark }
body { margin: 0 auto; padding: 12vh 1.25rem 2rem; max-width: 34rem; font: 1rem/1.55 system-ui, sans-serif }
h1 { margin: 0 0 1rem; font-size: 1.35rem; line-height: 1.3; font-weight: 600 }
p { margin: 0 0 .75rem }
ul { margin: 1.5rem 0 0; padding: 0; list-style: none }
li { margin: 0 0 1rem }
code { display: block; margin-top: .35rem; padding: .6rem .75rem; border-radius: .4rem; overflow-wrap: anywhere;
  font: .9rem/1.45 ui-monospace, Menlo, Consolas, monospace; background: light-dark(#f0f1f3, #2a2c30) }
"""
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'"
)
"""No script, no form, nothing from elsewhere. It may be framed: there is nothing in it to click on."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is said to who was refused; all of it plain text."""

    title: str
    why: str
    steps: tuple[tuple[str, str], ...]
    """What to do: when it is the thing to do, and the line to run."""


def refuse(environ: dict[str, Any], start_response: Callable[..., Any], told: Told) -> list[bytes]:
    """Answer a request with the page."""
    body = _page(told).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", POLICY),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("Cache-Control", "no-store"),
    ]
    start_response(STATUS, headers)
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]


def _page(told: Told) -> str:
    steps = "".join(f"<li>{escape(when)}<code>{escape(line)}</code></li>" for when, line in told.steps)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(told.title)}</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style>'
        f"<h1>{escape(told.title)}</h1><p>{escape(told.why)}</p><ul>{steps}</ul></html>"
    )
