"""The loop: a role that one thread has at a time, and that a slow one loses."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.inbox import Inbox, following
from sio_lab.server.loop import READ, Loop
from tests.server.peers import DEADLINE
from tests.server.rig import Gate, differs

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.server.rig import Rig


def done(loop: Loop, work: Callable[[], Any]) -> Any:
    """Have the loop do something, and return what it returned."""
    told: list[Any] = []
    event = threading.Event()
    loop.call(lambda: (told.append(work()), event.set()))
    assert event.wait(DEADLINE)
    return told[0]


def inbox_of(loop: Loop, receive: Callable[[Any], object]) -> Inbox:
    return Inbox(loop, receive, bool)


def put(loop: Loop, inbox: Inbox, *messages: Any) -> None:
    loop.call(lambda: inbox.put(list(messages)))


def test_what_it_is_called_for_is_done_in_its_thread_in_order(loop: Loop) -> None:
    order: list[int] = []
    for number in range(1000):
        loop.call(lambda number=number: order.append(number))  # type: ignore[misc]
    name = done(loop, lambda: threading.current_thread().name)
    assert name.startswith("sio-lab-handler-")
    assert order == list(range(1000))
    assert done(loop, lambda: loop.is_here)
    assert not loop.is_here


def test_from_many_threads_at_once_no_call_is_lost(loop: Loop) -> None:
    count = threading.Semaphore(0)

    def call_often() -> None:
        for _ in range(500):
            loop.call(count.release)

    callers = [threading.Thread(target=call_often) for _ in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join(DEADLINE)
    assert all(count.acquire(timeout=DEADLINE) for _ in range(4000))


def test_timers_are_due_in_the_order_of_their_times(loop: Loop) -> None:
    order: list[str] = []
    ended = threading.Event()
    now = time.monotonic()
    loop.at(now + 0.03, ended.set)
    loop.at(now + 0.02, lambda: order.append("second"))
    loop.at(now + 0.01, lambda: order.append("first"))
    loop.at(now + 0.01, lambda: order.append("at the same time"))
    assert ended.wait(DEADLINE)
    assert order == ["first", "at the same time", "second"]


def test_it_tells_of_what_can_be_read_until_it_is_told_to_forget(loop: Loop) -> None:
    one, other = socket.socketpair()
    read: list[bytes] = []
    came = threading.Event()

    def can(_events: int) -> None:
        read.append(one.recv(10))
        came.set()

    done(loop, lambda: loop.watch_over(one, READ, can))
    other.send(b"x")
    assert came.wait(DEADLINE)
    done(loop, lambda: loop.forget(one))
    done(loop, lambda: loop.forget(one))
    other.send(b"y")
    done(loop, bool)
    assert read == [b"x"]
    one.close()
    other.close()


def test_what_is_raised_is_told_as_of_a_thread_and_ends_nothing(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))
    loop.call(lambda: 1 / 0)
    put(loop, inbox_of(loop, lambda _: {}["missing"]), "message")
    loop.at(0.0, [].pop)
    ended = threading.Event()
    loop.at(time.monotonic() + 0.01, ended.set)
    assert ended.wait(DEADLINE)
    assert set(told) == {ZeroDivisionError, KeyError, IndexError}


def test_a_message_whose_handler_blocks_stops_neither_others_nor_its_own_client(loop: Loop) -> None:
    gate, came = Gate(), threading.Semaphore(0)

    def receive(message: str) -> None:
        assert following(gate.pass_through if message == "block" else came.release)

    mine, other = inbox_of(loop, receive), inbox_of(loop, receive)
    put(loop, mine, "block", "mine")
    put(loop, other, "other")
    assert all(came.acquire(timeout=DEADLINE) for _ in range(2))
    gate.open()


def test_taking_in_a_message_holds_up_its_own_client_alone(loop: Loop) -> None:
    gate, order, came = Gate(), [], threading.Semaphore(0)

    def receive(message: str) -> None:
        if message == "block":
            gate.pass_through()
        order.append(message)
        came.release()

    mine, other = inbox_of(loop, receive), inbox_of(loop, receive)
    put(loop, mine, "block", "after")
    gate.reached()
    put(loop, other, "other")
    assert came.acquire(timeout=DEADLINE)
    assert order == ["other"]
    gate.open()
    assert all(came.acquire(timeout=DEADLINE) for _ in range(2))
    assert order == ["other", "block", "after"]


def test_one_that_ends_quickly_keeps_the_role(loop: Loop) -> None:
    threads: set[int] = set()
    ended = threading.Event()

    def receive(message: int) -> None:
        threads.add(threading.get_ident())
        if message == 99:
            ended.set()

    term = loop.term
    put(loop, inbox_of(loop, receive), *range(100))
    assert ended.wait(DEADLINE)
    # Another process may have had the processor meanwhile: then it looks slow, and loses the role once in a while.
    assert len(threads) <= 5
    assert term is not None


def test_whoever_is_about_to_wait_can_give_the_role_away_at_once(loop: Loop) -> None:
    gate, came = Gate(), threading.Event()

    def wait() -> None:
        loop.hand_on()
        gate.pass_through()

    put(loop, inbox_of(loop, lambda _: following(wait)), "message")
    gate.reached()
    term = loop.term
    loop.call(came.set)
    assert came.wait(DEADLINE)
    assert loop.term is term
    gate.open()
    loop.hand_on()  # from a thread that does not have it: nothing happens
    assert loop.term is term


def test_what_is_gathered_is_sent_when_what_runs_has_ended_waits_or_takes_long(loop: Loop) -> None:
    sent, gate, other = [], Gate(), Gate()

    def work() -> None:
        assert loop.gathers
        loop.gather(lambda: sent.append("gathered"))
        assert sent == []
        gate.pass_through()
        loop.gather(lambda: sent.append("soon, by the loop"))
        other.pass_through()

    put(loop, inbox_of(loop, lambda _: following(work)), "message")
    gate.reached()
    came = threading.Event()
    loop.call(came.set)
    assert came.wait(DEADLINE)
    assert sent == ["gathered"]
    gate.open()
    other.reached()
    while len(sent) < 2:
        done(loop, bool)
    assert sent == ["gathered", "soon, by the loop"]
    assert not loop.gathers
    other.open()


def test_what_can_not_be_sent_is_told_as_of_a_thread_and_holds_nothing_up(
    loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, sent, ended = [], [], threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append(args.exc_type))

    def work() -> None:
        for flush in ([].pop, lambda: 1 / 0, lambda: sent.append("after them")):
            loop.gather(flush)
        loop.at(0.0, ended.set)

    loop.at(0.0, work)
    assert ended.wait(DEADLINE)
    assert (told, sent) == ([IndexError, ZeroDivisionError], ["after them"])


@pytest.mark.parametrize("is_slow", [False, True])
def test_what_runs_in_it_may_stop_it_and_is_not_waited_for(loop: Loop, is_slow: bool) -> None:
    busy: list[list[str]] = []
    ended = threading.Event()

    def work() -> None:
        if is_slow:
            loop.hand_on()
        busy.append(loop.stop(time.monotonic() + DEADLINE))
        ended.set()

    loop.at(0.0, work)
    assert ended.wait(2 * DEADLINE)
    assert (busy, loop.is_running) == ([[]], False)


def test_it_stops_from_anywhere_again_and_again_and_leaves_nothing() -> None:
    before = set(threading.enumerate())
    loop = Loop()
    assert loop.stop(time.monotonic() + DEADLINE) == []
    for _ in range(20):
        loop.start()
        loop.start()
        assert loop.is_running
        assert done(loop, lambda: 7) == 7
        assert loop.stop(time.monotonic() + DEADLINE) == []
        assert loop.stop(time.monotonic() + DEADLINE) == []
        assert not loop.is_running
    for thread in set(threading.enumerate()) - before:
        thread.join(DEADLINE)
    assert not set(threading.enumerate()) - before


def test_who_takes_in_a_message_is_waited_for_and_named_at_the_end_an_events_handler_is_not() -> None:
    loop, gate, other = Loop(), Gate(), Gate()
    loop.start()
    put(loop, inbox_of(loop, lambda _: gate.pass_through()), "message")
    gate.reached()
    put(loop, inbox_of(loop, lambda _: following(other.pass_through)), "message")
    other.reached()
    (name,) = loop.stop(time.monotonic() + 0.05)
    assert name.startswith("sio-lab-handler-")
    gate.open()
    other.open()


@differs("WebSockets share one loop")
def test_two_hundred_clients_take_no_thread_of_their_own(rig: Rig) -> None:
    rig.socketio.on_event("echo", lambda value: value)
    rig.raw().opened()  # the monitor's thread begins with the first client
    before = threading.active_count()
    raws = [rig.raw() for _ in range(200)]
    for raw in raws:
        raw.opened()
        raw.enter()
    for number, raw in enumerate(raws):
        raw.send(f'42{number}["echo",{number}]')
    assert [raw.receive() for raw in raws] == [f"43{number}[{number}]" for number in range(200)]
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(DEADLINE)
    assert threading.active_count() <= before + 4
