"""Parting from clients: what they send meanwhile, how each kind is told, and that none holds up the others."""

from __future__ import annotations

import queue
import subprocess
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from engineio import packet as eio_packet
from hypothesis import given
from hypothesis import strategies as st
from websocket import ABNF

from sio_lab.core import records as r
from sio_lab.server.failures import Unanswered
from sio_lab.server.handover import REFUSED, UNREADABLE, Clock, Farewell, Handover, Runs, _up_to_farewell
from sio_lab.server.host import Host
from sio_lab.server.patches import Patches
from sio_lab.server.program import new_pair
from tests.server.peers import DEADLINE, RawSocket
from tests.server.rig import Gate, folded, membership

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.server.peers import Poller
    from tests.server.rig import Rig

NODE = Path(__file__).parent.parent / "node"
CLIENT = """
import { io } from "socket.io-client";

const [url, ...transports] = process.argv.slice(1);
const socket = io(url, { transports, reconnectionDelay: 50, randomizationFactor: 0 });
let times = 0;
socket.on("disconnect", (reason) => console.log(reason));
socket.on("connect", () => console.log("connect"));
socket.on("connect", () => (times += 1) === 2 && process.exit());
"""


class Replacement:
    """Another program that takes the place of the one that a rig serves."""

    def __init__(self, rig: Rig) -> None:
        self.host = Host(new_pair({}), rig.log)
        self._rig = rig
        self._busy: list[str] | None = None
        self._thread = threading.Thread(target=self._run)

    def begin(self, *clients: RawSocket) -> None:
        """Begin with it, and wait until it is the new program's turn and clients have been asked to leave."""
        self._thread.start()
        self._rig.wait(lambda: len(self._rig.all(r.ServerStarted)) == 2)
        assert [client.receive() for client in clients] == [UNREADABLE] * len(clients)

    def end(self, *clients: RawSocket) -> list[str]:
        """Have clients leave, and wait until the old program is gone; returns the threads that would not end."""
        for client in clients:
            client.close()
        self._thread.join(2 * DEADLINE)
        assert self._busy is not None
        return self._busy

    def _run(self) -> None:
        self._busy = self.host.take_over(self._rig.host)


class Stalling:
    """The time as a process sees it that may be kept from running: of a sudden much has gone by."""

    sleep = staticmethod(time.sleep)

    def __init__(self) -> None:
        self._gone_by = 0
        self._asked = threading.Semaphore(0)

    def monotonic(self) -> float:
        self._asked.release()
        return time.monotonic() + self._gone_by

    def stall(self) -> None:
        """Have an hour gone by, and wait until that has been noticed."""
        self._gone_by += 3_600
        self._asked = threading.Semaphore(0)
        for _ in range(4):
            assert self._asked.acquire(timeout=DEADLINE)


@pytest.fixture
def replacement(rig: Rig) -> Iterator[Replacement]:
    """Return a program that may take the rig's place."""
    rig.url  # noqa: B018 - begins to serve
    replacement = Replacement(rig)
    yield replacement
    replacement.host.release()


@pytest.fixture
def raw(rig: Rig) -> RawSocket:
    """Return a client that sends what it is given, over a WebSocket."""
    return entered(rig)


@pytest.fixture
def poller(rig: Rig) -> Poller:
    """Return a client that polls by hand."""
    poller = rig.poller()
    poller.enter()
    return poller


def entered(rig: Rig) -> RawSocket:
    raw = rig.raw()
    raw.opened()
    raw.enter()
    return raw


def noting(rig: Rig, event: str = "tell") -> list[Any]:
    """Return what an event's handler will have been called with."""
    told: list[Any] = []
    rig.socketio.on_event(event, told.append)
    return told


def held(rig: Rig, send: Callable[[str], object]) -> Gate:
    """Have a client ask what takes its time; returns what holds the handler up."""
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    send('421["slow"]')
    gate.reached()
    return gate


