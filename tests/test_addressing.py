"""Who a verb acts on, and what is said when it does not work."""

from __future__ import annotations

import pytest

from sio_lab.addressing import Addressing, check_event, check_room, told_plainly
from sio_lab.core.log import Log
from sio_lab.core.targets import Target
from sio_lab.errors import LabError, TargetError, Usage
from tests import factories as make


@pytest.fixture
def log() -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    make.join(log, make.ADA, "lobby")
    return log


@pytest.fixture
def addressing(log: Log) -> Addressing:
    return Addressing(log)


def test_a_target_and_those_left_out(addressing: Addressing) -> None:
    assert addressing.target("lobby", None, "ada") == (Target("/", ("lobby",)), (make.ADA,))


def test_a_room_and_who_is_in_it(addressing: Addressing) -> None:
    target, members = addressing.room("lobby", None)
    assert (target, members, members.what) == (Target("/", ("lobby",)), [make.ADA], "closed lobby")
    assert addressing.room("room:attic", "/")[1] == []


def test_reach_is_told_by_names(addressing: Addressing) -> None:
    assert repr(addressing.reach(None, None, None)) == f"ada, {make.BEN} (2 clients in /)"


def test_each_acts_on_all(addressing: Addressing) -> None:
    seen = []
    reached = addressing.each(lambda sid, namespace: seen.append((sid, namespace)), None, "/", "poked")
    assert seen == [(make.ADA, "/"), (make.BEN, "/")]
    assert repr(reached) == f"poked → ada, {make.BEN} (2 clients in /)"


def test_only_one(addressing: Addressing) -> None:
    assert addressing.only_one(Target("/", ("lobby",)), "lobby") == make.ADA
    with pytest.raises(TargetError, match=r"None stands for 2: ada, ben"):
        addressing.only_one(Target("/"), None)
    with pytest.raises(TargetError, match=r"stands for 0: nobody\. Name one"):
        addressing.only_one(Target("/", ("attic",)), "room:attic")


def test_why_no_ack(addressing: Addressing) -> None:
    assert "ada did not acknowledge 'ask' within 5 s" in addressing.why_no_ack("ask", "/", make.ADA, 5)
    assert addressing.why_no_ack("ask", "/", "gone", 5) == (
        "there is no client and no room 'gone' in /: nobody could acknowledge 'ask'."
    )


def test_somebody_for_an_example(addressing: Addressing) -> None:
    assert addressing.somebody() == ("ada", make.ADA, "/")
    assert Addressing(Log()).somebody() == ("ada", "SID", "/")


@pytest.mark.parametrize("room", [[], {}, ["a"]])
def test_what_is_no_room_says_so(room: object) -> None:
    with pytest.raises(Usage, match="is no name of a room"):
        check_room(room)


@pytest.mark.parametrize("event", [5, None, b"x", ("a",)])
def test_what_is_no_event_says_so(event: object) -> None:
    with pytest.raises(Usage, match="is no name of an event"):
        check_event(event)


def test_names_of_rooms_and_events_pass() -> None:
    for room in ("lobby", 7, ("a", 1)):
        check_room(room)
    check_event("news")


@pytest.mark.parametrize(
    ("error", "kind"), [(TypeError("x"), Usage), (ValueError("x"), LabError), (KeyError("x"), LabError)]
)
def test_what_the_server_raises_is_told_plainly(error: Exception, kind: type[LabError]) -> None:
    with pytest.raises(kind, match=r"emit 'news': .*x"), told_plainly("emit 'news'"):
        raise error
