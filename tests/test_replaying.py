"""Replaying in a lab: both outcomes side by side, nobody reached by a dry run, the server's state untouched."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import flask
import flask_socketio
import pytest
import socketio as python_socketio
from flask_socketio import close_room, disconnect, emit, join_room, leave_room
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sio_lab.core import records as r
from sio_lab.core.record import stamp
from sio_lab.core.restored import RestoredLog
from sio_lab.errors import LabError, NotRunning, RecordDropped, Usage
from sio_lab.lab import Lab

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from sio_lab.core.compare import Comparison, Line

DEADLINE = 10.0
HOUR = 3600


@pytest.fixture
def lab() -> Iterator[Lab]:
    lab = Lab()
    lab.start()
    yield lab
    lab.close()


def send(lab: Lab, event: str, *args: Any, name: str = "ada") -> int:
    """Have a client send an event; returns its row."""
    lab.named_clients.get(name).emit(event, *args)
    return row_of(lab, event)


def row_of(lab: Lab, event: str) -> int:
    """Return the newest row of an event."""
    rows = [each.seq for each in lab.log.since() if isinstance(each, r.EventReceived) and each.event == event]
    return rows[-1]


def an_hour_between(lab: Lab, seq: int) -> SimpleNamespace:
    """Return a capture of a lab in which all from row `seq` on happened an hour later."""
    records = lab.log.since()
    later = [stamp(replace(each), each.seq, each.at + HOUR * 10**9 * (each.seq >= seq)) for each in records]
    return SimpleNamespace(log=RestoredLog(later), reader=lab.reader)


def line(comparison: Comparison, label: str) -> Line:
    """Return the first line of a label."""
    return next(each for each in comparison.lines if each.label == label)


def told(lab: Lab) -> tuple[Any, ...]:
    """Return all that a dry run must leave as it is: membership, the log's end, sessions."""
    server = lab.socketio.server
    rooms = {ns: {room: dict(sids) for room, sids in of.items()} for ns, of in server.manager.rooms.items()}
    sessions = {sid: dict(environ.get("saved_session") or {}) for sid, environ in server.environ.items()}
    own = {sid: {ns: dict(of) for ns, of in each.session.items()} for sid, each in server.eio.sockets.items()}
    pending = dict(server.manager.pending_disconnect), {sid: len(of) for sid, of in server.manager.callbacks.items()}
    return rooms, sessions, own, pending, lab.log.last_seq


def test_a_failing_handler_fixed_and_replayed(lab: Lab) -> None:
    ada, bob = lab.client("ada"), lab.client("bob")
    watcher = python_socketio.Client()
    heard: list[Any] = []
    came = threading.Semaphore(0)
    watcher.on("*", lambda event, *_: (heard.append(event), came.release()))
    watcher.connect(lab.url or "")

    @lab.socketio.on("chat")
    def fails(data: dict[str, str]) -> str:
        emit("seen", broadcast=True)
        return data["txt"]

    with pytest.raises(LabError):
        ada.call("chat", {"text": "hi"})

    @lab.socketio.on("chat")
    def works(data: dict[str, str]) -> str:
        emit("seen", broadcast=True)
        emit("chat", data["text"], broadcast=True)
        return "ok"

    lab.settle()
    assert came.acquire(timeout=DEADLINE)
    before = told(lab), len(ada.received), len(bob.received)
    replayed = lab.replay(row_of(lab, "chat"))
    lab.settle()
    (one,) = replayed
    assert (told(lab), len(ada.received), len(bob.received)) == before
    lab.emit("live")
    assert came.acquire(timeout=DEADLINE)
    assert heard == ["seen", "live"]
    assert (line(one, "status").before, line(one, "status").now) == ("raised", "handled")
    assert line(one, "error").before == "KeyError: 'txt'"
    assert (line(one, "ack").before, line(one, "ack").now) == (None, "('ok')")
    emits = [(each.before, each.differs) for each in one.lines if each.label == "emit"]
    assert emits[0][1] is False
    assert emits[1] == (None, True)
    assert "raised → handled" in repr(replayed)
    assert replayed.df["differs"].sum() == 5  # status, error, ack, what was said of the missing ack, and an emit
    assert "<details>" in replayed._repr_mimebundle_()["text/html"]
    watcher.disconnect()


