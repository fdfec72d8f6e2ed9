from __future__ import annotations

from sio_lab.core.traffic import merge
from sio_lab.export.observed import observe
from tests import factories as make


def test_events_are_sorted_by_direction_and_name() -> None:
    places = observe(merge(make.lesson().since()))
    assert list(places) == ["/", "/nowhere"]
    assert list(places["/"].exchanges) == [
        *(("receive", "chat"), ("send", "chat"), ("send", "quiz")),
        *(("send", "vote"), ("receive", "boom"), ("receive", "caht")),
    ]


def test_what_came_back_and_how_it_ended_is_counted() -> None:
    exchanges = observe(merge(make.lesson().since()))["/"].exchanges
    chat, vote = exchanges["receive", "chat"], exchanges["send", "vote"]
    assert (chat.count, chat.asked, len(chat.replies), chat.handlers) == (1, 1, 1, {"on_chat"})
    assert (vote.asked, len(vote.replies)) == (1, 1)
    assert exchanges["receive", "boom"].statuses == {"raised": 1}
    assert exchanges["receive", "caht"].statuses == {"no-handler": 1}


def test_connects_refusals_and_rooms_are_of_their_namespace() -> None:
    places = observe(merge(make.lesson().since()))
    assert places["/"].rooms == {"lobby"}
    assert (places["/"].connects.count, len(places["/"].connects.replies)) == (2, 0)
    assert (places["/nowhere"].connects.count, len(places["/nowhere"].connects.replies)) == (1, 1)
