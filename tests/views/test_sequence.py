"""The live sequence diagram: what it sends, how much of it, and the pictures that stay."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sio_lab.core.lanes import MOST_LANES, MOST_STEPS
from sio_lab.core.log import Log
from sio_lab.errors import FilterError, LabError
from sio_lab.views import sequence as module
from sio_lab.views.sequence import MOST_SENT, SequenceFeed, SequenceView
from tests import factories as make


def captions(told: dict[str, Any]) -> list[str]:
    return [step["caption"] for step in told["steps"]]


def classroom(count: int) -> tuple[Log, list[str]]:
    log = Log()
    sids = [f"{number:04}0123456789abcdef" for number in range(count)]
    for sid in sids:
        make.connect(log, sid)
    return log, sids


def settled(log: Log) -> SequenceFeed:
    feed = SequenceFeed(log)
    feed.state()
    feed.patch()
    assert feed.patch() is None
    return feed


def test_the_state_names_lanes_by_number() -> None:
    state = SequenceFeed(make.lesson()).state()
    assert [lane["label"] for lane in state["lanes"]] == ["server", "ada", make.BEN[:8], "eio-cat"]
    numbers = {lane["id"] for lane in state["lanes"]}
    assert all({step["from"], *step["to"]} <= numbers for step in state["steps"])
    assert json.loads(json.dumps(state)) == state


def test_a_patch_has_what_came_and_what_changed() -> None:
    log = make.lesson()
    feed = settled(log)
    event = make.receive(log, make.ADA, "tick")
    patch = feed.patch()
    assert patch is not None
    assert [(step["seq"], step["status"]) for step in patch["steps"]] == [(event.seq, "running")]
    assert "lanes" not in patch
    make.handle(log, event)
    patch = feed.patch()
    assert patch is not None
    assert [(step["seq"], step["status"]) for step in patch["steps"]] == [(event.seq, "handled in 1.50 ms")]
    assert feed.patch() is None


def test_what_makes_no_step_sends_nothing() -> None:
    log = make.lesson()
    feed = settled(log)
    make.start_task(log)
    assert feed.patch() is None


def test_a_new_lane_comes_with_its_first_step_and_numbers_stay() -> None:
    log = make.lesson()
    feed = settled(log)
    before = feed.state()["lanes"]
    feed.patch()
    make.connect(log, "zoe0123456789sid0000", name="zoe")
    patch = feed.patch()
    assert patch is not None
    assert patch["lanes"][: len(before)] == before
    assert patch["lanes"][-1]["label"] == "zoe"


def test_a_burst_is_told_by_its_newest_steps_and_a_number() -> None:
    log, sids = classroom(2)
    feed = settled(log)
    for _ in range(MOST_SENT + 30):
        make.handle(log, make.receive(log, sids[0], "tick"))
    patch = feed.patch()
    assert patch is not None
    assert len(patch["steps"]) == MOST_SENT
    assert (patch["skipped"], patch["before"]) == (30, patch["steps"][0]["seq"])


def test_a_step_that_was_left_out_is_not_told_later() -> None:
    log, sids = classroom(1)
    feed = settled(log)
    early = make.receive(log, sids[0], "early")
    for _ in range(MOST_SENT):
        make.receive(log, sids[0], "tick")
    feed.patch()
    make.handle(log, early)
    patch = feed.patch()
    assert patch is not None
    assert patch["steps"] == []


def test_what_is_sent_is_bounded() -> None:
    log, sids = classroom(200)
    feed = settled(log)
    for _ in range(400):
        make.emit(log, "chat", "x" * 100_000, recipients=sids)
    patch, state = feed.patch(), feed.state()
    assert len(json.dumps(patch)) < 250_000
    assert len(state["steps"]) == MOST_STEPS
    assert len(state["lanes"]) == MOST_LANES + 1
    assert state["earlier"] >= 300


def test_who_shares_a_lane_changes_all_at_once() -> None:
    log, _ = classroom(MOST_LANES)
    feed = settled(log)
    make.connect(log, "one-more-than-there-is-room")
    patch = feed.patch()
    assert patch is not None
    assert patch["whole"]
    assert patch["lanes"][-1]["label"] == "2 others"


def test_a_filter_is_wanted_and_a_wrong_one_changes_nothing() -> None:
    feed = SequenceFeed(make.lesson())
    feed.want({"filter": "kind:emit"})
    assert captions(feed.state()) == ["chat", "quiz", "ack", "vote"]
    with pytest.raises(FilterError, match="did you mean"):
        feed.want({"filter": "evnt:chat"})
    assert (feed.filter, captions(feed.state())) == ("kind:emit", ["chat", "quiz", "ack", "vote"])
    feed.want({"filter": ""})
    assert len(feed.state()["steps"]) == 16


def test_a_step_that_passes_no_more_is_gone() -> None:
    log, sids = classroom(1)
    feed = SequenceFeed(log, filter_text="status:running")
    event = make.receive(log, sids[0], "tick")
    feed.patch()
    make.handle(log, event)
    patch = feed.patch()
    assert patch is not None
    assert patch["gone"] == [event.seq]


def test_more_than_can_be_looked_at_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST_FILTERED", 50)
    monkeypatch.setattr(module, "NEWEST", 10)
    log, sids = classroom(1)
    feed = settled(log)
    for _ in range(60):
        make.receive(log, sids[0], "tick")
    patch = feed.patch()
    assert patch is not None
    assert patch["whole"]
    assert len(patch["steps"]) == 10


def test_lanes_are_numbered_anew_before_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    log, sids = classroom(10)
    feed = settled(log)
    monkeypatch.setattr(module, "MOST_NUMBERS", 5)
    make.receive(log, sids[9], "tick")
    patch = feed.patch()
    assert patch is not None
    assert patch["whole"]
    assert {step["from"] for step in patch["steps"]} <= {lane["id"] for lane in patch["lanes"]}


def test_a_log_that_has_dropped_its_oldest_is_shown_from_there() -> None:
    log = Log(max_records=20)
    make.connect(log, make.ADA, name="ada")
    for _ in range(100):
        make.receive(log, make.ADA, "tick")
    state = SequenceFeed(log).state()
    assert [lane["label"] for lane in state["lanes"]] == ["server", "ada"]
    assert len(state["steps"]) == 20


def test_the_view_has_a_feed_options_and_answers_of_its_own_and_others() -> None:
    view = SequenceView(make.lesson(), filter_text="kind:emit", answers={"detail": lambda seq: seq})
    assert (view.stem, set(view.feeds)) == ("sequence", {"sequence"})
    assert view.options() == {"title": "sequence", "filter": "kind:emit"}
    assert view.answer("detail", {"seq": 3}) == 3
    assert view.answer("svg", {}).startswith("<svg")
    assert view.answer("mermaid", {}).startswith("sequenceDiagram\n")
    with pytest.raises(LabError):
        view.answer("nothing", {})


def test_what_is_exported_goes_by_the_filter_on_the_page() -> None:
    view = SequenceView(make.lesson())
    assert "quiz" in view.answer("mermaid", {})
    view.feeds["sequence"].want({"filter": "event:chat"})
    assert "quiz" not in view.answer("mermaid", {})


def test_the_still_picture_is_text_and_svg() -> None:
    still = SequenceView(make.lesson(), filter_text="-kind:http").still()
    assert still["text/plain"].startswith("sequence: 16 steps  [-kind:http]")
    assert "<svg" in still["text/html"]
    assert "-kind:http" in still["text/html"]
    assert "<script" not in still["text/html"]


def test_a_picture_of_nothing_says_so() -> None:
    still = SequenceView(Log()).still()
    assert "nothing yet" in still["text/plain"]
    assert "nothing yet" in still["text/html"]


def test_a_long_picture_has_its_newest_steps() -> None:
    log, sids = classroom(1)
    for number in range(150):
        make.receive(log, sids[0], f"tick {number}")
    page = SequenceView(log).still()["text/html"]
    assert "tick 149" in page
    assert "tick 49<" not in page
    assert "100 steps, 51 earlier not shown" in page
