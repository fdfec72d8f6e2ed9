"""The tables: they show themselves, filter, count and make DataFrames."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sio_lab import tables
from sio_lab.core import columns
from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.errors import FilterError, RecordDropped, Usage
from tests import factories as make

LESSON = make.lesson()
WORK = Log()
make.start_task(WORK, "tick", cell="In [3]")
ALL = [1, 9, 15, 16, 17, 18, 19, 23, 24, 25, 27, 30, 31, 32]
TABLES: list[tables.Table] = [
    *(tables.traffic(LESSON), tables.errors(LESSON), tables.acks(LESSON)),
    *(tables.clients(LESSON), tables.rooms(LESSON), tables.namespaces(LESSON), tables.handlers(LESSON)),
    tables.tasks(WORK),
]
FILTERS = ["kind:event", "-kind:event", "client:ada", "hello", "ms>1", "status:raised,no-handler", "seq:10..20", ""]


def seqs(table: tables.Traffic) -> list[int]:
    return [row["seq"] for row in table]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_every_table_shows_itself_and_makes_a_frame(table: tables.Table) -> None:
    bundle = table._repr_mimebundle_(include=None, exclude=None)
    assert bundle["text/plain"] == repr(table)
    assert bundle["text/html"].startswith('<div class="sio-lab">')
    assert len(table.df) == len(table) == len(list(table)) == len(table.columns)
    assert len(table) > 0


@pytest.mark.parametrize(
    "make_table", [tables.traffic, tables.errors, tables.acks, tables.clients, tables.rooms, tables.tasks]
)
def test_every_table_of_nothing_says_so(make_table: Any) -> None:
    table = make_table(Log())
    assert len(table) == len(table.df) == 0
    assert repr(table).count("\n") == 0


@settings(deadline=None)
@given(st.sampled_from(FILTERS), st.sampled_from(FILTERS))
def test_filters_choose_among_the_rows_and_chain(one: str, other: str) -> None:
    traffic = tables.traffic(LESSON)
    both = seqs(traffic.where(one).where(other))
    assert both == [seq for seq in seqs(traffic.where(one)) if seq in seqs(traffic.where(other))]
    assert seqs(traffic.where(f"{one} {other}")) == both
    assert set(both) <= set(ALL)


def test_a_filter_leaves_the_table_it_came_from_alone() -> None:
    clients = tables.clients(LESSON)
    assert len(clients.where("client:nobody")) == 0
    assert len(clients) == 1
    assert "[client:nobody]" in repr(clients.where("client:nobody"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.title)
def test_a_filter_that_cannot_be_read_is_an_error_at_once(table: tables.Table) -> None:
    with pytest.raises(FilterError, match="evnt"):
        table.where("evnt:chat")


def test_a_filter_for_another_table_is_an_error_at_once() -> None:
    with pytest.raises(FilterError):
        tables.rooms(LESSON).where("ms>5")


def test_a_table_is_built_anew_at_each_look() -> None:
    log = Log()
    clients, traffic = tables.clients(log), tables.traffic(log)
    make.connect(log, make.ADA, name="ada")
    assert (len(clients), len(traffic)) == (1, 1)
    assert "ada" in repr(clients)


def test_shown_rooms_leave_personal_ones_out_and_the_frame_has_them() -> None:
    rooms = tables.rooms(LESSON)
    assert "rooms: 1 row" in repr(rooms)
    assert rooms.df["personal"].tolist() == [True, False]


def test_tasks_are_those_that_run_numbered_for_their_frame() -> None:
    log = Log()
    tick, poll = make.start_task(log, "tick", cell="In [3]"), make.start_task(log, "poll", cell="In [4]")
    tasks = tables.tasks(log)
    assert tasks.df.index.tolist() == [tick.seq, poll.seq]
    assert (tasks.df.index.name, str(tasks.df.index.dtype)) == ("id", "int64")
    assert [row["task"] for row in tasks.where('cell:"In [4]"')] == ["poll"]
    for task in (tick, poll):
        log.append(r.TaskEnded(task.seq, "finished"))
    assert repr(tasks) == "tasks: no task runs"


def test_tables_are_built_under_the_log_s_lock() -> None:
    log = Log()
    owned: list[bool] = []

    def build(state: Any) -> columns.Columns:
        owned.append(log.lock._is_owned())  # type: ignore[attr-defined]
        return columns.clients(state)

    table = tables.Table(tables._under_lock(log, build), "clients")
    assert len(table) == 0
    assert owned == [True]


def test_the_newest_rows_are_shown_and_the_way_to_the_others() -> None:
    log = Log(max_records=200)
    for number in range(300):
        make.receive(log, make.ADA, f"event{number}")
    shown = repr(tables.traffic(log))
    assert "traffic: last 50 of 200 rows" in shown
    assert "150 earlier rows are not shown: .df has all rows" in shown.replace("\n", " ")
    assert "100 older records have left the log" in shown
    assert "event299" in shown
    assert "event249" not in shown
    assert "left the log" not in repr(tables.traffic(log)[150:])


def test_a_table_of_what_is_true_now_shows_its_newest_rows_too() -> None:
    log = Log()
    for number in range(60):
        make.connect(log, f"sid{number:05}", name=f"name{number}")
    assert "clients: last 50 of 60 rows" in repr(tables.clients(log))
    assert "name59" in repr(tables.clients(log))


def test_a_row_is_found_by_its_seq() -> None:
    traffic = tables.traffic(LESSON)
    assert traffic[16].event == "chat"
    assert traffic[-1].seq == 32
    assert traffic.where("kind:event")[-1].seq == 27
    assert tables.errors(LESSON)[-4].status == "raised"


def test_a_row_that_is_not_there_is_an_error_that_says_what_is() -> None:
    traffic = tables.traffic(LESSON)
    with pytest.raises(RecordDropped, match="no record 99"):
        traffic[99]
    with pytest.raises(RecordDropped, match=r"no row \[-15\]: this table has 14 rows"):
        traffic[-15]
    with pytest.raises(Usage, match="part of row 16"):
        traffic[20]


def test_a_row_is_asked_for_by_number_and_a_range_without_step() -> None:
    traffic = tables.traffic(LESSON)
    with pytest.raises(Usage, match=r"to search, \.where\('chat'\)"):
        traffic["chat"]  # type: ignore[call-overload]
    with pytest.raises(Usage, match="no step"):
        traffic[1:9:2]
    with pytest.raises(Usage):
        traffic["a":"b"]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (slice(5, 17), [9, 15, 16]),
        (slice(None, 16), [1, 9, 15]),
        (slice(30, None), [30, 31, 32]),
        (slice(None, None), ALL),
        (slice(-3, None), [30, 31, 32]),
        (slice(-5, -3), [25, 27]),
        (slice(None, -13), [1]),
        (slice(-100, None), ALL),
        (slice(-100, -50), []),
        (slice(20, 10), []),
        (slice(0, 0), []),
    ],
)
def test_slices_are_by_seq_and_negative_ones_by_row(which: slice, expected: list[int]) -> None:
    assert seqs(tables.traffic(LESSON)[which]) == expected


def test_slices_and_filters_go_together() -> None:
    traffic = tables.traffic(LESSON)
    assert seqs(traffic[10:26].where("kind:event")) == [16, 25]
    assert seqs(traffic.where("kind:event")[-2:]) == [25, 27]
    assert seqs(traffic[10:20][15:30]) == [15, 16, 17, 18, 19]


def test_a_frame_without_decoding_has_wire_text() -> None:
    raw = tables.traffic(LESSON).frame(decode=False)
    assert raw.loc[16, "args"] == '27["chat",{"text":"hello"}]'
    assert tables.traffic(LESSON).frame().loc[16, "args"] == ({"text": "hello"},)


def test_the_server_s_decoder_reads_payloads_and_acks() -> None:
    def read(_: Any) -> Any:
        return type("P", (), {"type": "EVENT", "args": ("read",)})

    assert tables.traffic(LESSON, read)[16].args == ("read",)
    assert set(tables.acks(LESSON, read).df["ack"].dropna()) == {("read",)}


def test_errors_are_what_failed() -> None:
    assert seqs(tables.errors(LESSON)) == [25, 27, 30, 31]
    assert repr(tables.errors(Log())) == "errors: nothing went wrong"


def test_acks_tell_who_was_asked() -> None:
    assert tables.acks(LESSON).df["state"].tolist() == ["acknowledged", "waiting", "acknowledged"]


def test_pandas_is_imported_for_frames_only() -> None:
    script = (
        "import sys; from sio_lab import tables; from tests import factories as make; log = make.lesson();"
        "t = tables.traffic(log); repr(t); t._repr_mimebundle_(); t.where('kind:event'); str(t[16]);"
        "sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_one_row_of_a_long_log_does_not_cost_a_table() -> None:
    log = Log(max_records=200_000, max_bytes=10**9)
    for number in range(20_000):
        make.receive(log, make.ADA, "chat", number)
    traffic = tables.traffic(log)
    began = time.perf_counter()
    for place in range(1, 101):
        assert traffic[-place].args == (20_000 - place,)
    assert time.perf_counter() - began < 1.0
