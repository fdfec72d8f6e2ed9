"""What each record looks like between lanes."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core import records as r
from sio_lab.core.lane_keys import OTHERS, SERVER, LaneKeys
from sio_lab.core.log import Log
from sio_lab.core.steps import Step, Told, folded, step_of
from sio_lab.core.wire import NO_WIRE
from tests import factories as make


def lanes() -> LaneKeys:
    return LaneKeys(lambda _sid: (None, None))


def ends(record: Any) -> tuple[str, str, tuple[str, ...]]:
    step = step_of(record, lanes())
    return step.kind, step.source, step.targets


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (r.Connected("/", "a", "one", None), ("connect", "eio:one", (SERVER,))),
        (r.Refused("/", None, "one", None, "no", NO_WIRE), ("refused", "eio:one", (SERVER,))),
        (r.Rejected("origin", "10.0.0.1:1", 400), ("rejected", SERVER, ())),
        (r.Rejected("packet", eio_sid="one"), ("rejected", "eio:one", (SERVER,))),
        (r.Upgraded("one", ()), ("upgrade", "eio:one", ())),
        (r.Disconnected("/", "a", "one", "transport close"), ("disconnect", "eio:one", (SERVER,))),
        (r.Disconnected("/", "a", "one", "server disconnect"), ("disconnect", SERVER, ("eio:one",))),
        (r.EventReceived("/", "chat", "a", "one", 1, NO_WIRE), ("event", "eio:one", (SERVER,))),
        (r.Emitted("/", "chat", (), (), ("a", "b"), NO_WIRE), ("emit", SERVER, ("sid:a", "sid:b"))),
        (r.Emitted("/", "chat", (), (), (), NO_WIRE), ("emit", SERVER, ())),
        (r.AckSent(1, "a", NO_WIRE), ("ack", SERVER, ("sid:a",))),
        (r.AckReceived(1, "/", "a", 7, NO_WIRE), ("ack", "sid:a", (SERVER,))),
        (r.AckReceived(None, "/", None, 7, NO_WIRE), ("ack", SERVER, ())),
        (r.Joined("/", "lobby", "a", "one"), ("join", "eio:one", ())),
        (r.Left("/", "lobby", "a"), ("leave", "sid:a", ())),
        (r.RoomClosed("/", "lobby"), ("close_room", SERVER, ())),
        (r.HttpRequest("GET", "/", 200, 1.0, None), ("http", SERVER, ())),
        (r.ServerStarted("http://127.0.0.1:1"), ("server", SERVER, ())),
        (r.Snapshot((), ()), ("server", SERVER, ())),
    ],
)
def test_each_goes_from_one_lane_to_others(record: r.Record, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert ends(record) == expected


def test_a_handler_that_raised_marks_its_event() -> None:
    log = Log()
    event = make.receive(log, make.ADA, "boom")
    step = step_of(event, lanes(), Told(make.handle(log, event, "raised", error="KeyError: 'user'", hint="ask ada")))
    assert (step.failed, step.status, step.note) == (True, "raised", "KeyError: 'user' - ask ada")
    assert step_of(event, lanes()).status == "running"


def test_a_connect_without_a_handler_is_nothing_to_remark_on() -> None:
    log = Log()
    connected = make.connect(log, make.ADA)
    handled = next(record for record in log.since() if isinstance(record, r.Handled))
    step = step_of(connected, lanes(), Told(handled))
    assert (step.failed, step.status, step.note) == (False, None, "")


def test_an_ack_belongs_to_the_row_of_its_event() -> None:
    log = Log()
    event = make.receive(log, make.ADA, "chat", ack_id=1)
    ack = make.acknowledge(log, event, "ok")
    assert (step_of(ack, lanes()).seq, step_of(ack, lanes()).row) == (ack.seq, event.seq)


def test_http_fails_from_500() -> None:
    assert [step_of(r.HttpRequest("GET", "/", code, 1.0, None), lanes()).failed for code in (404, 500)] == [False, True]


def test_lanes_without_room_are_folded_into_one() -> None:
    step = Step(1, 1, 0, "emit", "chat", "/", SERVER, ("a", "b", "c"))
    assert folded(step, {SERVER, "b"}) == (SERVER, (OTHERS, "b"))
    assert folded(Step(1, 1, 0, "event", "chat", "/", "a", (SERVER,)), {SERVER}) == (OTHERS, (SERVER,))
    assert Step(1, 1, 0, "server", "started", None, SERVER).is_line


def test_a_raw_websocket_has_a_lane_of_its_own() -> None:
    log = Log()
    opened = make.open_socket(log)
    made = [opened, make.frame(log, opened, "hi"), make.frame(log, opened, "ho", is_sent=True)]
    closed = make.close_socket(log, opened, 1006, "network")
    keys = lanes()
    keys.learn(opened)
    steps = [step_of(each, keys) for each in (*made, closed)]
    assert [(step.kind, step.label) for step in steps] == [
        *(("handshake", "/echo"), ("frame", "text"), ("frame", "text"), ("close", "1006")),
    ]
    client = steps[0].source
    assert keys.lane(client).label == "/echo ws-1"
    assert [(step.source, step.targets) for step in steps] == [
        *((client, (SERVER,)), (client, (SERVER,)), (SERVER, (client,)), (client, ())),
    ]
    assert [step.failed for step in steps] == [False, False, False, True]
