"""What browsers are told about the lab's pages."""

from __future__ import annotations

import pytest

from sio_lab.server.web import policy


def told(host: str = "127.0.0.1:5000", ancestors: list[str] | None = None) -> dict[str, str]:
    given = policy.headers({"HTTP_HOST": host}, policy.loopback() if ancestors is None else ancestors)
    parts = dict(given)["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


def test_nothing_is_loaded_from_elsewhere() -> None:
    rules = told()
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert rules["connect-src"] == "'self' ws://127.0.0.1:5000 wss://127.0.0.1:5000"


@pytest.mark.parametrize("host", ["", "a b", "evil.example; script-src *", "x\r\nSet-Cookie: a", "[::1", "a" * 300])
def test_a_host_that_is_none_does_not_get_into_it(host: str) -> None:
    assert told(host)["connect-src"] == "'self'"


@pytest.mark.parametrize("host", ["lab.local", "[::1]:5000", "10.0.0.7:80"])
def test_a_host_gets_into_it(host: str) -> None:
    assert told(host)["connect-src"] == f"'self' ws://{host} wss://{host}"


def test_notebooks_of_this_machine_may_show_a_page_in_a_frame() -> None:
    assert set(told()["frame-ancestors"].split()) >= {"'self'", "http://127.0.0.1:*", "http://localhost:*"}


def test_those_learned_may_too_but_nothing_else_gets_in() -> None:
    learned = ["https://hub.example.org", "hub.example:8443", "* ; script-src *", "'unsafe-inline'", "data:", ""]
    always = " ".join(("'self'", *policy.EDITORS))
    assert told(ancestors=learned)["frame-ancestors"] == f"{always} https://hub.example.org hub.example:8443"


def test_vs_code_may_show_one_but_no_other_page_of_the_web() -> None:
    assert told(ancestors=[])["frame-ancestors"] == "'self' vscode-webview: vscode-file:"


def test_the_other_headers() -> None:
    given = dict(policy.headers({}, []))
    assert given["X-Content-Type-Options"] == "nosniff"
    assert given["Referrer-Policy"] == "no-referrer"
