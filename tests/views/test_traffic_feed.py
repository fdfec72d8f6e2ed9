"""Live traffic: patches bring a page to where a whole look at the log would have brought it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sio_lab.core.log import Log
from sio_lab.core.traffic import is_failure
from sio_lab.core.wire import decode
from sio_lab.errors import FilterError
from sio_lab.views import esm, traffic_feed
from sio_lab.views.packed import CELLS
from sio_lab.views.traffic_feed import MOST_ROWS, TrafficFeed
from tests import factories as make
from tests.views.page import TrafficPage

if TYPE_CHECKING:
    from collections.abc import Callable

ACTS = ("event", "end", "raise", "ack", "emit", "answer", "join", "connect", "disconnect", "look")


class Story:
    """A log to which something happens, one act after another."""

    def __init__(self) -> None:
        self.log = Log()
        make.connect(self.log, make.ADA, name="ada")
        self.running: list[Any] = []
        self.ended: list[Any] = []
        self.asked: list[Any] = []
        self.count = 0

    def act(self, name: str) -> None:
        self.count += 1
        do: Callable[[], Any] = getattr(self, f"do_{name}")
        do()

    def do_event(self) -> None:
        self.running.append(make.receive(self.log, make.ADA, "chat", self.count, ack_id=self.count))

    def do_end(self) -> None:
        self._end("handled")

    def do_raise(self) -> None:
        self._end("raised", error="KeyError: 'a'")

    def _end(self, status: str, **told: Any) -> None:
        if self.running:
            self.ended.append(self.running.pop(0))
            make.handle(self.log, self.ended[-1], status, **told)

    def do_ack(self) -> None:
        if self.ended:
            make.acknowledge(self.log, self.ended.pop(), self.count)

    def do_emit(self) -> None:
        self.asked.append(make.emit(self.log, "ask", recipients=[make.ADA], to=(make.ADA,), ack_id=self.count))

    def do_answer(self) -> None:
        if self.asked:
            make.answer(self.log, self.asked.pop(0), make.ADA, "yes")

    def do_join(self) -> None:
        make.join(self.log, make.ADA, f"room {self.count}")

    def do_connect(self) -> None:
        make.connect(self.log, f"sid{self.count:020}", auth={"token": "x"})

    def do_disconnect(self) -> None:
        others = [sid for sid in self.log.state.clients if sid != make.ADA]
        if others:
            make.disconnect(self.log, others[0])


@pytest.mark.parametrize("words", ["", "status:raised", "status:running", "event:ask", "-kind:join"])
@given(acts=st.lists(st.sampled_from(ACTS), max_size=60))
@example(acts=["event", "end", "look", "event", "look", "ack"])  # an ack that comes two looks after the end
def test_patches_lead_to_what_a_whole_look_shows(words: str, acts: list[str]) -> None:
    story = Story()
    page = TrafficPage(TrafficFeed(story.log, decode, filter_text=words))
    for act in acts:
        if act == "look":
            page.turn()
        else:
            story.act(act)
    page.turn()
    whole = TrafficPage(TrafficFeed(story.log, decode, filter_text=words))
    assert page.seqs == whole.seqs
    assert [page.rows[seq] for seq in page.seqs] == [whole.rows[seq] for seq in whole.seqs]


def test_of_many_rows_the_newest_are_told_and_the_others_counted() -> None:
    story = Story()
    page = TrafficPage(TrafficFeed(story.log, decode))
    for _ in range(MOST_ROWS + 50):
        story.act("event")
    page.turn()
    assert page.skipped == 50
    assert page.seqs[-1] == story.log.last_seq
    assert len(page.feed.state()["rows"]) <= traffic_feed.AT_FIRST


def test_what_is_beyond_the_look_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic_feed, "MOST_LOOKED", 10)
    story = Story()
    page = TrafficPage(TrafficFeed(story.log, decode))
    for _ in range(30):
        story.act("event")
    page.turn()
    assert page.skipped == 20
    assert len(page.seqs) == 1 + 10


def test_errors_appear_once_they_have_failed() -> None:
    story = Story()
    page = TrafficPage(TrafficFeed(story.log, decode, (is_failure,)))
    story.act("event")
    page.turn()
    assert page.seqs == []
    story.act("raise")
    page.turn()
    assert page.events == ["chat"]


def test_a_filter_that_cannot_be_read_changes_nothing() -> None:
    story = Story()
    feed = TrafficFeed(story.log, decode, filter_text="event:chat")
    with pytest.raises(FilterError, match="did you mean event"):
        feed.want({"filter": "evnt:chat"})
    assert feed.state()["filter"] == "event:chat"
    feed.want({"filter": ""})
    assert feed.state()["filter"] == ""


def test_no_news_is_no_patch_and_all_of_it_is_json() -> None:
    story = Story()
    feed = TrafficFeed(story.log, decode)
    assert feed.patch() is None
    story.act("event")
    assert json.loads(json.dumps(feed.patch()))["rows"]
    assert feed.patch() is None
    assert json.loads(json.dumps(feed.state()))["keep"] == traffic_feed.KEEP


def test_rows_that_have_left_the_log_are_counted_not_missed() -> None:
    log = Log(max_records=20)
    make.connect(log, make.ADA)
    page = TrafficPage(TrafficFeed(log, decode))
    received = make.receive(log, make.ADA, "first")
    for _ in range(40):
        make.emit(log, "tick")
    make.handle(log, received)
    page.turn()
    assert page.feed.state()["dropped"] == log.dropped
    assert page.seqs[-1] <= log.last_seq


def test_the_page_knows_each_part_of_what_it_is_told() -> None:
    story = Story()
    feed = TrafficFeed(story.log, decode, filter_text="status:running")
    story.act("event")
    told = {*feed.state(), *(feed.patch() or {})}
    read = esm.read("rows.js")
    assert {name for name in told if not re.search(rf"\b{name}\b", read)} == set()
    decoded = read[read.index("function decoded") :]
    assert tuple(re.findall(r"^    (\w+):", decoded, re.MULTILINE)) == CELLS


def test_older_rows_that_are_not_sent_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic_feed, "AT_FIRST", 3)
    story = Story()
    for _ in range(5):
        story.act("event")
    state = TrafficFeed(story.log, decode).state()
    assert (len(state["rows"]), state["earlier"]) == (3, 3)