def test_live_traffic_meanwhile_arrives_once(lab: Lab) -> None:
    ada, bob = lab.client("ada"), lab.client("bob")
    inside, go = threading.Event(), threading.Event()

    @lab.socketio.on("slow")
    def slow() -> None:
        emit("slow done", broadcast=True)
        inside.set()
        go.wait(DEADLINE)
        emit("slow done", broadcast=True)

    @lab.socketio.on("echo")
    def echo(number: int) -> int:
        join_room(f"room {number}")
        emit("echoed", number, broadcast=True)
        return number

    go.set()
    row = send(lab, "slow")
    inside.clear()
    go.clear()
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(lab.replay(row)))
    thread.start()
    assert inside.wait(DEADLINE)
    assert [bob.call("echo", number) for number in range(20)] == list(range(20))
    go.set()
    thread.join(DEADLINE)
    lab.settle()
    assert not results[0].differs
    for client in (ada, bob):
        events = client.received["event"].tolist()
        assert (events.count("echoed"), events.count("slow done")) == (20, 2)


PROGRAMS = st.lists(
    st.sampled_from(
        [
            *("emit", "broadcast", "to room", "send", "call", "callback", "join", "join other", "leave", "close"),
            *(
                "disconnect",
                "kick",
                "session",
                "own session",
                "save session",
                "lab emit",
                "server emit",
                "task",
                "fail",
            ),
        ]
    ),
    max_size=8,
)


def run(lab: Lab, program: list[str], other: str) -> None:
    """Do what a program says, as a handler would."""
    socketio, sid = lab.socketio, flask.request.sid
    steps: dict[str, Callable[[], Any]] = {
        "emit": lambda: emit("news", b"\x00\x01"),
        "broadcast": lambda: emit("news", {"deep": [b"x"]}, broadcast=True, include_self=False),
        "to room": lambda: emit("news", to="lobby"),
        "send": lambda: flask_socketio.send("hello"),
        "call": lambda: flask_socketio.call("ask", to=other, timeout=5),
        "callback": lambda: emit("ask", callback=lambda *_: None),
        "join": lambda: join_room("attic"),
        "join other": lambda: join_room("attic", sid=other),
        "leave": lambda: leave_room("lobby"),
        "close": lambda: close_room("lobby"),
        "disconnect": disconnect,
        "kick": lambda: disconnect(sid=other),
        "session": lambda: flask.session.update(count=1),
        "own session": lambda: socketio.server.get_session(sid).update(count=1),
        "save session": lambda: socketio.server.save_session(other, {"count": 1}),
        "lab emit": lambda: lab.emit("news", to="bob"),
        "server emit": lambda: socketio.server.manager.emit("news", None, "/", room=other),
        "task": lambda: socketio.start_background_task(lambda: socketio.emit("from task")),
        "fail": lambda: {}["gone"],
    }
    for name in program:
        steps[name]()


@pytest.fixture(scope="module")
def played() -> Iterator[tuple[Lab, list[str], int]]:
    lab, program = Lab(), list[str]()
    lab.start()
    lab.client("ada")
    bob = lab.client("bob")
    lab.join(["ada", "bob"], "lobby")
    lab.socketio.on_event("run", lambda: run(lab, program, bob.sid or ""))
    yield lab, program, send(lab, "run")
    lab.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(PROGRAMS)
def test_a_dry_run_changes_nothing_and_sends_nothing(played: tuple[Lab, list[str], int], program: list[str]) -> None:
    lab, steps, row = played
    steps[:] = program
    before = told(lab)
    (one,) = lab.replay(row)
    assert told(lab) == before
    assert line(one, "status").now in {"handled", "raised"}
    assert any("a dry run: nothing was sent" in note for note in one.notes)


def test_the_played_clients_have_received_nothing_but_what_is_live(played: tuple[Lab, list[str], int]) -> None:
    lab = played[0]
    lab.emit("live")
    for name in ("ada", "bob"):
        assert lab.named_clients.get(name).received["event"].tolist() == ["live"]


