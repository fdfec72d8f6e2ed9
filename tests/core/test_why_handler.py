"""What went wrong in a handler, and in what it started."""

from __future__ import annotations

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.why import explain
from tests import factories as make

TIMEOUT = "socketio.exceptions.TimeoutError"


def test_a_call_that_gave_up_says_whose_ack_came_too_late_or_not_at_all() -> None:
    log = Log()
    for sid in (make.ADA, make.BEN):
        make.connect(log, sid)
    event = make.receive(log, make.ADA, "ask all")
    in_time, late, never = (
        make.emit(log, name, recipients=(sid,), ack_id=1, cause=event.seq)
        for name, sid in (("one", make.BEN), ("two", make.BEN), ("three", make.ADA))
    )
    make.answer(log, in_time, make.BEN)
    make.handle(log, event, "raised", error=TIMEOUT)
    make.answer(log, late, make.BEN)
    (reason,) = explain(log, event).reasons
    assert "'one'" not in reason.evidence
    assert f"row {late.seq}, 'two' to ben01234: it came " in reason.evidence
    assert f"row {never.seq}, 'three' to ada01234: no listener of the client has called back yet" in reason.evidence


def test_a_call_inside_connect() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", make.encode("CONNECT", None)))
    (running,) = explain(log, asked).reasons
    assert (running.name, running.is_failure) == ("still running", False)
    make.emit(log, "ask", recipients=("cat",), to=("cat",), ack_id=1, cause=asked.seq, hint=hints.CALL_IN_CONNECT)
    (running,) = explain(log, asked).reasons
    assert running.is_failure
    assert "which can't come" in running.evidence
    make.handle(log, asked, "raised", 200.0, error=TIMEOUT, hint=hints.CALL_IN_CONNECT)
    refused = log.append(r.Refused("/", "cat", "eio", asked.seq, "raised", make.encode("CONNECT_ERROR", {})))
    (reason,) = explain(log, refused).reasons
    assert (reason.name, reason.evidence) == ("call in connect", f"it raised {TIMEOUT} after 200 ms (record 3)")


def test_tasks_and_personal_rooms_of_a_handler_that_went_well() -> None:
    log = Log()
    make.connect(log, make.ADA)
    event = make.receive(log, make.ADA, "start")
    task = make.start_task(log, cell="In [3]", cause=event.seq)
    log.append(r.Left("/", make.ADA, make.ADA, event.seq))
    make.handle(log, event)
    log.append(r.TaskEnded(task.seq, "raised", "ValueError: no"))
    raised, left = explain(log, event).reasons
    assert (raised.name, raised.what) == ("task raised", "The background task tick (In [3]) raised ValueError: no")
    assert left.name == "left its personal room"
    assert left.next_step.endswith(f"socketio.server.enter_room({make.ADA!r}, {make.ADA!r}, namespace='/')")
