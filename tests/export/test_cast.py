from __future__ import annotations

from sio_lab.core.wire import decode
from sio_lab.export.cast import MOST_OBSERVERS
from sio_lab.export.naming import Names
from sio_lab.export.steps import script
from tests import factories as make
from tests.export.played import ADA, BEN, hello, played, two


def test_those_who_were_there_take_part() -> None:
    log = two()
    cast = played(log, {hello(log)}).cast
    assert list(cast.members) == [f"eio-{ADA}", f"eio-{BEN}"]
    assert list(cast.sids) == [ADA, BEN]
    assert cast.known == {ADA, BEN, f"eio-{ADA}", f"eio-{BEN}"}


def test_those_who_were_gone_or_elsewhere_do_not() -> None:
    log = two()
    make.disconnect(log, BEN)
    make.connect(log, "eve0123456789sid0000", "/elsewhere")
    event = make.receive(log, ADA, "hello")
    make.handle(log, event)
    assert list(played(log, {event.seq}).cast.members) == [f"eio-{ADA}"]


def test_their_names_are_the_lab_s_or_numbers() -> None:
    log = two()
    cast = played(log, {hello(log)}).cast
    assert list(cast.named(Names(frozenset())).values()) == ["ada", "client_1"]


def test_of_many_those_who_received_something_come_first() -> None:
    log = two()
    for number in range(MOST_OBSERVERS + 4):
        make.connect(log, f"sid{number:017}")
    event = make.receive(log, ADA, "hello")
    make.emit(log, "hello", recipients=("sid00000000000000019",), cause=event.seq)
    make.handle(log, event)
    told = played(log, {event.seq})
    assert "sid00000000000000019" in told.cast.sids
    assert told.cast.beyond == 5
    assert told.left_out["of a client beyond those that take part"] == 5


def test_those_of_whose_connect_the_log_knows_nothing_take_part_all_the_same() -> None:
    log = two()
    begin = log.last_seq
    hello(log)
    records = log.since(begin)
    assert list(script(records, {records[0].seq}, log.state, decode).cast.sids) == [ADA]
