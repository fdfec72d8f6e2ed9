"""What runs for long loses the loop to another thread, and what is short does not."""

from __future__ import annotations

import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server import watch as watch_module
from sio_lab.server.loop import READ, Loop, Term
from sio_lab.server.watch import Watch
from tests.server.peers import DEADLINE
from tests.server.rig import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Looked:
    """Stands in for a loop that is looked at."""

    def __init__(self) -> None:
        self.now: Term | None = Term()
        self.looks = 0
        self.handed: list[tuple[Term, int]] = []
        self.when_looked_at: Callable[[], object] = bool
        self.when_handed: Callable[[], object] = bool
        self._changed = threading.Condition()

    @property
    def term(self) -> Term | None:
        self.when_looked_at()
        with self._changed:
            self.looks += 1
            self._changed.notify_all()
        return self.now

    def hand_on(self, term: Term, beats: int) -> None:
        with self._changed:
            self.handed.append((term, beats))
            self._changed.notify_all()
        self.when_handed()

    def wait(self, true: Callable[[], Any]) -> None:
        with self._changed:
            assert self._changed.wait_for(true, DEADLINE)


class Bell(threading.Event):
    """An event that tells when somebody waits for it."""

    def __init__(self) -> None:
        super().__init__()
        self.is_awaited = threading.Event()

    def wait(self, timeout: float | None = None) -> bool:
        self.is_awaited.set()
        return super().wait(timeout)


@pytest.fixture
def looked() -> Looked:
    return Looked()


@pytest.fixture
def watch(looked: Looked) -> Iterator[Watch]:
    """Return a watch that has yet to be started."""
    watch = Watch(looked)  # type: ignore[arg-type]
    watch._called = Bell()
    yield watch
    if watch._thread.ident is not None:
        watch.stop()


def runs(looked: Looked) -> None:
    assert looked.now is not None
    looked.now.beats += 1
    looked.now.is_running = True


def test_what_runs_at_two_looks_in_a_row_is_handed_on(watch: Watch, looked: Looked) -> None:
    runs(looked)
    watch.start()
    looked.wait(lambda: looked.handed)
    assert looked.handed[0] == (looked.now, 1)
    assert looked.looks >= 2


def test_one_piece_of_work_after_another_is_left_alone(watch: Watch, looked: Looked) -> None:
    looked.when_looked_at = lambda: runs(looked)
    watch.start()
    looked.wait(lambda: looked.looks > 20)
    assert looked.handed == []


@pytest.mark.parametrize("is_stopped", [False, True])
def test_a_loop_that_runs_nothing_keeps_its_thread(watch: Watch, looked: Looked, is_stopped: bool) -> None:
    looked.now = None if is_stopped else looked.now
    watch.start()
    looked.wait(lambda: looked.looks > 20)
    assert looked.handed == []


def test_at_an_idle_loop_it_goes_to_rest_until_something_runs(
    watch: Watch, looked: Looked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "RESTS_AFTER", 2)
    watch.start()
    for beats in (1, 2):
        assert watch._called.is_awaited.wait(DEADLINE)  # type: ignore[attr-defined]
        runs(looked)
        watch._called.is_awaited.clear()  # type: ignore[attr-defined]
        watch.attend()
        looked.wait(lambda beats=beats: (looked.now, beats) in looked.handed)
        assert looked.now is not None
        looked.now.is_running = False


def test_it_does_not_go_to_rest_while_something_runs(watch: Watch, looked: Looked) -> None:
    runs(looked)
    watch._rest()
    assert not watch._called.is_awaited.is_set()  # type: ignore[attr-defined]


def test_what_begins_in_the_moment_it_goes_to_rest_is_seen(watch: Watch, looked: Looked) -> None:
    looked.when_looked_at = lambda: (runs(looked), watch.attend())
    watch._rest()
    assert not watch._rests


def test_an_end_in_the_moment_it_goes_to_rest_is_not_missed(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    clear = watch._called.clear

    def end_first() -> None:
        watch._ended.set()
        watch._called.set()
        clear()

    monkeypatch.setattr(watch._called, "clear", end_first)
    watch._rest()
    assert not watch._called.is_awaited.is_set()  # type: ignore[attr-defined]


def test_it_is_told_of_work_when_that_can_be_seen_to_run(loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, int]] = []
    done = threading.Event()

    def attend() -> None:
        assert loop.term is not None
        seen.append((loop.term.is_running, loop.term.beats))

    monkeypatch.setattr(loop._watch, "attend", attend)
    loop.at(0, done.set)
    assert done.wait(DEADLINE)
    assert seen == [(True, 1)]


def test_it_may_be_stopped_by_what_it_hands_on_to(watch: Watch, looked: Looked) -> None:
    looked.when_handed = watch.stop
    runs(looked)
    watch.start()
    watch._thread.join(DEADLINE)
    assert not watch._thread.is_alive()


def test_a_second_stop_does_nothing(watch: Watch) -> None:
    watch.start()
    watch.stop()
    watch.stop()
    assert not watch._thread.is_alive()


def test_it_stops_while_it_rests(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch_module, "RESTS_AFTER", 1)
    watch.start()
    assert watch._called.is_awaited.wait(DEADLINE)  # type: ignore[attr-defined]
    watch.stop()
    assert not watch._thread.is_alive()


def test_a_loop_goes_on_reading_while_something_blocks_again_and_again(loop: Loop) -> None:
    ours, theirs = socket.socketpair()
    gates = [Gate() for _ in range(3)]
    heard: list[tuple[bytes, str]] = []
    came = threading.Semaphore(0)

    def read(_events: int) -> None:
        heard.append((ours.recv(1), threading.current_thread().name))
        came.release()

    with ours, theirs:
        loop.call(lambda: loop.watch_over(ours, READ, read))
        for gate in gates:
            loop.at(0, gate.pass_through)
            gate.reached()
            theirs.send(b"x")
            assert came.acquire(timeout=DEADLINE)
        for gate in gates:
            gate.open()
        loop.stop(time.monotonic() + DEADLINE)
    assert len({thread for _byte, thread in heard}) == 3
