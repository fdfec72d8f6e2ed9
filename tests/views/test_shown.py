"""A view on display: numbered patches, answers, and what a page switches on, off and over."""

from __future__ import annotations

from queue import Queue
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.views.asking import Asking
from sio_lab.views.shown import Shown
from tests.views.samples import Sample

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.views.comms import Comms, FakeComm

SECONDS = 10


class Stage:
    """A view on display, and the thread that would keep it up to date: jobs are done when asked for."""

    def __init__(self, comms: Comms, **answers: Callable[..., Any]) -> None:
        self.view = Sample(**answers)
        self.asking = Asking()
        self.jobs: Queue[Callable[[], None]] = Queue()
        self.shown = Shown(self.view, self.asking, self.jobs.put)
        self.comm: FakeComm = comms.views[-1]

    def say(self, message: object) -> list[dict[str, Any]]:
        """Have the page say something; returns what it is told then."""
        before = len(self.comm.told)
        self.comm.say(message)
        while not self.jobs.empty():
            self.jobs.get()()
        return self.comm.told[before:]

    def flush(self) -> list[dict[str, Any]]:
        before = len(self.comm.told)
        self.shown.flush()
        return self.comm.told[before:]

    def close(self) -> None:
        self.asking.close()
        self.shown.close()
        self.shown.close()


@pytest.fixture
def stage(comms: Comms) -> Iterator[Stage]:
    made = Stage(comms, double=lambda number: 2 * number)
    yield made
    made.close()


def patch(number: int, count: int, feed: str = "first") -> dict[str, Any]:
    return {"k": "patches", "patches": [{"feed": feed, "from": number, "patch": {"count": count}}]}


def test_a_page_begins_with_what_is_on(stage: Stage) -> None:
    assert stage.comm.state["shown"] == {
        "options": {"title": "sample"},
        "asks": ["double"],
        "feeds": {
            "first": {"number": 0, "on": True, "state": {"count": 0, "paused": False}},
            "second": {"number": 0, "on": False, "state": None},
        },
    }


def test_changes_are_told_in_numbered_patches_and_no_news_tell_nothing(stage: Stage) -> None:
    stage.view.first.count = 3
    assert stage.flush() == [patch(0, 3)]
    assert stage.flush() == []
    stage.view.first.count = 4
    assert stage.flush() == [patch(1, 4)]


def test_a_page_that_missed_something_is_told_all_and_goes_on_from_there(stage: Stage) -> None:
    stage.view.first.count = 3
    stage.flush()
    stage.view.first.count = 5
    told = {"k": "state", "feed": "first", "number": 1, "state": {"count": 5, "paused": False}}
    assert stage.say({"k": "sync", "feed": "first"}) == [told]
    assert stage.flush() == []


def test_a_feed_is_switched_on_and_off(stage: Stage) -> None:
    stage.view.second.count = 7
    assert stage.flush() == []
    assert stage.say({"k": "want", "feed": "second", "on": True})[0]["state"]["count"] == 7
    stage.view.second.count = 8
    assert stage.flush() == [patch(0, 8, "second")]
    assert stage.say({"k": "want", "feed": "second", "on": False}) == []
    stage.view.second.count = 9
    assert stage.flush() == []


def test_a_feed_that_is_paused_is_left_and_told_anew_when_it_goes_on(stage: Stage) -> None:
    assert stage.say({"k": "want", "feed": "first", "paused": True}) == []
    stage.view.first.count = 3
    assert stage.flush() == []
    assert stage.shown.snapshot()["feeds"]["first"]["state"]["paused"]
    assert stage.say({"k": "want", "feed": "first", "paused": False})[0]["state"]["count"] == 3


def test_wishes_are_heeded_and_what_cannot_be_had_is_told(stage: Stage) -> None:
    assert stage.say({"k": "want", "feed": "first", "filter": "x"})[0]["k"] == "state"
    assert stage.view.first.wishes == [{"filter": "x"}]
    told = stage.say({"k": "want", "feed": "first", "filter": "wrong"})
    assert told == [{"k": "problem", "feed": "first", "problem": "no such filter"}]


def test_nothing_is_sent_while_no_page_shows_it_and_all_when_one_does_again(stage: Stage) -> None:
    assert stage.say({"k": "here", "page": "a"}) == []
    stage.say({"k": "here", "page": "b"})
    stage.say({"k": "gone", "page": "a"})
    assert not stage.shown.is_away
    stage.say({"k": "gone", "page": "b"})
    stage.view.first.count = 3
    assert stage.shown.is_away
    assert stage.flush() == []
    assert stage.say({"k": "here", "page": "a"})[0]["state"]["count"] == 3
    assert stage.say({"k": "here", "page": "b"}) == []


def test_questions_are_answered_later_by_the_same_thread(stage: Stage) -> None:
    stage.comm.say({"k": "ask", "ask": 1, "what": "double", "given": {"number": 4}})
    stage.comm.say({"k": "ask", "ask": 2, "what": "halve", "given": {}})
    for _ in range(4):
        stage.jobs.get(timeout=SECONDS)()
    assert stage.comm.told == [
        {"k": "answer", "ask": 1, "ok": True, "value": 8},
        {"k": "answer", "ask": 2, "ok": False, "value": "This view can't do 'halve'."},
    ]


def test_a_page_that_doubts_is_answered(stage: Stage) -> None:
    assert stage.say({"k": "ping"}) == [{"k": "pong"}]


@pytest.mark.parametrize("message", [None, 5, "x", {}, {"k": 1}, {"k": "want", "feed": "no"}, {"k": "ask"}, {"k": "?"}])
def test_what_makes_no_sense_is_passed_over(stage: Stage, message: object) -> None:
    assert stage.say(message) == []


def test_after_closing_nothing_is_sent(stage: Stage) -> None:
    stage.shown.close()
    stage.view.first.count = 3
    assert stage.flush() == []
    assert stage.say({"k": "sync", "feed": "first"}) == []
    assert stage.shown.snapshot()["feeds"] == {}


def test_it_counts_how_often_a_page_has_begun_with_it(stage: Stage) -> None:
    assert stage.shown.snapshots == 1
    stage.comm.load_anew()
    assert stage.shown.snapshots == 2


def test_a_picture_is_taken_under_the_lock_that_patches_are_made_under(stage: Stage) -> None:
    locked: list[bool] = []

    def is_locked() -> dict[str, str]:
        locked.append(stage.shown._lock._is_owned())  # type: ignore[attr-defined]
        return {}

    vars(stage.view)["still"] = vars(stage.view.first)["patch"] = is_locked
    stage.shown.flush()
    stage.shown.still()
    assert locked == [True, True]
