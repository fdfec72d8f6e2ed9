"""The log: numbers, bounds, waiting and waking."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.chunk import Chunk
from sio_lab.core.log import Log
from sio_lab.core.page import PAGE
from sio_lab.errors import RecordDropped


def emitted(text: str = '2["tick"]') -> r.Emitted:
    return r.Emitted("/", "tick", (), (), (), r.Wire(text))


def test_numbers_begin_at_one_and_go_up_by_one() -> None:
    log = Log()
    assert [log.append(emitted()).seq for _ in range(3)] == [1, 2, 3]
    assert (log.first_seq, log.last_seq, len(log)) == (1, 3, 3)


def test_an_empty_log_has_no_records() -> None:
    log = Log()
    assert (len(log), log.last_seq, log.since()) == (0, 0, [])


def test_times_never_decrease(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([50, 20, 70])
    monkeypatch.setattr("sio_lab.core.log.time.time_ns", lambda: next(clock))
    log = Log()
    assert [log.append(emitted()).at for _ in range(3)] == [50, 50, 70]


@given(
    sizes=st.lists(st.integers(0, 3000), max_size=60),
    max_records=st.integers(1, 20),
    max_bytes=st.integers(1, 12_000),
)
def test_both_bounds_hold_and_what_was_dropped_is_counted(sizes: list[int], max_records: int, max_bytes: int) -> None:
    log = Log(max_records, max_bytes)
    for size in sizes:
        log.append(emitted("x" * size))
        assert len(log) <= max_records
        assert log.bytes <= max_bytes
        assert log.bytes == sum(record.size for record in log.since())
    assert log.dropped + len(log) == len(sizes) == log.last_seq
    assert [record.seq for record in log.since()] == list(range(log.first_seq, log.last_seq + 1))


def test_a_record_larger_than_the_bound_is_dropped_and_counted() -> None:
    log = Log(max_bytes=1000)
    log.append(emitted("x" * 2000))
    assert (len(log), log.dropped, log.bytes) == (0, 1, 0)


def test_numbers_are_right_after_whole_pages_were_given_back() -> None:
    log = Log(max_records=10)
    for _ in range(PAGE * 2 + 25):
        log.append(emitted())
    assert log.last_seq == PAGE * 2 + 25
    assert [record.seq for record in log.since()] == list(range(log.last_seq - 9, log.last_seq + 1))
    assert log.get(log.first_seq).seq == log.first_seq


def test_since_and_until_are_by_number() -> None:
    log = Log(max_records=5)
    for _ in range(8):
        log.append(emitted())
    assert [record.seq for record in log.since(5)] == [6, 7, 8]
    assert [record.seq for record in log.since(0, until=5)] == [4, 5]
    assert log.since(8) == log.since(99) == log.since(0, until=2) == []


def test_a_dropped_record_says_what_is_kept() -> None:
    log = Log(max_records=2)
    for _ in range(4):
        log.append(emitted())
    with pytest.raises(RecordDropped, match=r"Record 1 has left the log.*newest 2 records.*now 3 to 4.*max_records"):
        log.get(1)


@pytest.mark.parametrize("seq", [0, -1, 9])
def test_a_record_that_never_was_says_so(seq: int) -> None:
    log = Log()
    log.append(emitted())
    with pytest.raises(RecordDropped, match=rf"no record {seq} in the log: it keeps 1 to 1"):
        log.get(seq)


def test_an_empty_log_says_so() -> None:
    with pytest.raises(RecordDropped, match="it is empty"):
        Log().get(1)


def test_clear_keeps_numbering_and_state() -> None:
    log = Log()
    log.append(r.Joined("/", None, "sid", "eio"))
    log.clear()
    assert (len(log), log.dropped, log.bytes) == (0, 1, 0)
    assert log.append(emitted()).seq == 2
    assert "sid" in log.state.clients


def test_state_is_right_for_clients_whose_records_were_dropped() -> None:
    log = Log(max_records=3)
    log.append(r.Opened(r.Connection("eio", "websocket", "127.0.0.1", "agent")))
    for room in (None, "sid", "lobby"):
        log.append(r.Joined("/", room, "sid", "eio"))
    for _ in range(50):
        log.append(r.Emitted("/", "tick", (), (), ("sid",), r.Wire("xx")))
    assert log.state.rooms_of("sid") == ["lobby"]
    assert log.state.clients["sid"].events_out == 50
    log.append(r.Left("/", "lobby", "sid"))
    assert log.state.rooms == {"/": {None: log.state.rooms["/"][None], "sid": log.state.rooms["/"]["sid"]}}


def test_eight_threads_lose_nothing() -> None:
    log = Log()
    start = threading.Barrier(8)

    def append() -> None:
        start.wait(10)
        for _ in range(2000):
            log.append(emitted())

    threads = [threading.Thread(target=append) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [record.seq for record in log.since()] == list(range(1, 16_001))
    assert all(before.at <= after.at for before, after in zip(log.since(), log.since(1), strict=False))


def test_wait_ends_when_its_condition_holds() -> None:
    log = Log()
    threading.Timer(0.01, lambda: log.append(emitted())).start()
    assert log.wait(lambda: log.last_seq == 1, timeout=10)


def test_wait_gives_up() -> None:
    assert not Log().wait(lambda: False, timeout=0.01)


def test_a_nudge_has_waiters_ask_again() -> None:
    log, asked, told = Log(), threading.Event(), threading.Event()
    result: list[bool] = []

    def condition() -> bool:
        asked.set()
        return told.is_set()

    waiter = threading.Thread(target=lambda: result.append(log.wait(condition, 10)))
    waiter.start()
    assert asked.wait(10)
    told.set()
    log.nudge()
    waiter.join(10)
    assert result == [True]


def test_subscribers_are_woken_and_handed_nothing() -> None:
    log, woken = Log(), []
    unsubscribe = log.subscribe(lambda: woken.append(log.last_seq))
    log.append(emitted())
    log.nudge()
    unsubscribe()
    log.append(emitted())
    log.nudge()
    assert woken == [1, 1]


def test_unsubscribing_twice_is_fine() -> None:
    log = Log()
    unsubscribe = log.subscribe(lambda: None)
    unsubscribe()
    unsubscribe()
    log.append(emitted())


def fill(log: Log, count: int) -> list[r.Record]:
    """Append echoes, and return what was appended."""
    return [
        log.append(emitted(f'2["tick",{number}]') if number % 2 else r.Handled(number, "handled", 1.5))
        for number in range(count)
    ]


def test_packed_records_are_those_that_were_appended() -> None:
    log = Log()
    appended = fill(log, PAGE * 3 + 10)
    log.stretch()
    assert [page.is_packed for page in log._pages] == [True, True, True, False]
    assert log.since() == appended
    assert log.get(5) == appended[4]
    assert log.since(PAGE - 3, until=PAGE + 2) == appended[PAGE - 3 : PAGE + 2]


@settings(deadline=None)
@given(
    bound=st.sampled_from([1, 700, PAGE, PAGE + 5, 3 * PAGE]),
    reads=st.lists(st.integers(1, PAGE + 300), min_size=1, max_size=5),
    packs=st.booleans(),
)
def test_bounds_hold_for_packed_records_too(bound: int, reads: list[int], packs: bool) -> None:
    log = Log(max_records=bound)
    count = 0
    for more in reads:
        fill(log, more)
        count += more
        if packs:
            log.stretch()
        assert len(log) == min(count, bound)
        assert (log.first_seq, log.last_seq) == (count - len(log) + 1, count)
        assert [record.seq for record in log.since()] == list(range(log.first_seq, count + 1))
        assert log.bytes == sum(record.size for record in log.since())
        with pytest.raises(RecordDropped):
            log.get(log.first_seq - 1)


def test_a_stretch_is_of_the_records_asked_for() -> None:
    log = Log(max_records=2 * PAGE)
    fill(log, PAGE * 3)
    stretch = log.stretch(PAGE + 5, PAGE + 7)
    assert (len(stretch.chunks), stretch.first, stretch.last) == (1, PAGE + 6, PAGE + 7)
    assert (log.stretch().first, log.stretch().last) == (PAGE + 1, PAGE * 3)
    assert log.stretch(PAGE * 3).chunks == Log().stretch().chunks == []


def test_a_state_that_nobody_asked_for_is_right_when_somebody_does() -> None:
    log = Log(max_records=10)
    log.append(r.Joined("/", None, "sid", "eio"))
    for _ in range(3 * PAGE):
        log.append(r.Emitted("/", "tick", (), (), ("sid",), r.Wire("xx")))
    assert log.state.clients["sid"].events_out == 3 * PAGE


def test_a_fold_that_fails_fails_once_and_loses_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    log.append(r.Joined("/", None, "sid", "eio"))
    log.append(r.Left("/", "lobby", "sid"))
    log.append(r.Joined("/", "lobby", "sid", "eio"))
    monkeypatch.setitem(log._state._folds, r.Left, lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        len(log)
    assert log.state.rooms_of("sid") == ["lobby"]
    assert (len(log), log.bytes) == (3, sum(record.size for record in log.since()))


def test_what_nobody_reads_is_folded_and_dropped_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.log.MOST_WAITING", 2_000)
    monkeypatch.setattr("sio_lab.core.log.LOOSE", 10**6)
    log = Log(max_records=10)
    fill(log, 20_000)
    assert sum(len(page.records) for page in log._pages) < 2_000 + 4 * PAGE


def test_long_payloads_do_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.log.MOST_BYTES_WAITING", 100_000)
    log = Log(max_bytes=100_000)
    for _ in range(PAGE - 50):
        log.append(emitted("x" * 10_000))
        log.append(r.PingAnswered("eio", 1.0))
    held = sum(record.size for page in log._pages for record in page.records if record)
    assert held < 100_000 * 8


def test_many_records_are_packed_by_a_thread_that_ends() -> None:
    log = Log()
    appended = fill(log, PAGE * 12)
    deadline = time.monotonic() + 20
    while any(thread.name == "sio_lab-log" for thread in threading.enumerate()) and time.monotonic() < deadline:
        time.sleep(0.001)
    assert [page.is_packed for page in log._pages][:3] == [True, True, True]
    assert not any(page.is_packed for page in log._pages[-4:])
    assert log.since() == appended


def test_a_page_that_fills_while_it_is_read_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log()
    fill(log, PAGE - 1)
    make = Chunk.__init__

    def busy(chunk: Chunk, records: Any) -> None:
        make(chunk, records)
        monkeypatch.undo()
        fill(log, 5)

    monkeypatch.setattr(Chunk, "__init__", busy)
    log.stretch()
    assert [record.seq for record in log.since()] == list(range(1, PAGE + 5))
    assert len(log) == PAGE + 4


def test_readers_and_who_appends_do_not_disturb_each_other() -> None:
    log, done = Log(max_records=3_000), threading.Event()
    failed: list[BaseException] = []

    def read() -> None:
        try:
            while not done.is_set():
                seqs = [record.seq for record in log.since()]
                assert seqs == list(range(seqs[0], seqs[0] + len(seqs))) if seqs else True
                log.stretch()
                assert len(log) <= 3_000
        except BaseException as error:  # noqa: BLE001 - whatever it is, the test shall fail with it
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    fill(log, 20_000)
    done.set()
    for reader in readers:
        reader.join(30)
    assert failed == []
    assert log.last_seq == 20_000


def test_clear_lets_go_of_packed_records_too() -> None:
    log = Log()
    fill(log, PAGE * 2 + 5)
    log.stretch()
    log.clear()
    assert (len(log), log.dropped, log.bytes, log.since()) == (0, PAGE * 2 + 5, 0, [])
    assert [record.seq for record in fill(log, PAGE + 2)][-1] == log.last_seq == PAGE * 3 + 7
    log.stretch()
    assert [record.seq for record in log.since()] == list(range(PAGE * 2 + 6, PAGE * 3 + 8))