def test_a_handler_that_blocks_for_ever_is_given_up(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("wait", lambda: None)
    row, go = send(lab, "wait"), threading.Event()
    lab.socketio.on_event("wait", lambda: (go.wait(DEADLINE), emit("late", broadcast=True)))
    (one,) = lab.replay(row, timeout=0.05)
    assert line(one, "status").now == "running"
    assert f"given up after 0.05 s: its handler still runs, in thread sio-lab-replay-{row}" in one.notes
    last = lab.log.last_seq
    go.set()
    thread = next((each for each in threading.enumerate() if each.name == f"sio-lab-replay-{row}"), None)
    if thread is not None:
        thread.join(DEADLINE)
    assert lab.log.last_seq == last  # what it does later is rehearsed, too


def test_binary_payloads_and_acks(lab: Lab) -> None:
    ada = lab.client("ada")

    @lab.socketio.on("upload")
    def upload(first: bytes, more: dict[str, bytes]) -> tuple[bytes, int]:
        emit("got", {"first": first})
        return more["rest"], len(first)

    assert ada.call("upload", b"\x00\x01", {"rest": b"\x02"}) == (b"\x02", 2)
    (one,) = lab.replay(row_of(lab, "upload"))
    assert not one.differs
    assert line(one, "ack").now == r"(b'\x02', 2)"


def test_a_client_that_is_gone_has_a_stand_in(lab: Lab) -> None:
    ada = lab.client("ada")
    seen: list[Any] = []

    @lab.socketio.on("where")
    def where() -> None:
        seen.append((flask.request.sid, flask.request.remote_addr, flask_socketio.rooms()))
        emit("here", to="lobby")

    lab.join("ada", "lobby")
    sid, row = ada.sid, send(lab, "where")
    ada.close()
    lab.settle()
    (one,) = lab.replay(row)
    assert seen[1][0] == sid
    assert sorted(seen[1][2]) == sorted(seen[0][2])
    assert not one.differs
    assert any("its client is gone: a stand-in with the same sid (rooms: lobby)" in note for note in one.notes)
    (live,) = lab.replay(row, live=True)
    assert any("no ack either" in note for note in live.notes)


def test_connect_and_disconnect_handlers_run_again(lab: Lab) -> None:
    asked: list[Any] = []

    @lab.socketio.on("connect")
    def connect(auth: Any) -> Any:
        asked.append(auth)
        join_room("lobby")

    lab.socketio.on_event("disconnect", lambda reason: emit("gone", reason, to="lobby"))
    lab.client("bob")
    ada = lab.client("ada", auth={"token": "secret"})
    row = lab.traffic.where("kind:connect client:ada").df.index[-1]
    ada.close()
    lab.settle()
    gone = lab.traffic.where("kind:disconnect").df.index[-1]
    last = lab.log.last_seq
    connected, left = lab.replay(int(row), int(gone))
    assert lab.log.last_seq == last
    assert not connected.differs
    assert asked[-1] != {"token": "secret"}
    assert any("no auth" in note for note in connected.notes)
    assert not left.differs
    with pytest.raises(Usage, match="is a connect, which can't happen again"):
        lab.replay(int(row), live=True)

    def refuse(_auth: Any) -> None:
        raise flask_socketio.ConnectionRefusedError("not today")

    lab.socketio.on_event("connect", refuse)
    (one,) = lab.replay(int(row))
    assert (line(one, "answer").before, line(one, "answer").now) == ("let in", "refused: not today")


def test_a_run_of_events_keeps_its_order_and_what_went_before(lab: Lab) -> None:
    lab.client("ada")
    order: list[str] = []
    lab.socketio.on_event("enter", lambda: (order.append("enter"), join_room("lobby"), None)[-1])
    lab.socketio.on_event("say", lambda: (order.append("say"), emit("said", to="lobby"), None)[-1])
    rows = [send(lab, "enter"), send(lab, "say")]
    lab.leave("ada", "lobby")
    replayed = lab.replay(*rows)
    assert order == ["enter", "say"] * 2
    assert not replayed.differs
    assert line(replayed[1], "emit").now == "said() to lobby → ada"
    assert lab.replay(lab.traffic.where("kind:event"))[0].seq == rows[0]
    assert [each.seq for each in lab.replay(lab.traffic[rows[1]], rows[0])] == [rows[1], rows[0]]


@pytest.mark.parametrize("is_there", [True, False])
def test_later_events_of_a_run_find_their_client_where_it_is_now(lab: Lab, is_there: bool) -> None:
    ada = lab.client("ada")
    lab.socketio.on_event("enter", lambda: (join_room("lobby"), None)[-1])
    lab.socketio.on_event("say", lambda: (emit("said", to="lobby"), None)[-1])
    rows = [send(lab, "enter"), send(lab, "say")]
    if not is_there:
        ada.close()
        lab.settle()
    lab.socketio.on_event("enter", lambda: None)
    assert line(lab.replay(*rows)[1], "emit").now == "said() to lobby → nobody"
    assert line(lab.replay(rows[1])[0], "emit").now == "said() to lobby → ada"


def test_a_run_of_events_keeps_its_pace_on_request(lab: Lab) -> None:
    lab.client("ada")
    at: list[float] = []
    lab.socketio.on_event("tick", lambda: at.append(time.monotonic()))
    rows = [send(lab, "tick"), send(lab, "tick")]
    source = an_hour_between(lab, rows[1])
    lab.replay(*rows, source=source, speed=HOUR / 0.2)
    assert at[3] - at[2] > 0.19
    lab.replay(*rows, source=source)  # else this would take the hour
    assert len(at) == 6
    with pytest.raises(Usage, match="speed=0: give a number above 0"):
        lab.replay(*rows, speed=0)


def test_live_sends_and_is_a_row_of_its_own(lab: Lab) -> None:
    ada, bob = lab.client("ada"), lab.client("bob")

    @lab.socketio.on("chat")
    def chat(text: str) -> str:
        join_room("lobby")
        emit("chat", text, broadcast=True)
        return "ok"

    ada.call("chat", "hi")
    row = row_of(lab, "chat")
    (one,) = lab.replay(row, live=True)
    lab.settle()
    assert bob.received["event"].tolist() == ["chat", "chat"]
    again = lab.traffic[row_of(lab, "chat")]
    assert (again.origin, again.cells["cause"], again.status, again.ack) == ("replay", row, "handled", ("ok",))
    assert any("a client that no longer waits for it ignores it" in note for note in one.notes)
    assert ada.call("chat", "still there") == "ok"
    assert lab.traffic.where(f"origin:replay cause:{row}").df.index.tolist() == [again.seq]


def test_a_client_that_still_waits_gets_its_ack_from_a_live_replay(lab: Lab) -> None:
    peer = python_socketio.Client()
    peer.connect(lab.url or "")
    lab.socketio.on_event("chat", lambda: {}["gone"])
    acked: list[Any] = []
    done = threading.Event()
    peer.emit("chat", callback=lambda *values: (acked.append(values), done.set()))
    assert lab.log.wait(lambda: any(isinstance(each, r.Handled) and each.error for each in lab.log.since()), DEADLINE)
    lab.socketio.on_event("chat", lambda: "fixed")
    lab.replay(row_of(lab, "chat"), live=True)
    assert done.wait(DEADLINE)
    assert acked == [("fixed",)]
    peer.disconnect()


def test_call_returns_the_ack_that_was_recorded_or_times_out_at_once(lab: Lab) -> None:
    ada, bob = lab.client("ada"), lab.client("bob")
    bob.on("ask", lambda: 42)
    got: list[Any] = []
    lab.socketio.on_event("go", lambda: got.append(flask_socketio.call("ask", to=bob.sid)))
    ada.emit("go")
    (one,) = lab.replay(row_of(lab, "go"))
    assert got == [42, 42]
    assert "call('ask') returned the ack that was recorded" in one.notes
    lab.socketio.on_event("go", lambda: flask_socketio.call("ask other", to=bob.sid))
    (one,) = lab.replay(row_of(lab, "go"))
    assert (line(one, "error").now or "").startswith("socketio.exceptions.TimeoutError")
    assert "call('ask other') has no recorded ack, so it raised TimeoutError at once" in one.notes


def test_callbacks_get_the_acks_that_were_recorded(lab: Lab) -> None:
    ada, bob = lab.client("ada"), lab.client("bob")
    bob.on("ask", lambda: 42)
    got, answered = list[Any](), threading.Event()

    def take(value: int) -> None:
        got.append(value)
        lab.socketio.emit("answer", value)
        answered.set()

    lab.socketio.on_event("go", lambda: emit("ask", to=bob.sid, callback=take))
    ada.emit("go")
    assert answered.wait(DEADLINE)
    lab.settle()
    last = lab.log.last_seq
    (one,) = lab.replay(row_of(lab, "go"))
    assert (got, lab.log.last_seq, one.differs) == ([42, 42], last, False)
    assert "the callback of 'ask' was called with the ack that was recorded" in one.notes
    lab.socketio.on_event("go", lambda: emit("other", to=bob.sid, callback=take))
    (one,) = lab.replay(row_of(lab, "go"))
    assert "the callback of 'other' was not called: no ack of it was recorded" in one.notes


def test_tasks_stay_rehearsed_and_end(lab: Lab) -> None:
    lab.client("ada")
    ended = threading.Event()

    def tick() -> None:
        try:
            while True:
                lab.socketio.emit("tick")
                lab.socketio.sleep(0.01)
        finally:
            ended.set()

    lab.socketio.on_event("start", lambda: None)
    row = send(lab, "start")
    lab.socketio.on_event("start", lambda: (lab.socketio.start_background_task(tick), None)[-1])
    last = lab.log.last_seq
    (one,) = lab.replay(row)
    assert ended.wait(DEADLINE)
    assert lab.log.last_seq == last
    assert "tick" in (line(one, "tasks").now or "")
    assert any("still ran: nothing of it is sent" in note for note in one.notes)


def test_what_a_task_raises_is_said(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    lab.client("ada")
    lab.socketio.on_event("fail", lambda: None)
    row = send(lab, "fail")

    def fail() -> None:
        raise KeyError("txt")

    lab.socketio.on_event("fail", lambda: (lab.socketio.start_background_task(fail), None)[-1])
    (one,) = lab.replay(row)
    assert "task fail raised KeyError: 'txt'" in one.notes
    assert capsys.readouterr().err == ""


def test_what_a_handler_does_to_another_server_is_neither_sent_nor_compared(lab: Lab) -> None:
    lab.client("ada")
    other = Lab()
    other.start()
    eve = other.client("eve")
    lab.socketio.on_event("news", lambda: [each.socketio.emit("news") for each in (lab, other)] and None)
    row = send(lab, "news")
    other.settle()
    (one,) = lab.replay(row)
    other.settle()
    assert not one.differs
    assert any("another server" in note for note in one.notes)
    assert len(eve.received) == 1
    other.close()


def test_a_handler_that_makes_a_test_client_is_not_replayed_dry(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("try", lambda: lab.socketio.test_client(lab.app).disconnect())
    row = send(lab, "try")
    before = told(lab)
    (one,) = lab.replay(row)
    assert told(lab) == before
    assert "can't be replayed dry" in (line(one, "error").now or "")


def test_class_based_star_and_error_handlers(lab: Lab) -> None:
    class Chat(flask_socketio.Namespace):
        def on_say(self, text: str) -> str:
            self.emit("said", text)
            return text

    lab.socketio.on_namespace(Chat("/chat"))
    lab.socketio.on_event("*", lambda event, *args: emit("any", (event, args)))
    lab.socketio.on_error_default(lambda error: f"caught {error}")
    lab.socketio.on_event("fail", lambda: 1 / 0)
    cleo, ada = lab.client("cleo", namespace="/chat"), lab.client("ada")
    cleo.call("say", "hi", namespace="/chat")
    ada.emit("anything", 1)
    ada.emit("fail")
    rows = [row_of(lab, event) for event in ("say", "anything", "fail")]
    replayed = lab.replay(*rows)
    assert not replayed.differs
    assert [line(each, "status").now for each in replayed] == ["handled", "handled", "raised"]


def test_a_bare_server_works_too(lab: Lab) -> None:
    server = python_socketio.Server(async_mode="threading")

    @server.on("hello")
    def hello(sid: str, data: int) -> int:
        with server.session(sid) as session:
            session["count"] = data
        server.emit("hi", to=sid)
        return data

    lab.serve(server)
    ada = lab.client("ada")
    ada.call("hello", 5)
    row, last, count = row_of(lab, "hello"), lab.log.last_seq, len(ada.received)
    server.save_session(ada.sid, {})
    (one,) = lab.replay(row)
    assert (one.differs, lab.log.last_seq, len(ada.received)) == (False, last, count)
    assert server.get_session(ada.sid) == {}
    assert line(one, "session").now == "'count' = 5"
    assert lab.rerun(row).value == 5
    ada.close()
    assert not lab.replay(row)[0].differs


def test_no_handler_now(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("chat", lambda: None)
    row = send(lab, "chat")
    lab.off("chat")
    (one,) = lab.replay(row)
    assert (line(one, "status").before, line(one, "status").now) == ("handled", "no-handler")
    assert "no handler for 'chat' in /" in (line(one, "hint").now or "")


def test_rerun_runs_in_this_thread_and_returns_the_value(lab: Lab) -> None:
    ada = lab.client("ada")
    threads: list[Any] = []
    lab.socketio.on_event("chat", lambda: (threads.append(threading.current_thread()), emit("chat"), {"a": 1})[-1])
    row, last = send(lab, "chat"), lab.log.last_seq
    count = len(ada.received)
    rerun = lab.rerun(row)
    assert (rerun.value, threads[1], lab.log.last_seq) == ({"a": 1}, threading.main_thread(), last)
    assert repr(rerun).startswith("returned {'a': 1}\nrow ")
    assert "returned {&#x27;a&#x27;: 1}" in rerun._repr_mimebundle_()["text/html"]
    lab.rerun(live=True)
    lab.settle()
    assert len(ada.received) == count + 1


@pytest.mark.parametrize("live", [False, True])
def test_what_the_handler_raises_is_raised_from_its_own_frame_on(lab: Lab, live: bool) -> None:
    ada = lab.client("ada")

    @lab.socketio.on("chat")
    def chat(data: dict[str, str]) -> str:
        return data["txt"]

    ada.emit("chat", {"text": "hi"})
    with pytest.raises(KeyError) as caught:
        lab.rerun(live=live)
    shown = "\n".join(vars(caught.value)["_render_traceback_"]())
    assert shown.startswith("Traceback (most recent call last):\n")
    assert shown.count("  File ") == 1
    assert 'data["txt"]' in shown


def test_what_can_not_be_replayed_says_so(lab: Lab) -> None:
    lab.client("ada")
    with pytest.raises(LabError, match="No event has arrived yet"):
        lab.rerun()
    with pytest.raises(LabError, match="Replay what"):
        lab.replay()
    with pytest.raises(Usage, match="'seven' is no row: give its number"):
        lab.replay("seven")
    with pytest.raises(Usage, match="is of kind server"):
        lab.replay(next(each.seq for each in lab.log.since() if isinstance(each, r.ServerStarted)))
    lab.log.clear()
    with pytest.raises(RecordDropped):
        lab.replay(1)
    with pytest.raises(NotRunning, match="No server has been made yet"):
        Lab().replay(1)


def test_a_capture_is_replayed_against_the_handlers_of_now(lab: Lab) -> None:
    other = Lab()
    other.start()
    other.client("eve")
    other.socketio.on_event("chat", lambda text: text)
    row = send(other, "chat", "hi", name="eve")
    other.close()
    lab.socketio.on_event("chat", lambda text: text.upper())
    (one,) = lab.replay(row, source=other)
    assert (line(one, "returned").before, line(one, "returned").now) == ("'hi'", "'HI'")
    lab.replay(row, source=other, live=True)
    again = lab.traffic[row_of(lab, "chat")]
    assert (again.origin, again.cells["cause"]) == ("replay", None)


def test_stop_is_not_done_in_a_dry_run(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("end", lambda: None)
    row = send(lab, "end")
    lab.socketio.on_event("end", lab.socketio.stop)
    (one,) = lab.replay(row)
    assert lab.running
    assert "socketio.stop() was asked for, and not done" in one.notes


def test_a_capture_is_replayed_without_a_server_that_listens(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("chat", lambda text: text)
    row = send(lab, "chat", "hi")
    idle = Lab()
    idle.socketio.on_event("chat", lambda _text: (emit("seen"), flask.request.remote_addr)[-1])
    (one,) = idle.replay(row, source=lab)
    assert line(one, "returned").now == "'127.0.0.1'"
    assert not idle.running
    lab.stop()
    assert not lab.replay(lab.traffic[row])[0].differs
    idle.close()


def test_a_table_of_a_capture_knows_its_own_rows(lab: Lab, tmp_path: Path) -> None:
    lab.client("ada")
    lab.socketio.on_event("chat", lambda number: number)
    rows = [send(lab, "chat", number) for number in range(3)]
    lab.save(tmp_path / "capture")
    other = Lab()
    other.socketio.on_event("chat", lambda number: number)
    captured = other.load(tmp_path / "capture").traffic
    assert [each.seq for each in other.replay(captured.where("event:chat"), captured[rows[0]])] == [*rows, rows[0]]
    other.close()


def test_rows_of_several_logs_keep_their_order(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("chat", lambda: None)
    rows = [send(lab, "chat") for _ in range(3)]
    told = lab.replay(rows[2], lab.traffic[rows[0]], [rows[1], rows[2]])
    assert [each.seq for each in told] == [rows[2], rows[0], rows[1], rows[2]]


def test_a_failure_of_now_says_how_to_see_where(lab: Lab) -> None:
    lab.client("ada")
    lab.socketio.on_event("chat", lambda: None)
    row = send(lab, "chat")
    lab.socketio.on_event("chat", lambda: {}["gone"])
    assert f"to see where it raised: %sio rerun {row}" in lab.replay(row)[0].notes


def test_who_is_in_the_room_already_makes_no_difference(lab: Lab) -> None:
    lab.client("ada")
    bob = lab.client("bob")
    lab.socketio.on_event("pair", lambda: [join_room("game", sid) for sid in (None, bob.sid)] and None)
    row = send(lab, "pair")
    (dry,), (live,) = lab.replay(row), lab.replay(row, live=True)
    for one, count in ((dry, 1), (live, 2)):
        assert not one.differs
        assert [each.now for each in one.lines if each.is_moot] == ["was in it already"] * count
    assert "nothing to compare: join, was in it already (2)" in repr(lab.replay(row, live=True))


@pytest.mark.parametrize("live", [False, True])
def test_tasks_are_waited_for_as_long_as_they_took(lab: Lab, live: bool) -> None:
    lab.client("ada")

    def work() -> None:
        lab.socketio.sleep(0.4)
        lab.socketio.emit("done")

    lab.socketio.on_event("work", lambda: (lab.socketio.start_background_task(work), None)[-1])
    row = send(lab, "work")
    assert lab.log.wait(lambda: not lab.log.state.tasks, DEADLINE)
    (one,) = lab.replay(row, live=live)
    assert not one.differs
    assert line(one, "emit").now == "done() → ada"


@pytest.mark.parametrize("live", [False, True])
def test_what_comes_of_a_task_that_goes_on_is_not_missed(lab: Lab, live: bool) -> None:
    lab.client("ada")
    pace = [0.01]

    def tick() -> None:
        while True:
            lab.socketio.emit("tick")
            lab.socketio.sleep(pace[0])

    lab.socketio.on_event("start", lambda: (lab.socketio.start_background_task(tick), None)[-1])
    row = send(lab, "start")
    ticks = [0]
    assert lab.log.wait(lambda: ticks.append(1) or len(ticks) > 20, DEADLINE)
    pace[0] = 60
    (one,) = lab.replay(row, live=live)
    assert not one.differs
    assert {each.now for each in one.lines if each.is_moot} == {"its task still ran"}


def test_a_refused_connect_is_asked_again_with_its_auth_hidden(lab: Lab) -> None:
    asked: list[Any] = []

    def connect(auth: Any) -> None:
        asked.append(auth)
        raise flask_socketio.ConnectionRefusedError("no")

    lab.socketio.on_event("connect", connect)
    with pytest.raises(LabError):
        lab.client("ada", auth={"token": "secret"})
    (one,) = lab.replay(lab.traffic.where("kind:refused"))
    assert asked[1:] == [{"token": "•••"}]
    assert not one.differs


def test_a_client_that_has_come_again_is_no_other_recipient(lab: Lab) -> None:
    lab.client("ada")
    lab.client("bob")
    lab.socketio.on_event("news", lambda: [emit("news", broadcast=True, include_self=own) for own in (0, 1)] and None)
    row = send(lab, "news")
    lab.restart()
    again = send(lab, "news")
    dry = lab.replay(row, again, row)
    assert not dry.differs
    assert ["its client is gone" in " ".join(each.notes) for each in dry] == [True, False, True]


def test_a_handler_may_replay_but_not_itself_for_ever(lab: Lab) -> None:
    lab.client("ada")
    errors: list[LabError] = []

    @lab.socketio.on("again")
    def again(row: int | None) -> None:
        try:
            lab.replay(row_of(lab, "again") if row is None else row)
        except LabError as error:
            errors.append(error)

    lab.socketio.on_event("first", lambda: None)
    send(lab, "again", send(lab, "first"))
    assert errors == []
    send(lab, "again", None)
    assert len(errors) == 1
    assert "that would go on for ever" in str(errors[0])
