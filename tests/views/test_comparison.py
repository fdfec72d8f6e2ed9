"""Comparisons as text and as HTML."""

from __future__ import annotations

import pytest
from wcwidth import wcswidth

from sio_lab.core.compare import Comparison, compare
from sio_lab.core.outcome import Emit, Outcome
from sio_lab.views import comparison

HOSTILE = "<script>alert(1)</script>\u202e\x1b[31m"


def compared(event: str = "chat", value: str = "hi") -> Comparison:
    emit = Emit("/", event, (value,), (), ("ada",), wants_ack=False)
    before = Outcome("raised", error=f"KeyError: {value}", effects=(emit,), ms=1.5)
    return compare(7, event, before, Outcome("handled", ack=(value,), effects=(emit,), ms=0.3), ("a dry run",))


def test_text_marks_what_differs_and_folds_the_rest() -> None:
    lines = comparison.text([compared()], 80).splitlines()
    assert lines[0] == "row 7 chat - raised → handled"
    assert [line.split()[:2] for line in lines if "≠" in line] == [["≠", "status"], ["≠", "error"], ["≠", "ack"]]
    assert "  = the same: emit; took 0.3 ms, then 1.5 ms" in lines
    assert lines[-1] == "  note: a dry run"


def test_what_is_to_be_said_of_all_is_said_once() -> None:
    own = compare(8, "news", Outcome("handled"), Outcome("handled"), ("a dry run", "its own"))
    lines = comparison.text([compared(), own], 80).splitlines()
    assert [line.strip() for line in lines if "note" in line] == ["note: its own", "of all, note: a dry run"]
    assert comparison.html([compared(), own]).count("a dry run") == 1


@pytest.mark.parametrize("width", [30, 60, 200])
def test_no_line_is_wider_than_it_may_be(width: int) -> None:
    text = comparison.text([compared(value="日本 " * 40 + HOSTILE)], width)
    assert max(map(wcswidth, text.splitlines())) <= width
    assert "\x1b" not in text


def test_html_escapes_everything_and_folds_what_is_equal() -> None:
    told = comparison.html([compared(HOSTILE, HOSTILE)], HOSTILE)
    assert "<script" not in told
    assert "\u202e" not in told
    assert "<details><summary>the same: emit; took" in told
    assert "sio-differs" in told


def test_what_is_the_same_says_so() -> None:
    same = compare(7, "chat", Outcome("handled"), Outcome("handled", sessions=("'n' = 1",)))
    assert comparison.text([same], 80).startswith("row 7 chat - the same")
    assert "not known of before: session" in comparison.text([same], 80)
    assert "sio-differs" not in comparison.html([same]).rpartition("</style>")[2]
