"""The teacher's verbs, on real clients with a pass."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
import socketio

from sio_lab.classes import answers_of
from sio_lab.commands.table_reaching import CLASSROOM, REACHING
from sio_lab.errors import LabError, TargetError, Usage
from sio_lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sio_lab.commands.verbs import Verb

SECONDS = 10
VERBS = ("pause", "resume", "lock", "unlock", "classroom")


@pytest.fixture
def lab() -> Iterator[Lab]:
    made = Lab(say=lambda _: None)
    made.public_url = "http://127.0.0.1"
    made.start(join=True)
    made.on("chat")(lambda text: text)
    made.on("chat", "/chat")(lambda text: text)
    yield made
    made.close()


@contextmanager
def student(lab: Lab, name: str, namespaces: tuple[str, ...] = ("/",)) -> Iterator[socketio.Client]:
    sent = json.dumps({"code": lab.classroom().code, "name": name}).encode()
    request = Request(f"{lab.url}/_lab/join", sent, {"Content-Type": "application/json"})  # noqa: S310 - http
    with urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - likewise
        token = json.load(answer)["pass"]
    client = socketio.Client(reconnection=False)
    client.connect(lab.url or "", headers={"X-Sio-Lab-Pass": token}, namespaces=list(namespaces))
    try:
        yield client
    finally:
        client.disconnect()


@pytest.mark.parametrize("verb", VERBS)
def test_without_a_class_each_says_how_to_let_one_in(verb: str) -> None:
    alone = Lab()
    with pytest.raises(LabError, match=r"%sio start --join, or lab.start\(join=True\)"):
        getattr(alone, verb)()
    with pytest.raises(LabError, match="No class is in"):
        alone.announce("hello")


@pytest.mark.parametrize("verb", [*REACHING, *CLASSROOM], ids=lambda verb: verb.name)
def test_each_verb_is_a_method_that_is_explained(verb: Verb) -> None:
    method = getattr(Lab, verb.method)
    assert method.__qualname__ == f"Reaching.{verb.method}"
    assert method.__doc__


def test_before_anything_is_served_no_class_is_in() -> None:
    alone = Lab()
    assert alone.pupils is None
    assert alone.staged is None


def test_the_card_tells_link_code_and_names(lab: Lab) -> None:
    card = lab.classroom()
    with student(lab, "Ada"), student(lab, "Ben"):
        assert card.names == ["Ada", "Ben"]
        assert card.link == "http://127.0.0.1/"
        assert all(text in repr(card) for text in (card.link, card.code, "2 students in: Ada, Ben"))
    lab.stop()
    with pytest.raises(LabError, match="No class is in"):
        _ = card.code


def test_the_labs_own_clients_are_no_students(lab: Lab) -> None:
    lab.client("ada")
    assert lab.classroom().names == []


def test_two_connections_of_one_student_are_one(lab: Lab) -> None:
    with student(lab, "Ada", ("/", "/chat")):
        assert lab.classroom().names == ["Ada"]


def test_a_pause_refuses_students_and_not_the_teacher(lab: Lab) -> None:
    ada = lab.client("ada")
    with student(lab, "Ben") as ben:
        assert repr(lab.pause()) == "Paused: events of students are refused. %sio resume takes them again."
        assert ben.call("chat", "x", timeout=SECONDS)["refused"] == "paused"
        assert ada.call("chat", "x") == "x"
        assert "Resumed" in repr(lab.resume())
        assert ben.call("chat", "x", timeout=SECONDS) == "x"


def test_a_lock_holds_others_off(lab: Lab) -> None:
    with student(lab, "Ada"):
        assert "Locked" in repr(lab.lock())
        with pytest.raises(OSError, match="423"), student(lab, "Ben"):
            pass
        assert "Unlocked" in repr(lab.unlock())
        with student(lab, "Ben"):
            assert lab.classroom().names == ["Ada", "Ben"]


def test_a_limit_is_told_in_words(lab: Lab) -> None:
    assert "1 event a second" in repr(lab.limit(1))
    assert "2.5 events a second" in repr(lab.limit(2.5))
    assert lab.pupils is not None
    assert lab.pupils.rate == 2.5
    assert "No limit" in repr(lab.limit(None))
    assert lab.pupils.rate is None


@pytest.mark.parametrize("rate", [0, -1, "5", True, float("inf"), float("nan")])
def test_what_is_no_limit_is_told(lab: Lab, rate: Any) -> None:
    with pytest.raises(Usage, match="limit"):
        lab.limit(rate)


def test_an_announcement_reaches_all_students(lab: Lab) -> None:
    told: list[Any] = []
    came = threading.Event()
    with student(lab, "Ada") as ada:
        ada.on("announcement", lambda text: (told.append(text), came.set()))
        assert repr(lab.announce("<b>Five</b> more")) == "Announced to 1 student."
        assert came.wait(SECONDS)
    assert told == [{"text": "<b>Five</b> more"}]
    with pytest.raises(Usage, match="What is to be announced"):
        lab.announce("  ")


def test_a_student_is_renamed_in_all_tables(lab: Lab) -> None:
    with student(lab, "Ada"):
        assert repr(lab.rename("client:Ada", "Grace")) == "Ada is called Grace from now on."
        assert lab.classroom().names == ["Grace"]
        assert lab.clients.df["client"].tolist() == ["Grace"]


def test_one_student_at_a_time_is_renamed(lab: Lab) -> None:
    with student(lab, "Ada"), student(lab, "Ben"):
        with pytest.raises(TargetError, match="stands for 2"):
            lab.rename(["client:Ada", "client:Ben"], "Grace")
        with pytest.raises(TargetError):
            lab.rename("nobody", "Grace")
        with pytest.raises(Usage):
            lab.rename("client:Ada", "  ")


def test_who_is_kicked_needs_the_code_again(lab: Lab) -> None:
    ended = threading.Event()
    with student(lab, "Ada", ("/", "/chat")) as ada:
        ada.on("disconnect", lambda *_: ended.set())
        ada.on("disconnect", lambda *_: ended.set(), namespace="/chat")
        lab.kick("client:Ada", "/chat")
        assert ended.wait(SECONDS)
        ada.eio.wait()  # python-socketio can't disconnect while it takes in that it was
    assert lab.classroom().names == []
    assert lab.pupils is not None
    assert lab.pupils.names() == []


def test_the_card_of_a_page_acts_by_connection(lab: Lab) -> None:
    answers = answers_of(lab, lambda act: act)
    with student(lab, "Ada") as client:
        [eio_sid] = [each.eio_sid for each in lab.log.state.connections.values()]
        assert answers["rename_student"](eio_sid=eio_sid, name="Grace") == {"text": "Ada is called Grace from now on."}
        assert answers["kick_student"](eio_sid=eio_sid) == {"text": "Grace is out."}
        client.eio.wait()  # python-socketio can't disconnect while it takes in that it was
        with pytest.raises(TargetError, match="has left"):
            answers["kick_student"](eio_sid=eio_sid)
    assert answers["pause"]()["text"].startswith("Paused")
    assert answers["limit"](per_second=3)["text"].startswith("Limited")
    assert answers["invitation"]()["code"] == lab.classroom().code
