"""The acks table: who was asked for an ack, and whether it came."""

from __future__ import annotations

from typing import Any

from sio_lab.core.acks import acks
from sio_lab.core.log import Log
from sio_lab.core.traffic import merge
from tests import factories as make


def rows_of(log: Log) -> list[dict[str, Any]]:
    table = acks(merge(log.since()), log.state)
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
