"""Why an event was not answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.core import hints
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.running import LONGER_THAN_SECONDS
from sio_lab.core.why import explain
from tests import factories as make

if TYPE_CHECKING:
    from sio_lab.core.reason import Reason


def log_with_ada(*handlers: tuple[str, str]) -> Log:
    log = Log()
    for namespace, event in handlers:
        log.append(r.HandlerRegistered(namespace, event, f"on_{event}", "In [4]"))
    make.connect(log, make.ADA, name="ada")
    return log


def reasons(log: Log, row: r.Record, **more: Any) -> list[Reason]:
    return list(explain(log, row, **more).reasons)


def unanswered(hint: str | None, event: str = "x", sid: str | None = make.ADA) -> Reason:
    """Return the only reason of an event that nobody answered, as a hint says why."""
    log = log_with_ada()
    received = log.append(r.EventReceived("/", event, sid, f"eio-{make.ADA}", 1, make.encode("EVENT", [event, 1])))
    make.handle(log, received, "no-handler", 0.0, hint=hint)
    (reason,) = reasons(log, received)
    return reason


@pytest.mark.parametrize(
    ("reason", "name"),
    [
        (unanswered("no handler for 'x' in /: define one with @socketio.on('x')"), "no handler"),
        (unanswered(None), "no handler"),
        (unanswered(hints.reserved("connect"), "connect"), "reserved name"),
        (unanswered("its client is not connected to /", sid=None), "not connected to the namespace"),
        (unanswered(hints.too_many(500)), "too many running"),
        (unanswered(hints.REPLACED), "not handled"),
    ],
)
def test_each_has_its_name(reason: Reason, name: str) -> None:
    assert (reason.name, reason.is_failure) == (name, True)


def test_without_a_near_handler_it_is_told_what_to_define() -> None:
    reason = unanswered("no handler for 'x' in /: define one with @socketio.on('x')")
    assert reason.what == "Nothing answers 'x' in '/'."
    assert reason.evidence.endswith("; / has no handler")
    assert reason.next_step == "Define it in a cell:\n@socketio.on('x')\ndef x(data):\n    ..."


def test_a_name_too_long_to_be_pasted() -> None:
    reason = unanswered(None, "x" * 10_000)
    assert len(reason.next_step) + len(reason.what) + len(reason.evidence) < 1_000


def test_a_handler_that_came_too_late() -> None:
    log = log_with_ada()
    event = make.receive(log, make.ADA, "chat", ack_id=1)
    make.handle(log, event, "no-handler", hint="no handler for 'chat' in /")
    log.append(r.HandlerRegistered("/", "chat", "on_chat", "In [9]"))
    first, second = reasons(log, event)
    assert first.next_step.startswith("By now on_chat, In [9] answers it")
    assert second.name == "no ack"


def test_a_handler_that_raised_beside_its_cell() -> None:
    log = log_with_ada(("/", "boom"))
    event = make.receive(log, make.ADA, "boom", ack_id=2)
    make.handle(log, event, "raised", error="KeyError: 'a'\nnote", handler="on_boom", cell="In [4]", hint=hints.NO_ACK)
    first, second = reasons(log, event)
    assert first.what == "on_boom (In [4]) raised KeyError: 'a'"
    assert first.next_step.startswith("Mend it in its cell (In [4]) and run that again, then: %sio replay")
    assert "a handler that raises is not acknowledged" in second.what


def test_one_that_runs_too_long_is_a_failure_and_what_it_waits_for_is_told() -> None:
    log = log_with_ada(("/", "hang"))
    event = make.receive(log, make.ADA, "hang", ack_id=3)
    asked = make.emit(log, "ask", recipients=(make.ADA,), ack_id=1, cause=event.seq)
    (soon,) = reasons(log, event, now=event.at + 10**9)
    assert (soon.name, soon.is_failure) == ("still running", False)
    assert soon.evidence.startswith(
        "ack 3 leaves when it returns; it has asked for 1 ack that did not come yet: ada, 'ask'"
    )
    assert f"(row {asked.seq})" in soon.evidence
    (late,) = reasons(log, event, now=event.at + int(LONGER_THAN_SECONDS * 1e9) + 1)
    assert late.is_failure


def test_an_async_handler_and_a_hidden_method() -> None:
    log = log_with_ada(("/", "x"))
    for hint, name in ((hints.ASYNC, "never ran"), (hints.shadowing("f", "C.on_x"), "hidden method")):
        event = make.receive(log, make.ADA, "x")
        make.handle(log, event, hint=hint, handler="f", value="1")
        (reason,) = reasons(log, event)
        assert (reason.name, reason.is_failure) == (name, name == "never ran")


def test_a_remark_on_an_ack_without_a_value() -> None:
    log = log_with_ada(("/", "x"))
    for value, names in ((None, ["ack of nothing"]), ("1", [])):
        event = make.receive(log, make.ADA, "x", ack_id=1)
        make.handle(log, event, value=value)
        make.acknowledge(log, event)
        assert [reason.name for reason in reasons(log, event)] == names


def test_an_event_that_the_class_s_rules_refused_is_no_failure() -> None:
    log = log_with_ada()
    event = make.receive(log, make.ADA, "chat", "hi", ack_id=3)
    make.handle(log, event, "refused", 0.0, hint="the class is paused: %sio resume takes events again")
    why = explain(log, event)
    (reason,) = why.reasons
    assert not why.is_failure
    assert "refused" in why.headline
    assert (reason.name, reason.next_step) == ("refused by the class's rules", "%sio resume takes events again.")
