"""Hosts, origins and addresses are read strictly."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.netloc import Origin, Place, check_url, is_loopback, read_host, read_origin, read_url
from sio_lab.errors import LabError

HOSTS = {
    "localhost": Place("localhost"),
    "LocalHost:5000": Place("localhost", 5000),
    "localhost.": Place("localhost"),
    "localhost.:80": Place("localhost", 80),
    "a.localhost:1": Place("a.localhost", 1),
    "127.0.0.1:65535": Place("127.0.0.1", 65535),
    "127.0.0.1.": Place("127.0.0.1"),
    "[::1]:5000": Place("::1", 5000),
    "[0:0:0:0:0:0:0:1]": Place("::1"),
    "[FE80::1]": Place("fe80::1"),
    "[::ffff:7f00:1]": Place("127.0.0.1"),
    "xn--bcher-kva.example": Place("xn--bcher-kva.example"),
    "my_host-2": Place("my_host-2"),
}
NO_HOSTS = [
    *("", " ", ":", ":5000", ".", "..", "a..b", ".a", "localhost..", "localhost:", "localhost:x", "localhost:65536"),
    *("localhost:-1", "localhost:000005", "localhost ", "local host", "a,b", "localhost:1,evil.example"),
    *("me@localhost", "me:secret@localhost", "evil.example@127.0.0.1", "localhost/", "localhost?x", "localhost#x"),
    *(
        "http://localhost",
        "localhost\\evil",
        "loc\u00e4lhost",
        "\u212aelvin",
        "localhost\t",
        "localhost\n",
        "%6cocalhost",
    ),
    *("[::1", "::1", "[::1]x", "[::1%lo]", "[::1%25lo]", "[127.0.0.1]", "[]", "[:::]", "[fe80::1]:99999"),
    *("127.1", "2130706433", "0x7f000001", "0x7f.1", "127.0.0.01", "127.0.0.256", "1.2.3.4.5", "evil.1", "a.0x1"),
    "a" * 300,
]


@pytest.mark.parametrize("text", ["localhost:5000", "[::1]:5000", "[::1]", "hub.example"])
def test_a_place_is_written_as_it_was_read(text: str) -> None:
    assert str(read_host(text)) == text


@pytest.mark.parametrize("text", HOSTS)
def test_a_host_is_read_as_browsers_mean_it(text: str) -> None:
    assert read_host(text) == HOSTS[text]


@pytest.mark.parametrize("text", NO_HOSTS)
def test_what_no_browser_would_write_is_no_host(text: str) -> None:
    assert read_host(text) is None


@given(st.text() | st.from_regex(r"\[?[0-9a-z:.%@]{1,12}\]?(:[0-9]{0,6})?", fullmatch=True))
def test_any_text_is_a_host_or_none_and_what_is_read_reads_the_same(text: str) -> None:
    place = read_host(text)
    if place is not None:
        host = f"[{place.host}]" if ":" in place.host else place.host
        assert read_host(host if place.port is None else f"{host}:{place.port}") == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://jsbin.com", Origin("https", Place("jsbin.com"))),
        ("http://localhost:5000", Origin("http", Place("localhost", 5000))),
        ("HTTP://[::1]:80", Origin("http", Place("::1", 80))),
        *((text, None) for text in ("null", "", "jsbin.com", "file://", "ftp://a", "https://a/", "https://a b")),
        *(
            (text, None)
            for text in ("chrome-extension://abc", "https://a@b", "https://", "http:/a", "//a", "\u212a://a")
        ),
    ],
)
def test_an_origin_is_a_scheme_of_the_web_and_a_host(text: str, expected: Origin | None) -> None:
    assert read_origin(text) == expected


@pytest.mark.parametrize(
    ("one", "other", "scheme", "same"),
    [
        ("a", "a", "https", True),
        ("a:443", "a", "https", True),
        ("a", "a:80", "http", True),
        ("a:443", "a", "http", False),
        ("a:80", "a:443", "http", False),
        ("a", "b", "http", False),
        ("a:5000", "a", "http", False),
    ],
)
def test_a_port_left_out_is_the_schemes(one: str, other: str, scheme: str, *, same: bool) -> None:
    first, second = read_host(one), read_host(other)
    assert first is not None
    assert second is not None
    assert first.is_at(second, scheme) is same


def test_an_address_leads_to_its_origin() -> None:
    assert read_url("https://hub.example:8443/user/ada/?x#y") == Origin("https", Place("hub.example", 8443))
    assert read_url("http://[::1") is None
    assert read_url("https://me@hub.example/") is None


@pytest.mark.parametrize(
    "url", ["https://hub.example", "http://10.0.0.9:5000/lab/", "https://h.example/user/ada/proxy/1/"]
)
def test_a_public_address_is_a_page_of_the_web(url: str) -> None:
    assert check_url(url) == read_url(url)


@pytest.mark.parametrize(
    "url", [5, "", "hub.example", "ftp://a", "https://", "https://a b", "https://a\\b", "http://[", "x"]
)
def test_all_else_is_none_and_says_what_one_is(url: Any) -> None:
    with pytest.raises(LabError) as told:
        check_url(url)
    assert repr(url) in str(told.value)
    assert "https://example.org/lab" in str(told.value)


def test_a_password_in_an_address_is_refused_and_not_told() -> None:
    with pytest.raises(LabError, match="leave out all up to the @") as told:
        check_url("https://ada:geheim@hub.example/")
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize(
    ("host", "yes"),
    [
        *((host, True) for host in ("localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1")),
        *(
            (host, False)
            for host in ("localhost.example", "evil.example", "10.0.0.1", "127.0.0.1.nip.io", "0.0.0.1", "")
        ),
    ],
)
def test_loopback_is_this_machine_wherever_one_asks(host: str, *, yes: bool) -> None:
    assert is_loopback(host) is yes
