"""Parting from clients: what they send meanwhile, how each kind is told, and that none holds up the others."""

from __future__ import annotations

import queue
import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from engineio import packet as eio_packet
from hypothesis import given
from hypothesis import strategies as st
from websocket import ABNF

from sio_lab.core import records as r
from sio_lab.server.failures import Unanswered
from sio_lab.server.handover import REFUSED, UNREADABLE, Farewell, Handover, Runs, _up_to_farewell
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
socket.on("connect", () => {
  console.log("connect");
  times += 1;
  if (times === 2) process.exit();
});
"""


class Replacement:
    """Another program that takes the place of the one that a rig serves."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self.host = Host(new_pair({}), rig.log)
        self.host.attach()
        self.busy: list[str] | None = None
        self._thread = threading.Thread(target=self._run)

    def begin(self) -> Replacement:
        """Begin with it, and wait until it is the new program's turn."""
        self._thread.start()
        self.rig.wait(lambda: len(self.rig.all(r.ServerStarted)) == 2)
        return self

    def end(self) -> list[str]:
        """Wait until the old program is gone; returns the threads that would not end."""
        self._thread.join(2 * DEADLINE)
        assert self.busy is not None
        return self.busy

    def _run(self) -> None:
        self.busy = self.host.take_over(self.rig.host)


@pytest.fixture
def make_replacement(make_rig: Callable[..., Rig]) -> Iterator[Callable[[Rig], Replacement]]:
    """Return what makes another program for a rig; it ends with the test."""
    del make_rig  # what is served is closed first
    made: list[Replacement] = []

    def make(rig: Rig) -> Replacement:
        rig.url  # noqa: B018 - begins to serve
        made.append(Replacement(rig))
        return made[-1]

    yield make
    for replacement in made:
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


def held(rig: Rig, event: str = "slow") -> Gate:
    """Return what holds an event's handler up."""
    gate = Gate()
    rig.socketio.on_event(event, gate.pass_through)
    return gate


@pytest.fixture
def replacement(rig: Rig, make_replacement: Callable[[Rig], Replacement]) -> Replacement:
    return make_replacement(rig)


# --- what is sent meanwhile -------------------------------------------------------------------------------------------


def test_what_waits_for_an_ack_is_refused_and_told(rig: Rig, replacement: Replacement) -> None:
    gate, asked = Gate(), []
    rig.socketio.on_event("slow", gate.pass_through)
    rig.socketio.on_event("ask", asked.append)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    raw.send('421["slow"]')
    gate.reached()
    replacement.begin()
    raw.send('422["ask",1]')
    assert rig.handled("ask").hint == REFUSED
    assert rig.host._runs.heard_at(rig.first(r.Connected).eio_sid) > 0
    gate.open()
    assert raw.receive() == "431[]"
    assert raw.receive() == UNREADABLE
    assert asked == []
    assert replacement.end() == []


def test_what_waits_for_none_is_handled_to_the_last(rig: Rig, replacement: Replacement) -> None:
    told: list[int] = []
    rig.socketio.on_event("tell", told.append)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    replacement.begin()
    assert raw.receive() == UNREADABLE
    raw.send('42["tell",1]')
    raw.send('42["tell",2]')
    raw.close()
    assert replacement.end() == []
    assert sorted(told) == [1, 2]


def test_an_event_that_comes_with_the_end_still_finds_its_client(rig: Rig, replacement: Replacement) -> None:
    gate, rooms = Gate(), []

    def tell() -> None:
        gate.pass_through()
        rooms.append(folded(rig.log))

    rig.socketio.on_event("tell", tell)
    raw = rig.raw()
    raw.opened()
    sid = raw.enter()
    replacement.begin()
    assert raw.receive() == UNREADABLE
    raw.send('42["tell"]')
    gate.reached()
    raw.close()
    gate.open()
    assert replacement.end() == []
    assert sid in rooms[0]["/"]


