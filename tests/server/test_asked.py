"""What is kept of a request: cut short, and without its secrets."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.connection_records import Asked
from sio_lab.server.asked import LENGTH, asked_of, path_without_code

WHOLE = {
    "REQUEST_METHOD": "GET",
    "PATH_INFO": "/socket.io/",
    "QUERY_STRING": "EIO=3&transport=polling&token=geheim&t=Ab1",
    "HTTP_HOST": "localhost:5000",
    "HTTP_ORIGIN": "https://jsbin.com",
    "HTTP_USER_AGENT": "Mozilla",
    "HTTP_COOKIE": "session=geheim",
    "HTTP_AUTHORIZATION": "Bearer geheim",
    "wsgi.url_scheme": "http",
    "HTTP_X_FORWARDED_PROTO": "https",
}


def test_it_says_what_was_asked_and_by_whom() -> None:
    assert asked_of(WHOLE) == Asked(
        "GET",
        "/socket.io/",
        "EIO=3&transport=polling&token=…&t=Ab1",
        "localhost:5000",
        "https://jsbin.com",
        "Mozilla",
        "http",
        "https",
    )


def test_what_is_not_there_is_none() -> None:
    assert asked_of({}) == Asked("", "", "", None, None, None, "http", None)


@pytest.mark.parametrize(
    "query", ["token=geheim", "auth=geheim&EIO=4", "geheim=", "a=b;token=geheim", "sid=1&SID=geheim"]
)
def test_values_that_are_not_engine_ios_are_hidden(query: str) -> None:
    assert "=geheim" not in asked_of({"QUERY_STRING": query}).query


TEXT = st.text() | st.sampled_from("ab=&%;").map(lambda letter: letter * 20 * LENGTH)


@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), TEXT))
def test_any_request_is_told_in_a_few_hundred_characters(environ: dict[str, Any]) -> None:
    for value in dataclasses.astuple(asked_of(environ)):
        assert value is None or len(value) <= LENGTH


@pytest.mark.parametrize("before", ["", "/lab", "/user/ada/proxy/absolute/5000"])
def test_the_code_in_a_classs_link_is_not_kept(before: str) -> None:
    assert asked_of({"PATH_INFO": f"{before}/_lab/join/ABCD-2345"}).path == f"{before}/_lab/join/…"
    assert path_without_code(f"{before}/_lab/join") == f"{before}/_lab/join"
