from __future__ import annotations

import pytest

from sio_lab.server.joining.guesses import BURST, WRONG_A_MINUTE, Guesses


@pytest.fixture(autouse=True)
def _stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: 100.0)


def test_an_address_has_so_many_wrong_tries_and_then_waits() -> None:
    guesses = Guesses()
    waits = [guesses.was_wrong("10.0.0.1") for _ in range(WRONG_A_MINUTE + 1)]
    assert not any(waits[:-1])
    assert 0 < waits[-1] <= 60
    assert guesses.was_wrong("10.0.0.2") == 0


def test_all_together_have_so_many_tries() -> None:
    guesses = Guesses()
    assert not any(guesses.try_one(f"10.0.0.{each}") for each in range(BURST))
    assert 0 < guesses.try_one("10.0.0.1") <= 1


def test_one_that_tries_without_end_keeps_nobody_else_out() -> None:
    guesses = Guesses()
    waits = [guesses.try_one("10.0.0.1") or guesses.was_wrong("10.0.0.1") for _ in range(10 * BURST)]
    assert waits[-1] > 0
    assert not any(guesses.try_one(f"10.0.1.{each}") for each in range(BURST // 2))


def test_nor_does_one_that_knows_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses = Guesses()
    waits = [guesses.try_one("10.0.0.1") for _ in range(10 * BURST)]
    assert not any(waits[:BURST])
    assert waits[-1] > 0
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: 102.0)
    for _ in range(BURST):
        guesses.try_one("10.0.0.1")
    assert not guesses.try_one("10.0.0.2")