def test_a_handler_that_takes_its_time_is_not_waited_for(
    rig: Rig, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.handover.RUN_SECONDS", 0.05)
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    raw.send('421["slow"]')
    gate.reached()
    replacement.begin()
    assert raw.receive() == UNREADABLE
    raw.close()
    assert replacement.end() == []
    gate.open()
    assert rig.handled("slow").status == "handled"


def test_without_threads_of_their_own_handlers_do_the_same(
    make_rig: Callable[..., Rig], make_replacement: Callable[[Rig], Replacement]
) -> None:
    rig, told = make_rig(async_handlers=False), []
    rig.socketio.on_event("tell", told.append)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    raw.send('421["tell",1]')
    assert raw.receive() == "431[]"
    replacement = make_replacement(rig).begin()
    assert raw.receive() == UNREADABLE
    raw.send('422["tell",2]', '42["tell",3]')
    raw.close()
    assert replacement.end() == []
    assert told == [1, 3]


def test_who_is_told_first_and_then_sends_a_binary_event_is_heard(rig: Rig, replacement: Replacement) -> None:
    told: list[bytes] = []
    rig.socketio.on_event("tell", told.append)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    replacement.begin()
    assert raw.receive() == UNREADABLE
    raw.send('451-["tell",{"_placeholder":true,"num":0}]', b"bytes")
    raw.close()
    assert replacement.end() == []
    assert told == [b"bytes"]


# --- how each kind of client is told ----------------------------------------------------------------------------------


@pytest.mark.parametrize("transports", [("websocket",), ("polling",), ("polling", "websocket")])
def test_python_socketios_client_is_disconnected_as_by_the_network(
    rig: Rig, replacement: Replacement, transports: tuple[str, ...]
) -> None:
    reasons: list[str] = []
    rig.socketio.on_event("disconnect", reasons.append)
    peer = rig.peer(transports=transports)
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
    rig: Rig, replacement: Replacement
) -> None:
    told: list[int] = []
    rig.socketio.on_event("tell", told.append)
    raw = rig.raw()
    raw.opened()
    raw.enter()
    replacement.begin()
    assert raw.receive() == UNREADABLE
    frame = raw._ws.recv_frame()
    assert (frame.opcode, int.from_bytes(frame.data[:2])) == (ABNF.OPCODE_CLOSE, 1012)
    raw.send('42["tell",1]')
    raw._ws.send_close()
    assert replacement.end() == []
    assert told == [1]


