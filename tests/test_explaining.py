"""Why nothing arrived: each silent failure, on a real server with real clients, by its name and with a next step."""

from __future__ import annotations

import code
import functools
import threading
from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest
from flask import request

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.reason import Why
from sio_lab.errors import CallFailed, ClientRefused, LabError, RecordDropped, Usage
from sio_lab.explaining import NOTHING, explain
from sio_lab.lab import Lab
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DEADLINE = 10


class Chat(flask_socketio.Namespace):
    """A class-based namespace."""

    def on_hello(self) -> int:
        return 1


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.start()
    lab.socketio.on_namespace(Chat("/class"))
    lab.client("ada")
    lab.client("bob")
    lab.client("eve", namespace="/class")
    lab.join("bob", "lobby")
    yield lab
    lab.close()


@pytest.fixture
def ada(lab: Lab) -> Any:
    return lab.named_clients["ada"]


@pytest.fixture
def bob(lab: Lab) -> Any:
    return lab.named_clients["bob"]


@pytest.fixture
def answer(lab: Lab) -> Iterator[Callable[..., None]]:
    """Return what has a function answer an event, until the test is over."""
    defined: list[tuple[str, str]] = []

    def define(event: str, function: Any, namespace: str = "/") -> None:
        defined.append((event, namespace))
        lab.socketio.on_event(event, function, namespace=namespace)

    yield define
    for event, namespace in defined:
        lab.off(event, namespace)


def emitted(lab: Lab, event: str) -> Why:
    """Say why of the newest emit of an event."""
    return lab.why(lab.traffic.where(f"kind:emit event:{event}")[-1].seq)


def paste(text: str, names: dict[str, Any]) -> None:
    """Run what a next step has to paste."""
    code.InteractiveInterpreter(names).runcode(compile(text, "cell", "exec"))


def names(why: Why) -> list[str]:
    return [reason.name for reason in why.reasons]


# --- events -------------------------------------------------------------------------------------------------------


def test_no_handler_names_the_nearest_and_what_it_says_to_paste_works(
    lab: Lab, ada: Any, answer: Callable[..., None]
) -> None:
    answer("guess", lambda: None)
    answer("gues", lambda: None, "/class")
    ada.emit("gess", 1)
    why = lab.why()
    assert (why.kind, why.headline) == ("event", "'gess' from ada in '/' was answered by nobody.")
    assert names(why) == ["no handler"]
    assert why.reasons[0].what.endswith("; did you mean 'guess' or 'gues' in /class?")
    sentence, pasted = why.reasons[0].next_step.split("\n", 1)
    assert sentence == "Have the client send 'guess' or 'gues' in /class, or define it:"
    paste(pasted, {"socketio": lab.socketio})
    ada.emit("gess", 1)
    assert "by now gess answers it" in lab.why(why.seq).reasons[0].next_step.casefold()
    assert lab.why(lab.traffic.where("event:gess")[-1].seq).reasons == ()
    lab.off("gess")


def test_an_event_that_is_answered_elsewhere(lab: Lab, ada: Any) -> None:
    ada.emit("hello")
    assert "there is one in /class" in lab.why().reasons[0].what
    assert "Have the client send it to /class" in lab.why().reasons[0].next_step


def test_who_waits_for_an_ack_of_nobody_is_told(lab: Lab, ada: Any) -> None:
    with pytest.raises(CallFailed, match="no handler for 'asdf'") as raised:
        ada.call("asdf")
    assert "in vain" not in str(raised.value)
    why = lab.why()
    assert names(why) == ["no handler", "no ack"]
    assert "ada asked for ack" in why.reasons[1].what
    assert lab.traffic[why.seq].error.endswith("; no ack is sent: the client waits for it in vain")


def test_a_class_acknowledges_what_it_has_no_method_for(lab: Lab) -> None:
    eve = lab.named_clients["eve"]
    with pytest.raises(CallFailed):
        eve.call("unheard")
    lab.settle()
    why = lab.why()
    assert names(why) == ["no handler", "ack of nothing"]
    assert "no ack" not in lab.traffic[why.seq].error


