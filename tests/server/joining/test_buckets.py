from __future__ import annotations

import pytest

from sio_lab.server.joining.buckets import Bucket, Buckets


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: at[0])
    return at


def test_a_burst_passes_and_then_so_many_a_second(now: list[float]) -> None:
    bucket = Bucket(2.0, 3)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    assert bucket.wait() == pytest.approx(0.5)
    now[0] += 1
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_no_more_than_the_burst_is_saved_up(now: list[float]) -> None:
    bucket = Bucket(1.0, 2)
    now[0] += 1_000
    assert [bucket.take() for _ in range(3)] == [True, True, False]


def test_many_keys_take_no_more_room_than_was_said(now: list[float]) -> None:
    buckets = Buckets(1.0, 1, most=10)
    assert buckets.of("first").take()
    for number in range(9):
        buckets.of(str(number))
    assert not buckets.of("first").take()  # it is known yet
    for number in range(1_000):
        buckets.of(str(number))
    assert len(buckets) == 10
    del now
