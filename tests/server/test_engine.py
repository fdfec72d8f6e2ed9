"""Connections: opened, upgraded, pinged, rejected and closed."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from sio_lab.core import records as r
from sio_lab.core.cause_request import NO_UPGRADE, UNKNOWN_SID, hint_of
from sio_lab.core.cause_version import OLD_CLIENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.peers import Poller
    from tests.server.rig import Rig

UPGRADE = "/socket.io/?EIO=4&transport=websocket&sid="


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_opened_tells_transport_address_and_browser(rig: Rig, transport: str) -> None:
    peer = rig.peer(transports=(transport,), headers={"User-Agent": "Browser/" + "9" * 600})
    connection = rig.first(r.Opened).connection
    assert (connection.eio_sid, connection.transport, connection.address) == (peer.eio.sid, transport, "127.0.0.1")
    assert connection.user_agent == ("Browser/" + "9" * 600)[:500]


def upgraded(rig: Rig, poller: Poller, *answers: str) -> Any:
    raw = rig.raw(path=UPGRADE + poller.eio_sid)
    raw.send("2probe")
    assert raw.receive() == "3probe"
    raw.send(*answers)
    return raw


def test_an_upgrade_is_told_with_its_clients(rig: Rig) -> None:
    rig.socketio.on_event("ping", lambda: "pong", namespace="/chat")
    poller = rig.poller()
    sids = poller.enter(), poller.enter("/chat")
    assert rig.log.state.connections[poller.eio_sid].transport == "polling"
    raw = upgraded(rig, poller, "5")
    assert (rig.first(r.Upgraded).eio_sid, rig.first(r.Upgraded).sids) == (poller.eio_sid, sids)
    assert rig.log.state.connections[poller.eio_sid].transport == "websocket"
    raw.send('42/chat,1["ping"]')
    answers = [raw.receive(), raw.receive()]  # the NOOP that ends a poll may come first
    assert '43/chat,1["pong"]' in answers
    raw.send("5", '42/chat,2["ping"]')
    while raw.receive() != '43/chat,2["pong"]':
        pass
    assert len(rig.all(r.Upgraded)) == 1


def test_a_client_library_upgrades_once(rig: Rig) -> None:
    rig.peer(transports=("polling", "websocket"))
    rig.first(r.Connected)
    assert len(rig.all(r.Upgraded)) == 1


@pytest.mark.parametrize("packets", [("4x",), ("2probe",)])
def test_an_upgrade_that_fails_is_none(rig: Rig, packets: tuple[str, ...]) -> None:
    rig.socketio.on_event("ping", lambda: "pong")
    poller = rig.poller()
    poller.enter()
    assert upgraded(rig, poller, *packets).receive() == ""
    poller.post('421["ping"]')
    packets = poller.get()
    assert '431["pong"]' in (packets if len(packets) > 1 else poller.get())  # the NOOP may have come alone
    assert rig.all(r.Upgraded) == []
    assert rig.log.state.connections[poller.eio_sid].transport == "polling"


def test_a_ping_answered_tells_the_round_trip(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(ping_interval=0.01)
    raw = rig.raw()
    eio_sid = raw.opened()
    for count in (1, 2):
        assert raw.receive() == "2"
        raw.send("3")
        rig.wait(lambda count=count: len(rig.all(r.PingAnswered)) == count)
    assert all(0 <= record.ms < 10_000 for record in rig.all(r.PingAnswered, eio_sid=eio_sid))
    assert rig.log.state.connections[eio_sid].rtt_ms == rig.all(r.PingAnswered)[-1].ms


def test_a_ping_is_told_on_long_polling_too(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(ping_interval=0.01)
    poller = rig.poller()
    assert poller.get() == ["2"]
    poller.post("3")
    assert rig.first(r.PingAnswered).eio_sid == poller.eio_sid


def test_a_pong_that_nobody_asked_for_is_nothing(rig: Rig) -> None:
    rig.poller().post("3")
    assert rig.all(r.PingAnswered) == []


OTHER_ORIGIN = "a page of http://evil.test may not connect: %sio stop, then %sio start --cors http://evil.test"
NO_CLIENT = hint_of("unsupported version", r.Asked("GET", "/socket.io/", ""))
NO_TRANSPORT = "there is no transport 'carrier': polling and websocket are there"
POLL = "/socket.io/?EIO=4&transport=polling"
REJECTIONS: dict[str, tuple[str, str, dict[str, str], int, str, str | None]] = {
    "another origin": ("GET", POLL, {"Origin": "http://evil.test"}, 400, "Not an accepted origin.", OTHER_ORIGIN),
    "an old client": ("GET", POLL.replace("4", "3"), {}, 400, "unsupported version", OLD_CLIENT),
    "no version": ("GET", "/socket.io/", {}, 400, "unsupported version", NO_CLIENT),
    "an unknown sid": ("GET", f"{POLL}&sid=gone", {}, 400, "Invalid session gone", UNKNOWN_SID),
    "a post without one": ("POST", POLL, {}, 400, "Invalid session None", UNKNOWN_SID),
    "another transport": ("GET", "/socket.io/?EIO=4&transport=carrier", {}, 400, "Invalid transport", NO_TRANSPORT),
    "no upgrade": ("GET", POLL.replace("polling", "websocket"), {}, 400, "Invalid websocket upgrade", NO_UPGRADE),
    "another method": ("PUT", POLL, {}, 405, "405", None),
    "a sid without end": ("GET", f"{POLL}&sid={'x' * 5000}", {}, 400, "Invalid session xxx", UNKNOWN_SID),
}


@pytest.mark.parametrize("name", REJECTIONS)
def test_a_rejected_request_makes_a_row_with_reason_and_advice(rig: Rig, name: str) -> None:
    method, path, headers, status, reason, hint = REJECTIONS[name]
    connection = http.client.HTTPConnection(urlsplit(rig.url).netloc, timeout=10)
    connection.request(method, path, headers=headers)
    assert connection.getresponse().status == status
    connection.close()
    rejected = rig.first(r.Rejected)
    assert (rejected.status, rejected.hint, rejected.address) == (status, hint, "127.0.0.1")
    assert reason in rejected.reason
    assert len(rejected.reason) <= 500
    assert rig.rows("rejected")[0]["status"] == str(status)
    assert rig.log.state.connections == {}


def test_an_origin_that_is_allowed_is_let_in(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(cors_allowed_origins="http://friend.test")
    rig.poller(headers={"Origin": "http://friend.test"}).enter()
    assert rig.all(r.Rejected) == []


def gone(rig: Rig, *packets: str) -> str:
    """Return the reason that a connection was closed for."""
    raw = rig.raw()
    raw.opened()
    raw.enter()
    raw.send(*packets)
    if not packets:
        raw.close()
    closed = rig.first(r.Closed)
    assert rig.first(r.Disconnected).reason == closed.reason
    assert rig.log.state.connections == rig.log.state.clients == {}
    return closed.reason


def test_a_client_that_says_goodbye(rig: Rig) -> None:
    assert gone(rig, "1") == "client disconnect"


def test_a_client_that_vanishes(rig: Rig) -> None:
    assert gone(rig) in {"transport close", "server disconnect"}  # the latter up to python-engineio 4.11


def test_a_client_that_answers_no_ping(make_rig: Callable[..., Rig]) -> None:
    assert gone(make_rig(ping_interval=0.01, ping_timeout=0.05), '42["still here"]') == "ping timeout"


def test_a_server_that_stops(rig: Rig) -> None:
    rig.poller().enter()
    rig.host.stop()
    assert [record.reason for record in rig.all(r.Closed)] == ["server disconnect"]


def test_connections_tell_what_is_open(rig: Rig) -> None:
    poller, peer = rig.poller(), rig.peer()
    found = {connection.eio_sid: connection for connection in rig.host._taps._engine.connections()}
    assert {eio_sid: connection.transport for eio_sid, connection in found.items()} == {
        poller.eio_sid: "polling",
        peer.eio.sid: "websocket",
    }


def test_a_connection_is_watched_once_however_often_it_is_met(rig: Rig) -> None:
    poller = rig.poller()
    connection = rig.server.eio.sockets[poller.eio_sid]
    watching = connection.receive
    rig.host._taps._engine._watch(connection)
    assert connection.receive is watching
