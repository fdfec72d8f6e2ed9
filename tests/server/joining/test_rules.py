from __future__ import annotations

import pytest

from sio_lab.core.log import Log
from sio_lab.server.joining.passes import Pupil
from sio_lab.server.joining.rules import ROWS_BURST, Rules
from tests import factories as made


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    at = [100.0]
    monkeypatch.setattr("sio_lab.server.joining.buckets.time.monotonic", lambda: at[0])
    return at


@pytest.fixture
def rules() -> Rules:
    log = Log()
    for name in ("a", "b", "own"):
        made.connect(log, name)
    rules = Rules(log)
    ada = Pupil("Ada")
    rules.came("eio-a", ada)
    rules.came("eio-b", ada)
    rules.came("eio-own", Pupil("", is_own=True))
    return rules


def test_a_pause_is_for_pupils_alone(rules: Rules) -> None:
    rules.pause()
    refusal = rules.refusal("eio-a")
    assert refusal is not None
    assert (refusal.reason, refusal.is_told, refusal.has_row) == ("paused", True, True)
    assert rules.refusal("eio-own") is None
    rules.resume()
    assert rules.refusal("eio-a") is None


def test_a_limit_is_for_all_connections_of_a_pupil_together(now: list[float], rules: Rules) -> None:
    rules.limit_to(2)
    taken = [rules.refusal(each) is None for each in ["eio-a", "eio-b"] * 3]
    assert taken == [True] * 4 + [False] * 2
    assert rules.refusal("eio-own") is None
    now[0] += 0.5
    assert rules.refusal("eio-b") is None
    rules.limit_to(None)
    assert not any(rules.refusal("eio-a") for _ in range(100))


def test_of_a_flood_few_rows_are_made_and_the_rest_is_counted(now: list[float], rules: Rules) -> None:
    rules.pause()
    refusals = [rules.refusal("eio-a") for _ in range(1_000)]
    assert sum(each.has_row for each in refusals if each) == ROWS_BURST
    assert sum(each.is_told for each in refusals if each) == 1
    now[0] += 1
    last = rules.refusal("eio-b")
    assert last is not None
    assert last.missed == 1_000 - ROWS_BURST
    assert "995 more" in last.hint


def test_what_a_flood_leaves_uncounted_is_told_of_its_last_row(rules: Rules) -> None:
    rules.pause()
    assert rules.uncounted("eio-a") is None
    for seq in range(100):
        refusal = rules.refusal("eio-a")
        if refusal is not None and refusal.has_row:
            rules.note_row("eio-a", seq, "paused")
    told = rules.uncounted("eio-b")
    assert told is not None
    assert told[0] == ROWS_BURST - 1
    assert told[1] == "paused; 95 more were refused after it"
    assert rules.uncounted("eio-a") is None
    assert rules.uncounted("eio-of-nobody") is None


def test_who_came_before_the_class_is_a_pupil_too_and_a_test_client_is_not(rules: Rules) -> None:
    log = rules._log
    made.connect(log, "old")
    rules.pause()
    assert rules.refusal("eio-old") is not None
    assert rules.refusal("eio-of-no-connection") is None


def test_who_was_sent_away_is_heard_no_more(rules: Rules) -> None:
    ada = rules.pupil_of("eio-a")
    assert ada is not None
    ada.is_gone = True
    refusal = rules.refusal("eio-a")
    assert refusal is not None
    assert refusal.reason == "kicked"


def test_connections_that_are_gone_are_forgotten() -> None:
    log = Log()
    rules = Rules(log)
    ada = Pupil("Ada")
    for number in range(1_000):
        rules.came(f"eio-{number}", ada)
    assert len(rules._pupils) <= 3
    assert len(ada.eio_sids) <= 3
