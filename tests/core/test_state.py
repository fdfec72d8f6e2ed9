"""The fold: what is true after a sequence of records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.log import Log
from tests import factories as make


def test_a_client_is_there_from_its_first_room_to_its_last() -> None:
    log = Log()
    make.connect(log, make.ADA, name="ada")
    make.join(log, make.ADA, "lobby")
    assert log.state.members("/") == (make.ADA,)
    assert log.state.rooms_of(make.ADA) == ["lobby"]
    assert log.state.clients[make.ADA].connected_at is not None
    make.disconnect(log, make.ADA)
    assert (log.state.clients, log.state.rooms) == ({}, {})


def test_only_joined_and_left_change_who_is_where() -> None:
    log = Log()
    log.append(r.Connected("/", "ghost", "eio", None))
    log.append(r.Disconnected("/", "ghost", "eio", "gone"))
    log.append(r.RoomClosed("/", "lobby"))
    assert (log.state.clients, log.state.rooms) == ({}, {})


def test_joining_twice_counts_once() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "lobby")
    first = log.state.rooms["/"]["lobby"][make.ADA]
    make.join(log, make.ADA, "lobby")
    log.append(r.Left("/", "lobby", make.ADA))
    assert log.state.rooms_of(make.ADA) == []
    assert first > 0


def test_personal_rooms_are_told_from_others() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, 7)
    assert log.state.is_personal(None)
    assert log.state.is_personal(make.ADA)
    assert not log.state.is_personal(7)
    assert log.state.rooms_of(make.ADA) == [7]


def test_rooms_of_a_stranger_are_none() -> None:
    assert Log().state.rooms_of("nobody") == []


def test_a_name_covers_all_namespaces_of_a_connection_and_outlives_it() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "polling", "127.0.0.1", "agent")))
    log.append(r.Joined("/", None, "early", "eio"))
    log.append(r.ClientNamed("eio", "ada"))
    log.append(r.Joined("/chat", None, "late", "eio"))
    log.append(r.Left("/", None, "early"))
    log.append(r.Closed("eio", "gone"))
    assert [log.state.name_of(sid) for sid in ("early", "late", "other", None)] == ["ada", "ada", None, None]


def test_the_newest_names_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.state.REMEMBERED_NAMES", 4)
    log = Log()
    for number in range(5):
        make.connect(log, f"sid{number}", name=f"name{number}")
    assert list(log.state.names) == ["eio-sid3", "sid3", "eio-sid4", "sid4"]


def test_an_upgrade_and_a_ping_annotate_the_connection() -> None:
    log = Log()
    log.append(r.Opened(r.Connection("eio", "polling", "127.0.0.1", "agent")))
    log.append(r.Upgraded("eio", ()))
    log.append(r.PingAnswered("eio", 1.5))
    assert log.state.connections["eio"].transport == "websocket"
    assert log.state.connections["eio"].rtt_ms == 1.5


@pytest.mark.parametrize(
    "record", [r.Upgraded("x", ()), r.PingAnswered("x", 1.0), r.Closed("x", ""), r.Left("/", 1, "x")]
)
def test_records_of_strangers_change_nothing(record: r.Record) -> None:
    log = Log()
    log.append(record)
    assert (log.state.connections, log.state.clients, log.state.rooms) == ({}, {}, {})


def test_events_are_counted_for_client_namespace_and_handler() -> None:
    log = Log()
    make.connect(log, make.ADA)
    log.append(r.HandlerRegistered("/", "chat", "on_chat"))
    for status in ("handled", "raised"):
        received = make.receive(log, make.ADA, "chat", "hi")
        log.append(r.Handled(received.seq, status, 4.0, key=("/", "chat")))
    handler = log.state.functions["/", "chat"]
    assert (handler.calls, handler.errors, handler.mean_ms, handler.p95_ms) == (2, 1, 4.0, 4.0)
    assert (log.state.counts["/"].events, log.state.counts["/"].errors) == (2, 1)
    client = log.state.clients[make.ADA]
    assert (client.events_in, client.bytes_in) == (2, 2 * len('2["chat","hi"]'))
    assert log.state.running == {}


def test_emits_and_acks_are_counted_for_their_recipients() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.connect(log, make.BEN)
    emitted = make.emit(log, "tick", recipients=[make.ADA, make.BEN])
    log.append(r.AckSent(1, make.ADA, r.Wire("31[]")))
    assert log.state.clients[make.BEN].bytes_out == emitted.wire.size
    assert log.state.clients[make.ADA].bytes_out == emitted.wire.size + 4
    assert log.state.clients[make.ADA].events_out == 1


def test_percentiles_are_of_the_newest_runs() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "chat", "on_chat"))
    for ms in [1000.0] * 10 + [float(number) for number in range(1, 501)]:
        received = make.receive(log, make.ADA, "chat")
        log.append(r.Handled(received.seq, "handled", ms, key=("/", "chat")))
    assert log.state.functions["/", "chat"].p95_ms == 475.0


def test_a_handler_that_never_ran_has_no_durations() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "chat", "on_chat"))
    handler = log.state.functions["/", "chat"]
    assert (handler.mean_ms, handler.p95_ms, handler.last_at) == (None, None, None)


def test_the_end_of_one_address_is_not_that_of_another() -> None:
    log = Log()
    log.append(r.ServerStarted("http://a"))
    log.append(r.ServerStarted("http://b"))
    log.append(r.ServerStopped("http://a"))
    assert log.state.url == "http://b"
    log.append(r.ServerStopped("http://b"))
    assert log.state.url is None


def test_a_function_hides_a_method_whichever_came_first() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "chat", "on_chat"))
    log.append(r.HandlerRegistered("/", "chat", "Chat.on_chat", method=True))
    [(key, handler, shadows)] = log.state.handlers()
    assert (key, handler.registered.function, shadows) == (("/", "chat"), "on_chat", "Chat.on_chat")
    log.append(r.HandlerRemoved("/", "chat"))
    [(_, handler, shadows)] = log.state.handlers()
    assert (handler.registered.function, shadows) == ("Chat.on_chat", None)


def test_a_function_hides_another_cells_until_that_goes() -> None:
    log = Log()
    log.append(r.HandlerCovers("/", "chat", "too_early"))
    log.append(r.HandlerRegistered("/", "chat", "newer", shadows="older"))
    assert [shadows for *_, shadows in log.state.handlers()] == ["older"]
    log.append(r.HandlerCovers("/", "chat", None))
    assert [shadows for *_, shadows in log.state.handlers()] == [None]
    log.append(r.HandlerCovers("/", "chat", "another"))
    log.append(r.HandlerRegistered("/", "chat", "newest"))
    assert [shadows for *_, shadows in log.state.handlers()] == [None]


def test_what_runs_is_known_until_it_ends() -> None:
    log = Log()
    received = make.receive(log, make.ADA, "slow")
    assert list(log.state.running) == [received.seq]
    log.append(r.Handled(received.seq, "handled", 1.0))
    assert log.state.running == {}


def test_a_connect_without_a_handler_does_not_stay_running() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/nowhere", "eio", r.Wire("0/nowhere,")))
    log.append(r.Refused("/nowhere", None, "eio", asked.seq, "no", r.Wire("4")))
    assert log.state.running == {}


def test_a_snapshot_is_what_was_there() -> None:
    log = Log()
    members = (
        r.Member("/", None, "sid", "eio"),
        r.Member("/", "sid", "sid", "eio"),
        r.Member("/", "lobby", "sid", "eio"),
    )
    log.append(r.Snapshot(members, (r.Connection("eio", "websocket", "127.0.0.1", None),)))
    assert log.state.rooms_of("sid") == ["lobby"]
    assert log.state.clients["sid"].connected_at is not None
    assert log.state.connections["eio"].transport == "websocket"


def test_stopping_forgets_the_address_and_not_what_still_runs() -> None:
    log = Log()
    log.append(r.ServerStarted("http://x"))
    assert log.state.url == "http://x"
    slow = make.receive(log, make.ADA, "slow")
    log.append(r.ServerStopped("http://x"))
    assert (log.state.url, list(log.state.running)) == (None, [slow.seq])


def test_a_value_that_cannot_be_sent_makes_one_run_one_error() -> None:
    log = Log()
    log.append(r.HandlerRegistered("/", "ask", "on_ask"))
    received = make.receive(log, make.ADA, "ask")
    for status in ("handled", "raised"):
        log.append(r.Handled(received.seq, status, 4.0, key=("/", "ask")))
    handler = log.state.functions["/", "ask"]
    assert (handler.calls, handler.errors, handler.mean_ms, len(handler.recent_ms)) == (1, 1, 4.0, 1)
    assert log.state.counts["/"].errors == 1


def test_namespaces_are_those_with_clients_handlers_or_a_past() -> None:
    log = Log()
    make.connect(log, make.ADA, "/a")
    log.append(r.HandlerRegistered("/b", "x", "f"))
    make.receive(log, make.BEN, "x", namespace="/c")
    assert log.state.namespaces() == ["/a", "/b", "/c"]


def test_a_task_is_there_until_it_ends_whatever_else_is_told_of_it() -> None:
    log = Log()
    tick, poll = make.start_task(log, "tick"), make.start_task(log, "poll")
    log.append(r.TaskLingers(poll.seq, "it never calls socketio.sleep"))
    log.append(r.ServerStopped("http://x"))
    assert {task.started.name: task.lingers for task in log.state.tasks.values()} == {
        "tick": None,
        "poll": "it never calls socketio.sleep",
    }
    log.append(r.TaskEnded(tick.seq, "finished"))
    assert list(log.state.tasks) == [poll.seq]


@pytest.mark.parametrize("record", [r.TaskLingers(9, "why"), r.TaskEnded(9, "raised")])
def test_what_is_told_of_a_task_that_is_not_known_changes_nothing(record: r.Record) -> None:
    log = Log()
    log.append(record)
    assert log.state.tasks == {}


def test_what_a_connect_caused_is_told_by_the_row_of_its_outcome() -> None:
    log = Log()
    connected, refused = make.connect(log, make.ADA), make.refuse(log)
    assert [log.state.row_of(told.asked) for told in (connected, refused)] == [connected.seq, refused.seq]
    assert [log.state.row_of(cause) for cause in (77, None)] == [77, None]


def test_the_newest_outcomes_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.state.REMEMBERED_OUTCOMES", 2)
    log = Log()
    told = [make.connect(log, f"sid{number}") for number in range(3)]
    log.append(r.Connected("/", "sid3", "eio", None))
    assert list(log.state.outcomes.values()) == [connected.seq for connected in told[1:]]


def test_a_client_that_comes_back_under_its_sid_got_nothing_of_what_was_sent_before() -> None:
    log = Log()
    for sid in ("a", "b"):
        log.append(r.Joined("/", None, sid, f"eio-{sid}"))
    emit = r.Emitted("/", "tick", (), (), ("a", "b"), r.Wire("xx"))
    log.append(emit)
    log.append(r.Left("/", None, "a"))
    log.append(r.Joined("/", None, "a", "eio-a"))
    assert [log.state.clients[sid].events_out for sid in ("a", "b")] == [0, 1]
    for _ in range(3):
        log.append(r.Emitted("/", "tick", (), (), ("a", "b", "gone"), r.Wire("xx")))
    assert [log.state.clients[sid].events_out for sid in ("a", "b")] == [3, 4]
    assert [log.state.clients[sid].bytes_out for sid in ("a", "b")] == [6, 8]


@given(st.lists(st.lists(st.sampled_from("abcd"), max_size=3, unique=True).map(tuple), max_size=200))
def test_emits_are_counted_for_each_of_their_recipients(emits: list[tuple[str, ...]]) -> None:
    log = Log()
    for sid in "abc":
        log.append(r.Joined("/", None, sid, f"eio-{sid}"))
    for recipients in emits:
        log.append(r.Emitted("/", "tick", (), (), recipients, r.Wire("xx")))
    counted = {sid: (client.events_out, client.bytes_out) for sid, client in log.state.clients.items()}
    got = {sid: sum(sid in recipients for recipients in emits) for sid in "abc"}
    assert counted == {sid: (times, 2 * times) for sid, times in got.items()}


def test_who_has_left_is_remembered_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.core.state.REMEMBERED_DEPARTURES", 2)
    log = Log()
    gone = []
    for sid in ("one", "two", "three"):
        make.connect(log, sid)
        gone.append(make.disconnect(log, sid, reason="ping timeout"))
    assert log.state.departed == {"two": gone[1], "three": gone[2]}
