"""What is needed to run an event again, and what can't be run again."""

from __future__ import annotations

import pytest

from sio_lab.core import records as r
from sio_lab.core.log import Log
from sio_lab.core.scene import check_any, scene
from sio_lab.errors import LabError, RecordDropped, Usage
from tests import factories as make


def test_it_knows_the_rooms_of_then_and_the_connection() -> None:
    log = Log()
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "lobby")
    make.join(log, make.ADA, 7)
    log.append(r.Left("/", "lobby", make.ADA))
    hello = make.receive(log, make.ADA, "chat", ack_id=3)
    make.join(log, make.ADA, "later")
    make.disconnect(log, make.ADA)
    found = scene(log, hello.seq)
    assert (found.kind, found.event, found.sid, found.ack_id) == ("event", "chat", make.ADA, 3)
    assert (found.rooms, found.is_whole) == ((7,), True)
    assert found.connection == r.Connection(f"eio-{make.ADA}", "websocket", "127.0.0.1", "pytest")


def test_it_says_where_the_log_does_not_go_back_to_when_the_client_came() -> None:
    log = Log(max_records=3)
    make.connect(log, make.ADA)
    make.join(log, make.ADA, "lobby")
    hello = make.receive(log, make.ADA, "chat")
    found = scene(log, hello.seq)
    assert (found.rooms, found.is_whole, found.connection) == (("lobby",), False, None)


def test_a_snapshot_tells_where_clients_were() -> None:
    log = Log()
    known = r.Connection("eio", "polling", None, None)
    members = tuple(r.Member("/", room, "ada", "eio") for room in (None, "ada", "lobby"))
    log.append(r.Snapshot(members, (known,)))
    hello = log.append(r.EventReceived("/", "chat", "ada", "eio", 1, make.encode("EVENT", ["chat"])))
    found = scene(log, hello.seq)
    assert (found.rooms, found.is_whole, found.connection) == (("lobby",), True, known)


@pytest.mark.parametrize("kind", ["connect", "refused", "disconnect"])
def test_connects_and_disconnects_can_be_run_again(kind: str) -> None:
    log = Log()
    let_in = make.connect(log, make.ADA)
    rows = {"connect": let_in, "disconnect": make.disconnect(log, make.ADA)}
    wire = make.encode("CONNECT_ERROR", {"message": "no"})
    rows["refused"] = log.append(r.Refused("/", make.ADA, "eio", let_in.asked, "no", wire))
    found = scene(log, rows[kind].seq)
    assert found.kind == found.event == {"refused": "connect"}.get(kind, kind)


def test_what_can_not_be_run_again_says_what_it_is_and_what_can() -> None:
    log = make.lesson()
    kinds = {type(each): each.seq for each in log.since()}
    with pytest.raises(Usage, match=r"Row \d+ is of kind emit, which can't be replayed: rows of kind event, connect"):
        scene(log, kinds[r.Emitted])
    with pytest.raises(Usage, match=r"Record \d+ is part of row \d+: replay that"):
        scene(log, kinds[r.AckSent])
    with pytest.raises(Usage, match=r"Record \d+ is no row of the traffic table"):
        scene(log, kinds[r.HandlerRegistered])
    with pytest.raises(RecordDropped, match="There is no record 999"):
        scene(log, 999)
    with pytest.raises(LabError, match="Replay what"):
        check_any([])


def test_an_event_without_a_client_has_no_handler_to_enter() -> None:
    log = Log()
    lost = log.append(r.EventReceived("/", "chat", None, "eio", 1, make.encode("EVENT", ["chat"])))
    with pytest.raises(Usage, match="was in no such namespace"):
        scene(log, lost.seq)


def test_a_connect_that_was_refused_asks_again_with_what_it_asked() -> None:
    log = Log()
    asked = log.append(r.ConnectAsked("/", "eio", make.encode("CONNECT", {"token": "•••"})))
    refused = log.append(
        r.Refused("/", make.ADA, "eio", asked.seq, "no", make.encode("CONNECT_ERROR", {"message": "no"}))
    )
    assert scene(log, refused.seq).wire == asked.wire


def test_what_happened_on_a_raw_websocket_can_not_be_run_again() -> None:
    log = Log()
    opened = make.open_socket(log)
    for row in (opened, make.frame(log, opened, "hi"), make.close_socket(log, opened)):
        with pytest.raises(Usage, match=r"Row \d+ is of kind (handshake|frame|close), which can't be replayed"):
            scene(log, row.seq)
