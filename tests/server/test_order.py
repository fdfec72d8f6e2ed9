"""What the log's order promises, checked in the very moment in which a packet leaves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import flask_socketio
import pytest

from sio_lab.core import records as r

if TYPE_CHECKING:
    from tests.server.peers import RawSocket
    from tests.server.rig import Rig


class Watch:
    """Notes, for each packet that leaves on a connection, what is in the log."""

    def __init__(self, rig: Rig, eio_sid: str) -> None:
        self.left: list[tuple[str | bytes, list[r.Record]]] = []
        connection = rig.server.eio.sockets[eio_sid]
        send = connection.send

        def note_and_send(packet: Any) -> None:
            self.left.append((packet.data, rig.log.since()))
            send(packet)

        connection.send = note_and_send

    def log_when(self, start: str) -> list[r.Record]:
        """Return what was in the log when the first packet left that begins with `start`."""
        return next(log for text, log in self.left if isinstance(text, str) and text.startswith(start))


def watched(rig: Rig) -> tuple[RawSocket, Watch]:
    raw = rig.raw()
    return raw, Watch(rig, raw.opened())


def of(log: list[r.Record], kind: type[r.Record]) -> list[Any]:
    return [record for record in log if type(record) is kind]


def test_connected_comes_before_the_connect_packet(rig: Rig) -> None:
    raw, watch = watched(rig)
    sid = raw.enter()
    assert [record.sid for record in of(watch.log_when("0"), r.Connected)] == [sid]
    assert rig.log.state.clients[sid].connected_at is not None


def test_refused_comes_before_the_connect_error(rig: Rig) -> None:
    rig.socketio.on_event("connect", lambda: False)
    raw, watch = watched(rig)
    raw.send("40")
    assert raw.receive().startswith("44")
    log = watch.log_when("4")
    assert [len(of(log, kind)) for kind in (r.ConnectAsked, r.Handled, r.Refused)] == [1, 1, 1]


def test_handled_and_the_ack_come_before_the_ack_packet(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    raw, watch = watched(rig)
    raw.enter()
    raw.send('427["echo",1]')
    assert raw.receive() == "437[1]"
    log = watch.log_when("37")
    assert [(record.status, record.value) for record in of(log, r.Handled)][-1] == ("handled", "1")
    assert of(log, r.AckSent)[0].wire.text == "37[1]"


@pytest.mark.parametrize("options", [{}, {"callback": print}], ids=["plain", "with ack"])
@pytest.mark.parametrize("payload", ["text", ["one", b"\x01", b"\x02"]], ids=["text", "binary"])
def test_an_emit_comes_before_its_first_packet(rig: Rig, payload: Any, options: dict[str, Any]) -> None:
    raws = [watched(rig) for _ in range(3)]
    for raw, _ in raws:
        raw.enter()
    rig.server.emit("news", payload, **options)
    begin = "52-" if isinstance(payload, list) else "2"
    for _, watch in raws:
        emitted = of(watch.log_when(begin), r.Emitted)
        assert [len(record.recipients) for record in emitted] == [3]
        assert emitted[0].wire.attachments == ((b"\x01", b"\x02") if isinstance(payload, list) else ())


def test_what_a_handler_emits_comes_after_its_event_and_before_it_is_handled(rig: Rig) -> None:
    rig.socketio.on_event("go", lambda: [flask_socketio.emit("one"), flask_socketio.emit("two")])
    raw, watch = watched(rig)
    raw.enter()
    raw.send('421["go"]')
    assert [raw.receive() for _ in range(3)] == ['42["one"]', '42["two"]', "431[[null,null]]"]
    order = [type(record) for record in watch.log_when("31")][-5:]
    assert order == [r.EventReceived, r.Emitted, r.Emitted, r.Handled, r.AckSent]


def test_an_ack_comes_before_its_callback_runs(rig: Rig) -> None:
    seen: list[int] = []
    raw, _ = watched(rig)
    raw.enter()
    rig.server.emit("question", callback=lambda: seen.append(len(rig.all(r.AckReceived))))
    raw.send("431[]", "1")
    rig.first(r.Closed)
    assert seen == [1]


def test_disconnected_comes_before_its_handler_and_its_rooms_after(rig: Rig) -> None:
    seen: list[tuple[int, int]] = []
    rig.socketio.on_event("disconnect", lambda *_: seen.append((len(rig.all(r.Disconnected)), len(rig.all(r.Left)))))
    raw, _ = watched(rig)
    raw.enter()
    raw.send("1")
    rig.first(r.Closed)
    assert seen == [(1, 0)]
    assert [type(record) for record in rig.log.since()][-5:] == [r.Disconnected, r.Handled, r.Left, r.Left, r.Closed]
