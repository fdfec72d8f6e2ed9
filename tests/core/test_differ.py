from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.differ import DIFF, RANKS, Change, differ
from sio_lab.core.log import Log
from sio_lab.core.profile import Account, account, handlers_of
from sio_lab.core.traffic import merge
from sio_lab.core.wire import decode
from tests import factories as make
from tests.core.any_record import RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable

SWAPPED = {"new": "gone", "more": "fewer", "slower": "faster"}
SWAPPED |= {other: one for one, other in SWAPPED.items()}


def told(log: Log) -> Account:
    return account(merge(log.since()), log.state, decode, handlers_of(log.state))


def changes(before: Log, after: Log) -> list[Change]:
    return list(differ(told(before), told(after)).changes)


def log_of(records: list[Any]) -> Log:
    log = Log()
    for record in records:
        log.append(record)
    return log


def chat(log: Log, *args: Any, ack: Any = "ok", ms: float = 1.5, **told: Any) -> None:
    received = make.receive(log, make.ADA, "chat", *args, ack_id=1)
    make.handle(log, received, ms=ms, **told)
    if ack is not None:
        make.acknowledge(log, received, ack)


def both(old: Callable[[Log], object], new: Callable[[Log], object]) -> list[tuple[str, Any, Any, str]]:
    """Return what changes where one log sees `old` and the other one `new`."""
    before, after = Log(), Log()
    old(before)
    new(after)
    return [(each.what, each.before, each.after, each.change) for each in changes(before, after)]


def test_two_equal_captures_do_not_differ() -> None:
    found = differ(told(make.lesson()), told(make.lesson()))
    assert found.changes == ()
    assert len(found.same) == 11
    assert len(found.columns()) == 0


def test_an_ack_of_the_same_arguments_has_changed() -> None:
    assert both(lambda log: chat(log, "hi"), lambda log: chat(log, "hi", ack="hello")) == [
        ("ack", ("ok",), ("hello",), "changed")
    ]
    assert both(lambda log: chat(log, "hi"), lambda log: chat(log, "ho", ack="hello")) == []
    assert both(lambda log: chat(log, "hi"), lambda log: chat(log, "ho", ack=7)) == [
        ("ack shape", ("(string)",), ("(integer)",), "changed")
    ]


def test_an_ack_that_no_longer_comes_is_told() -> None:
    assert both(lambda log: chat(log, "hi"), lambda log: chat(log, "hi", ack=None)) == [("unanswered", 0, 1, "more")]


def test_what_fails_now_comes_first() -> None:
    def fail(log: Log) -> None:
        chat(log, "hi", ack=None, status="raised", error="KeyError: 'x'")
        make.receive(log, make.ADA, "another")

    assert [each[0] for each in both(chat, fail)] == ["error", "raised", "unanswered", "args", "seen"]
    assert both(fail, chat)[0] == ("error", "KeyError: 'x'", None, "gone")


def test_new_and_gone_events_are_told_with_how_often() -> None:
    assert both(lambda _: None, chat) == [("seen", None, 1, "new")]
    assert both(chat, lambda _: None) == [("seen", 1, None, "gone")]


def test_counts_arguments_recipients_and_timings_are_told() -> None:
    def old(log: Log) -> None:
        for _ in range(5):
            chat(log, "hi", ms=2)
        make.emit(log, "news", recipients=(make.ADA,))

    def new(log: Log) -> None:
        for _ in range(6):
            chat(log, {"text": "hi"}, ms=8)
        make.emit(log, "news", recipients=(make.ADA, make.BEN))

    assert both(old, new) == [
        ("args", ("(string)",), ("({text: string})",), "changed"),
        ("count", 5, 6, "more"),
        ("ms", 2, 8, "slower"),
        ("recipients", (1,), (2,), "changed"),
    ]


def test_handlers_rooms_and_clients_are_told() -> None:
    def old(log: Log) -> None:
        make.connect(log, make.ADA, name="ada")
        make.join(log, make.ADA, "lobby")
        log.append(r.HandlerRegistered("/", "chat", "on_chat", None))

    def new(log: Log) -> None:
        make.connect(log, make.ADA, name="ann")
        log.append(r.HandlerRegistered("/", "chat", "chat", None))

    assert both(old, new) == [
        ("seen", 1, None, "gone"),
        ("handler", "on_chat", "chat", "changed"),
        ("client", None, "ann", "new"),
        ("client", "ada", None, "gone"),
    ]


@given(RECORDS)
def test_nothing_differs_from_itself(records: list[Any]) -> None:
    log = log_of(records)
    assert changes(log, log) == []


@given(RECORDS, RECORDS)
def test_the_other_way_round_all_is_swapped(old: list[Any], new: list[Any]) -> None:
    before, after = log_of(old), log_of(new)
    there = Counter(repr((each.of, each.what, each.before, each.after, each.change)) for each in changes(before, after))
    back = Counter(
        repr((each.of, each.what, each.after, each.before, SWAPPED.get(each.change, each.change)))
        for each in changes(after, before)
    )
    assert there == back


SIDS = st.lists(st.from_regex(r"[A-Za-z0-9_-]{20}", fullmatch=True), min_size=2, max_size=2, unique=True)


@given(SIDS, SIDS, st.lists(st.tuples(st.integers(0, 1), st.sampled_from(["chat", "move"]), st.integers(0, 1))))
def test_who_is_who_makes_no_difference(old: list[str], new: list[str], events: list[tuple[int, str, int]]) -> None:
    logs = Log(), Log()
    for log, sids in zip(logs, (old, new), strict=True):
        for sid in sids:
            make.connect(log, sid)
        for sender, event, other in events:
            received = make.receive(log, sids[sender], event, {"to": sids[other]}, ack_id=1)
            make.handle(log, received, value=sids[sender])
            make.acknowledge(log, received, f"{sids[sender]} to {sids[other]}")
            make.emit(log, event, sids[sender], recipients=(sids[other],), to=(sids[other],))
    assert changes(*logs) == []


def test_the_table_has_a_row_a_change() -> None:
    table = differ(told(Log()), told(make.lesson())).columns()
    assert table.names == tuple(column.name for column in DIFF)
    assert {row["what"] for row in map(table.row, range(len(table)))} <= set(RANKS)


@pytest.mark.parametrize("what", RANKS)
def test_the_column_s_help_names_all_that_may_change(what: str) -> None:
    assert what in next(column.about for column in DIFF if column.name == "what")
