"""The room map's feed and view: what a page is told, and how little of it twice."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.membership import LONGEST_WORD
from sio_lab.errors import LabError
from sio_lab.views import esm
from sio_lab.views.room_map import EVERY, LARGE, MapFeed, RoomMapView
from tests import factories as make


class Clock:
    """Time that stands still until it is moved."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def two(*rooms: Any) -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    for room in rooms:
        make.join(log, make.ADA, room)
    return log


def rooms(log: Log) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = MapFeed(log).state()["namespaces"][0]["rooms"]
    return told


def test_the_state_is_the_whole_map() -> None:
    assert MapFeed(two("lobby")).state() == {
        "namespaces": [
            {
                "namespace": "/",
                "text": "/",
                "clients": [
                    [make.ADA, "ada", f"eio-{make.ADA}", f"ada, sid {make.ADA}"],
                    [make.BEN, "ben01234", f"eio-{make.BEN}", f"sid {make.BEN}"],
                ],
                "rooms": [
                    {
                        "key": 1,
                        "text": "lobby",
                        "full": "",
                        "type": "",
                        "name": "lobby",
                        "to": "room:lobby",
                        "members": [0],
                        "count": 1,
                    }
                ],
                "clients_count": 2,
                "rooms_count": 1,
            }
        ],
        "more": 0,
    }


def test_a_patch_tells_the_namespaces_that_have_changed() -> None:
    log = two()
    make.connect(log, "cat0123456789sid0000", "/chat")
    feed = MapFeed(log)
    feed.state()
    assert feed.patch() is None
    make.receive(log, make.ADA, "chat", "hi")
    assert feed.patch() is None
    make.join(log, make.ADA, "lobby")
    patch = feed.patch()
    assert patch is not None
    assert [told["namespace"] for told in patch["namespaces"]] == ["/"]
    assert patch["order"] == ["/", "/chat"]
    assert feed.patch() is None


def test_a_namespace_that_is_gone_is_no_longer_in_the_order() -> None:
    log = two()
    feed = MapFeed(log)
    feed.state()
    make.disconnect(log, make.ADA)
    make.disconnect(log, make.BEN)
    assert feed.patch() == {"namespaces": [], "order": [], "more": 0}


def test_a_second_page_takes_no_change_from_the_first() -> None:
    log = two()
    feed = MapFeed(log)
    feed.state()
    make.join(log, make.ADA, "lobby")
    feed.state()
    assert feed.patch() is not None


def test_a_room_keeps_its_key_and_a_look_alike_has_another() -> None:
    log = two("5", 5)
    feed = MapFeed(log)
    first = {room["key"] for room in feed.state()["namespaces"][0]["rooms"]}
    make.join(log, make.BEN, "new")
    patch = feed.patch()
    assert patch is not None
    told = patch["namespaces"][0]["rooms"]
    assert len({room["key"] for room in told}) == 3
    assert {room["key"] for room in told if room["text"] == "5"} == first
    assert [(room["type"], room["name"], room["to"]) for room in told[:2]] == [("", "5", "room:5"), ("int", 5, 5)]


def test_keys_of_rooms_that_are_gone_are_forgotten() -> None:
    log = two("lobby")
    feed = MapFeed(log)
    feed.state()
    log.append(r.Left("/", "lobby", make.ADA))
    feed.patch()
    assert feed._keys == {}


@pytest.mark.parametrize(
    ("room", "text", "name", "to"),
    [
        ("<b>x</b>", "<b>x</b>", "<b>x</b>", "room:<b>x</b>"),
        ("a\x1b\n", "a\\x1b\\n", "a\x1b\n", "room:a\x1b\n"),
        ("", "''", "", "room:"),
        (("a", 1), "('a', 1)", None, "room:('a', 1)"),
        ("x" * 2_000, "x" * 79 + "…", None, None),
        ("\ud800", "\\ud800", None, None),
    ],
)
def test_names_of_rooms_are_data(room: Any, text: str, name: str | None, to: str | None) -> None:
    (told,) = rooms(two(room))
    assert (told["text"], told["name"], told["to"]) == (text, name, to)
    assert len(told["full"]) <= LONGEST_WORD
    json.dumps(told, ensure_ascii=False).encode()


@given(st.text() | st.integers() | st.tuples(st.text(), st.integers()) | st.binary())
def test_whatever_a_room_is_called_it_can_be_sent(room: Any) -> None:
    json.dumps(MapFeed(two(room)).state(), ensure_ascii=False, allow_nan=False).encode()


def test_a_large_map_is_told_less_often() -> None:
    log, clock = Log(), Clock()
    for number in range(LARGE + 1):
        log.append(r.Joined("/", None, f"sid{number}", f"eio{number}"))
    feed = MapFeed(log, clock)
    feed.state()
    log.append(r.Joined("/", "lobby", "sid0", "eio0"))
    assert feed.patch() is not None
    log.append(r.Joined("/", "lobby", "sid1", "eio1"))
    assert feed.patch() is None
    clock.now += EVERY
    assert feed.patch() is not None


def test_a_namespace_that_cannot_be_said_is_counted() -> None:
    log = two()
    log.append(r.Joined("/" + "x" * LONGEST_WORD, None, "sid", "eio"))
    told = MapFeed(log).state()
    assert ([place["namespace"] for place in told["namespaces"]], told["more"]) == (["/"], 1)


def test_there_is_nothing_to_choose() -> None:
    with pytest.raises(LabError, match="always shows all rooms; it can't be asked for 'filter'"):
        MapFeed(Log()).want({"filter": "x"})


def test_the_view_has_one_feed_its_answers_and_a_module() -> None:
    view = RoomMapView(two("lobby"), {"reach": lambda to, skip, namespace: [to, skip, namespace]})
    assert list(view.feeds) == ["map"]
    assert view.answer("reach", {"to": "room:lobby", "skip": None, "namespace": "/"}) == ["room:lobby", None, "/"]
    assert "function mountRooms(" in esm.module(view.stem)


def test_the_still_picture_is_text_and_html() -> None:
    still = RoomMapView(two("lobby"), {}).still()
    assert set(still) == {"text/plain", "text/html"}
    assert "lobby" in still["text/plain"]
    assert "lobby" in still["text/html"]
