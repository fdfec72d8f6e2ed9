"""The door that tells a notebook's page, and nobody else, that it has found the server."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.lab import Lab
from sio_lab.server.web.here import HERE_PATH, Here

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab()
    made.start()
    yield made
    made.close()


def ask(here: Here, query: str, path: str = HERE_PATH, method: str = "GET") -> tuple[str, dict[str, str]] | None:
    told: list[Any] = []
    environ = {"PATH_INFO": path, "QUERY_STRING": query, "REQUEST_METHOD": method}
    body = here(environ, lambda status, headers: told.append((status, dict(headers))))
    assert body in (None, [b""])
    return told[0] if told else None


def test_its_own_token_is_answered_for_every_site() -> None:
    here = Here()
    told = ask(here, f"key={here.token}")
    assert told == ("204 No Content", {"Access-Control-Allow-Origin": "*", "Cache-Control": "no-store"})


@pytest.mark.parametrize("query", ["", "key=", "key=wrong", "key=%F0%9F%A6%8A", "token={0}", "key=x&key={0}"])
def test_with_any_other_it_tells_nothing(query: str) -> None:
    here = Here()
    told = ask(here, query.format(here.token))
    assert told is not None
    assert told[0] == "404 Not Found"
    assert "Access-Control-Allow-Origin" not in told[1]


def test_it_is_asked_by_get_alone_and_lets_other_paths_pass() -> None:
    here = Here()
    told = ask(here, f"key={here.token}", method="POST")
    assert told is not None
    assert told[0] == "404 Not Found"
    assert ask(here, f"key={here.token}", "/chat") is None


def test_no_two_servers_have_the_same() -> None:
    assert Here().token != Here().token


def test_a_servers_door_is_in_its_entrance_and_leaves_no_record(lab: Lab) -> None:
    before = lab.log.last_seq
    for key, status in ((lab.stage.pointer.here.token, 204), ("wrong", 404)):
        connection = http.client.HTTPConnection("127.0.0.1", lab.port, timeout=10)
        connection.request("GET", f"{HERE_PATH}?key={key}")
        assert connection.getresponse().status == status
        connection.close()
    assert lab.log.last_seq == before
