"""Events a second, clients and errors, counted from the log."""

from __future__ import annotations

import time

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.tables import errors
from sio_lab.views.pulse import SECONDS, Pulse
from tests import factories as f

BEGIN = 1_700_000_000


class Clock:
    """Stands in for the log's clock; set it to a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now: float = BEGIN
        monkeypatch.setattr(time, "time_ns", lambda: int(self.now * 1_000_000_000))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def looked(pulse: Pulse, now: float) -> dict[str, list[int]]:
    pulse.look()
    return pulse.rates(now)


def test_events_received_and_emits_count_in_their_second(clock: Clock) -> None:
    log = Log()
    f.connect(log, f.ADA)
    for second, events in enumerate((2, 0, 3)):
        clock.now = BEGIN + second + 0.5
        for _ in range(events):
            f.handle(log, f.receive(log, f.ADA, "chat"))
    f.emit(log, "chat", recipients=(f.ADA,))
    assert looked(Pulse(log), BEGIN + 3.2)["events"] == [0] * (SECONDS - 3) + [2, 0, 4]


def test_a_second_that_is_not_over_is_not_told(clock: Clock) -> None:
    log = Log()
    clock.now = BEGIN + 0.1
    f.receive(log, f.ADA, "chat")
    pulse = Pulse(log)
    assert looked(pulse, BEGIN + 0.2)["events"][-1] == 0
    assert looked(pulse, BEGIN + 1.0)["events"][-1] == 1


def test_what_is_older_than_a_minute_is_forgotten(clock: Clock) -> None:
    log = Log()
    clock.now = BEGIN + 0.7
    f.receive(log, f.ADA, "chat")
    pulse = Pulse(log)
    assert looked(pulse, BEGIN + 60.5)["events"][0] == 1
    assert set(looked(pulse, BEGIN + 61.5)["events"]) == {0}
    assert not pulse._events


def test_clients_are_told_backwards_from_who_is_there(clock: Clock) -> None:
    log = Log()
    f.connect(log, f.ADA)
    clock.now = BEGIN + 1
    f.connect(log, f.BEN)
    clock.now = BEGIN + 2
    f.disconnect(log, f.ADA)
    clock.now = BEGIN + 3
    assert looked(Pulse(log), BEGIN + 3)["clients"] == [0] * (SECONDS - 3) + [1, 2, 1]


def test_rooms_are_no_clients(clock: Clock) -> None:
    log = Log()
    f.connect(log, f.ADA)
    f.join(log, f.ADA, "lobby")
    assert looked(Pulse(log), clock.now + 1)["clients"][-1] == 1


def test_a_snapshot_brings_its_clients(clock: Clock) -> None:
    log = Log()
    log.append(r.Snapshot((r.Member("/", None, f.ADA, "eio"), r.Member("/", "lobby", f.ADA, "eio")), ()))
    assert looked(Pulse(log), clock.now + 1)["clients"][-2:] == [0, 1]


def test_each_record_counts_once(clock: Clock) -> None:
    log = Log()
    pulse = Pulse(log)
    f.receive(log, f.ADA, "chat")
    pulse.look()
    f.receive(log, f.ADA, "chat")
    pulse.look()
    assert looked(pulse, clock.now + 1)["events"][-1] == 2


def test_one_look_reads_the_newest_records_only(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.views.pulse.MOST_READ", 5)
    log = Log()
    for _ in range(20):
        f.receive(log, f.ADA, "chat")
    assert looked(Pulse(log), clock.now + 1)["events"][-1] == 5


def test_errors_are_the_rows_that_the_errors_table_has() -> None:
    log = f.lesson()
    log.append(r.HttpRequest("GET", "/", 404, 1.0, None))
    log.append(r.HttpRequest("GET", "/", 500, 1.0, None))
    pulse = Pulse(log)
    pulse.look()
    assert pulse.errors == len(_failures(log)) == 5


def test_cleared_errors_are_none() -> None:
    log = f.lesson()
    pulse = Pulse(log)
    pulse.look()
    log.clear()
    pulse.look()
    assert pulse.errors == 0
    f.refuse(log)
    pulse.look()
    assert pulse.errors == 1


def test_a_look_at_5000_events_a_second_costs_little() -> None:
    log = Log()
    f.connect(log, f.ADA)
    for _ in range(700):
        f.handle(log, f.receive(log, f.ADA, "chat"))
    pulse = Pulse(log)
    began = time.perf_counter()
    pulse.look()
    assert time.perf_counter() - began < 0.1


def _failures(log: Log) -> list[int]:
    return list(errors(log).df.index)
