"""The tables' columns, built from the state."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sio_lab.core import columns, traffic
from sio_lab.core import records as r
from sio_lab.core.acks import ACKS
from sio_lab.core.columns import Column, Columns
from sio_lab.core.log import Log
from tests import factories as make

if TYPE_CHECKING:
    from collections.abc import Callable

    from sio_lab.core.state import State

TABLES = [columns.CLIENTS, columns.ROOMS, columns.NAMESPACES, columns.HANDLERS, columns.TASKS, traffic.TRAFFIC, ACKS]
KINDS = {"time", "integer", "number", "text", "category", "flag", "object"}


def rows(table: Columns) -> list[dict[str, object]]:
    return [dict(table.row(place)) for place in range(len(table))]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_has_a_kind_and_says_what_it_is(table: tuple[Column, ...]) -> None:
    assert all(column.kind in KINDS and column.about for column in table)
    assert len({column.name for column in table}) == len(table)


@pytest.mark.parametrize("build", [columns.clients, columns.rooms, columns.namespaces, columns.handlers, columns.tasks])
def test_a_table_of_nothing_has_all_columns_and_no_rows(build: Callable[[State], Columns]) -> None:
    table = build(Log().state)
    assert len(table) == 0
    assert set(table.names) == set(table.cells)
    assert set(table.index) <= set(table.names)


def test_clients_are_told_with_their_connection() -> None:
    log = make.lesson()
    log.append(r.PingAnswered(f"eio-{make.ADA}", 3.5))
    (ada,) = rows(columns.clients(log.state))
    assert ada["sid"] == make.ADA
    assert (ada["client"], ada["namespace"], ada["transport"], ada["address"]) == ("ada", "/", "websocket", "127.0.0.1")
    assert (ada["rooms"], ada["events_in"], ada["events_out"], ada["rtt_ms"]) == (["lobby"], 1, 3, 3.5)


def test_a_client_whose_connection_is_gone_is_told_without_it() -> None:
    log = Log()
    make.connect(log, make.ADA)
    log.append(r.Closed(f"eio-{make.ADA}", "transport close"))
    (ada,) = rows(columns.clients(log.state))
    assert (ada["transport"], ada["address"], ada["rtt_ms"]) == (None, None, None)


def test_rooms_tell_personal_ones_apart_and_leave_the_namespace_out() -> None:
    log = make.lesson()
    told = [(row["room"], row["sid"], row["client"], row["personal"]) for row in rows(columns.rooms(log.state))]
    assert told == [(make.ADA, make.ADA, "ada", True), ("lobby", make.ADA, "ada", False)]


def test_namespaces_count_what_is_in_them() -> None:
    log = make.lesson()
    log.append(r.HandlerRegistered("/news", "connect", "on_connect"))
    told = {row["namespace"]: row for row in rows(columns.namespaces(log.state))}
    assert list(told) == ["/", "/news"]
    counts = [told["/"][name] for name in ("clients", "rooms", "handlers", "events", "errors")]
    assert counts == [1, 1, 1, 3, 1]
    assert (told["/news"]["clients"], told["/news"]["handlers"]) == (0, 1)


def test_handlers_tell_how_their_runs_went() -> None:
    log = make.lesson()
    log.append(r.HandlerRegistered("/", "chat", "Chat.on_chat", method=True))
    (chat,) = rows(columns.handlers(log.state))
    assert (chat["handler"], chat["cell"], chat["calls"], chat["errors"]) == ("on_chat", "In[4]", 1, 0)
    assert (chat["mean_ms"], chat["p95_ms"], chat["shadows"]) == (1.5, 1.5, "Chat.on_chat")
    assert (list(chat)[-1], chat["output"]) == ("output", "hello from ada\n")


def test_tasks_tell_whose_they_are_what_they_do_and_what_started_them() -> None:
    log = Log()
    connected = make.connect(log, make.ADA)
    tick = make.start_task(log, "tick", cell="In [3]", source="3.py:2", cause=connected.asked)
    poll = make.start_task(log, "poll")
    log.append(r.TaskLingers(poll.seq, "it never calls socketio.sleep"))
    table = columns.tasks(log.state)
    told = rows(table)[0]
    assert [told[name] for name in ("id", "task", "cell", "source")] == [tick.seq, "tick", "In [3]", "3.py:2"]
    assert (told["state"], told["started_at"], told["cause"]) == ("running", tick.at, connected.seq)
    assert table.cells["state"][1] == "ending: it never calls socketio.sleep"
    assert (table.cells["cell"][1], table.cells["cause"][1], table.index) == (None, None, ("id",))


def test_a_row_is_a_mapping_of_all_columns() -> None:
    row = columns.clients(make.lesson().state).row(0)
    assert list(row) == [column.name for column in columns.CLIENTS]
    assert len(row) == len(columns.CLIENTS)
    with pytest.raises(KeyError):
        row["nothing"]


def test_picked_rows_are_in_the_order_asked_for() -> None:
    table = columns.from_rows((Column("x", "integer", ""),), ("x",), [(1,), (2,), (3,)])
    assert table.pick([2, 0]).cells["x"] == [3, 1]
    assert table.pick([]).cells["x"] == []


def test_a_row_too_short_is_an_error() -> None:
    two = (Column("x", "integer", ""), Column("y", "integer", ""))
    with pytest.raises(ValueError, match="zip"):
        columns.from_rows(two, (), [(1, 2), (3,)])
