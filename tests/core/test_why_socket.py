"""Why raw WebSockets ended is said in words."""

from __future__ import annotations

import pytest

from sio_lab.core.log import Log
from sio_lab.core.socket_records import GONE_WRONG
from sio_lab.core.why import explain, last
from tests import factories as make


def test_a_function_that_raised_is_the_newest_failure() -> None:
    log = Log()
    opened = make.open_socket(log)
    make.handle(log, opened, "raised", error="KeyError: 'x'", handler="echo")
    make.close_socket(log, opened, 1011, "lab")
    why = last(log)
    assert why is not None
    assert (why.seq, why.kind, why.reasons[0].name) == (opened.seq, "handshake", "socket function raised")
    assert "KeyError: 'x'" in why.reasons[0].what
    assert "echo raised" in why.headline


@pytest.mark.parametrize("code", GONE_WRONG)
def test_each_bad_end_has_a_next_step(code: int) -> None:
    log = Log()
    closed = make.close_socket(log, make.open_socket(log), code, "network" if code == 1006 else "client")
    why = explain(log, closed)
    assert why.is_failure
    assert str(code) in why.headline
    assert why.reasons[0].next_step
    assert "{" not in why.reasons[0].next_step.replace("{'max", "")


@pytest.mark.parametrize(("code", "name"), [(1001, "going away"), (1012, "service restart")])
def test_what_the_lab_ends_is_a_remark(code: int, name: str) -> None:
    log = Log()
    why = explain(log, make.close_socket(log, make.open_socket(log), code, "lab", is_clean=False))
    assert [(reason.name, reason.is_failure) for reason in why.reasons] == [(name, False)]
    assert "never answered" in why.headline


def test_an_ordinary_end_needs_no_reason() -> None:
    log = Log()
    opened = make.open_socket(log)
    assert explain(log, opened).headline == "ws-1 was opened at '/echo'; the function that serves it goes on."
    closed = make.close_socket(log, opened)
    assert explain(log, closed).reasons == ()
    assert last(log) is None


def test_a_refused_handshake_is_a_failure() -> None:
    log = Log()
    why = explain(log, make.open_socket(log, status=426))
    assert why.is_failure
    assert "426" in why.headline


def test_a_frame_says_how_much_of_it_is_kept() -> None:
    log = Log()
    opened = make.open_socket(log)
    long = make.frame(log, opened, "x" * 10, length=5_000, is_final=False)
    assert explain(log, long).headline == (
        "A text frame of 5,000 bytes came from ws-1 at '/echo'; the first 10 are kept, more of its message follows."
    )
    assert "went to" in explain(log, make.frame(log, opened, b"x", is_sent=True)).headline
