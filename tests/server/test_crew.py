"""Threads that are used again, and that nothing ever waits for."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from sio_lab.server.crew import MOST_IDLE, Crew, run_alone
from tests.server.peers import DEADLINE
from tests.server.rig import Gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

NAME = "crew-under-test"


class Watched(Crew):
    """A crew that tells how many of its threads have come to rest, or have ended."""

    def __init__(self) -> None:
        super().__init__(NAME)
        self._changed = threading.Condition()
        self._done = 0

    def rests(self, member: Any) -> bool:
        is_needed = super().rests(member)
        with self._changed:
            self._done += 1
            self._changed.notify_all()
        return is_needed

    def done(self, count: int) -> None:
        """Wait until so many pieces of work are done, and their threads rest or end."""
        with self._changed:
            assert self._changed.wait_for(lambda: self._done >= count, DEADLINE)


@pytest.fixture
def crew() -> Iterator[Watched]:
    crew = Watched()
    yield crew
    crew.close(time.monotonic() + DEADLINE)


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Return what `threading.excepthook` is given."""
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", lambda args: told.append((args.exc_value, args.thread)))
    return told


def members() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith(NAME)]


def all_end() -> None:
    for thread in members():
        thread.join(DEADLINE)
    assert members() == []


def test_a_thread_at_rest_is_used_again(crew: Watched) -> None:
    seen: list[threading.Thread] = []
    for count in range(1, 6):
        crew.run(lambda: seen.append(threading.current_thread()))
        crew.done(count)
    assert len(set(seen)) == 1
    assert (seen[0].name, seen[0].daemon) == (f"{NAME}-1", True)


def test_nothing_waits_for_what_blocks(crew: Watched) -> None:
    gates = [Gate() for _ in range(30)]
    for gate in gates:
        crew.run(gate.pass_through)
    for gate in gates:
        gate.reached()
    assert len({thread.name for thread in members()}) == 30
    for gate in gates:
        gate.open()
    crew.done(30)


def test_after_a_burst_a_few_threads_are_kept(crew: Watched) -> None:
    gate = threading.Barrier(MOST_IDLE + 6)
    for _ in range(MOST_IDLE + 5):
        crew.run(lambda: gate.wait(DEADLINE) and None)
    busy = members()
    gate.wait(DEADLINE)
    crew.done(MOST_IDLE + 5)
    resting = {member.thread for member in crew._idle}
    for thread in set(busy) - resting:
        thread.join(DEADLINE)
    assert set(members()) == resting
    assert len(resting) == MOST_IDLE


def test_work_may_start_work(crew: Watched) -> None:
    inner = Gate()
    crew.run(lambda: (crew.run(inner.pass_through), inner.reached(), inner.open()))
    crew.done(2)


@pytest.mark.parametrize("error", [ZeroDivisionError(), KeyboardInterrupt(), GeneratorExit()])
def test_what_work_raises_is_told_as_of_a_thread_and_the_thread_goes_on(
    crew: Watched, hooked: list[Any], error: BaseException
) -> None:
    seen: list[threading.Thread] = []

    def fail() -> None:
        seen.append(threading.current_thread())
        raise error

    crew.run(fail)
    crew.done(1)
    crew.run(lambda: seen.append(threading.current_thread()))
    crew.done(2)
    assert seen[0] is seen[1]
    assert hooked == [(error, seen[0])]


def test_a_system_exit_ends_the_work_in_silence(
    crew: Watched, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(threading, "excepthook", threading.__excepthook__)
    crew.run(sys.exit)
    crew.done(1)
    assert (crew._idle != [], capfd.readouterr().err) == (True, "")


def test_a_hook_that_raises_ends_nothing(crew: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[type[BaseException]] = []
    monkeypatch.setattr(threading, "excepthook", lambda _args: {}["no hook"])
    monkeypatch.setattr(sys, "excepthook", lambda kind, _value, _traceback: told.append(kind))
    crew.run(lambda: 1 / 0)
    crew.done(1)
    assert (told, len(crew._idle)) == ([KeyError], 1)


def test_work_is_let_go_of_when_it_is_done(crew: Watched) -> None:
    freed = threading.Event()

    class Held:
        def __call__(self) -> None: ...

        def __del__(self) -> None:
            freed.set()

    crew.run(Held())
    assert freed.wait(DEADLINE)


def test_close_ends_the_threads_at_rest(crew: Watched) -> None:
    gate = threading.Barrier(MOST_IDLE)
    for _ in range(MOST_IDLE):
        crew.run(lambda: gate.wait(DEADLINE) and None)
    crew.done(MOST_IDLE)
    assert len(members()) == MOST_IDLE
    crew.close(time.monotonic() + DEADLINE)
    assert members() == []


def test_close_waits_for_none_that_works_and_that_one_ends_when_it_is_done(crew: Watched) -> None:
    gate, did = Gate(), []
    crew.run(lambda: (gate.pass_through(), did.append("all of it")))
    gate.reached()
    crew.close(time.monotonic() + DEADLINE)
    assert (len(members()), did) == (1, [])
    gate.open()
    all_end()
    assert did == ["all of it"]


def test_a_thread_of_the_crew_may_close_it(crew: Watched) -> None:
    crew.run(lambda: crew.close(time.monotonic() + DEADLINE))
    crew.done(1)
    all_end()


def test_work_given_after_the_close_is_done_by_a_thread_that_ends(crew: Watched) -> None:
    crew.close(time.monotonic() + DEADLINE)
    did: list[int] = []
    for number in range(3):
        crew.run(lambda number=number: did.append(number))  # type: ignore[misc]
    crew.done(3)
    all_end()
    assert sorted(did) == [0, 1, 2]
    crew.close(time.monotonic() + DEADLINE)


def test_a_piece_of_work_finds_nothing_of_the_one_before_in_a_thread_local(crew: Watched, hooked: list[Any]) -> None:
    local = threading.local()
    seen: list[tuple[int, dict[str, Any]]] = []

    def work(then: Callable[[], Any]) -> None:
        seen.append((threading.get_ident(), vars(local).copy()))
        local.value = 1
        then()

    for count, then in enumerate((bool, lambda: 1 / 0, bool), 1):
        crew.run(lambda then=then: work(then))  # type: ignore[misc]
        crew.done(count)
    assert seen == [(seen[0][0], {})] * 3
    assert len(hooked) == 1


def test_work_alone_returns_whatever_it_raises(hooked: list[Any]) -> None:
    run_alone(bool)
    run_alone(lambda: 1 / 0)
    ((error, thread),) = hooked
    assert (type(error), thread) == (ZeroDivisionError, threading.current_thread())