@pytest.mark.parametrize("clients", [1, 60])
def test_those_who_never_answer_are_cut(rig: Rig, replacement: Replacement, clients: int) -> None:
    raws = [rig.raw() for _ in range(clients)]
    for raw in raws:
        raw.opened()
        raw.enter()
    pollers = [rig.poller() for _ in range(clients // 3)]
    for poller in pollers:
        poller.enter()
    replacement.begin()
    assert replacement.end() == []
    assert [raw.receive() for raw in raws] == [UNREADABLE] * clients
    assert rig.server.eio.sockets == membership(rig.server) == folded(rig.log) == {}
    assert rig.log.state.connections == {}


@pytest.mark.parametrize(
    ("asked", "heard", "now", "is_silent"),
    [
        (None, 0.0, 99.0, False),
        (10.0, 0.0, 10.2, False),
        (10.0, 0.0, 10.4, True),
        (10.0, 10.3, 10.4, False),
        (10.0, 10.3, 10.7, True),
        (10.0, 12.0, 12.1, True),
    ],
)
def test_who_goes_on_sending_is_read_for_longer_but_not_for_ever(
    asked: float | None, heard: float, now: float, is_silent: bool
) -> None:
    runs: Any = SimpleNamespace(heard_at=lambda _eio_sid: heard)
    program: Any = None
    handover = Handover(None, runs, program, {})
    if asked is not None:
        handover._asked["eio"] = asked
    assert handover._is_silent("eio", now, 0.3) == is_silent


def test_a_client_that_reads_nothing_holds_nobody_up(rig: Rig, replacement: Replacement) -> None:
    deaf, raw = rig.raw(), rig.raw()
    for each in (deaf, raw):
        each.opened()
        each.enter()
    for _ in range(20):
        rig.server.emit("flood", "x" * 1_000_000, to=rig.all(r.Connected)[0].sid)
    replacement.begin()
    assert raw.receive() == UNREADABLE
    raw.close()
    assert replacement.end() == []


# --- polling ----------------------------------------------------------------------------------------------------------


def polling(poller: Poller) -> tuple[list[list[str]], threading.Thread]:
    """Have a client wait for packets; returns where they will be."""
    polls: list[list[str]] = []
    thread = threading.Thread(target=lambda: polls.append(poller.get()))
    thread.start()
    return polls, thread


def test_a_poll_that_waits_is_answered_and_what_is_posted_afterwards_is_taken_in(
    rig: Rig, replacement: Replacement
) -> None:
    told: list[int] = []
    rig.socketio.on_event("tell", told.append)
    poller = rig.poller()
    poller.enter()
    polls, thread = polling(poller)
    replacement.begin()
    thread.join(DEADLINE)
    assert polls == [[UNREADABLE]]
    assert poller.post('42["tell",1]', '421["ask",2]', "1") == 200
    assert replacement.end() == []
    assert told == [1]
    assert rig.handled("ask").hint == REFUSED
    assert not rig.all(r.Rejected)


def test_acks_come_in_a_poll_of_their_own(rig: Rig, replacement: Replacement) -> None:
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    poller = rig.poller()
    poller.enter()
    poller.post('421["slow"]')
    gate.reached()
    replacement.begin()
    gate.open()
    assert poller.get() == ["431[]"]
    assert poller.get() == [UNREADABLE]
    assert replacement.end() == []


def test_a_post_that_closes_waits_for_those_before_it(rig: Rig, replacement: Replacement) -> None:
    gate = Gate()
    rig.socketio.on_event("tell", gate.pass_through)
    poller = rig.poller()
    poller.enter()
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


class Upgrade:
    """A client that goes over from polling to a WebSocket, one step at a time."""

    def __init__(self, rig: Rig) -> None:
        self.poller = rig.poller()
        self.poller.enter()
        self.raw = rig.raw(path=f"/socket.io/?EIO=4&transport=websocket&sid={self.poller.eio_sid}")
        self.raw.send("2probe")
        assert self.raw.receive() == "3probe"

    def finish(self) -> None:
        """Take the last step."""
        assert self.poller.get() == ["6"]
        self.raw.send("5")


def test_who_is_about_to_upgrade_is_told_over_the_websocket(rig: Rig, replacement: Replacement) -> None:
    told: list[int] = []
    rig.socketio.on_event("tell", told.append)
    client = Upgrade(rig)
    replacement.begin()
    client.finish()
    client.raw.send('42["tell",1]')
    while (answer := client.raw.receive()) == "6":
        pass
    assert answer == UNREADABLE
    client.raw.close()
    assert replacement.end() == []
    assert told == [1]


def test_who_never_finishes_an_upgrade_is_cut(
    rig: Rig, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.handover.RUN_SECONDS", 0.05)
    client = Upgrade(rig)
    replacement.begin()
    assert replacement.end() == []
    assert client.raw.receive() == ""
    assert rig.server.eio.sockets == {}


def test_a_session_that_upgrades_in_the_middle_of_it_is_the_old_programs(rig: Rig, replacement: Replacement) -> None:
    gate = Gate()
    rig.socketio.on_event("slow", gate.pass_through)
    poller = rig.poller()
    poller.enter()
    poller.post('421["slow"]')
    gate.reached()
    replacement.begin()
    raw = RawSocket(rig.log.state.url or "", f"/socket.io/?EIO=4&transport=websocket&sid={poller.eio_sid}")
    raw.send("2probe")
    assert raw.receive() == "3probe"
    raw.send("5")
    gate.open()
    packets = [raw.receive()]
    while packets[-1] != UNREADABLE:
        packets.append(raw.receive())
    assert "431[]" in packets
    raw.close()
    assert replacement.end() == []


PACKETS = st.lists(st.sampled_from(["event", "ack", "noop"]), max_size=5)


@given(before=PACKETS, after=PACKETS)
def test_a_farewell_is_alone_in_its_poll_and_comes_next(before: list[str], after: list[str]) -> None:
    connection = SimpleNamespace(queue=queue.Queue())
    farewell = Farewell(connection)
    first = _up_to_farewell([*before, farewell, *after])
    if before:
        assert first == before
        connection.queue.put("later")
        assert _up_to_farewell([connection.queue.get(), connection.queue.get()]) == [farewell]
    else:
        assert first == [farewell]
        assert connection.queue.empty()
    assert _up_to_farewell(after) == after


def test_a_farewell_is_no_packet() -> None:
    farewell = Farewell(None)
    assert farewell.encode() == farewell.encode(b64=True) == UNREADABLE
    with pytest.raises(ValueError, match="invalid literal"):
        eio_packet.Packet(encoded_packet=UNREADABLE)


# --- the old program's own --------------------------------------------------------------------------------------------


def test_a_disconnect_handler_that_hangs_is_named_and_leaves_no_ghost(
    rig: Rig, replacement: Replacement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sio_lab.server.host.STOP_SECONDS", 0.3)
    gate = Gate()
    rig.socketio.on_event("disconnect", lambda _reason: gate.pass_through())
    poller = rig.poller()
    poller.enter()
    replacement.begin()
    assert "sio-lab-disconnect" in replacement.end()
    assert membership(rig.server) == folded(rig.log) == {}
    gate.open()
    rig.wait(lambda: not rig.log.state.connections)


def test_a_run_that_could_not_begin_is_not_waited_for(rig: Rig) -> None:
    def start(*_args: Any) -> None:
        raise RuntimeError("can't start new thread")

    runs, patches = Runs(rig.server), Patches()
    rig.server.start_background_task = start
    runs.attach(patches)
    arguments = (rig.server, "sid", "eio", ["event"], "/", 1)
    with pytest.raises(RuntimeError):
        rig.server.start_background_task(rig.server._handle_event_internal, *arguments)
    assert not runs.are_for("eio")
    runs.refuse_acks()
    with pytest.raises(Unanswered):
        rig.server.start_background_task(rig.server._handle_event_internal, *arguments)
    patches.undo()
    del rig.server.start_background_task


def test_tasks_of_the_program_are_no_runs(rig: Rig) -> None:
    done = threading.Event()
    rig.host._runs.refuse_acks()
    rig.socketio.start_background_task(done.set).join(DEADLINE)
    assert done.is_set()
    assert rig.host._runs._running == {}
