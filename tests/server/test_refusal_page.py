"""The page that says why a request was refused: text, and a policy under which nothing runs."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from sio_lab.server.refusal_page import POLICY, Told, refuse

MARKUP = "<script>alert('x')</script>\"&"
TOLD = Told("Title", "Why it was.", (("When:", "%sio open /a"), ("Else:", "%config SioMagics.x = True")))


def answer(told: Told, method: str = "GET") -> tuple[str, dict[str, str], str]:
    """Return status, headers and body."""
    begun: list[Any] = []
    body = refuse({"REQUEST_METHOD": method}, lambda *args: begun.append(args), told)
    ((status, headers),) = begun
    return status, dict(headers), b"".join(body).decode()


def test_it_says_what_and_what_next() -> None:
    status, headers, text = answer(TOLD)
    assert status == "403 Forbidden"
    assert int(headers["Content-Length"]) == len(text.encode())
    for part in ("<title>Title</title>", "Why it was.", "When:", "<code>%sio open /a</code>", '<html lang="en">'):
        assert part in text


def test_its_only_style_is_the_one_that_its_policy_names() -> None:
    _, headers, text = answer(TOLD)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in headers["Content-Security-Policy"] == POLICY
    assert POLICY.startswith("default-src 'none'")
    assert not re.search(r"<script|<form|<a |src=|href=|style=", text)
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_all_that_it_says_is_text() -> None:
    _, _, text = answer(Told(MARKUP, MARKUP, ((MARKUP, MARKUP),)))
    assert "<script" not in text
    assert text.count("&lt;script&gt;") == 5


def test_who_asks_for_the_head_only_gets_that() -> None:
    _, headers, text = answer(TOLD, "HEAD")
    assert text == ""
    assert int(headers["Content-Length"]) > 500
