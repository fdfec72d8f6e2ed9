"""Pages of other origins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.cause import Setup
from sio_lab.core.cause_origin import OTHER_ORIGIN, wrong_origin
from sio_lab.core.records import Asked


def asking(origin: str | None, host: str = "127.0.0.1:5000") -> Asked:
    return Asked("GET", "/socket.io/", "EIO=4", host, origin)


@pytest.mark.parametrize(
    ("origin", "says", "step"),
    [
        ("http://friend.test", "only where they allow its origin", "%sio start --cors http://friend.test"),
        ("https://jsbin.test", "asks its reader for permission", "%sio start --cors https://jsbin.test"),
        ("http://localhost:5000", "localhost and 127.0.0.1 are two places", "--cors http://localhost:5000"),
        ("https://127.0.0.1:5000", "leaves this one out", "--cors https://127.0.0.1:5000"),
        ("http://127.0.0.1:5000", "leaves this one out", "--cors http://127.0.0.1:5000"),
        ("null", "opened from disk", "%%sio page /hello"),
        ("http://a b", "none that a browser would send", "send no Origin header"),
        ("http://x.test/page", "none that a browser would send", "send no Origin header"),
        ("HTTP://x.test", "none that a browser would send", "send no Origin header"),
        ("http://[", "none that a browser would send", "send no Origin header"),
    ],
)
def test_why_and_the_line_that_helps(origin: str, says: str, step: str) -> None:
    cause = wrong_origin(asking(origin))
    assert cause.name == "origin refused"
    assert says in cause.what
    assert step in cause.next_step


def test_the_server_keeps_its_port() -> None:
    assert (
        "%sio start --port 5000 --cors http://x.test"
        in wrong_origin(asking("http://x.test"), Setup(port=5000)).next_step
    )


@pytest.mark.parametrize("given", ["http://x.test/", "HTTP://X.test"])
def test_an_origin_that_was_written_otherwise(given: str) -> None:
    cause = wrong_origin(asking("http://x.test"), Setup((given,)))
    assert "http://x.test is allowed" in cause.what
    assert cause.next_step.endswith("cors_allowed_origins='http://x.test')")


@pytest.mark.parametrize("asked", [None, asking(None)])
def test_an_origin_that_is_not_known(asked: Asked | None) -> None:
    assert wrong_origin(asked).short == OTHER_ORIGIN


@given(st.text() | st.builds("http://{}".format, st.text()), st.text())
def test_no_line_to_paste_has_more_in_it_than_an_origin(origin: str, host: str) -> None:
    pasted = wrong_origin(asking(origin, host)).next_step.partition("\n")[2]
    assert set(pasted) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]_/% \n(),='%")
