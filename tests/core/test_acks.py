"""The acks table: who was asked for an ack, and whether it came."""

from __future__ import annotations

from typing import Any

from sio_lab.core.acks import Asked, acks, asked, given_acks
from sio_lab.core.log import Log
from sio_lab.core.traffic import merge
from tests import factories as make


def rows_of(log: Log, **more: Any) -> list[dict[str, Any]]:
    table = acks(merge(log.since()), log.state, **more)
    return [dict(table.row(place)) for place in range(len(table))]


def two_clients() -> Log:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    return log


def test_emits_that_ask_for_nothing_are_left_out() -> None:
    log = two_clients()
    make.emit(log, "news", recipients=(make.ADA,))
    assert rows_of(log) == []


def test_an_ack_is_waited_for_until_it_comes() -> None:
    log = two_clients()
    quiz = make.emit(log, "quiz", recipients=(make.ADA,), ack_id=1)
    (row,) = rows_of(log)
    assert (row["seq"], row["client"], row["ack_id"], row["state"], row["ack"]) == (quiz.seq, "ada", 1, "waiting", None)
    make.answer(log, quiz, make.ADA, 4, ms=12.5)
    (row,) = rows_of(log)
    assert (row["state"], row["ms"], row["ack"]) == ("acknowledged", 12.5, (4,))


def test_a_broadcast_waits_for_each_of_its_recipients() -> None:
    log = two_clients()
    vote = make.emit(log, "vote", recipients=(make.ADA, make.BEN), ack_id=1)
    make.answer(log, vote, make.BEN, "b")
    told = [(row["sid"], row["state"], row["ack"]) for row in rows_of(log)]
    assert told == [(make.ADA, "waiting", None), (make.BEN, "acknowledged", ("b",))]


def test_a_broadcast_s_later_ack_ids_are_known_when_the_acks_come() -> None:
    log = two_clients()
    make.emit(log, "vote", recipients=(make.ADA, make.BEN), ack_id=1)
    assert [row["ack_id"] for row in rows_of(log)] == [1, None]


def test_who_left_will_not_answer() -> None:
    log = two_clients()
    make.emit(log, "quiz", recipients=(make.BEN,), ack_id=1)
    make.disconnect(log, make.BEN)
    assert rows_of(log)[0]["state"] == "gone"


def test_an_emit_that_reached_nobody_is_told() -> None:
    log = two_clients()
    make.emit(log, "quiz", to=("empty",), ack_id=1)
    assert [(row["sid"], row["state"]) for row in rows_of(log)] == [(None, "nobody")]


def test_how_long_an_ack_has_been_waited_for() -> None:
    log = two_clients()
    quiz = make.emit(log, "quiz", recipients=(make.ADA, make.BEN), ack_id=1)
    later = quiz.at + 7_900_000_000
    assert [row["waited_s"] for row in rows_of(log, now=later)] == [7, 7]
    assert [row["waited_s"] for row in rows_of(log)] == [None, None]
    make.answer(log, quiz, make.ADA)
    gone = make.disconnect(log, make.BEN)
    assert [row["waited_s"] for row in rows_of(log, now=later)] == [None, 0]
    (_, ben) = asked(quiz, given_acks(merge(log.since())), log.state)
    assert ben.waited(later) == gone.at - quiz.at


def test_why_there_is_no_ack() -> None:
    log = two_clients()
    quiz = make.emit(log, "quiz", recipients=(make.BEN,), ack_id=1)
    make.emit(log, "quiz", to=("attic",), ack_id=0, hint="there is no room")
    for listens, why in ((None, "called back yet"), (True, "not returned yet, or raised"), (False, "no listener")):
        first, second = rows_of(log, listening=lambda *_, told=listens: told)
        assert why in first["why"]
        assert (second["why"], second["ack_id"], second["state"]) == ("there is no room", None, "nobody")
    gone = make.disconnect(log, make.BEN)
    assert rows_of(log)[0]["why"] == f"the client left: row {gone.seq}, client disconnect"
    assert Asked(quiz, make.BEN, None, None, is_there=False).why() == "the client left"
    make.answer(log, quiz, make.BEN)
    assert rows_of(log)[0]["why"] is None
