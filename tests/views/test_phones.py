"""A conversation: what arrived, what was sent, and where its client was, in order and within bounds."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core.log import Log
from sio_lab.views.phones import KEPT, PER_READ, ROOMS, Conversation
from tests import factories as make
from tests.views.phones import StandIn

ADA = make.ADA


def talk() -> tuple[Conversation, StandIn, Log]:
    log = Log()
    made, phone = Conversation("ada"), StandIn({"/": ADA})
    made.meet(phone)
    made.let_in(make.connect(log, ADA, name="ada"))
    made.commit()
    return made, phone, log


def said(conversation: Conversation) -> list[Any]:
    return [(item["dir"], item["event"], item["args"]) for item in conversation.items]


def test_items_stand_in_the_order_they_happened() -> None:
    made, phone, log = talk()
    phone.receive("first", 1)
    made.send(make.receive(log, ADA, "second", {"a": 2}))
    phone.receive("third")
    made.sent()
    made.arrivals(0)
    made.commit()
    assert said(made)[1:] == [("in", "first", "1"), ("out", "second", "{'a': 2}"), ("in", "third", "()")]
    assert [item["n"] for item in made.items] == [1, 2, 3, 4]


def test_news_is_told_once_and_again_where_it_changes() -> None:
    made, phone, _ = talk()
    made.news()
    phone.receive("hello")
    made.arrivals(0)
    made.commit()
    assert [item["event"] for item in made.news()] == ["hello"]
    assert made.news() == []
    made.change(made.items[-1])
    assert [item["event"] for item in made.news()] == ["hello"]


def test_what_comes_too_quickly_is_counted_on_both_sides() -> None:
    made, phone, log = talk()
    phone.receive("tick", times=1_000)
    for _ in range(50):
        made.send(make.receive(log, ADA, "tock"))
    made.sent()
    made.arrivals(0)
    made.commit()
    notes = [args for way, kind, args in said(made) if (way, kind) == ("note", "gap")]
    assert sorted(notes) == [
        f"{50 - PER_READ} more sent, too quickly to be shown",
        f"{1_000 - PER_READ} more arrived, too quickly to be shown",
    ]
    assert made.head(log.state)["received"] == 1_000


def test_a_conversation_is_bounded_and_so_are_its_news() -> None:
    made, phone, _ = talk()
    for _ in range(3 * KEPT // PER_READ):
        phone.receive("tick", "x" * 100_000, times=PER_READ)
        made.arrivals(0)
        made.commit()
    assert (len(made.items), len(made.news())) == (KEPT, KEPT)
    assert all(len(item["args"]) <= 240 for item in made.items)


def test_a_reconnect_is_seen_as_another_sid_in_no_room() -> None:
    made, phone, log = talk()
    made.enter(make.join(log, ADA, "lobby"))
    phone.sids = {"/": make.BEN}
    made.meet(phone)
    made.sent_away(make.disconnect(log, ADA, reason="transport close"))
    made.let_in(make.connect(log, make.BEN, name="ada"))
    made.compare(0, is_first=False)
    made.commit()
    assert said(made) == [
        ("note", "connected", "connected as sid ada01234, in no room"),
        ("note", "room", "entered lobby"),
        ("note", "lost", "connection lost (transport close)"),
        ("note", "connected", "connected anew as sid ben01234, in no room"),
    ]


def test_rooms_that_its_connect_handler_had_it_enter_are_told_with_it() -> None:
    made, _, log = talk()
    made.enter(make.join(log, make.BEN, "den"))
    made.enter(make.join(log, make.BEN, 7))
    made.let_in(make.connect(log, make.BEN, name="ada"))
    made.commit()
    assert said(made)[-1] == ("note", "connected", "connected anew as sid ben01234, in den, 7")


def test_that_it_leaves_a_room_is_told_and_that_it_leaves_all_is_not() -> None:
    made, _, log = talk()
    make.join(log, ADA, "den")
    left = log.append(make.r.Left("/", "den", ADA))
    made.leave(left)
    made.sent_away(make.disconnect(log, ADA))
    made.leave(left)
    made.commit()
    assert said(made)[1:] == [("note", "room", "left den"), ("note", "lost", "disconnected")]


def test_who_was_refused_had_no_rooms_and_many_rooms_are_counted() -> None:
    made, _, log = talk()
    made.enter(make.join(log, make.BEN, "den"))
    made.leave(log.append(make.r.Left("/", "den", make.BEN)))
    made.let_in(make.connect(log, make.BEN, name="ada"))
    for number in range(200):
        made.enter(make.join(log, make.BEN, number))
    made.compare(0, is_first=False)
    made.commit()
    texts = [args for _, _, args in said(made)]
    assert "connected anew as sid ben01234, in no room" in texts
    assert f"{200 - PER_READ} more rooms entered or left" in texts
    assert sum(text.startswith("entered") for text in texts) == PER_READ


def test_a_network_that_died_is_told_once_whoever_notices_first() -> None:
    made, phone, log = talk()
    phone.drop()
    made.meet(phone)
    made.compare(1, is_first=False)
    made.sent_away(make.disconnect(log, ADA, reason="ping timeout"))
    made.commit()
    assert [kind for _, kind, _ in said(made)].count("lost") == 1
    assert made.head(log.state)["why"] == "connection lost (transport close)"


def test_an_older_server_says_it_sent_away_whom_it_lost() -> None:
    made, phone, log = talk()
    phone.drop()
    made.sent_away(make.disconnect(log, ADA, reason="server disconnect"))
    made.commit()
    assert said(made)[-1] == ("note", "lost", "connection lost (transport close)")


def test_who_is_kicked_is_sent_away() -> None:
    made, _, log = talk()
    made.sent_away(make.disconnect(log, ADA, reason="server disconnect"))
    made.commit()
    assert said(made)[-1] == ("note", "lost", "sent away by the server")


def test_one_connection_is_lost_once_with_all_its_namespaces() -> None:
    phone = StandIn({"/": ADA, "/chat": make.BEN})
    made = Conversation("ada")
    made.meet(phone)
    made.compare(0, is_first=True)
    phone.drop()
    made.meet(phone)
    made.compare(1, is_first=False)
    made.commit()
    assert [(item["event"], item["namespace"]) for item in made.items] == [("lost", "/, /chat")]


def test_the_head_has_each_namespace_with_its_sid_and_some_of_its_rooms() -> None:
    log = Log()
    make.connect(log, ADA, "/chat", name="ada")
    for number in range(200):
        make.join(log, ADA, f"room {number}", namespace="/chat")
    made = Conversation("ada")
    made.meet(StandIn({"/chat": ADA}, ["/", "/chat"]))
    head = made.head(log.state)
    none, chat = head["namespaces"]
    assert (head["connected"], head["transport"]) == (True, "websocket")
    assert (none["namespace"], none["sid"], none["rooms"]) == ("/", "", [])
    assert (chat["sid"], chat["full"], len(chat["rooms"]), chat["more"]) == ("ada01234", ADA, ROOMS, 200 - ROOMS)


def test_nobody_and_somebody_closed_say_why() -> None:
    made = Conversation("ada")
    made.meet(None)
    assert "lab.client('ada')" in made.head(Log().state)["why"]
    made.meet(StandIn({}, ["/"]))
    made.meet(None)
    assert made.head(Log().state)["why"] == "closed"


@given(st.text(), st.text(), st.text())
def test_whatever_is_sent_is_one_safe_line(event: str, value: str, room: str) -> None:
    made, phone, log = talk()
    phone.receive(event, value, {value: [value]})
    made.enter(make.join(log, ADA, room))
    made.arrivals(0)
    made.commit()
    for item in made.items:
        for text in (item["event"], item["args"]):
            assert not set(text) & set("\n\r\x00\x1b\u202e")
