"""What the emit form asks."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.commands.parse import parse
from sio_lab.core.log import Log
from sio_lab.errors import CallFailed, LabError, TargetError, Usage
from sio_lab.results import Reached
from sio_lab.views.emit_form import MOST, EmitForm
from sio_lab.views.view import View
from tests import factories as f

NAMES = {f.ADA: "ada", f.BEN: "bob"}


class Acts:
    """Stands in for the lab: notes what it is asked, and reaches two clients."""

    def __init__(self) -> None:
        self.done: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []
        self.sids: tuple[str, ...] = (f.ADA, f.BEN)
        self.hint: str | None = None
        self.error: LabError | None = None

    def emit(self, event: str, *args: Any, **where: Any) -> Reached:
        return self._reached(event, "emit", (event, *args), where)

    def reach(self, **where: Any) -> Reached:
        return self._reached("", "reach", (), where)

    def call(self, event: str, *args: Any, **where: Any) -> Any:
        self._reached("", "call", (event, *args), where)
        return {"seen": True}

    def _reached(self, what: str, did: str, args: tuple[Any, ...], where: dict[str, Any]) -> Reached:
        self.done.append((did, args, where))
        if self.error is not None:
            raise self.error
        return Reached.named(self.sids, "/", what, NAMES.get, self.hint)


def read_args(text: str) -> tuple[Any, ...]:
    return parse("emit x", text).arguments[1:]


@pytest.fixture
def acts() -> Acts:
    return Acts()


@pytest.fixture
def form(acts: Acts) -> EmitForm:
    return EmitForm(f.lesson(), emit=acts.emit, call=acts.call, reach=acts.reach, read_args=read_args)


def test_arguments_that_can_be_read(form: EmitForm) -> None:
    told = form.check('{"data": 42} [1, 2] hello')
    assert told == {"ok": True, "problem": "", "excerpt": "", "place": None, "args": "{'data': 42}, [1, 2], 'hello'"}
    assert form.check("")["args"] == "()"


def test_arguments_that_can_not_say_where(form: EmitForm) -> None:
    told = form.check("hello\n[1 2]")
    assert (told["ok"], told["place"]) == (False, 9)
    assert "comma" in told["problem"]
    assert told["excerpt"] == "[1 2]\n   ^"


def test_what_was_read_is_bounded(form: EmitForm) -> None:
    told = form.check('"' + "x" * 1_000_000 + '"')
    assert told["ok"]
    assert len(told["args"]) <= 160


def test_a_problem_is_bounded(form: EmitForm) -> None:
    told = form.check("[" + "x" * 1_000_000)
    assert not told["ok"]
    assert len(str(told)) < 2_000


def test_reach_tells_who(form: EmitForm, acts: Acts) -> None:
    told = form.reach("ada, room:lobby", "bob", "")
    assert told["text"] == "would reach ada, bob (2 clients in /)"
    assert (told["sids"], told["names"], told["count"]) == ([f.ADA, f.BEN], ["ada", "bob"], 2)
    assert acts.done == [("reach", (), {"to": ["ada", "room:lobby"], "skip": ["bob"], "namespace": None})]


def test_reach_of_nobody_and_of_very_many(form: EmitForm, acts: Acts) -> None:
    acts.sids, acts.hint = (), "nobody is connected"
    assert form.reach()["text"] == "would reach nobody in /: nobody is connected"
    acts.sids = tuple(f"sid{number}" for number in range(5_000))
    told = form.reach()
    assert "5000 clients" in told["text"]
    assert (len(told["sids"]), len(told["names"])) == (MOST, MOST)


def test_reach_of_somebody_unknown_says_why(form: EmitForm, acts: Acts) -> None:
    acts.error = TargetError("'zoe' names no client")
    with pytest.raises(TargetError, match="zoe"):
        form.reach("zoe")


def test_emit_says_who_was_reached(form: EmitForm, acts: Acts) -> None:
    told = form.emit(event="my response", args_text='{"data": 42}', to="", skip="bob", namespace="/", ack=False)
    assert told == {"text": "my response → ada, bob (2 clients in /)"}
    assert acts.done == [("emit", ("my response", {"data": 42}), {"to": None, "namespace": "/", "skip": ["bob"]})]


def test_an_ack_is_told(form: EmitForm, acts: Acts) -> None:
    told = form.emit(event="quiz", args_text="1 2", to="ada", ack=True)
    assert told == {"text": "quiz acknowledged: {'seen': True}"}
    assert acts.done == [("call", ("quiz", 1, 2), {"to": ["ada"], "namespace": None, "timeout": 5.0})]


def test_an_ack_that_does_not_come_says_why(form: EmitForm, acts: Acts) -> None:
    acts.error = CallFailed("ada did not acknowledge 'quiz' within 5 s")
    with pytest.raises(CallFailed, match="within 5 s"):
        form.emit(event="quiz", to="ada", ack=True)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"event": ""}, "Which event"),
        ({"event": "x", "args_text": "["}, "breaks off"),
        ({"event": "x", "to": '"ada'}, "quote"),
        ({"event": "x", "ack": True}, "one client's"),
        ({"event": "x", "ack": True, "to": "ada", "skip": "bob"}, "'skip' empty"),
    ],
)
def test_what_can_not_be_sent_is_not(form: EmitForm, acts: Acts, given: dict[str, Any], why: str) -> None:
    with pytest.raises(Usage, match=why):
        form.emit(**given)
    assert acts.done == []


def test_a_view_takes_its_answers(form: EmitForm) -> None:
    view = View({}, form.answers)
    assert view.answer("suggest", {"namespace": "/"})["namespaces"]
    assert view.answer("suggest", {"namespace": ""}) == view.answer("suggest", {})
    assert set(form.answers) == {"check", "suggest", "reach", "emit"}


def test_hostile_names_are_shown_harmlessly(acts: Acts) -> None:
    form = EmitForm(Log(), emit=acts.emit, call=acts.call, reach=acts.reach, read_args=read_args)
    acts.sids = ("\x1b[2J<b>",)
    assert form.reach()["names"] == ["\\x1b[2J<b>"]
    assert "\x1b" not in form.reach()["text"]