def test_what_waits_for_an_ack_is_refused_and_told(rig: Rig, raw: RawSocket, replacement: Replacement) -> None:
    gate, asked = held(rig, raw.send), noting(rig, "ask")
    replacement.begin()
    raw.send('422["ask",1]')
    assert rig.handled("ask").hint == REFUSED
    assert rig.host._runs.heard_at(rig.first(r.Connected).eio_sid) > 0
    gate.open()
    assert raw.receive() == "431[]"
    assert raw.receive() == UNREADABLE
    assert asked == []
    assert replacement.end() == []


def test_what_waits_for_none_is_handled_to_the_last(rig: Rig, raw: RawSocket, replacement: Replacement) -> None:
    told = noting(rig)
    replacement.begin(raw)
    raw.send('42["tell",1]', '451-["tell",{"_placeholder":true,"num":0}]', b"bytes")
    assert replacement.end(raw) == []
    assert set(told) == {1, b"bytes"}


def test_an_event_that_comes_with_the_end_still_finds_its_client(
    rig: Rig, raw: RawSocket, replacement: Replacement
) -> None:
    gate, rooms = Gate(), []

    def tell() -> None:
        gate.pass_through()
        rooms.append(folded(rig.log))

    rig.socketio.on_event("tell", tell)
    replacement.begin(raw)
    raw.send('42["tell"]')
    gate.reached()
    raw.close()
    gate.open()
    assert replacement.end() == []
    assert rig.first(r.Connected).sid in rooms[0]["/"]


