"""What belongs to one row: its handler, its packet, its cause and its effects."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.story import Story, begin, owner
from sio_lab.core.wire import encode
from sio_lab.errors import LabError, RecordDropped
from tests import factories as make

HELLO = 16


def story(log: Log, seq: int) -> tuple[Story, r.Record]:
    record = log.get(seq)
    return Story(log, record), record


def connecting(decided: type[r.Connected | r.Refused] | None) -> Log:
    """Return a log where a connect handler joined a room (2) and emitted (3) before it decided (5)."""
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", encode("CONNECT", {"token": "•••"})))
    make.join(log, make.ADA, "lobby", asked.seq)
    make.emit(log, "welcome", recipients=(make.ADA,), cause=asked.seq)
    make.handle(log, asked, handler="on_connect")
    if decided is r.Connected:
        log.append(r.Connected("/", make.ADA, "eio", asked.seq))
    elif decided is r.Refused:
        log.append(r.Refused("/", make.ADA, "eio", asked.seq, "no", encode("CONNECT_ERROR", {"message": "no"})))
    return log


def test_an_event_knows_its_handler_packet_and_effects() -> None:
    told, hello = story(make.lesson(), HELLO)
    handled, wire = told.handled(hello), told.wire(hello)
    assert handled is not None
    assert handled.output == "hello from ada\n"
    assert wire is not None
    assert wire.text == '27["chat",{"text":"hello"}]'
    assert [effect.seq for effect in told.effects(hello)] == [17, 18, 19]
    assert told.cause(hello) is None


def test_an_effect_knows_its_cause() -> None:
    told, join = story(make.lesson(), 17)
    cause = told.cause(join)
    assert cause is not None
    assert cause.seq == HELLO


def test_a_broadcast_s_acks_are_its_effects() -> None:
    told, vote = story(make.lesson(), 23)
    assert [effect.seq for effect in told.effects(vote)] == [24]


@pytest.mark.parametrize("decided", [r.Connected, r.Refused])
def test_what_a_connect_handler_did_belongs_to_the_row_of_its_outcome(decided: type[r.Connected]) -> None:
    log = connecting(decided)
    told, outcome = story(log, 5)
    assert [effect.seq for effect in told.effects(outcome)] == [2, 3]
    handled = told.handled(outcome)
    assert handled is not None
    assert handled.handler == "on_connect"
    told, join = story(log, 2)
    assert told.cause(join) is outcome


def test_an_effect_has_no_cause_until_the_connect_handler_has_decided() -> None:
    told, join = story(connecting(None), 2)
    assert told.cause(join) is None


def test_a_later_effect_of_a_connect_handler_is_tied_to_its_row() -> None:
    log = connecting(r.Connected)
    later = make.emit(log, "later", cause=1)
    cause = Story(log, later).cause(later)
    assert cause is not None
    assert cause.seq == 5


def test_a_cause_that_was_dropped_is_an_error_that_says_so() -> None:
    log = Log(max_records=2)
    make.receive(log, make.ADA, "chat")
    make.emit(log, "a", cause=1)
    last = make.emit(log, "b", cause=1)
    with pytest.raises(RecordDropped, match="Record 1 has left the log"):
        Story(log, last).cause(last)


def test_request_event_of_an_event_is_its_name_and_arguments() -> None:
    told, hello = story(make.lesson(), HELLO)
    assert told.request_event(hello) == {"message": "chat", "args": ({"text": "hello"},)}


def test_request_event_of_a_catch_all_handler_has_the_name_among_the_arguments() -> None:
    log = Log()
    foo = make.receive(log, make.ADA, "foo", 1)
    make.handle(log, foo, key=("/", "*"), handler="catch_all")
    assert Story(log, foo).request_event(foo) == {"message": "*", "args": ("foo", 1)}


def test_request_event_of_a_handler_for_all_namespaces_is_the_plain_one() -> None:
    log = Log()
    foo = make.receive(log, make.ADA, "foo", 1)
    make.handle(log, foo, key=("*", "foo"))
    assert Story(log, foo).request_event(foo) == {"message": "foo", "args": (1,)}


@pytest.mark.parametrize("decided", [r.Connected, r.Refused])
def test_request_event_of_a_connect_has_the_hidden_auth_alone(decided: type[r.Connected]) -> None:
    told, outcome = story(connecting(decided), 5)
    assert told.request_event(outcome) == {"message": "connect", "args": ({"token": "•••"},)}


def test_request_event_of_a_connect_without_auth_has_no_arguments() -> None:
    told, connected = story(make.lesson(), 15)
    assert told.request_event(connected) == {"message": "connect", "args": ()}
    snapshot = Log()
    unknown = snapshot.append(r.Connected("/", make.ADA, "eio", None))
    assert Story(snapshot, unknown).request_event(unknown) == {"message": "connect", "args": ()}


def test_request_event_of_a_disconnect_has_the_reason() -> None:
    told, gone = story(make.lesson(), 32)
    assert told.request_event(gone) == {"message": "disconnect", "args": ("client disconnect",)}


def test_other_rows_have_no_request_event_and_say_their_kind() -> None:
    told, emitted = story(make.lesson(), 18)
    with pytest.raises(LabError, match="Row 18 is of kind emit"):
        told.request_event(emitted)


def test_a_record_without_a_row_has_an_owner() -> None:
    log = make.lesson()
    owners = {seq: owner(log, log.get(seq)) for seq in (3, 5, 6, 8, 20, 21, 22)}
    assert owners == {3: None, 5: 9, 6: None, 8: 9, 20: HELLO, 21: HELLO, 22: 19}
    undecided = connecting(None)
    assert owner(undecided, undecided.get(1)) is None


def test_the_story_of_a_connect_begins_where_it_was_asked() -> None:
    log = make.lesson()
    assert begin(log, [log.get(9)]) == 5
    assert begin(log, [log.get(HELLO)]) == HELLO
    assert begin(log, []) == log.last_seq + 1
