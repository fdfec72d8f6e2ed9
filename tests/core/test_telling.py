"""Words for sentences, and code that can be pasted whatever a client named its event."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import telling
from tests import factories as make


def test_names_are_bounded() -> None:
    assert telling.quoted("lobby") == "'lobby'"
    assert len(telling.quoted("x" * 10_000)) <= telling.LONGEST
    assert telling.quoted(7) == "7"


def test_a_client_is_called_by_its_name_or_by_the_beginning_of_its_sid() -> None:
    state = make.lesson().state
    assert telling.who(state, make.ADA) == "ada"
    assert telling.who(state, make.BEN) == make.BEN[:8]
    assert telling.who(state, None) == "a client that is not connected"


def test_lists_and_counts() -> None:
    assert telling.listed("abc") == "a, b, c"
    assert telling.listed("abcdefg") == "a, b, c, d, e and 2 more"
    assert (telling.counted(1, "client"), telling.counted(2_000, "client")) == ("1 client", "2,000 clients")
    assert (telling.rows([7]), telling.rows([7, 9])) == ("row 7", "rows 7, 9")


def test_durations() -> None:
    assert [telling.lasted(ms * 1e6) for ms in (0.25, 2, 12.34, 999.4, 1_500, 90_000)] == [
        "0.25 ms",
        "2 ms",
        "12.3 ms",
        "999 ms",
        "1.50 s",
        "90.00 s",
    ]


@pytest.mark.parametrize(
    ("hint", "told"),
    [
        ("no handler for 'x'", "No handler for 'x'."),
        ("ada left before", "ada left before."),
        ("emit() knows no data=", "emit() knows no data=."),
        ("there is none.", "There is none."),
        ("", "."),
    ],
)
def test_a_hint_as_a_sentence(hint: str, told: str) -> None:
    assert telling.sentence(hint) == told


def test_an_error_s_first_line() -> None:
    assert (telling.first_line("a\nb"), telling.first_line(None)) == ("a", "")


def test_a_handler_to_paste() -> None:
    assert telling.handler("my event", "/chat", 1) == (
        "@socketio.on('my event', namespace='/chat')\ndef my_event(data):\n    ..."
    )
    assert telling.handler("x", "/", 0).endswith("def x():\n    ...")
    assert telling.handler("x", "/", 3).endswith("def x(*args):\n    ...")
    assert telling.handler("x" * 1_000, "/", 0) == ""
    assert telling.below("Do:", telling.handler("x" * 1_000, "/", 0)) == "Do:"


@given(st.text(max_size=telling.PASTED), st.text(max_size=20), st.integers(0, 3))
def test_whatever_an_event_is_called_its_handler_is_python(event: str, namespace: str, count: int) -> None:
    pasted = telling.handler(event, namespace, count)
    try:
        pasted.encode()
    except UnicodeEncodeError:  # no name of an event can hold half a surrogate
        return
    (function,) = ast.parse(pasted).body
    assert isinstance(function, ast.FunctionDef)
    (decorator,) = function.decorator_list
    assert isinstance(decorator, ast.Call)
    assert ast.literal_eval(decorator.args[0]) == event
