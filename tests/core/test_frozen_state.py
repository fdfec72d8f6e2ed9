"""A state that was frozen and thawed makes the same tables."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings

from sio_lab.core import columns
from sio_lab.core.capture_values import dumps
from sio_lab.core.frozen_state import freeze, parts_now, parts_of, thaw
from sio_lab.core.log import Log
from sio_lab.core.state import State
from tests import factories as made
from tests.core.any_record import FULL_RECORDS

if TYPE_CHECKING:
    from collections.abc import Callable

TABLES = (columns.clients, columns.rooms, columns.namespaces, columns.handlers, columns.tasks)


def tables_of(state: State) -> list[str]:
    return [repr(list(map(dict, map(table.row, range(len(table)))))) for table in (build(state) for build in TABLES)]


def folded(records: list[Any]) -> Log:
    log = Log()
    for record in records:
        log.append(record)
    return log


@settings(max_examples=40)
@given(FULL_RECORDS, FULL_RECORDS)
def test_a_thawed_state_makes_the_same_tables_and_goes_on(before: list[Any], after: list[Any]) -> None:
    log, thawed = folded(before), State()
    copied = parts_now(log.state)
    frozen = freeze(copied)
    thaw(frozen, thawed)
    assert tables_of(thawed) == tables_of(log.state)
    for record in after:
        thawed.apply(log.append(record))
    assert tables_of(thawed) == tables_of(log.state)
    assert freeze(copied) == frozen, "what is copied stays as it was"


def test_of_each_client_little_is_done_while_the_log_s_lock_is_held() -> None:
    log, clients = Log(), 500
    for number in range(clients):
        made.connect(log, f"sid{number:017}")
    copied, written = calls_within(lambda: parts_now(log.state)), calls_within(lambda: freeze(parts_now(log.state)))
    assert copied < 60 * clients, "one or two for each field of a client, of its connection and of its rooms"
    assert written - copied > 20 * clients, "to write them as text is done outside of it"


def calls_within(work: Callable[[], object]) -> int:
    """Return how many Python functions are called in a piece of work."""
    calls = 0

    def count(_frame: object, event: str, _value: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return calls


def test_whatever_a_state_is_made_of_is_frozen() -> None:
    hidden = {name for name in vars(State()) if name.startswith("_")}
    assert hidden == {"_lock", "_clients", "_broadcasts", "_folds"}, "is it part of the state? then freeze it"


def test_a_part_that_is_missing_or_damaged_is_told_and_changes_nothing() -> None:
    frozen = freeze(parts_now(folded([]).state))
    for damage in ({"clients": "[]"}, {"rooms": "{"}, {"running": '{"dict":[[1,2]]}'}, {"rooms": '{"dict":[["/",1]]}'}):
        state = State()
        with pytest.raises(ValueError, match=r"\w"):
            thaw(frozen | damage, state)
        assert tables_of(state) == tables_of(State())
    with pytest.raises(ValueError, match="it has no tasks"):
        thaw({part: text for part, text in frozen.items() if part != "tasks"}, State())


def test_parts_that_another_version_has_are_left_out() -> None:
    frozen = freeze(parts_now(folded([]).state))
    state = State()
    thaw({**frozen, "tomorrow": dumps(1)}, state)
    assert "tomorrow" not in parts_of(state)
