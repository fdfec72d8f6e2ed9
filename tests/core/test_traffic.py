"""The traffic table: which records make a row, and what is merged into it."""

from __future__ import annotations

from typing import Any

import pytest

from sio_lab.core import records as r
from sio_lab.core import traffic
from sio_lab.core.log import Log
from sio_lab.core.wire import Packet, encode
from tests import factories as make

HELLO = 16


def rows_of(log: Log) -> dict[int, dict[str, Any]]:
    table = traffic.traffic(log.since(), log.state)
    return {row["seq"]: dict(row) for row in map(table.row, range(len(table)))}


@pytest.fixture
def log() -> Log:
    return make.lesson()


def test_each_thing_that_happened_is_one_row(log: Log) -> None:
    kinds = [row["kind"] for row in rows_of(log).values()]
    assert kinds == [
        *("server", "connect", "connect", "event", "join", "emit", "emit", "emit", "ack"),
        *("event", "event", "refused", "rejected", "disconnect"),
    ]


def test_an_event_s_row_has_its_handler_and_its_ack(log: Log) -> None:
    row = rows_of(log)[HELLO]
    assert (row["direction"], row["event"], row["sid"], row["client"]) == ("in", "chat", make.ADA, "ada")
    assert (row["args"], row["ack_id"], row["ack"]) == (({"text": "hello"},), 7, ("ok",))
    assert (row["status"], row["ms"], row["handler"], row["cell"]) == ("handled", 1.5, "on_chat", "In[4]")
    assert row["bytes"] == len('27["chat",{"text":"hello"}]')


def test_an_event_is_running_until_its_handler_is_done() -> None:
    log = Log()
    make.receive(log, make.ADA, "slow")
    assert rows_of(log)[1]["status"] == "running"


def test_an_emit_to_one_client_names_it_and_has_its_ack(log: Log) -> None:
    row = rows_of(log)[19]
    assert (row["direction"], row["sid"], row["recipients"], row["to"]) == ("out", make.ADA, 1, make.ADA)
    assert (row["ack"], row["ms"], row["cause"], row["origin"]) == ((4,), 20.0, HELLO, "handler")


def test_a_broadcast_names_nobody_and_its_acks_are_rows_that_it_caused(log: Log) -> None:
    rows = rows_of(log)
    assert (rows[23]["sid"], rows[23]["recipients"], rows[23]["ack"]) == (None, 2, None)
    assert (rows[24]["kind"], rows[24]["sid"], rows[24]["args"], rows[24]["cause"]) == ("ack", make.BEN, ("b",), 23)


def test_an_ack_that_nobody_waits_for_is_a_row() -> None:
    log = Log()
    log.append(r.AckReceived(None, "/", make.ADA, 99, encode("ACK", [1], ack_id=99)))
    assert (rows_of(log)[1]["kind"], rows_of(log)[1]["cause"]) == ("ack", None)


def test_a_connect_s_row_has_what_the_client_asked_with(log: Log) -> None:
    row = rows_of(log)[9]
    assert (row["args"], row["status"]) == (({"token": "•••"},), None)
    assert rows_of(log)[15]["args"] == ()


def test_what_a_connect_handler_does_is_caused_by_the_row_that_tells_how_it_ended() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", encode("CONNECT", None)))
    make.join(log, make.ADA, "lobby", asked.seq)
    make.handle(log, asked, handler="on_connect", ms=2.0)
    connected = log.append(r.Connected("/", make.ADA, "eio", asked.seq))
    rows = rows_of(log)
    assert rows[2]["cause"] == connected.seq
    assert (rows[connected.seq]["handler"], rows[connected.seq]["ms"]) == ("on_connect", 2.0)


def test_failures_say_what_went_wrong_and_what_to_do(log: Log) -> None:
    rows = rows_of(log)
    assert (rows[25]["status"], rows[25]["error"]) == ("raised", "KeyError: 'user'")
    assert (rows[27]["status"], rows[27]["error"]) == ("no-handler", "did you mean chat?")
    assert rows[30]["error"] == "Unable to connect - did you mean /?"
    assert (rows[31]["status"], rows[31]["error"]) == ("400", "origin http://evil.example is not allowed")


def test_failures_are_what_raised_was_refused_or_found_no_handler(log: Log) -> None:
    log.append(r.HttpRequest("GET", "/missing", 404, 1.0, None))
    broken = log.append(r.HttpRequest("GET", "/broken", 500, 1.0, None))
    failed = [seq for seq, row in rows_of(log).items() if traffic.is_failure(row)]
    assert failed == [25, 27, 30, 31, broken.seq]
    assert not traffic.is_failure({"namespace": "/"})


def test_namespaces_and_personal_rooms_make_no_rows() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.disconnect(log, make.ADA)
    assert [row["kind"] for row in rows_of(log).values()] == ["connect", "disconnect"]


def test_rooms_of_any_type_are_told_as_text() -> None:
    log = Log()
    make.join(log, make.ADA, 5)
    log.append(r.RoomClosed("/", 5))
    make.emit(log, "x", to=("a", 5))
    assert [row["to"] for row in rows_of(log).values()] == ["5", "5", "a, 5"]


def test_other_rows_tell_what_they_are_about() -> None:
    log = Log()
    log.append(r.HttpRequest("GET", "/", 200, 4.0, None))
    log.append(r.Upgraded("eio", (make.ADA, make.BEN)))
    log.append(r.Snapshot((), ()))
    log.append(r.Disconnected("/", make.ADA, "eio", "ping timeout"))
    log.append(r.ServerStopped("http://x"))
    told = [(row["event"], row["args"], row["status"]) for row in rows_of(log).values()]
    assert told == [
        ("GET /", None, "200"),
        (None, ("websocket",), None),
        ("attached", None, None),
        (None, ("ping timeout",), None),
        ("stopped", ("http://x",), None),
    ]
    assert rows_of(log)[2]["sid"] == f"{make.ADA}, {make.BEN}"


def test_undecoded_payloads_stay_wire_text(log: Log) -> None:
    table = traffic.traffic(log.since(), log.state, None)
    row = table.row(table.cells["seq"].index(HELLO))
    assert (row["args"], row["ack"]) == ('27["chat",{"text":"hello"}]', '37["ok"]')


def test_what_cannot_be_read_is_shown_as_it_came() -> None:
    log = Log()
    log.append(r.EventReceived("/", "?", None, "eio", 1, r.Wire("2{not json")))
    assert rows_of(log)[1]["args"] == ("2{not json",)


def test_another_decoder_reads_what_is_not_json() -> None:
    log = Log()
    log.append(r.EventReceived("/", "x", None, "eio", 1, r.Wire(b"\x93")))
    table = traffic.traffic(log.since(), log.state, lambda _: Packet("EVENT", "/", None, ["x", 1]))
    assert table.cells["args"] == [(1,)]


def test_a_column_that_nobody_looks_at_is_not_made(log: Log) -> None:
    def read(_: r.Wire) -> Packet:
        raise AssertionError("decoded for nothing")

    table = traffic.tabulate(traffic.merge(log.since()), log.state, read)
    assert table.cells["event"][3] == "chat"
    assert list(table.cells) == list(table.names)
    assert len(table.cells) == len(table.names)


def test_what_was_dropped_leaves_the_rest_readable() -> None:
    log = Log(max_records=20)
    for record in make.lesson().since():
        log.append(record)
    rows = rows_of(log)
    assert (rows[HELLO]["status"], rows[15]["args"], rows[15]["handler"]) == ("handled", None, None)
