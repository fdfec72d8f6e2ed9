"""A state that was frozen and thawed makes the same tables."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given

from sio_lab.core import columns
from sio_lab.core.capture_values import dumps
from sio_lab.core.frozen_state import freeze, parts_of, thaw
from sio_lab.core.log import Log
from sio_lab.core.state import State
from tests.core.any_record import FULL_RECORDS

TABLES = (columns.clients, columns.rooms, columns.namespaces, columns.handlers, columns.tasks)


def tables_of(state: State) -> list[str]:
    return [repr(list(map(dict, map(table.row, range(len(table)))))) for table in (build(state) for build in TABLES)]


def folded(records: list[Any]) -> Log:
    log = Log()
    for record in records:
        log.append(record)
    return log


@given(FULL_RECORDS, FULL_RECORDS)
def test_a_thawed_state_makes_the_same_tables_and_goes_on(before: list[Any], after: list[Any]) -> None:
    log, thawed = folded(before), State()
    thaw(freeze(log.state), thawed)
    assert tables_of(thawed) == tables_of(log.state)
    for record in after:
        thawed.apply(log.append(record))
    assert tables_of(thawed) == tables_of(log.state)


def test_whatever_a_state_is_made_of_is_frozen() -> None:
    hidden = {name for name in vars(State()) if name.startswith("_")}
    assert hidden == {"_lock", "_clients", "_broadcasts", "_folds"}, "is it part of the state? then freeze it"


def test_a_part_that_is_missing_or_damaged_is_told_and_changes_nothing() -> None:
    frozen = freeze(folded([]).state)
    for damage in ({"clients": "[]"}, {"rooms": "{"}, {"running": '{"dict":[[1,2]]}'}, {"rooms": '{"dict":[["/",1]]}'}):
        state = State()
        with pytest.raises(ValueError, match=r"\w"):
            thaw(frozen | damage, state)
        assert tables_of(state) == tables_of(State())
    with pytest.raises(ValueError, match="it has no tasks"):
        thaw({part: text for part, text in frozen.items() if part != "tasks"}, State())


def test_parts_that_another_version_has_are_left_out() -> None:
    frozen = freeze(folded([]).state)
    state = State()
    thaw({**frozen, "tomorrow": dumps(1)}, state)
    assert "tomorrow" not in parts_of(state)
