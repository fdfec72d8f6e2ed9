from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core.differ import Change, Differences
from sio_lab.core.profile import What
from sio_lab.views import diff
from tests.views.test_html import KNOWN, KNOWN_ATTRIBUTES, Page, hostile

CHAT = What("/", "in", "event", "chat")
BOOM = What("/chat", "in", "event", "boom")
DIFFERENCES = Differences(
    (
        Change(BOOM, "error", None, "KeyError: 'x'", "new"),
        Change(BOOM, "raised", 0, 2, "more"),
        Change(CHAT, "ack", ("ok",), ("no",), "changed", ("hi",)),
        Change(What("/", "out", "emit", "news"), "seen", 3, None, "gone"),
    ),
    ((What("/", "-", "join", "lobby"), 4),),
)


def test_text_tells_event_by_event() -> None:
    assert diff.text(DIFFERENCES, "a.sio", "b.sio", 100).splitlines() == [
        "diff a.sio → b.sio: 4 differences in 3 places",
        "",
        "✕ → boom  /chat",
        "    + error   KeyError: 'x'",
        "    ↑ raised  0 → 2",
        "",
        "  → chat",
        "    ≠ ack of ('hi')  'ok' → 'no'",
        "",
        "  ← news",
        "    \u2212 gone  3 times",
        "",
        "the same: · join lobby (4)",
    ]


def test_that_there_is_no_difference_is_said_plainly() -> None:
    equal = Differences((), DIFFERENCES.same)
    assert diff.text(equal, "a", "b") == "diff a → b: no difference: 1 is the same"
    assert "no difference: 1 is the same" in "".join(Page(diff.html(equal, "a", "b")).texts)
    assert not Page(diff.html(equal, "a", "b")).all("table")


def test_html_has_a_group_an_event_and_folds_the_rest() -> None:
    page = Page(diff.html(DIFFERENCES, "a.sio", "b.sio"))
    assert [body.get("class") for body in page.all("tbody")] == ["sio-failed", None, "sio-gone"]
    assert [cell.get("rowspan") for cell in page.all("th") if cell["scope"] == "rowgroup"] == ["2", "1", "1"]
    assert len(page.all("details")) == 1
    assert "· join lobby (4)" in page.texts


def test_more_events_than_are_read_are_counted() -> None:
    many = tuple(Change(What("/", "in", "event", f"e{number}"), "seen", None, 1, "new") for number in range(60))
    assert "… and 10 more: .df has all" in diff.text(Differences(many, ()), "a", "b")
    assert len(Page(diff.html(Differences(many, ()), "a", "b")).all("tbody")) == diff.MOST_GROUPS


def hostile_differences(text: str, value: Any) -> Differences:
    what = What(text, "in", "event", text)
    changes = (
        Change(what, "error", None, text, "new"),
        Change(what, "ack", (value,), [(value,), (text,)], "changed", (value,)),
        Change(what, "args", (text,), (text, text), "changed"),
    )
    return Differences(changes, ((what, 1),))


@given(hostile, hostile, hostile)
def test_whatever_clients_send_stays_text(text: str, value: str, name: str) -> None:
    page = Page(diff.html(hostile_differences(text, value), name, name))
    assert {tag for tag, _ in page.elements} <= KNOWN | {"th", "small", "details", "summary", "ul", "li"}
    assert {key for _, attributes in page.elements for key in attributes} <= KNOWN_ATTRIBUTES | {"rowspan"}
    assert page.open == []


@given(hostile, hostile, st.integers(20, 120))
def test_no_line_is_wider_than_the_terminal(text: str, name: str, width: int) -> None:
    for line in diff.text(hostile_differences(text, text), name, name, width).splitlines():
        assert 0 <= wcswidth(line) <= width  # below 0 where there is a control character
