from __future__ import annotations

from typing import Any

import pytest

from sio_lab.server.joining.carried import HEADER, take_passes


def carried(**environ: Any) -> tuple[list[str], dict[str, Any]]:
    environ = {"SERVER_PORT": "5000", **environ}
    return take_passes(environ), environ


def test_a_header_a_query_and_a_cookie_are_taken_out() -> None:
    passes, environ = carried(
        **{HEADER: "H"},
        QUERY_STRING="a=1&lab_pass=Q&b=2",
        REQUEST_URI="/x?a=1&lab_pass=Q&b=2",
        RAW_URI="/x?lab_pass=Q",
        HTTP_REFERER="http://here/x?lab_pass=Q",
        HTTP_COOKIE="session=1; sio_lab_pass_5000=C",
    )
    assert passes == ["H", "Q", "C"]
    assert environ == {
        "SERVER_PORT": "5000",
        "QUERY_STRING": "a=1&b=2",
        "REQUEST_URI": "/x?a=1&b=2",
        "RAW_URI": "/x",
        "HTTP_REFERER": "http://here/x",
        "HTTP_COOKIE": "session=1",
    }


def test_the_cookie_of_another_port_is_none_and_is_taken_out_too() -> None:
    passes, environ = carried(HTTP_COOKIE="sio_lab_pass_5001=C; sio_lab_pass_50=D")
    assert not passes
    assert "HTTP_COOKIE" not in environ


@pytest.mark.parametrize("query", ["lab%5Fpass=Q", "%6cab_pass=Q", "x=1&lab_pass=Q&lab_pass=R"])
def test_it_is_found_however_it_is_written(query: str) -> None:
    passes, environ = carried(QUERY_STRING=query)
    assert passes[0] == "Q"
    assert "Q" not in environ["QUERY_STRING"]


def test_a_request_without_one_stays_as_it_is() -> None:
    before = {"QUERY_STRING": "a=%zz&&", "HTTP_COOKIE": "a=1;; b", "HTTP_REFERER": "http://[", "SERVER_PORT": "1"}
    environ = dict(before)
    assert not take_passes(environ)
    assert environ == before


def test_no_more_than_a_few_are_looked_at() -> None:
    assert len(carried(QUERY_STRING="&".join(["lab_pass=x"] * 1_000))[0]) == 10
