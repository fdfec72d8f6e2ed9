"""Rows on their way to a page: short, complete, and each text once."""

from __future__ import annotations

from typing import Any

from sio_lab.core.log import Log
from sio_lab.core.traffic import traffic
from sio_lab.views.packed import CELLS, Words, names_of, pack, pack_change
from tests import factories as make


def rows_of(log: Log) -> list[Any]:
    table = traffic(log.since(), log.state)
    return [table.row(place) for place in range(len(table))]


def told(row: Any, log: Log) -> dict[str, Any]:
    """Pack a row and read it back, as a page does."""
    words = Words()
    packed = dict(zip(CELLS, pack(row, words, names_of([row], log.state)), strict=True))
    numbers = {"seq", "time", "ms", "cause", "failed", "recipients"}
    return {name: value if name in numbers or value is None else words.all[value] for name, value in packed.items()}


def test_an_event_is_told_whole() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    received = make.receive(log, make.ADA, "chat", "hello", {"a": 1}, ack_id=7)
    make.handle(log, received, ms=1.23456)
    make.acknowledge(log, received, "ok")
    row = told(rows_of(log)[-1], log)
    assert row["kind"], row["event"] == ("event", "chat")
    assert (row["client"], row["sid"], row["namespace"]) == ("ada", make.ADA, "/")
    assert row["args"] == "'hello', {'a': 1}"
    assert (row["ack"], row["status"], row["ms"], row["failed"]) == ("'ok'", "handled", 1.235, 0)
    assert row["time"] == received.at // 1_000_000


def test_an_emit_tells_whom_it_went_to_by_name() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.connect(log, make.BEN)
    make.emit(log, "news", 1, recipients=[make.ADA, make.BEN], to=(make.ADA, "lobby", make.BEN))
    row = told(rows_of(log)[-1], log)
    assert row["to"] == f"ada, lobby, {make.BEN[:8]}"
    assert (row["client"], row["recipients"], row["sid"]) == ("2 clients", 2, None)


def test_a_failure_is_marked_and_says_why() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.handle(log, make.receive(log, make.ADA, "chat"), "raised", error="KeyError: 'a'", hint="look at a")
    row = told(rows_of(log)[-1], log)
    assert row["failed"] == 1
    assert row["error"] == "KeyError: 'a' - look at a"
    words = Words()
    change = pack_change(rows_of(log)[-1], words)
    assert [words.all[change[1]], change[2], words.all[change[4]], change[5]] == ["raised", 1.5, row["error"], 1]


def test_what_clients_send_is_bounded_and_without_control_characters() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.receive(log, make.ADA, "\x1b[31m\u202e" + "e" * 10_000, "x" * 1_000_000, "\x00")
    row = told(rows_of(log)[-1], log)
    assert all(str(value).isprintable() for value in row.values())
    assert sum(len(str(value)) for value in row.values()) < 1_000


def test_a_text_that_repeats_is_sent_once() -> None:
    words = Words()
    assert [words.number(text) for text in ("a", "b", "a", "", None)] == [0, 1, 0, None, None]
    assert words.all == ["a", "b"]
