"""The room map as a still picture: aligned, bounded, and never markup of a client's."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.membership import MOST_ROOMS, Membership, membership
from sio_lab.views import room_still
from tests import factories as make
from tests.views.test_html import Page

TAGS = {"div", "style", "p", "span", "strong", "bdi", "ul", "li"}


def of(log: Log) -> Membership:
    with log.lock:
        return membership(log.state)


def two(*rooms: Any) -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    for room in rooms:
        make.join(log, make.ADA, room)
    return log


def test_rooms_and_their_members_are_aligned() -> None:
    log = two("lobby", 5)
    make.join(log, make.BEN, "lobby")
    make.connect(log, "cat0123456789sid0000", "/chat", name="小明")
    assert room_still.as_text(of(log), 80).split("\n") == [
        "room map: 3 clients",
        "",
        "/  2 clients, 2 rooms",
        "  lobby    2  ada, ben01234",
        "  5 (int)  1  ada",
        "",
        "/chat  1 client, 0 rooms",
        "  in no room  1  小明",
    ]


def test_a_map_of_nobody_says_so() -> None:
    assert room_still.as_text(of(Log()), 80) == "room map: nobody is connected"
    assert "nobody is connected" in Page(room_still.as_html(of(Log()))).texts


def test_a_namespace_without_clients_says_so() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/chat", "say", "on_say", "In[4]", "cell 4, line 2"))
    assert room_still.as_text(of(log), 80).split("\n")[-1] == "/chat  nobody is connected"


def test_what_is_not_told_is_counted() -> None:
    log = two(*(f"room{number}" for number in range(MOST_ROOMS + 2)))
    text = room_still.as_text(of(log), 80)
    assert text.split("\n")[-2:] == ["  others   1  ben01234", "  and 2 more rooms"]
    assert "and 2 more rooms" in Page(room_still.as_html(of(log))).texts


def test_long_lists_are_cut_and_counted() -> None:
    log = Log()
    for number in range(100):
        log.append(r.Joined("/", None, f"sid{number}", f"eio{number}"))
        log.append(r.Joined("/", "lobby", f"sid{number}", f"eio{number}"))
    assert "and 40 more" in room_still.as_text(of(log), 2_000)
    assert "and 40 more" in Page(room_still.as_html(of(log))).texts


def test_too_many_namespaces_are_counted() -> None:
    log = Log()
    for number in range(53):
        log.append(r.HandlerRegistered(f"/{number}", "say", "on_say", "In[4]", "cell 4, line 2"))
    assert room_still.as_text(of(log), 80).endswith("and 3 more namespaces")
    assert "and 3 more namespaces" in Page(room_still.as_html(of(log))).texts


@given(st.text(), st.text(), st.text(), st.integers(10, 120))
def test_no_line_is_too_wide_and_no_name_is_markup(room: str, name: str, namespace: str, width: int) -> None:
    log = two(room)
    make.connect(log, "cat0123456789sid0000", f"/{namespace}", name=name)
    told = of(log)
    assert all(0 <= wcswidth(line) <= width for line in room_still.as_text(told, width).split("\n"))
    seen = Page(room_still.as_html(told))
    assert seen.open == []
    assert {tag for tag, _ in seen.elements} <= TAGS
    room_still.as_html(told).encode()
