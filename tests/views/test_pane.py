"""What the detail pane is told of a row."""

from __future__ import annotations

import ast
import json
from typing import Any

import pytest

from sio_lab.core.log import Log
from sio_lab.core.reason import Why
from sio_lab.core.wire import decode
from sio_lab.errors import LabError, RecordDropped, Usage
from sio_lab.views.afterwards import Afterwards
from sio_lab.views.pane import Pane
from tests import factories as make


class Told:
    """A log with one event that failed, what it caused, and the pane that tells of it."""

    def __init__(self) -> None:
        self.log = Log()
        self.connected = make.connect(self.log, make.ADA, name="ada", auth={"token": "•••"})
        self.event = make.receive(self.log, make.ADA, "chat", "hello", {"a": [1, b"\x00"]}, ack_id=7)
        self.emitted = make.emit(self.log, "news", 1, recipients=[make.ADA], cause=self.event.seq)
        ends = {"error": "KeyError: 'a'", "traceback": "Traceback\nKeyError: 'a'", "handler": "chat", "cell": "In [3]"}
        make.handle(self.log, self.event, "raised", key=make.CHAT, output="printed", **ends)
        self.pane = Pane(self.log, decode)

    def tree(self, label: str) -> dict[str, Any]:
        trees = {tree["label"]: tree["node"] for tree in self.pane.detail(self.event.seq)["trees"]}
        node: dict[str, Any] = trees[label]
        return node


def test_an_event_is_told_with_its_packet_its_end_and_its_effects() -> None:
    told = Told()
    detail = json.loads(json.dumps(told.pane.detail(told.event.seq)))
    assert detail["arrow"] == ["→", "in", "in: from a client"]
    assert (detail["kind"], detail["event"], detail["status"], detail["failed"]) == ("event", "chat", "raised", 1)
    assert [meaning for _, meaning in detail["wire"]] == [
        "type BINARY_EVENT",
        "1 binary attachments follow",
        "ack id",
        "data as JSON",
    ]
    facts = {label: text for label, text, _ in detail["facts"]}
    assert facts["handler"] == "chat, In [3]"
    assert facts["client"] == "ada"
    assert "args" not in facts, "they are a tree"
    assert (detail["traceback"], detail["output"]) == ("Traceback\nKeyError: 'a'", "printed")
    assert [effect["seq"] for effect in detail["effects"]] == [told.emitted.seq]
    assert detail["cause"] is None


def test_request_event_is_a_tree_and_its_branches_can_be_asked_for() -> None:
    told = Told()
    root = told.tree("request.event")
    assert [key for key, _ in root["items"]] == ["message", "args"]
    branch = told.pane.branch(told.event.seq, "request.event", [1, 1, 0])
    assert [item["t"] for _, item in branch["items"]] == ["number", "bytes"]


def test_an_emit_names_its_cause_and_a_connect_its_auth() -> None:
    told = Told()
    detail = told.pane.detail(told.emitted.seq)
    assert detail["cause"]["seq"] == told.event.seq
    assert [tree["label"] for tree in detail["trees"]] == ["args"]
    connect = told.pane.detail(told.connected.seq)
    assert "•••" in json.dumps(connect["trees"], ensure_ascii=False)


def test_copies_can_be_read_back() -> None:
    told = Told()
    python = ast.literal_eval(told.pane.copy(told.event.seq, "python"))
    assert python == {"event": "chat", "namespace": "/", "args": ("hello", {"a": [1, b"\x00"]})}
    copied = json.loads(told.pane.copy(told.event.seq, "json"))
    assert copied["args"] == ["hello", {"a": [1, {"base64": "AA=="}]}]


def test_a_row_that_has_left_or_never_was_is_told() -> None:
    log = Log(max_records=5)
    make.connect(log, make.ADA)
    pane = Pane(log, decode)
    with pytest.raises(RecordDropped, match="has left the log"):
        pane.detail(1)
    with pytest.raises(Usage, match="no number of a row"):
        pane.detail("x")  # type: ignore[arg-type]


def test_a_cause_that_has_left_is_said_to_have() -> None:
    log = Log(max_records=10)
    make.connect(log, make.ADA)
    first = make.receive(log, make.ADA, "chat")
    last = [make.emit(log, "tick", cause=first.seq) for _ in range(12)][-1]
    assert Pane(log, decode).detail(last.seq)["cause"] == {"seq": None, "text": "has left the log"}


def test_what_is_nested_too_deeply_is_told_of() -> None:
    log = Log()
    make.connect(log, make.ADA)
    deep: Any = 1
    for _ in range(400):
        deep = [deep]
    event = make.receive(log, make.ADA, "chat", deep)
    pane = Pane(log, decode)
    assert pane.detail(event.seq)["trees"]
    for form in ("json", "python"):
        try:
            assert pane.copy(event.seq, form)
        except LabError as error:
            assert "nested too deeply" in str(error)  # noqa: PT017 - how deep is too deep depends on the version


def test_what_can_be_done_with_a_row_is_told_with_it_and_may_be_asked_for() -> None:
    told = Told()
    assert told.pane.detail(told.event.seq)["can"] == []
    assert set(told.pane.answers) == {"detail", "branch", "copy"}
    pane = Pane(
        told.log, decode, Afterwards(lambda seq: Why(seq, "event", "it raised"), export=lambda *given: str(given))
    )
    assert pane.detail(told.event.seq)["can"] == ["why", "export"]
    assert set(pane.answers) == {"detail", "branch", "copy", "why", "export"}
    assert pane.answers["why"](seq=told.event.seq)["headline"] == "it raised"
    assert pane.answers["export"](seq=told.event.seq, form="pytest")["text"] == "('client:ada',)"
    with pytest.raises(LabError, match="can't replay"):
        pane.replay(told.event.seq)
    with pytest.raises(RecordDropped):
        pane.why(1_000)
