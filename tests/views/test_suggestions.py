"""What the emit form offers while one types."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.views.suggestions import MOST, Suggestions
from tests import factories as f


def test_an_empty_log_offers_the_first_namespace_alone() -> None:
    assert Suggestions(Log()).offer() == {"events": [], "who": [], "namespaces": [("/", "0 clients")]}


def test_events_are_those_that_clients_may_listen_to() -> None:
    events = Suggestions(f.lesson()).offer("/")["events"]
    assert events == [("vote", "emitted"), ("quiz", "emitted"), ("chat", "emitted")]


def test_handled_events_follow() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "chat", "on_chat", None, ""))
    log.append(r.HandlerRegistered("/admin", "kick", "on_kick", None, ""))
    log.append(r.HandlerRegistered("/", "connect", "on_connect", None, ""))
    assert Suggestions(log).offer("/")["events"] == [("chat", "handled")]
    assert Suggestions(log).offer()["events"] == [("chat", "handled"), ("kick", "handled")]


def test_who_has_names_first_then_rooms_then_sids() -> None:
    log = Log()
    f.connect(log, f.BEN)
    f.connect(log, f.ADA, name="ada")
    f.join(log, f.ADA, "my room")
    offers = Suggestions(log).offer("/")
    assert offers["who"] == [("client:ada", "ada01234"), ('room:"my room"', "1 client"), (f"sid:{f.BEN}", "client")]
    assert offers["namespaces"] == [("/", "2 clients")]


def test_without_a_namespace_each_says_where_it_is() -> None:
    log = Log()
    f.connect(log, f.ADA, "/chat", name="ada")
    assert Suggestions(log).offer()["who"] == [("client:ada", "ada01234 in /chat")]
    assert Suggestions(log).offer("/")["who"] == []


def test_offers_are_bounded_and_can_be_shown() -> None:
    log = Log()
    f.connect(log, f.ADA)
    for number in range(300):
        f.join(log, f.ADA, f"room {number}")
    for event in ("x" * 101, "a\x1b[2J", "", "fine"):
        f.emit(log, event)
    offers = Suggestions(log).offer("/")
    assert len(offers["who"]) == MOST
    assert offers["events"] == [("fine", "emitted")]
