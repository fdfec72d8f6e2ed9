"""What came of an event, read from a log."""

from __future__ import annotations

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.outcome import Emit, Move, outcome, recorded_acks, tasks_seconds
from sio_lab.core.story import Story
from tests import factories as make


def test_it_tells_how_the_handler_ended_and_what_it_made_happen() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    hello = make.receive(log, make.ADA, "chat", {"text": "hello"}, ack_id=7)
    make.join(log, make.ADA, "lobby", hello.seq)
    make.emit(log, "chat", b"\x00", recipients=(make.ADA, make.BEN), to=("lobby", make.ADA), cause=hello.seq)
    make.start_task(log, "tick", cause=hello.seq)
    make.handle(log, hello, value="'ok'", output="hi\n")
    make.acknowledge(log, hello, "ok", 2)
    told = outcome(Story(log, hello), hello)
    assert (told.status, told.value, told.ack, told.output, told.tasks) == (
        "handled",
        "'ok'",
        ("ok", 2),
        "hi\n",
        ("tick",),
    )
    assert told.effects == (
        Move("join", "/", "lobby", "ada"),
        Emit("/", "chat", (b"\x00",), ("lobby", "ada"), ("ada", make.BEN[:8]), wants_ack=False, origin="handler"),
    )


def test_a_handler_that_runs_has_no_end_yet() -> None:
    log = Log()
    make.connect(log, make.ADA)
    hello = make.receive(log, make.ADA, "chat")
    assert outcome(Story(log, hello), hello).status == "running"


def test_what_a_replay_did_is_no_effect_of_what_was_replayed() -> None:
    log = Log()
    make.connect(log, make.ADA)
    hello = make.receive(log, make.ADA, "chat")
    make.handle(log, hello)
    again = log.append(r.EventReceived("/", "chat", make.ADA, "eio", 0, hello.wire, None, hello.seq))
    make.emit(log, "news", recipients=(make.ADA,), cause=again.seq)
    assert outcome(Story(log, hello), hello).effects == ()


def test_who_is_sent_away_is_an_effect_with_all_that_follows() -> None:
    log = Log()
    make.connect(log, make.ADA)
    kick = make.receive(log, make.ADA, "kick")
    gone = log.append(r.Disconnected("/", make.ADA, "eio", "server disconnect", kick.seq))
    make.emit(log, "left", recipients=(), cause=gone.seq)
    make.handle(log, kick)
    told = outcome(Story(log, kick), kick)
    assert [getattr(each, "kind", "emit") for each in told.effects] == ["disconnect", "emit"]


def test_a_connect_is_answered() -> None:
    log = Log()
    let_in, refused = make.connect(log, make.ADA), make.refuse(log)
    assert outcome(Story(log, let_in), let_in).answer == "let in"
    assert outcome(Story(log, refused), refused).answer == "refused: Unable to connect"


def test_acks_that_came_are_found_by_event_in_order() -> None:
    log = Log()
    make.connect(log, make.ADA)
    hello = make.receive(log, make.ADA, "chat")
    for number in range(3):
        asked = make.emit(log, "quiz", recipients=(make.ADA,), ack_id=number, cause=hello.seq)
        if number != 1:
            make.answer(log, asked, make.ADA, number)
    assert recorded_acks(Story(log, hello), hello) == {"quiz": [(0,), (2,)]}


def test_a_client_that_is_there_twice_under_one_name_is_one_recipient() -> None:
    log = Log()
    for sid in (make.ADA, make.BEN):
        make.connect(log, sid, name="ada")
    hello = make.receive(log, make.ADA, "chat")
    make.emit(log, "news", recipients=(make.ADA, make.BEN), cause=hello.seq)
    (emit,) = outcome(Story(log, hello), hello).effects
    assert isinstance(emit, Emit)
    assert emit.recipients == ("ada",)


def test_how_long_its_tasks_took_is_told_of_those_that_ended_of_themselves() -> None:
    log = Log()
    make.connect(log, make.ADA)
    hello, other = make.receive(log, make.ADA, "chat"), make.receive(log, make.ADA, "other")
    assert tasks_seconds(Story(log, hello), hello) == 0
    done, ended, _ = (make.start_task(log, name, cause=hello.seq) for name in ("done", "ended", "goes on"))
    last = log.append(r.TaskEnded(done.seq, "finished"))
    log.append(r.TaskEnded(ended.seq, "ended"))
    assert tasks_seconds(Story(log, hello), hello) == (last.at - hello.at) / 1e9
    assert tasks_seconds(Story(log, hello), other) == 0
