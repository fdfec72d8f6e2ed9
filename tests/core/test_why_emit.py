"""Why an emit did not arrive as it was meant."""

from __future__ import annotations

from typing import Any

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.why import explain
from sio_lab.core.why_emit import PATIENCE_SECONDS
from tests import factories as make


def room() -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN, name="ben")
    return log


def names(log: Log, emit: r.Emitted, **more: Any) -> list[str]:
    return [reason.name for reason in explain(log, emit, **more).reasons]


def test_it_is_told_of_then_whatever_came_later() -> None:
    log = room()
    emit = make.emit(log, "news", to=("lobby", "attic"))
    make.join(log, make.ADA, "lobby")
    lobby, attic = explain(log, emit).reasons
    assert (lobby.name, attic.name) == ("empty room", "empty room")
    assert "ada came " in lobby.evidence
    assert "too late" not in attic.evidence


def test_a_lost_value() -> None:
    log = room()
    hint = "emit() knows no data=: 'x' goes out without it. Write the value in second place: emit('x', value)."
    emit = make.emit(log, "x", recipients=(make.ADA,), hint=hint)
    (reason,) = explain(log, emit).reasons
    assert (reason.name, reason.what) == ("lost value", "emit() knows no data=: 'x' goes out without it.")
    assert reason.next_step == "Write the value in second place:\nemit('x', value)"
    assert reason.is_failure
    other = make.emit(log, "x", recipients=(make.ADA,), hint="emit() does nothing with json=: leave it out.")
    assert names(log, other) == ["misused call"]


def test_an_ack_is_waited_for_with_patience() -> None:
    log = room()
    emit = make.emit(log, "ask", recipients=(make.ADA,), ack_id=1)
    soon = explain(log, emit, now=emit.at + 10**9)
    late = explain(log, emit, now=emit.at + int(PATIENCE_SECONDS * 1e9) + 1)
    assert [each.reasons[0].name for each in (soon, late)] == ["no ack yet", "no ack yet"]
    assert [each.is_failure for each in (soon, late)] == [False, True]
    assert "socket.on('ask', (..., callback) => callback(value))" in soon.reasons[0].next_step
    make.answer(log, emit, make.ADA)
    assert names(log, emit) == []


def test_one_that_nobody_was_asked_to_acknowledge() -> None:
    log = room()
    emit = make.emit(log, "ask", to=("attic",), ack_id=0)
    (reason,) = explain(log, emit).reasons
    assert reason.what.endswith(" Nobody can acknowledge it, so its callback never runs.")


def test_a_call_inside_connect_is_no_pending_ack_besides() -> None:
    log = room()
    emit = make.emit(log, "ask", recipients=(make.ADA,), ack_id=1, hint=hints.CALL_IN_CONNECT)
    assert names(log, emit) == ["call in connect"]


def test_who_may_be_no_outsider() -> None:
    log = room()
    make.join(log, make.BEN, "lobby")
    event = make.receive(log, make.ADA, "say")
    told = {"recipients": (make.BEN,), "cause": event.seq}
    assert names(log, make.emit(log, "x", to=("lobby",), **told)) == ["outsider"]
    assert names(log, make.emit(log, "x", to=(make.BEN,), **told)) == []
    assert names(log, make.emit(log, "x", to=("lobby",), origin="task", **told)) == []
    assert names(log, make.emit(log, "x", **told)) == []
    assert names(log, make.emit(log, "x", to=("lobby",), namespace="/chat", **told)) == []


def test_a_listener_is_asked_for_by_name_where_the_name_is_one() -> None:
    log = room()
    emit = make.emit(log, "my event", recipients=(make.ADA, make.BEN))
    (reason,) = explain(log, emit, listening=lambda sid, *_: sid == make.BEN).reasons
    assert reason.name == "no listener"
    assert reason.next_step.endswith("@ada.on('my event')\ndef my_event(*args):\n    ...")
    (reason,) = explain(log, emit, listening=lambda *_: False).reasons
    assert "at ada, ben" in reason.what
    assert names(log, emit, listening=lambda *_: None) == []
