from __future__ import annotations

from typing import Any

import pytest

from sio_lab.clients.options import Options
from sio_lab.errors import Usage

URL = "http://127.0.0.1:5000"


def test_the_defaults() -> None:
    options = Options(URL)
    assert (options.address, options.namespaces, options.transports) == (URL, ("/",), None)
    assert options.current_auth() is None


@pytest.mark.parametrize(
    ("asked", "read"),
    [("/chat", ("/chat",)), (["/b", "/a"], ("/b", "/a")), (("/", "/", "/a"), ("/", "/a"))],
)
def test_namespaces(asked: Any, read: tuple[str, ...]) -> None:
    assert Options(URL, asked).namespaces == read


@pytest.mark.parametrize(
    ("asked", "fix"),
    [("chat", 'write "/chat"'), (["/", "chat"], 'write "/chat"'), ("", 'write "/"'), ([], '"/"'), ([3], '"/3"')],
)
def test_wrong_namespaces(asked: Any, fix: str) -> None:
    with pytest.raises(Usage, match=fix):
        Options(URL, asked)


@pytest.mark.parametrize(
    ("asked", "read"), [("polling", ("polling",)), (["websocket"], ("websocket",)), (("polling", "websocket"),) * 2]
)
def test_transports(asked: Any, read: tuple[str, ...]) -> None:
    assert Options(URL, transports=asked).transports == read


@pytest.mark.parametrize("asked", ["tcp", ["websockets"], ["polling", "flash"], []])
def test_wrong_transports(asked: Any) -> None:
    with pytest.raises(Usage, match="there are 'polling' and 'websocket'"):
        Options(URL, transports=asked)


def test_query_joins_what_the_url_has() -> None:
    assert Options(f"{URL}?a=1", query={"b": "ü&", "c": [1, 2]}).address == f"{URL}?a=1&b=%C3%BC%26&c=1&c=2"


@pytest.mark.parametrize("url", ["", "127.0.0.1:5000", "ftp://127.0.0.1", "http://", "http://a:port", "http://a:0"])
def test_wrong_urls(url: str) -> None:
    with pytest.raises(Usage, match="is no address of a server"):
        Options(url)


@pytest.mark.parametrize("headers", [{"X": 1}, {2: "b"}])
def test_wrong_headers(headers: Any) -> None:
    with pytest.raises(Usage, match="is not a pair of texts"):
        Options(URL, headers=headers)


def test_auth_is_asked_each_time() -> None:
    tokens = iter(["one", "two"])
    options = Options(URL, auth=lambda: next(tokens))
    assert [options.current_auth(), options.current_auth()] == ["one", "two"]
