"""A thread that is used again begins with blank `threading.local`s, as a new one does."""

from __future__ import annotations

import gc
import threading
import weakref
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sio_lab.server import blank_locals
from sio_lab.server.blank_locals import WORKS, Blank, lasting
from tests.server.peers import DEADLINE

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(not WORKS, reason="this Python does not let it be done")


class Thing:
    """Something to keep; may say where it was freed."""

    def __init__(self, told: list[int] | None = None) -> None:
        self._told = told

    def __del__(self) -> None:
        if self._told is not None:
            self._told.append(threading.get_ident())


def in_a_thread(work: Callable[[], Any]) -> Any:
    """Run `work` in a new thread; returns what it returns, or raises what it raises."""
    told: dict[str, Any] = {}

    def run() -> None:
        try:
            told["value"] = work()
        except BaseException as error:  # noqa: BLE001 - it is raised where the test sees it
            told["error"] = error

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(DEADLINE)
    if "error" in told:
        raise told["error"]
    return told["value"]


def test_what_was_kept_since_is_gone_and_what_was_kept_before_stays() -> None:
    before, since = threading.local(), threading.local()

    def work() -> Any:
        before.value = "before"
        blank = Blank()
        since.value = "since"
        blank.wipe()
        return vars(before), vars(since)

    assert in_a_thread(work) == ({"value": "before"}, {})


def test_other_threads_keep_what_they_have() -> None:
    local = threading.local()
    local.value = "mine"

    def work() -> bool:
        blank = Blank()
        local.value = "the thread's"
        blank.wipe()
        return hasattr(local, "value")

    assert in_a_thread(work) is False
    assert local.value == "mine"


def test_it_may_be_wiped_again_and_again() -> None:
    local, once = threading.local(), threading.local()

    def work() -> list[Any]:
        blank, seen = Blank(), []
        for number in range(100):
            seen.append((vars(local).copy(), vars(once).copy()))
            local.value = number
            if number == 50:
                once.value = number
            blank.wipe()
            if number % 3 == 0:
                blank.wipe()
        return seen

    assert in_a_thread(work) == [({}, {})] * 100


def test_many_locals_are_wiped_at_once() -> None:
    def work() -> bool:
        blank = Blank()
        locals_ = [threading.local() for _ in range(500)]
        for local in locals_:
            local.value = 1
        blank.wipe()
        return any(vars(local) for local in locals_)

    assert in_a_thread(work) is False


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(["keep", "drop"])), max_size=8), max_size=6))
def test_whatever_is_kept_and_dropped_in_between_nothing_is_left(rounds: list[list[tuple[int, str]]]) -> None:
    def work() -> None:
        before = {number: threading.local() for number in range(5)}
        for local in before.values():
            local.value = "before"
        blank = Blank()
        for steps in rounds:
            since: dict[int, threading.local] = {}
            for number, step in steps:
                if step == "keep":
                    since.setdefault(number, threading.local()).value = "since"
                elif since.pop(number, None) is None:
                    before.pop(number, None)
            blank.wipe()
            assert not any(vars(local) for local in since.values())
            assert all(local.value == "before" for local in before.values())

    in_a_thread(work)


def test_what_was_kept_is_freed_at_once_and_in_that_thread() -> None:
    local, told = threading.local(), []

    def work() -> tuple[list[int], bool]:
        blank = Blank()
        local.thing = Thing(told)
        seen = weakref.ref(local.thing)
        blank.wipe()
        return [threading.get_ident()], seen() is None

    assert in_a_thread(work) == (told, True)


def test_a_local_that_only_another_local_keeps_goes_with_it() -> None:
    def work() -> list[Any]:
        blank, outer, seen = Blank(), [threading.local() for _ in range(3)], []
        for number in range(3):  # whichever of them is wiped first
            inner = threading.local()
            inner.value = Thing()
            seen += [weakref.ref(inner), weakref.ref(inner.value)]
            outer[number].inner = inner
            outer[number - 1].value = 1
        del inner
        blank.wipe()
        return [reference() for reference in seen] + [vars(local) for local in outer]

    assert in_a_thread(work) == [None] * 6 + [{}] * 3


def test_what_is_kept_while_it_is_wiped_goes_with_the_next_wipe() -> None:
    late = threading.local()

    class Last:
        def __del__(self) -> None:
            late.value = "late"

    def work() -> dict[str, Any]:
        blank, local = Blank(), threading.local()
        local.last = Last()
        blank.wipe()
        blank.wipe()
        return vars(late)

    assert in_a_thread(work) == {}


def test_the_init_of_a_subclass_runs_again_as_in_a_new_thread() -> None:
    made: list[Any] = []

    class Counter(threading.local):
        kind = "class"

        def __init__(self, begin: int, *, step: int) -> None:
            made.append(begin)
            self.now, self.step = begin, step

    counter = Counter(5, step=2)

    def work() -> list[Any]:
        blank, seen = Blank(), []
        for _ in range(3):
            seen.append((counter.now, counter.step, counter.kind))
            counter.now += counter.step
            counter.kind = "mine"
            blank.wipe()
        return seen

    assert in_a_thread(work) == [(5, 2, "class")] * 3
    assert made == [5] * 4  # once where it was made


def test_lasting_ones_keep_their_values() -> None:
    mine, other = lasting(), threading.local()

    def work() -> tuple[Any, Any]:
        blank = Blank()
        mine.value = other.value = "kept"
        blank.wipe()
        return vars(mine), vars(other)

    assert in_a_thread(work) == ({"value": "kept"}, {})


def test_a_lasting_one_that_nobody_holds_is_forgotten() -> None:
    mine = weakref.ref(lasting())
    gc.collect()
    assert mine() is None
    assert in_a_thread(lambda: Blank().wipe()) is None


def test_two_in_one_thread_do_not_disturb_each_other() -> None:
    local, between = threading.local(), threading.local()

    def work() -> list[Any]:
        outer, seen = Blank(), []
        between.value = "between"
        inner = Blank()
        for blank in (inner, inner, outer, inner):
            local.value = 1
            blank.wipe()
            seen.append((vars(local).copy(), vars(between).copy()))
        return seen

    kept = {"value": "between"}
    assert in_a_thread(work) == [({}, kept), ({}, kept), ({}, {}), ({}, {})]


def test_locals_dropped_by_other_threads_meanwhile_do_no_harm() -> None:
    offered: list[Any] = []
    ended = threading.Event()

    def drop() -> None:
        while not ended.is_set():
            offered.clear()

    def work() -> None:
        blank = Blank()
        for _ in range(500):
            locals_ = [threading.local() for _ in range(20)]
            for local in locals_:
                local.value = 1
            offered.extend(locals_[::2])
            mine = locals_[1::2]
            del locals_, local
            blank.wipe()
            assert not any(vars(each) for each in mine)

    dropping = threading.Thread(target=drop)
    dropping.start()
    try:
        in_a_thread(work)
    finally:
        ended.set()
        dropping.join(DEADLINE)


def test_where_it_goes_wrong_that_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lazy:
        def wipe(self) -> None: ...

    class Broken:
        def __init__(self) -> None:
            raise NotImplementedError

    assert blank_locals._works()
    for blank in (Lazy, Broken):
        monkeypatch.setattr(blank_locals, "Blank", blank)
        assert not blank_locals._works()
