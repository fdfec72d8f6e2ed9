"""A client's messages are taken in one after another; the events in them may run side by side."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.inbox import EACH, Inbox, following
from sio_lab.server.loop import Loop, Term
from tests.server.peers import DEADLINE
from tests.server.rig import Gate

if TYPE_CHECKING:
    from collections.abc import Callable

_here: ContextVar[str] = ContextVar("here", default="blank")


class Queue:
    """Stands in for a loop; its turns are taken by hand."""

    def __init__(self) -> None:
        self.due: list[Inbox] = []
        self.calls: list[Callable[[], object]] = []
        self.ready = self.due.append
        self.call = self.calls.append

    def turn(self) -> Term:
        term = Term()
        self.due.pop(0).take(term)
        return term


@pytest.fixture
def queue() -> Queue:
    return Queue()


def inbox_of(loop: Any, receive: Callable[[Any], object], relieved: Callable[[], object] = bool) -> Inbox:
    return Inbox(loop, receive, relieved)


def test_messages_are_taken_in_order_one_at_each_turn(queue: Queue) -> None:
    seen: list[Any] = []
    inbox = inbox_of(queue, seen.append)
    inbox.put(["a", b"b"])
    inbox.put([3])
    assert (len(queue.due), seen) == (1, [])
    for count in (1, 2, 3):
        queue.turn()
        assert len(seen) == count
    assert (seen, queue.due) == (["a", b"b", 3], [])
    inbox.put(["again"])
    queue.turn()
    assert seen[3:] == ["again"]


def test_what_comes_while_a_message_is_taken_in_is_taken_after_it(queue: Queue) -> None:
    seen: list[Any] = []

    def receive(message: Any) -> None:
        seen.append((message, len(queue.due)))
        if message == "first":
            inbox.put(["second"])

    inbox = inbox_of(queue, receive)
    inbox.put(["first"])
    while queue.due:
        queue.turn()
    assert seen == [("first", 0), ("second", 0)]


def test_what_takes_the_messages_in_may_be_another_from_some_message_on(queue: Queue) -> None:
    before, after = [], []
    inbox = inbox_of(queue, lambda message: (before.append(message), setattr(inbox, "receive", after.append)))
    inbox.put(["hello", "a", "b"])
    while queue.due:
        queue.turn()
    assert (before, after) == (["hello"], ["a", "b"])


def test_a_message_that_can_not_be_taken_in_holds_up_no_other(queue: Queue) -> None:
    seen: list[float] = []
    inbox = inbox_of(queue, lambda message: seen.append(1 / message))
    inbox.put([0, 1])
    with pytest.raises(ZeroDivisionError):
        queue.turn()
    queue.turn()
    assert (seen, queue.due, inbox._size) == ([1.0], [], 0)


def test_a_message_that_breaks_the_quick_way_holds_up_no_other(queue: Queue) -> None:
    did: list[str] = []
    inbox = inbox_of(queue, did.append)
    inbox.quick = lambda message: {"good": lambda: did.append("quick")}[message]
    inbox.put(["bad", "good"])
    with pytest.raises(KeyError):
        queue.turn()
    queue.turn()
    assert (did, queue.due, inbox._size) == (["quick"], [], 0)


# --- events -----------------------------------------------------------------------------------------------------------


def test_a_task_follows_the_message_when_the_next_one_is_due_already(queue: Queue) -> None:
    seen: list[str] = []
    inbox = inbox_of(
        queue, lambda _message: (following(lambda: seen.append(f"{len(queue.due)} due")), seen.append("in"))
    )
    inbox.put(["one", "two"])
    assert queue.turn().is_awaited is False
    assert seen == ["in", "1 due"]


def test_the_loop_waits_for_a_message_without_an_event(queue: Queue) -> None:
    inbox_of(queue, bool).put(["ping"])
    assert queue.turn().is_awaited is True


def test_only_one_task_follows_and_only_where_a_message_is_taken_in(queue: Queue) -> None:
    told: list[bool] = []
    did: list[str] = []

    def receive(_message: Any) -> None:
        told.extend([following(lambda: did.append("first")), following(lambda: did.append("second"))])
        thread = threading.Thread(target=lambda: told.append(following(bool)))
        thread.start()
        thread.join(DEADLINE)

    inbox_of(queue, receive).put(["a"])
    queue.turn()
    assert (told, did, following(bool)) == ([True, False, False], ["first"], False)


def test_within_a_task_nothing_follows(queue: Queue) -> None:
    told: list[bool] = []
    inbox_of(queue, lambda _message: following(lambda: told.append(following(bool)))).put(["a"])
    queue.turn()
    assert told == [False]


def test_nothing_follows_a_message_that_raises(queue: Queue) -> None:
    did: list[int] = []
    inbox_of(queue, lambda _message: (following(lambda: did.append(1)), 1 / 0)).put(["a"])
    with pytest.raises(ZeroDivisionError):
        queue.turn()
    assert did == []


def test_each_message_and_each_task_has_a_context_of_its_own(queue: Queue) -> None:
    seen: list[str] = []

    def look() -> None:
        seen.append(_here.get())
        _here.set("used")

    inbox = inbox_of(queue, lambda _message: (look(), following(look)))
    inbox.put(["a", "b"])
    token = _here.set("the loop's")
    while queue.due:
        queue.turn()
    assert (seen, _here.get()) == (["blank"] * 4, "the loop's")
    _here.reset(token)


# --- how much ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["x" * 400, b"x" * 400])
def test_it_is_full_when_much_waits_and_relieved_when_half_of_that_is_taken(
    queue: Queue, monkeypatch: pytest.MonkeyPatch, message: Any
) -> None:
    monkeypatch.setattr("sio_lab.server.inbox.MOST_WAITING", 4 * (400 + EACH))
    relieved: list[bool] = []
    inbox = inbox_of(queue, bool, lambda: relieved.append(inbox.is_full))
    inbox.put([message] * 4)
    assert not inbox.is_full
    inbox.put([message])
    full = [inbox.is_full]
    while queue.due:
        queue.turn()
        full.append(inbox.is_full)
    assert full == [True, True, True, False, False, False]
    assert len(queue.calls) == 1
    queue.calls[0]()
    assert relieved == [False]


def test_many_empty_messages_make_it_full_too(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sio_lab.server.inbox.MOST_WAITING", 10 * EACH)
    inbox = inbox_of(queue, bool)
    inbox.put([""] * 10)
    assert not inbox.is_full
    inbox.put([object()])
    assert inbox.is_full


# --- in a loop --------------------------------------------------------------------------------------------------------


def test_an_event_that_blocks_holds_up_no_message_of_its_client(loop: Loop) -> None:
    gate, came = Gate(), threading.Event()
    tasks = {"blocks": gate.pass_through, "next": came.set}
    inbox = inbox_of(loop, lambda message: following(tasks[message]))
    inbox.put(["blocks", "next"])
    gate.reached()
    assert came.wait(DEADLINE)
    gate.open()


def test_a_message_that_blocks_holds_up_its_own_client_only(loop: Loop) -> None:
    gate, other = Gate(), threading.Event()
    seen: list[str] = []
    done = threading.Event()
    held = inbox_of(loop, lambda message: (seen.append(message), gate.pass_through() if message == "a" else done.set()))
    held.put(["a", "b"])
    gate.reached()
    inbox_of(loop, lambda _message: other.set()).put(["c"])
    assert other.wait(DEADLINE)
    assert seen == ["a"]
    gate.open()
    assert done.wait(DEADLINE)
    assert seen == ["a", "b"]


def test_no_message_is_lost_or_overtaken_whoever_puts_them_in(loop: Loop) -> None:
    seen: list[tuple[int, int]] = []
    all_seen = threading.Event()

    def receive(message: tuple[int, int]) -> None:
        seen.append(message)
        if len(seen) == 4 * 500:
            all_seen.set()

    inbox = inbox_of(loop, receive)
    threads = [
        threading.Thread(target=lambda who=who: [inbox.put([(who, number)]) for number in range(500)])  # type: ignore[misc]
        for who in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
    assert all_seen.wait(DEADLINE)
    for who in range(4):
        assert [number for by, number in seen if by == who] == list(range(500))
