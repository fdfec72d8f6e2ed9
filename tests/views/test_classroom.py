"""The class's card as the refresher sees it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.classes import Student
from sio_lab.errors import LabError
from sio_lab.views.classroom import EVERY, MOST, ClassFeed, ClassroomView, invitation_of
from tests.views.test_class_card import LINK, told

if TYPE_CHECKING:
    from sio_lab.classes import ClassNow


class School:
    """A class that changes, and a clock."""

    def __init__(self, now: ClassNow | None) -> None:
        self.now = now
        self.at = 0.0
        self.feed = ClassFeed(lambda: self.now, lambda: self.at)

    def patch(self) -> dict[str, Any] | None:
        self.at += EVERY
        return self.feed.patch()


def test_the_state_tells_who_is_in_and_what_holds_but_not_the_code() -> None:
    state = School(told("Ada")).feed.state()
    assert state == {
        "open": True,
        "invitation": 0,
        "links": [LINK],
        "paused": False,
        "locked": False,
        "rate": None,
        "count": 1,
        "students": [["eio-Ada", "Ada", "Ada"]],
        "more": 0,
    }
    assert "ABCD" not in json.dumps(state)


def test_a_patch_tells_what_has_changed() -> None:
    before = told("Ada")
    school = School(before)
    school.feed.state()
    assert school.patch() is None
    school.now = replace(before, paused=True)
    assert school.patch() == {"paused": True}
    school.now = told("Ada", "Ben", code="NEWC-2345")
    assert school.patch() == {
        "paused": False,
        "invitation": 1,
        "count": 2,
        "students": [["eio-Ada", "Ada", "Ada"], ["eio-Ben", "Ben", "Ben"]],
    }
    school.now = None
    assert school.patch() == {"open": False}


def test_it_is_not_looked_at_too_often() -> None:
    school = School(told())
    school.patch()
    school.now = None
    assert school.feed.patch() is None
    assert school.patch() == {"open": False}


def test_a_large_class_is_counted() -> None:
    crowd = tuple(Student(f"s{number}", f"eio{number}") for number in range(MOST + 7))
    state = School(replace(told(), students=crowd)).feed.state()
    assert (state["count"], len(state["students"]), state["more"]) == (MOST + 7, MOST, 7)


def test_names_are_cut_and_kept_from_turning_their_neighbours() -> None:
    [[_, name, full]] = School(told("\u202e" + "x" * 500)).feed.state()["students"]
    assert name.startswith("\\u202ex")
    assert len(name) == 40
    assert len(full) > 400


def test_there_is_nothing_to_choose() -> None:
    with pytest.raises(LabError, match="'filter'"):
        School(None).feed.want({"filter": "x"})


def test_the_page_asks_for_code_and_qr() -> None:
    told_ = invitation_of(told(links=(LINK, "http://10.0.0.2:5000/")))
    assert (told_["link"], told_["code"], told_["others"]) == (LINK, "ABCD-2345", ["http://10.0.0.2:5000/"])
    assert told_["path"].startswith("M")
    with pytest.raises(LabError, match="--join begins another"):
        invitation_of(None)


def test_the_view_keeps_the_code_out_of_all_that_is_saved() -> None:
    view = ClassroomView(lambda: told("Ada"), {"pause": lambda: {"text": "Paused"}})
    assert view.answer("pause", {}) == {"text": "Paused"}
    assert view.on == {"class"}
    assert "ABCD" not in json.dumps([view.options(), view.still(), view.feeds["class"].state()])
