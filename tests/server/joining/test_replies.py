from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.server.joining.replies import JOIN_PATH, answer, asked_for, from_here, harmless, lead, tell

BASE = "http://lab:5000/user/ada/proxy/5000"


@given(st.text(max_size=60))
@example("//evil.example/x")
@example("/\\evil.example")
@example("https:evil.example")
@example("javascript:alert(1)")
@example("%2e%2e/%2e%2e/hub/logout")
@example("..%5c..%5chub")
@example("x\r\nSet-Cookie: a=b")
def test_whatever_is_asked_for_leads_nowhere_else(where: str) -> None:
    path = harmless(where)
    led = urlsplit(urljoin(f"{BASE}{JOIN_PATH}", f"../{path}"))
    assert (led.scheme, led.netloc) == ("http", "lab:5000")
    assert led.path.startswith("/user/ada/proxy/5000/")
    assert path.isprintable()
    assert path.isascii()


@pytest.mark.parametrize("path", ["/", "/chat", "/a/b/c", "/_lab/settings.json"])
def test_a_relative_address_holds_behind_a_prefix(path: str) -> None:
    where = from_here({"PATH_INFO": path}, JOIN_PATH)
    assert urlsplit(urljoin(BASE + path, where)).path == "/user/ada/proxy/5000/_lab/join"


def test_one_comes_back_to_what_was_asked_for() -> None:
    asked = asked_for({"PATH_INFO": "/a b/ü".encode().decode("latin-1"), "QUERY_STRING": "x=%2F&y=1"})
    assert asked == "a%20b/%C3%BC?x=%2F&y=1"
    assert harmless(asked) == asked


def test_answers_are_kept_by_nobody() -> None:
    begun: list[tuple[str, list[tuple[str, str]]]] = []

    def start(status: str, headers: list[tuple[str, str]]) -> None:
        begun.append((status, headers))

    assert [*tell(start, 403, {"code": 403})] == [b'{"code": 403}']
    assert [*lead(start, "../x")] == [b""]
    assert [*answer(start, 200, "text/plain", b"x")] == [b"x"]
    assert [status for status, _ in begun] == ["403 Forbidden", "303 See Other", "200 OK"]
    assert all(("Cache-Control", "no-store") in headers for _, headers in begun)
    assert ("Location", "../x") in begun[1][1]
