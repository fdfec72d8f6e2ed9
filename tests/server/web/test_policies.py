"""What a Content-Security-Policy says of a script of this server."""

from __future__ import annotations

import pytest

from sio_lab.server.web.policies import Policies

ALLOWED = [
    "",
    "img-src 'none'",
    "script-src 'self'",
    "default-src 'SELF' https:",
    "script-src lab:80",
    "script-src http://lab:80",
    "script-src *",
    "script-src 'nonce-N'",
    "default-src 'none'; script-src 'nonce-N' 'strict-dynamic'",
    "script-src 'none'; script-src-elem 'self'",
]
FORBIDDEN = [
    "script-src 'none'",
    "default-src https://cdn.socket.io",
    "script-src 'self' 'strict-dynamic' 'nonce-other'",
    "script-src 'sha384-x'",
    "script-src 'self'; script-src-elem https://cdn.socket.io",
    "script-src",
]


@pytest.mark.parametrize("policy", ALLOWED)
def test_one_that_allows_it(policy: str) -> None:
    assert Policies((policy,), "lab:80").forbidding_script("N") is None


@pytest.mark.parametrize("policy", FORBIDDEN)
def test_one_that_forbids_it_is_named(policy: str) -> None:
    told = Policies(("script-src 'self'", policy), "lab:80").forbidding_script("N")
    assert told is not None
    assert told in policy


@pytest.mark.parametrize(
    ("policy", "is_free"),
    [
        ("script-src 'self' 'nonce-N'", True),
        ("script-src 'self' 'unsafe-inline'", True),
        ("script-src 'self'", False),
        ("script-src 'self' 'unsafe-inline' 'sha256-x'", False),
        ("script-src 'self' 'unsafe-inline' 'nonce-other'", False),
        ("img-src x", True),
    ],
)
def test_an_inline_script_may_be_changed_where_its_text_is_not_fixed(policy: str, *, is_free: bool) -> None:
    assert (Policies((policy,)).forbidding_change("N") is None) is is_free


def test_those_of_headers_and_of_the_page_count_all() -> None:
    headers = [("Content-Security-Policy", "script-src a, script-src b"), ("X", "y"), ("content-security-policy", "c")]
    assert Policies.of(headers, ["d"], "h").texts == ("script-src a", " script-src b", "c", "d")