def test_a_handler_that_takes_its_time_is_not_waited_for(
    rig: Rig, raw: RawSocket, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.handover.RUN_SECONDS", 0.05)
    gate = held(rig, raw.send)
    replacement.begin(raw)
    assert replacement.end(raw) == []
    gate.open()
    assert rig.handled("slow").status == "handled"


def test_without_threads_of_their_own_handlers_do_the_same(rig: Rig, raw: RawSocket, replacement: Replacement) -> None:
    rig.server.async_handlers = False
    told = noting(rig)
    raw.send('421["tell",1]')
    assert raw.receive() == "431[]"
    replacement.begin(raw)
    raw.send('422["tell",2]', '42["tell",3]')
    assert replacement.end(raw) == []
    assert told == [1, 3]


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_python_socketios_client_is_disconnected_as_by_the_network(
    rig: Rig, replacement: Replacement, transports: tuple[str, ...]
) -> None:
    reasons, peer = noting(rig, "disconnect"), rig.peer(transports=transports)
    replacement.begin()
    assert peer.wait_for("disconnect") == [("transport error",)]
    assert replacement.end() == []
    assert reasons == ["server disconnect"]
    assert rig.first(r.Closed).reason == "server disconnect"
    assert membership(rig.server) == folded(rig.log) == {}


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_javascripts_client_comes_back_by_itself(
    rig: Rig, replacement: Replacement, transports: tuple[str, ...]
) -> None:
    command = ["node", "--input-type=module", "--eval", CLIENT, rig.url, *transports]
    with subprocess.Popen(command, cwd=NODE, stdout=subprocess.PIPE, text=True) as process:
        try:
            rig.first(r.Connected)
            replacement.begin()
            assert replacement.end() == []
            assert process.communicate(timeout=DEADLINE)[0].split("\n")[:3] == ["connect", "transport error", "connect"]
        finally:
            process.kill()
    assert len(rig.all(r.Connected)) == 2


def test_a_client_that_heeds_nothing_but_the_close_frame_is_read_until_it_answers(
    rig: Rig, raw: RawSocket, replacement: Replacement
) -> None:
    told = noting(rig)
    replacement.begin(raw)
    frame = raw._ws.recv_frame()
    assert (frame.opcode, int.from_bytes(frame.data[:2])) == (ABNF.OPCODE_CLOSE, 1012)
    raw.send('42["tell",1]')
    raw._ws.send_close()
    assert replacement.end() == []
    assert told == [1]


@pytest.mark.parametrize("clients", [1, 60])
def test_those_who_never_answer_are_cut(rig: Rig, replacement: Replacement, clients: int) -> None:
    raws = [entered(rig) for _ in range(clients)]
    for _ in range(clients // 3):
        rig.poller().enter()
    replacement.begin()
    assert replacement.end() == []
    assert [raw.receive() for raw in raws] == [UNREADABLE] * clients
    assert rig.server.eio.sockets == membership(rig.server) == folded(rig.log) == {}
    assert rig.log.state.connections == {}


@pytest.mark.parametrize(
    ("asked", "heard", "now", "is_silent"),
    [(None, 0, 99, False), (9, 0, 9.2, False), (9, 0, 9.4, True), (9, 9.3, 9.5, False), (9, 11, 11.1, True)],
)
def test_who_goes_on_sending_is_read_for_longer_but_not_for_ever(
    asked: float | None, heard: float, now: float, is_silent: bool
) -> None:
    program, runs = cast("Any", None), cast("Any", SimpleNamespace(heard_at=lambda _eio_sid: heard))
    handover = Handover(None, runs, program, {})
    if asked is not None:
        handover._asked["eio"] = asked
    assert handover._is_silent("eio", now, 0.3) == is_silent


def test_time_for_which_the_process_was_kept_from_running_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([100.0, 100.01, 103.0, 103.015])
    monkeypatch.setattr("sio_lab.server.handover.time", SimpleNamespace(monotonic=lambda: next(times)))
    clock = Clock()
    assert [clock.now() for _ in range(3)] == pytest.approx([100.01, 100.03, 100.045])


def test_clients_are_heard_out_though_the_process_was_kept_from_running(
    rig: Rig, raw: RawSocket, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, stalling = noting(rig), Stalling()
    monkeypatch.setattr("sio_lab.server.handover.time", stalling)
    replacement.begin(raw)
    stalling.stall()
    raw.send('42["tell",1]')
    assert replacement.end(raw) == []
    assert told == [1]


def test_a_client_that_reads_nothing_holds_nobody_up(rig: Rig, replacement: Replacement) -> None:
    _deaf, raw = entered(rig), entered(rig)
    for _ in range(20):
        rig.server.emit("flood", "x" * 1_000_000, to=rig.all(r.Connected)[0].sid)
    replacement.begin(raw)
    assert replacement.end(raw) == []


def test_a_poll_that_waits_is_answered_and_what_is_posted_afterwards_is_taken_in(
    rig: Rig, poller: Poller, replacement: Replacement
) -> None:
    told, polls = noting(rig), []
    polling = threading.Thread(target=lambda: polls.append(poller.get()))
    polling.start()
    replacement.begin()
    polling.join(DEADLINE)
    assert polls == [[UNREADABLE]]
    assert poller.post('42["tell",1]', '421["ask",2]', "1") == 200
    assert replacement.end() == []
    assert told == [1]
    assert rig.handled("ask").hint == REFUSED
    assert not rig.all(r.Rejected)


def test_acks_come_in_a_poll_of_their_own(rig: Rig, poller: Poller, replacement: Replacement) -> None:
    gate = held(rig, poller.post)
    replacement.begin()
    gate.open()
    assert poller.get() == ["431[]"]
    assert poller.get() == [UNREADABLE]
    assert replacement.end() == []


def test_a_post_that_closes_waits_for_those_before_it(rig: Rig, poller: Poller, replacement: Replacement) -> None:
    gate = Gate()
    rig.socketio.on_event("tell", gate.pass_through)
    replacement.begin()
    assert poller.get() == [UNREADABLE]
    poller.post('42["tell"]')
    gate.reached()
    closing = threading.Thread(target=poller.post, args=("1",))
    closing.start()
    gate.open()
    closing.join(DEADLINE)
    assert replacement.end() == []
    assert rig.handled("tell").seq < rig.first(r.Disconnected).seq


def upgrading(rig: Rig, poller: Poller) -> RawSocket:
    """Return the WebSocket to which a client is going over; the last step is to send "5"."""
    raw = RawSocket(rig.log.state.url or "", f"/socket.io/?EIO=4&transport=websocket&sid={poller.eio_sid}")
    raw.send("2probe")
    assert raw.receive() == "3probe"
    return raw


def until_farewell(raw: RawSocket) -> list[str]:
    """Return what comes before the farewell."""
    return list(iter(raw.receive, UNREADABLE))


def test_who_is_about_to_upgrade_is_told_over_the_websocket(rig: Rig, poller: Poller, replacement: Replacement) -> None:
    told, raw = noting(rig), upgrading(rig, poller)
    replacement.begin()
    assert poller.get() == ["6"]
    raw.send("5", '42["tell",1]')
    assert set(until_farewell(raw)) <= {"6"}
    assert replacement.end(raw) == []
    assert told == [1]


def test_who_never_finishes_an_upgrade_is_cut(
    rig: Rig, poller: Poller, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.handover.RUN_SECONDS", 0.05)
    raw = upgrading(rig, poller)
    replacement.begin()
    assert replacement.end() == []
    assert raw.receive() == ""
    assert rig.server.eio.sockets == {}
    raw.close()


def test_who_begins_to_upgrade_in_the_middle_of_it_goes_to_the_old_program(
    rig: Rig, poller: Poller, replacement: Replacement
) -> None:
    gate = held(rig, poller.post)
    replacement.begin()
    raw = upgrading(rig, poller)
    raw.send("5")
    gate.open()
    assert "431[]" in until_farewell(raw)
    assert replacement.end(raw) == []


PACKETS = st.lists(st.sampled_from(["event", "ack", "noop"]), max_size=5)


@given(before=PACKETS, after=PACKETS)
def test_a_farewell_is_alone_in_its_poll_and_comes_next(before: list[str], after: list[str]) -> None:
    connection = SimpleNamespace(queue=queue.Queue())
    farewell = Farewell(connection)
    assert _up_to_farewell([*before, farewell, *after]) == (before or [farewell])
    if before:
        assert _up_to_farewell([connection.queue.get(), "later"]) == [farewell]
    assert connection.queue.empty()
    assert _up_to_farewell(after) == after


def test_a_farewell_is_no_packet() -> None:
    farewell = Farewell(None)
    assert farewell.encode() == farewell.encode(b64=True) == UNREADABLE
    with pytest.raises(ValueError, match="invalid literal"):
        eio_packet.Packet(encoded_packet=UNREADABLE)


def test_a_disconnect_handler_that_hangs_is_named_and_leaves_no_ghost(
    rig: Rig, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 0.3)
    rig.poller().enter()
    gate = Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    replacement.begin()
    assert "sio-lab-disconnect" in replacement.end()
    assert membership(rig.server) == folded(rig.log) == {}
    gate.open()
    rig.wait(lambda: not rig.log.state.connections)


def test_a_run_that_could_not_begin_is_not_waited_for() -> None:
    def start(*_args: Any) -> None:
        raise RuntimeError("can't start new thread")

    server = SimpleNamespace(start_background_task=start, _handle_event_internal=print)
    runs = Runs(server)
    runs.attach(Patches())
    event = (server._handle_event_internal, server, "sid", "eio", ["event"], "/", 1)
    with pytest.raises(RuntimeError):
        server.start_background_task(*event)
    assert not runs.are_for("eio")
    runs.refuse_acks()
    with pytest.raises(Unanswered):
        server.start_background_task(*event)


def test_tasks_of_the_program_are_no_runs(rig: Rig) -> None:
    done = threading.Event()
    rig.host._runs.refuse_acks()
    rig.socketio.start_background_task(done.set).join(DEADLINE)
    assert done.is_set()
    assert rig.host._runs._running == {}