def test_a_handler_that_raises_sends_no_ack(
    lab: Lab, ada: Any, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    def boom() -> None:
        flask_socketio.emit("before")
        raise KeyError("user")

    answer("boom", boom)
    with pytest.raises(CallFailed, match=r"its handler .*boom raised KeyError: 'user'; its traceback:"):
        ada.call("boom")
    assert "KeyError" in capsys.readouterr().err
    why = lab.why()  # not the emit before, which is newer as a row
    assert (why.kind, names(why)) == ("event", ["handler raised", "no ack"])
    assert f"%sio replay {why.seq}" in why.reasons[0].next_step
    assert "a handler that raises is not acknowledged" in why.reasons[1].what


def test_a_handler_that_still_runs(lab: Lab, ada: Any, answer: Callable[..., None]) -> None:
    began, may_end = threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        may_end.wait(DEADLINE)

    answer("hang", hang)
    ada.emit("hang", callback=print, wait=False)
    assert began.wait(DEADLINE)
    why = lab.why()
    may_end.set()
    assert names(why) == ["still running"]
    assert "leaves when it returns" in why.reasons[0].evidence
    assert "start_background_task" in why.reasons[0].next_step
    assert not why.is_failure
    lab.settle()


def test_an_event_to_a_namespace_its_client_is_not_in(lab: Lab, ada: Any) -> None:
    ada.connection.connection_namespaces.append("/class")
    ada.connection._send_packet(ada.connection.packet_class(2, data=["hello"], namespace="/class"))
    assert lab.log.wait(lambda: lab.traffic.where("event:hello ns:/class status:no-handler").columns, DEADLINE)
    why = lab.why()
    assert names(why) == ["not connected to the namespace"]
    assert why.reasons[0].next_step.endswith("lab.client('ada', namespace=['/', '/class'])")


def test_a_function_that_hides_a_method(lab: Lab, answer: Callable[..., None]) -> None:
    answer("hello", lambda: 2, "/class")
    assert lab.named_clients["eve"].call("hello") == 2
    why = lab.why()
    assert names(why) == ["hidden method"]
    assert "hides Chat.on_hello: that method does not run" in why.reasons[0].what
    assert "hides Chat.on_hello" in lab.traffic[why.seq].error
    assert not why.is_failure


def test_an_ack_of_nothing_is_a_remark(lab: Lab, ada: Any, answer: Callable[..., None]) -> None:
    answer("nothing", lambda: None)
    assert ada.call("nothing") is None
    why = lab.why(lab.traffic.where("event:nothing")[-1].seq)
    assert names(why) == ["ack of nothing"]
    assert "; ack () went to ada" in why.headline


def test_what_went_well_is_said_plainly(lab: Lab, ada: Any, answer: Callable[..., None]) -> None:
    def fine(text: str) -> str:
        flask_socketio.emit("fine too", text)
        return "ok"

    answer("fine", fine)
    assert ada.call("fine", "hi") == "ok"
    row = lab.traffic.where("event:fine")[-1]
    why = lab.why(row.seq)
    assert why.reasons == ()
    assert f"; ack ('ok',) went to ada; it made 1 emit (row {row.effects[0].seq})." in why.headline
    part = lab.why(row.handled.seq)
    assert (part.seq, part.headline) == (row.seq, f"(Record {row.handled.seq} is part of this row.) {why.headline}")


# --- emits that reach nobody --------------------------------------------------------------------------------------


def test_an_empty_room_and_who_came_too_late(lab: Lab) -> None:
    lab.socketio.emit("news", to="loby")
    why = lab.why()
    assert names(why) == ["empty room"]
    assert "did you mean 'lobby'?" in why.reasons[0].what
    assert lab.traffic[why.seq].error == "there is no client and no room 'loby' in /; did you mean 'lobby'?"
    lab.join("ada", "loby")
    assert "; ada came " in lab.why(why.seq).reasons[0].evidence
    lab.leave("ada", "loby")
    lab.socketio.emit("news", to="loby")
    assert "the last one in it, ada, left " in lab.why().reasons[0].evidence


def test_a_client_that_has_left_with_when_and_why(lab: Lab) -> None:
    cat = lab.client("cat")
    sid = cat.sid
    cat.close()
    lab.socketio.emit("news", to=sid)
    why, gone = lab.why(), lab.traffic.where("kind:disconnect client:cat")[-1].seq
    assert names(why) == ["client left"]
    assert f"has left / (row {gone}: client disconnect)" in why.reasons[0].what
    assert f"row {gone}" in lab.traffic[why.seq].error


@pytest.mark.parametrize(
    ("to", "name", "said"),
    [
        (lambda _: "A" * 20, "unknown sid", "o client of / has the sid"),
        (lambda _: "ada", "not a sid", "is what the lab calls a client"),
        (lambda lab: lab.named_clients["ada"].connection.eio_sid, "not a sid", "is the id of a connection"),
        (lambda lab: lab.named_clients["eve"].sid, "not in this namespace", "is connected to /class, not to /"),
    ],
)
def test_addresses_that_are_none(lab: Lab, to: Callable[[Lab], str], name: str, said: str) -> None:
    lab.socketio.emit("news", to=to(lab))
    why = lab.why()
    assert names(why) == [name]
    assert said in why.reasons[0].what
    assert said in lab.traffic[why.seq].error


def test_a_room_of_another_type_and_one_of_another_namespace(lab: Lab) -> None:
    lab.join("ada", 7)
    lab.socketio.emit("news", to="7")
    assert names(lab.why()) == ["room of another type"]
    lab.socketio.emit("news", to=7, namespace="/class")
    assert names(lab.why()) == ["room in another namespace"]
    lab.leave("ada", 7)


def test_everybody_skipped_and_nobody_connected(lab: Lab, bob: Any) -> None:
    lab.socketio.emit("news", to="lobby", skip_sid=bob.sid)
    assert lab.why().reasons[0].what == "Everybody in lobby was skipped: bob."
    lab.socketio.emit("news", namespace="/nowhere", callback=print)
    why = lab.why()
    assert names(why) == ["nobody connected"]
    assert "its callback never runs" in why.reasons[0].what
    assert [row["state"] for row in lab.acks.where(f"seq:{why.seq}")] == ["nobody"]


def test_a_client_that_left_its_personal_room(lab: Lab, answer: Callable[..., None]) -> None:
    answer("bye", lambda: (flask_socketio.leave_room(request.sid), flask_socketio.emit("reply"))[1])
    dan = lab.client("dan")
    dan.emit("bye")
    event = lab.why()
    assert (event.kind, names(event)) == ("event", ["left its personal room"])
    reply = emitted(lab, "reply")
    assert names(reply) == ["left its personal room"]
    assert not len(dan.received)
    paste(event.reasons[0].next_step.split("\n")[1], {"socketio": lab.socketio})
    lab.emit("again", to="dan")
    assert list(dan.received["event"]) == ["again"]
    dan.close()


# --- emits that arrive --------------------------------------------------------------------------------------------


def test_nobody_listens_is_a_remark(lab: Lab, ada: Any, bob: Any) -> None:
    lab.emit("quiet", 1, to="ada")
    quiet = emitted(lab, "quiet")
    assert names(quiet) == ["no listener"]
    assert not quiet.is_failure
    paste(quiet.reasons[0].next_step.split("\n", 1)[1], {"ada": ada})
    assert emitted(lab, "quiet").reasons == ()
    lab.emit("awaited", 1, to="bob")
    bob.wait_for("awaited")
    assert emitted(lab, "awaited").reasons == ()


def test_an_outsider_reaches_a_room(lab: Lab, ada: Any, bob: Any, answer: Callable[..., None]) -> None:
    bob.on("intrusion", lambda: None)
    answer("intrude", lambda: flask_socketio.emit("intrusion", to="lobby"))
    ada.emit("intrude")
    outsider = emitted(lab, "intrusion")
    assert names(outsider) == ["outsider"]
    assert "ran for ada, which was not in room 'lobby'" in outsider.reasons[0].what
    lab.join("ada", "lobby")
    ada.emit("intrude")
    assert "outsider" not in names(emitted(lab, "intrusion"))
    lab.leave("ada", "lobby")
    assert emitted(lab, "intrusion").reasons[0].name != "outsider"  # it is told of then, not of now


def test_a_callback_on_a_broadcast(lab: Lab, ada: Any, bob: Any) -> None:
    answers = []
    for client in (ada, bob):
        client.on("poll", functools.partial(str, client.name))
    lab.socketio.emit("poll", callback=answers.append)
    assert lab.log.wait(lambda: len(answers) == 2, DEADLINE)
    poll = emitted(lab, "poll")
    assert names(poll) == ["callback on a broadcast"]
    assert "; 2 acks came, from " in poll.reasons[0].evidence
    assert "called once for each client" in lab.traffic[poll.seq].error


def test_an_ack_that_has_not_come(lab: Lab) -> None:
    began, may_end, client = threading.Event(), threading.Event(), lab.client("fay")
    client.on("ask", lambda: began.set() or may_end.wait(DEADLINE))
    lab.socketio.emit("ask", to=client.sid, callback=print)
    assert began.wait(DEADLINE)
    waiting = emitted(lab, "ask")
    assert names(waiting) == ["no ack yet"]
    assert "fay: its listener has not returned yet" in waiting.reasons[0].evidence
    (row,) = lab.acks.where("client:fay")
    assert (row["state"], row["waited_s"], row["why"]) == ("waiting", 0, "its listener has not returned yet, or raised")
    client.connection.eio.cut()
    may_end.set()
    client.close()
    assert lab.log.wait(lambda: lab.traffic.where("kind:disconnect client:fay").columns, DEADLINE)
    gone = emitted(lab, "ask")
    assert (names(gone), gone.is_failure) == (["client gone"], True)
    (row,) = lab.acks.where("client:fay")
    assert row["state"] == "gone"
    assert row["why"].startswith("the client left: row ")


# --- calls, connects, tasks ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_a_call_inside_connect_is_told_at_once_and_at_the_end(
    lab: Lab, answer: Callable[..., None], transport: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer("connect", lambda: flask_socketio.call("who are you", timeout=0.2))
    with pytest.raises(ClientRefused):
        lab.client("gus", transports=[transport])
    assert "What to do: call() to the client that connects always waits in vain" in capsys.readouterr().err
    why = lab.why(lab.traffic.where("kind:refused")[-1].seq)  # who polls may ask once more, and is rejected
    assert (why.kind, names(why)) == ("refused", ["call in connect"])
    call = emitted(lab, '"who are you"')
    assert names(call) == ["call in connect"]
    assert "always waits in vain" in lab.traffic[call.seq].error
    assert "always waits in vain" in lab.traffic[why.seq].error


def test_a_call_to_another_client_inside_connect_works(lab: Lab, ada: Any, answer: Callable[..., None]) -> None:
    ada.on("may she", lambda: True)
    answer("connect", lambda: flask_socketio.call("may she", to=ada.sid, timeout=5))
    lab.client("hal").close()
    assert emitted(lab, '"may she"').reasons == ()


def test_a_call_that_times_out_says_of_whom(
    lab: Lab, ada: Any, bob: Any, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    may_end = threading.Event()
    bob.on("slow", lambda: may_end.wait(DEADLINE) and None)
    answer("ask bob", lambda: flask_socketio.call("slow", to=bob.sid, timeout=0.1))
    ada.emit("ask bob", wait=False)
    assert lab.log.wait(lambda: len(lab.traffic.where("event:ask* status:raised")) == 1, DEADLINE)
    why = lab.why()
    may_end.set()
    assert names(why) == ["handler raised"]
    assert "'slow' to bob: its listener has not returned yet" in why.reasons[0].evidence
    assert "bob did not acknowledge 'slow' within 0.1 s" in lab.traffic[why.seq].error
    assert "bob did not acknowledge" in capsys.readouterr().err


def test_an_emit_outside_a_handler(
    lab: Lab, ada: Any, answer: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(LabError, match="knows its client inside a handler only"):
        lab.handler_functions["emit"]("news")
    answer("start", lambda: lab.socketio.start_background_task(flask_socketio.emit, "news") and None)
    ada.emit("start")
    assert lab.log.wait(lambda: not lab.log.state.tasks, DEADLINE)
    why = lab.why()
    assert (why.kind, names(why)) == ("event", ["emit outside a handler"])
    assert "socketio.emit(..., to=sid)" in why.reasons[0].next_step
    assert "What to do" in capsys.readouterr().err


def test_a_namespace_that_nobody_serves(lab: Lab) -> None:
    with pytest.raises(ClientRefused):
        lab.client("ian", namespace="/clas")
    why = lab.why()
    assert names(why) == ["namespace not served"]
    assert "did you mean '/class'?" in why.reasons[0].evidence


def test_a_client_that_is_refused(lab: Lab, answer: Callable[..., None]) -> None:
    answer("connect", lambda: False)
    with pytest.raises(ClientRefused):
        lab.client("joe", auth={"token": "secret"})
    why = lab.why()
    assert names(why) == ["refused"]
    assert "secret" not in repr(why)


# --- what it is ---------------------------------------------------------------------------------------------------


def test_it_shows_itself(lab: Lab) -> None:
    lab.socketio.emit("news", to="<b>attic</b>")
    why = lab.why()
    assert isinstance(why, Why)
    assert repr(why).startswith(f"✕ row {why.seq}, emit: 'news' to '<b>attic</b>' in '/' reached nobody.")
    assert "<b>attic" not in why._repr_html_()
    assert "&lt;b&gt;attic" in why._repr_html_()


def test_a_log_alone_will_do() -> None:
    log = make.lesson()
    assert names(explain(log, 25)) == ["handler raised"]
    assert names(explain(log, 27)) == ["no handler"]
    assert explain(log, 19).reasons == ()
    assert explain(Log()) == explain(Log(), "last")
    assert (explain(Log()).headline, explain(Log()).reasons) == (NOTHING.headline, ())


def test_numbers_that_are_none() -> None:
    log = make.lesson()
    with pytest.raises(RecordDropped, match="There is no record 999 in the log"):
        explain(log, 999)
    with pytest.raises(Usage, match="it only changes what the other tables show"):
        explain(log, 3)
    for wrong in ("lst", None, True, 1.5):
        with pytest.raises(Usage, match="a row is asked for by its number, or as 'last'"):
            explain(log, wrong)
    small = Log(max_records=3)
    for event in ("a", "b", "c", "d"):
        make.receive(small, make.ADA, event)
    with pytest.raises(RecordDropped, match="Record 1 has left the log"):
        explain(small, 1)
    assert isinstance(small.get(2), r.EventReceived)
